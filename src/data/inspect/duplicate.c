/* Exact duplicates by sorting hashes, near ones by comparing the difference hashes of all pairs: a
 * few machine words a pair, so that 31,072 samples take seconds. Every channel that tells something
 * must agree, and at least one must tell. */
#include "duplicate.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { SIDE = 9, BITS_APART = 3, STRUCTURE_BITS = 6, ROWS_PER_BLOCK = 64, NONE = -1 };

int duplicate_print_of(const struct image *im, struct duplicate_print *out, struct err *e)
{
    uint8_t small[SIDE * SIDE];
    size_t pixels = (size_t)im->width * (size_t)im->height;
    int size[2] = {im->width, im->height};
    struct hash *h = hash_new();
    hash_add(h, size, sizeof size);
    hash_add(h, im->pixels, pixels);
    out->exact = hash_end(h);
    out->exact += out->exact == 0;
    if (image_resize(im, SIDE, small, e))
        return -1;
    out->rough = 0;
    for (int y = 0; y < SIDE - 1; y++)
        for (int x = 1; x < SIDE; x++)
            out->rough = out->rough << 1 | (small[y * SIDE + x] > small[y * SIDE + x - 1]);
    int bits = __builtin_popcountll(out->rough);
    out->telling = bits >= STRUCTURE_BITS && bits <= 64 - STRUCTURE_BITS;
    return 0;
}

struct keyed {
    uint64_t key;
    int number;
};

static int compare_keys(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* first[number]: the lowest number with the same key, NONE where it is the lowest or has none. */
static void match_keys(struct keyed *keys, int n, int *first)
{
    qsort(keys, (size_t)n, sizeof *keys, compare_keys);
    for (int i = 0, start = 0; i < n; i++) {
        start = keys[i].key == keys[start].key ? start : i;
        first[keys[i].number] = keys[i].key && i > start ? keys[start].number : NONE;
    }
}

int duplicate_planes(const struct duplicate_print *print, int n, int channels, int *twin,
                     struct err *e)
{
    int planes = n * channels;
    struct keyed *keys = mem_array((size_t)planes, sizeof *keys, "duplicates", e);
    if (!keys)
        return -1;
    for (int i = 0; i < planes; i++)
        keys[i] = (struct keyed){print[i].exact, i};
    match_keys(keys, planes, twin);
    free(keys);
    return 0;
}

static uint64_t sample_key(const struct duplicate_print *p, int channels)
{
    uint64_t exact[INDEX_CHANNELS_MAX], any = 0;
    for (int c = 0; c < channels; c++)
        any |= exact[c] = p[c].exact;
    return any ? hash_bytes(exact, (size_t)channels * sizeof *exact) : 0;
}

struct pairing {
    const struct duplicate_print *print;
    int n, channels;
    int *near;
    const atomic_bool *cancel; /* or NULL */
};

/* At most BITS_APART bits differ: nothing is left when so many are cleared. */
static bool near_bits(uint64_t a, uint64_t b)
{
    uint64_t x = a ^ b;
    for (int i = 0; i < BITS_APART; i++)
        x &= x - 1;
    return x == 0;
}

static bool looks_alike(const struct duplicate_print *a, const struct duplicate_print *b,
                        int channels)
{
    int told = 0;
    for (int c = 0; c < channels; c++) {
        if (!near_bits(a[c].rough, b[c].rough) || a[c].telling != b[c].telling)
            return false;
        told += a[c].telling;
    }
    return told > 0;
}

static void pair_rows(void *context, int block, int worker)
{
    struct pairing *p = context;
    int end = (block + 1) * ROWS_PER_BLOCK;
    (void)worker;
    for (int i = block * ROWS_PER_BLOCK; i < end && i < p->n; i++) {
        const struct duplicate_print *own = p->print + (size_t)i * (size_t)p->channels;
        p->near[i] = NONE;
        if (p->cancel && atomic_load(p->cancel))
            return;
        for (int other = 0; other < i && p->near[i] == NONE; other++)
            if (looks_alike(own, p->print + (size_t)other * (size_t)p->channels, p->channels))
                p->near[i] = other;
    }
}

int duplicate_samples(const struct duplicate_print *print, int n, int channels, struct workers *w,
                      const atomic_bool *cancel, int *twin, int *near, struct err *e)
{
    struct pairing p = {print, n, channels, near, cancel};
    struct keyed *keys = mem_array((size_t)n, sizeof *keys, "duplicates", e);
    if (!keys)
        return -1;
    for (int i = 0; i < n; i++)
        keys[i] = (struct keyed){sample_key(print + (size_t)i * (size_t)channels, channels), i};
    match_keys(keys, n, twin);
    free(keys);
    workers_run(w, (n + ROWS_PER_BLOCK - 1) / ROWS_PER_BLOCK, pair_rows, &p);
    if (cancel && atomic_load(cancel))
        return err_set(e, ERR_CANCELLED, "stopped on request");
    return 0;
}
