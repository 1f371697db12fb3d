/* The cache file: header, table and pixels of a small valid one. Half the trials get a true seal on
 * header and table, so that the damage gets past these doors; the images are gone, so what cannot
 * be read from the file becomes an error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "data/cache.h"
#include "data/image.h"
#include "fuzz/driver.h"

enum { SAMPLES = 3, SIDE = 6, PAGE = 4096, ENTRY = 256 };

static char folder[] = "/tmp/hpa-fuzz.XXXXXX", cache_path[64], lock_path[80];
static const char *ids[SAMPLES] = {"a", "b", "c"};
static struct index x = {.n = SAMPLES, .channels = 1, .ids = ids, .pattern = "{id}_{channel}.png"};
static char *seed;
static size_t seed_size;

static void clean_up(void)
{
    unlink(cache_path);
    unlink(lock_path);
    rmdir(folder);
}

static void write_samples(void)
{
    struct err e = {0};
    struct image im;
    if (image_alloc(&im, SIDE, SIDE, "seed", &e))
        abort();
    for (int row = 0; row < SAMPLES; row++) {
        char path[4096];
        memset(im.pixels, 40 * row, SIDE * SIDE);
        if (index_plane_path(&x, row, 0, path, &e) || (row && image_save_png(&im, path, &e)))
            abort();
    }
    image_fini(&im);
}

static void build_seed(void)
{
    struct err e = {0};
    char path[4096];
    if (!mkdtemp(folder))
        abort();
    strcpy(x.folder, folder);
    strcpy(x.channel_names[0], "red");
    snprintf(cache_path, sizeof cache_path, "%s/cache", folder);
    snprintf(lock_path, sizeof lock_path, "%s.lock", cache_path);
    write_samples();
    struct cache *c = cache_open(cache_path, &x, SIDE, NULL, NULL, NULL, NULL, &e);
    if (!c || file_read(cache_path, 1 << 20, &seed, &seed_size, &e))
        abort();
    cache_close(c);
    for (int row = 1; row < SAMPLES; row++)
        if (index_plane_path(&x, row, 0, path, &e) || unlink(path))
            abort();
    atexit(clean_up);
}

int fuzz_seeds(struct fuzz_seed *seeds)
{
    build_seed();
    seeds[0] = (struct fuzz_seed){(const uint8_t *)seed, seed_size};
    return 1;
}

/* As the program seals them: the page before its last 8 bytes; a row number and its entry. */
static void seal(uint8_t *data, size_t n)
{
    if (n < PAGE + SAMPLES * ENTRY)
        return;
    uint64_t digest = hash_bytes(data, PAGE - sizeof digest);
    memcpy(data + PAGE - sizeof digest, &digest, sizeof digest);
    for (uint64_t row = 0; row < SAMPLES; row++) {
        uint8_t *entry = data + PAGE + row * ENTRY, sealed[ENTRY];
        memcpy(sealed, &row, sizeof row);
        memcpy(sealed + sizeof row, entry + sizeof digest, ENTRY - sizeof digest);
        digest = hash_bytes(sealed, ENTRY);
        memcpy(entry, &digest, sizeof digest);
    }
}

static int open_and_read(const uint8_t *data, size_t n)
{
    struct err e = {0};
    FILE *f = fopen(cache_path, "wb");
    if (!f || fwrite(data, 1, n, f) != n || fclose(f))
        abort();
    struct cache *c = cache_open(cache_path, &x, SIDE, NULL, NULL, NULL, NULL, &e);
    if (!c)
        return -1;
    int good = 0;
    for (int row = 0; row < SAMPLES; row++) {
        uint8_t pixels[SIDE * SIDE];
        bool read = !cache_read(c, row, pixels, &e);
        good += read;
        if (read && hash_bytes(pixels, sizeof pixels) == 0)
            abort();
        if (!memchr(cache_reason(c, row), 0, 4096))
            abort();
    }
    cache_close(c);
    return good == SAMPLES - 1 ? 0 : -1; /* sample a never had an image */
}

int fuzz_one(const uint8_t *data, size_t n)
{
    uint8_t *sealed = malloc(n ? n : 1);
    if (!sealed)
        abort();
    memcpy(sealed, data, n);
    seal(sealed, n);
    int plain = open_and_read(data, n);
    int rc = open_and_read(sealed, n) && plain ? -1 : 0;
    free(sealed);
    return rc;
}
