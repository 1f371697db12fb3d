/* A small data set on disk with pixels known by formula, for tests of cache, loader and stats. */
#ifndef TESTS_DATA_TINY_SET_H
#define TESTS_DATA_TINY_SET_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/cache.h"
#include "data/image.h"
#include "data/index.h"
#include "data/png_file.h"

enum { TINY_MAX = 200, TINY_SIDE = 24 };

struct tiny_set {
    char folder[64];
    char cache[128];
    struct index x;
    char ids[TINY_MAX][32]; /* s00, s01, ... */
    const char *id_list[TINY_MAX];
    struct labels labels[TINY_MAX];
};

static inline uint8_t tiny_pixel(int row, int channel, int y, int x)
{
    return (uint8_t)(row * 29 + channel * 53 + y * 7 + x * (3 + row % 5));
}

static inline const char *tiny_path(const struct tiny_set *t, int row, int channel, char out[4096])
{
    if (index_plane_path(&t->x, row, channel, out, NULL))
        abort();
    return out;
}

static inline void tiny_write_bytes(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f))
        abort();
}

/* Without the durable save: hundreds of planes need not reach the disk. */
static inline void tiny_write_image(const struct tiny_set *t, int row, int channel,
                                    const struct image *im)
{
    char path[4096];
    uint8_t *bytes;
    size_t n;
    if (png_file_encode(im, "plane", &bytes, &n, NULL))
        abort();
    tiny_write_bytes(tiny_path(t, row, channel, path), bytes, n);
    free(bytes);
}

static inline void tiny_write_plane(const struct tiny_set *t, int row, int channel, int side)
{
    struct image im;
    if (image_alloc(&im, side, side, "test plane", NULL))
        abort();
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
            im.pixels[y * side + x] = tiny_pixel(row, channel, y, x);
    tiny_write_image(t, row, channel, &im);
    image_fini(&im);
}

/* The index alone; its images do not exist. */
static inline void tiny_index(struct tiny_set *t, int n, int channels)
{
    static const char *const stains[] = {"red", "green", "blue", "yellow"};
    t->x = (struct index){.n = n, .k = 5, .channels = channels, .has_labels = true};
    t->x.ids = t->id_list;
    t->x.labels = t->labels;
    snprintf(t->x.folder, sizeof t->x.folder, "%s", t->folder);
    snprintf(t->x.pattern, sizeof t->x.pattern, "{id}_{channel}.png");
    for (int c = 0; c < channels; c++)
        snprintf(t->x.channel_names[c], sizeof t->x.channel_names[c], "%s", stains[c]);
    for (int row = 0; row < n; row++) {
        snprintf(t->ids[row], sizeof t->ids[row], "s%02d", row);
        t->id_list[row] = t->ids[row];
        labels_add(&t->labels[row], row % 5);
        labels_add(&t->labels[row], row * 7 % 3);
    }
}

static inline struct tiny_set *tiny_new(int n, int channels)
{
    struct tiny_set *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    strcpy(t->folder, "/tmp/hpa-test.XXXXXX");
    if (!mkdtemp(t->folder))
        abort();
    snprintf(t->cache, sizeof t->cache, "%s/cache-16", t->folder);
    tiny_index(t, n, channels);
    for (int row = 0; row < n; row++)
        for (int c = 0; c < channels; c++)
            tiny_write_plane(t, row, c, TINY_SIDE);
    return t;
}

static inline void tiny_free(struct tiny_set *t)
{
    char path[4096];
    for (int row = 0; row < t->x.n; row++)
        for (int c = 0; c < t->x.channels; c++)
            unlink(tiny_path(t, row, c, path));
    unlink(t->cache);
    snprintf(path, sizeof path, "%s.lock", t->cache);
    unlink(path);
    snprintf(path, sizeof path, "%s.ids", t->cache);
    unlink(path);
    rmdir(t->folder);
    free(t);
}

/* Rows of an open cache that cannot be used. */
static inline int tiny_bad(const struct cache *c, int n)
{
    int bad = 0;
    for (int row = 0; row < n; row++)
        bad += cache_state(c, row) == CACHE_BAD;
    return bad;
}

/* The size of the cache's file. */
static inline off_t tiny_cache_bytes(const struct tiny_set *t)
{
    struct stat st;
    if (stat(t->cache, &st))
        abort();
    return st.st_size;
}

#endif
