/* One id after the other, each ended by a zero byte. The cache's own fingerprint says whether it is
 * the right list. */
#include "cache_ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

enum { LIST_BYTES_MAX = 1 << 30 };

struct place {
    const char *id;
    int row;
};

uint64_t cache_ids_fingerprint(const struct index *x, const char *const *ids, int n)
{
    struct hash *h = hash_new();
    for (int c = 0; c < x->channels; c++)
        hash_add(h, x->channel_names[c], strlen(x->channel_names[c]) + 1);
    hash_add(h, x->pattern, strlen(x->pattern) + 1);
    for (int row = 0; row < n; row++)
        hash_add(h, ids[row], strlen(ids[row]) + 1);
    return hash_end(h);
}

static int list_path(const char *path, char out[FILE_PATH_MAX], struct err *e)
{
    if (snprintf(out, FILE_PATH_MAX, "%s.ids", path) < FILE_PATH_MAX)
        return 0;
    return err_set(e, ERR_USAGE, "cache %.60s...: the path is too long", path);
}

int cache_ids_save(const char *path, const struct index *x, struct err *e)
{
    char list[FILE_PATH_MAX];
    struct file_save s;
    if (list_path(path, list, e) || file_save_begin(&s, list, 0, e))
        return -1;
    for (int row = 0; row < x->n; row++)
        if (file_save_write(&s, x->ids[row], strlen(x->ids[row]) + 1, e)) {
            file_save_abort(&s);
            return -1;
        }
    return file_save_commit(&s, e);
}

/* The ids in `text`, at most `n` of them; returns how many there are. */
static int split(const char *text, size_t size, const char **ids, int n)
{
    int found = 0;
    for (size_t at = 0; at < size; at += strlen(text + at) + 1) {
        if (found < n)
            ids[found] = text + at;
        found++;
    }
    return found;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct place *)a)->id, ((const struct place *)b)->id);
}

static int find_all(const char *const *ids, int n, const struct index *x, int *from, struct err *e)
{
    struct place *sorted = mem_array((size_t)n, sizeof *sorted, "ids of a cache", e);
    if (!sorted)
        return -1;
    for (int row = 0; row < n; row++)
        sorted[row] = (struct place){ids[row], row};
    qsort(sorted, (size_t)n, sizeof *sorted, by_id);
    for (int row = 0; row < x->n; row++) {
        struct place wanted = {x->ids[row], 0};
        const struct place *found = bsearch(&wanted, sorted, (size_t)n, sizeof *sorted, by_id);
        from[row] = found ? found->row : -1;
    }
    free(sorted);
    return 0;
}

int cache_ids_match(const char *path, uint64_t fingerprint, int n, const struct index *x, int *from,
                    struct err *e)
{
    char list[FILE_PATH_MAX], *text = NULL;
    size_t size;
    int failed = -1;
    const char **ids = mem_array((size_t)n, sizeof *ids, "ids of a cache", e);
    if (!ids || list_path(path, list, e) || file_read(list, LIST_BYTES_MAX, &text, &size, e))
        goto done;
    if (split(text, size, ids, n) != n || cache_ids_fingerprint(x, ids, n) != fingerprint)
        failed = err_set(e, ERR_DATA, "%s is the list of another cache", list);
    else
        failed = find_all(ids, n, x, from, e);
done:
    free(text);
    free(ids);
    return failed;
}
