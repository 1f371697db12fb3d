/* Random numbers by counter: Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405).
 *
 * A stream is a pure function of (seed, what, a, b): the same arguments give the same numbers on
 * any thread, in any order, on any machine. A struct rng is a value; copy it to save a position. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

/* What the numbers are for; keeps streams of one seed apart. Values are part of saved results. */
enum rng_use {
    RNG_SHUFFLE = 1,
    RNG_AUGMENT = 2,
    RNG_INIT = 3,
    RNG_DROPOUT = 4,
    RNG_SPLIT = 5,
    RNG_SYNTH = 6,
    RNG_TUNE = 7,
    RNG_TEST = 8
};

struct rng {
    uint32_t key[2];
    uint32_t counter[4];
    uint32_t out[4];
    int left; /* unused words in out */
};

/* One Philox4x32-10 block: out = f(counter, key). */
void rng_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

struct rng rng_stream(uint64_t seed, enum rng_use use, uint32_t a, uint32_t b);
uint32_t rng_u32(struct rng *r);
uint32_t rng_below(struct rng *r, uint32_t n); /* 0..n-1, unbiased; n > 0 */
double rng_unit(struct rng *r);                /* [0, 1), 53 bits */
double rng_range(struct rng *r, double low, double high);
double rng_normal(struct rng *r); /* mean 0, variance 1 (Box-Muller) */
void rng_shuffle(struct rng *r, int *items, int n);

#endif
