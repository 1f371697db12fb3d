/* Random numbers by counter: Philox4x32-10. The key is the seed; the counter's high words say what
 * the numbers are for, its low word counts blocks. */
#include "base/rng.h"

#include <math.h>
#include <string.h>

static void multiply(uint32_t a, uint32_t b, uint32_t *high, uint32_t *low)
{
    uint64_t product = (uint64_t)a * b;
    *high = (uint32_t)(product >> 32);
    *low = (uint32_t)product;
}

void rng_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c[4], k0 = key[0], k1 = key[1];
    memcpy(c, counter, sizeof c);
    for (int round = 0; round < 10; round++) {
        uint32_t high0, low0, high1, low1;
        multiply(0xD2511F53u, c[0], &high0, &low0);
        multiply(0xCD9E8D57u, c[2], &high1, &low1);
        c[0] = high1 ^ c[1] ^ k0;
        c[1] = low1;
        c[2] = high0 ^ c[3] ^ k1;
        c[3] = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    memcpy(out, c, sizeof c);
}

struct rng rng_stream(uint64_t seed, enum rng_use use, uint32_t a, uint32_t b)
{
    struct rng r = {.key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                    .counter = {0, b, a, (uint32_t)use}};
    return r;
}

uint32_t rng_u32(struct rng *r)
{
    if (r->left == 0) {
        rng_block(r->counter, r->key, r->out);
        r->counter[0]++;
        r->left = 4;
    }
    return r->out[--r->left];
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
    uint32_t reject = -n % n; /* the first values would make small results more likely */
    for (;;) {
        uint64_t product = (uint64_t)rng_u32(r) * n;
        if ((uint32_t)product >= reject)
            return (uint32_t)(product >> 32);
    }
}

double rng_unit(struct rng *r)
{
    uint64_t high = rng_u32(r) >> 5, low = rng_u32(r) >> 6;
    return (double)(high << 26 | low) * 0x1p-53;
}

double rng_range(struct rng *r, double low, double high)
{
    return low + (high - low) * rng_unit(r);
}

double rng_normal(struct rng *r)
{
    double u = 1.0 - rng_unit(r), v = rng_unit(r);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

void rng_shuffle(struct rng *r, int *items, int n)
{
    for (int i = n - 1; i > 0; i--) {
        int j = (int)rng_below(r, (uint32_t)i + 1);
        int t = items[i];
        items[i] = items[j];
        items[j] = t;
    }
}
