/* The door to xxhash: XXH3 with 64 bits, for fingerprints of files, tables and configurations.
 *
 * Pure functions of the bytes; a running hash belongs to its caller. The digest is part of saved
 * files, so the variant and its seed (none) never change. */
#include "base/hash.h"

#include <stdlib.h>
#include <xxhash.h>

#include "base/mem.h"

struct hash {
    XXH3_state_t *state;
};

uint64_t hash_bytes(const void *data, size_t n)
{
    return XXH3_64bits(data, n);
}

struct hash *hash_new(void)
{
    struct hash *h = xmalloc(sizeof *h);
    h->state = XXH3_createState();
    if (!h->state)
        mem_none_left("out of memory: state of a hash");
    XXH3_64bits_reset(h->state);
    return h;
}

void hash_add(struct hash *h, const void *data, size_t n)
{
    XXH3_64bits_update(h->state, data, n);
}

uint64_t hash_end(struct hash *h)
{
    uint64_t digest = XXH3_64bits_digest(h->state);
    XXH3_freeState(h->state);
    free(h);
    return digest;
}
