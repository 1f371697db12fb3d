/* An arena: a chain of blocks, filled from the front, freed together. A record larger than a block
 * gets a block of its own. Blocks come zeroed from mem_array, so records are zeroed too. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { ARENA_BLOCK = 64 << 10 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(16) char bytes[];
};

struct arena {
    struct arena_block *first;
};

struct arena *arena_new(void)
{
    return xcalloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    for (struct arena_block *b = a->first; b;) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
    free(a);
}

void *arena_alloc(struct arena *a, size_t size, struct err *e)
{
    if (size > SIZE_MAX / 2) {
        err_set(e, ERR_NOMEM, "arena: %zu bytes do not fit into memory", size);
        return NULL;
    }
    size_t rounded = (size + 15) / 16 * 16;
    struct arena_block *b = a->first;
    if (!b || b->size - b->used < rounded) {
        size_t room = rounded > ARENA_BLOCK ? rounded : ARENA_BLOCK;
        b = mem_array(1, sizeof *b + room, "arena", e);
        if (!b)
            return NULL;
        b->size = room;
        b->next = a->first;
        a->first = b;
    }
    void *p = b->bytes + b->used;
    b->used += rounded;
    return p;
}

char *arena_strdup(struct arena *a, const char *text, struct err *e)
{
    size_t n = strlen(text) + 1;
    char *p = arena_alloc(a, n, e);
    return p ? memcpy(p, text, n) : NULL;
}
