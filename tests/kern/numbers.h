/* Numbers for kernels, and how far results are from them. */
#ifndef TESTS_KERN_NUMBERS_H
#define TESTS_KERN_NUMBERS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/rng.h"

/* Uniform in -1..1; freed by mem_free_aligned. */
static inline float *numbers(uint32_t stream, size_t count)
{
    struct rng r = rng_stream(6, RNG_TEST, stream, 0);
    float *v = mem_aligned(count * sizeof *v, "numbers", NULL);
    for (size_t i = 0; i < count; i++)
        v[i] = (float)rng_range(&r, -1, 1);
    return v;
}

#endif
