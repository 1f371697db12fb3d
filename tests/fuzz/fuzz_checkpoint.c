/* The checkpoint reader, on a checkpoint of a small network with optimiser state. Digests refuse
 * nearly every mutation, so each input is also given with its digests put right. */
#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "fuzz/driver.h"
#include "nn/ema.h"
#include "nn/small_net.h"

enum { SEED_MAX = 16384, DIGITS = 16 };

static const struct optim_plan plan = {OPTIM_ADAMW, 0, .9, .999, 1e-8, .05, false};

static uint8_t bytes[SEED_MAX]; /* the seed, written once before the first input */
static size_t size;

int fuzz_seeds(struct fuzz_seed *seeds)
{
    struct small_net s;
    char path[64], folder[] = "/tmp/hpa-fuzz-XXXXXX";
    struct checkpoint c = {.epoch = 2, .step = 9, .seed = 7, .epoch_loss_sum = 1 / 3.0};
    small_net_init(&s, 1);
    struct optim *o = optim_new(&plan, &s.p, NULL);
    if (!o || ema_begin(&s.p, NULL) || !mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/x", folder);
    FILE *f = checkpoint_save(path, &c, &s.p, o, NULL) ? NULL : fopen(path, "rb");
    if (!f)
        abort();
    size = fread(bytes, 1, sizeof bytes, f);
    seeds[0] = (struct fuzz_seed){bytes, size};
    fclose(f);
    unlink(path);
    rmdir(folder);
    mem_free_aligned(s.p.average);
    optim_free(o);
    return 1;
}

/* Write `hash` behind `key` in the header, if the key is still there. */
static uint8_t *digits_of(uint8_t *data, size_t n, const char *key)
{
    uint8_t *at = memmem(data, n, key, strlen(key));
    return at && (size_t)(data + n - at) >= strlen(key) + DIGITS ? at + strlen(key) : NULL;
}

static void put_digits(uint8_t *at, uint64_t hash)
{
    char text[DIGITS + 1];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
    memcpy(at, text, DIGITS);
}

static void sign(uint8_t *data, size_t n)
{
    uint64_t length;
    if (n < sizeof length)
        return;
    memcpy(&length, data, sizeof length);
    if (length > n - sizeof length)
        return;
    size_t header = sizeof length + (size_t)length;
    uint8_t *digest = digits_of(data, header, "\"digest\":\"");
    uint8_t *own = digits_of(data, header, "\"header_digest\":\"");
    if (!digest || !own)
        return;
    put_digits(digest, hash_bytes(data + header, n - header));
    memset(own, '0', DIGITS);
    put_digits(own, hash_bytes(data, header));
}

static int load(const uint8_t *data, size_t n)
{
    struct small_net s;
    struct checkpoint c;
    struct err e = {0};
    char path[64];
    int fd = fuzz_memory_file(data, n, path);
    small_net_init(&s, 1);
    struct optim *o = optim_new(&plan, &s.p, NULL);
    if (!o || ema_begin(&s.p, NULL))
        abort();
    int failed = checkpoint_load(path, &c, &s.p, o, &e);
    for (int i = 0; i < SMALL_VALUES; i++)
        if (!isfinite(s.values[i]) || !isfinite(s.p.average[i]))
            abort();
    checkpoint_fini(&c);
    mem_free_aligned(s.p.average);
    optim_free(o);
    close(fd);
    return failed;
}

int fuzz_one(const uint8_t *data, size_t n)
{
    uint8_t *copy = malloc(n ? n : 1);
    memcpy(copy, data, n);
    sign(copy, n);
    load(copy, n);
    free(copy);
    int refused = load(data, n);
    if (!refused && (n != size || memcmp(data, bytes, n)))
        abort(); /* a damaged checkpoint was believed */
    return refused;
}
