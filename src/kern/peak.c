/* The machine's speed limits. Enough independent chains keep every FMA unit busy: latency 4 times
 * two units needs 8, so 12 leave room. The chains converge to a fixed point and never become
 * denormal. The triad's arrays are cut into blocks, so that a team shares them evenly; the first
 * pass brings the pages in and is not timed. Called from the job's thread. */
#include "kern/peak.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

static const uint64_t TRIAD_LEAST = 96 << 20, TRIAD_MOST = 2048ULL << 20;

enum { CHAINS = 12, ROUNDS = 20000, MAX_TEAM = 256, TRIAD_FLOATS = 1 << 18 };

/* Each chain step is x = x * .5 + .5, whose fixed point is 1. Returns the floats a vector holds. */
typedef int run_chains(float *out);

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f"))) static int run_avx512(float *out)
{
    __m512 x[CHAINS], half = _mm512_set1_ps(.5F);
    for (int c = 0; c < CHAINS; c++)
        x[c] = _mm512_set1_ps((float)c);
    for (int i = 0; i < ROUNDS; i++)
        for (int c = 0; c < CHAINS; c++)
            x[c] = _mm512_fmadd_ps(x[c], half, half);
    for (int c = 1; c < CHAINS; c++)
        x[0] = _mm512_add_ps(x[0], x[c]);
    *out = _mm512_cvtss_f32(x[0]);
    return 16;
}

__attribute__((target("avx2,fma"))) static int run_avx2(float *out)
{
    __m256 x[CHAINS], half = _mm256_set1_ps(.5F);
    for (int c = 0; c < CHAINS; c++)
        x[c] = _mm256_set1_ps((float)c);
    for (int i = 0; i < ROUNDS; i++)
        for (int c = 0; c < CHAINS; c++)
            x[c] = _mm256_fmadd_ps(x[c], half, half);
    for (int c = 1; c < CHAINS; c++)
        x[0] = _mm256_add_ps(x[0], x[c]);
    *out = _mm256_cvtss_f32(x[0]);
    return 8;
}
#endif

#if defined(__aarch64__)
#include <arm_neon.h>
#define FMA4(a, b, c) vfmaq_f32(c, a, b)
#else
#define FMA4(a, b, c) ((a) * (b) + (c))
#endif

static int run_plain(float *out)
{
    typedef float lanes __attribute__((vector_size(16)));
    const lanes half = {.5F, .5F, .5F, .5F};
    lanes x[CHAINS];
    for (int c = 0; c < CHAINS; c++)
        x[c] = half * (float)c;
    for (int i = 0; i < ROUNDS; i++)
        for (int c = 0; c < CHAINS; c++)
            x[c] = FMA4(x[c], half, half);
    for (int c = 1; c < CHAINS; c++)
        x[0] += x[c];
    *out = x[0][0];
    return 4;
}

static run_chains *widest(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return run_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return run_avx2;
#endif
    return run_plain;
}

struct race {
    run_chains *run;
    double until;
    double flop[MAX_TEAM]; /* of each block */
    float sink[MAX_TEAM];  /* keeps the compiler from dropping the work */
};

static void race_block(void *context, int block, int worker)
{
    struct race *r = context;
    (void)worker;
    double flop = 0;
    while (clock_seconds() < r->until)
        flop += 2.0 * (double)(CHAINS * ROUNDS) * r->run(&r->sink[block]);
    r->flop[block] = flop;
}

double peak_fma(struct workers *w, double seconds)
{
    struct race *r = xcalloc(1, sizeof *r);
    int blocks = workers_count(w) < MAX_TEAM ? workers_count(w) : MAX_TEAM;
    double start = clock_seconds(), total = 0;
    r->run = widest();
    r->until = start + seconds;
    workers_run(w, blocks, race_block, r);
    double took = clock_seconds() - start;
    for (int i = 0; i < blocks; i++)
        total += r->flop[i];
    free(r);
    return total / took / 1e9;
}

struct triad {
    size_t count; /* floats of each array */
    float *a;
    const float *b, *c;
    float s;
};

static void triad_block(void *context, int block, int worker)
{
    const struct triad *t = context;
    (void)worker;
    size_t first = (size_t)block * TRIAD_FLOATS, left = t->count - first;
    size_t count = left < TRIAD_FLOATS ? left : TRIAD_FLOATS;
    float *restrict a = t->a + first;
    const float *restrict b = t->b + first, *restrict c = t->c + first;
    for (size_t i = 0; i < count; i++)
        a[i] = b[i] + t->s * c[i];
}

static double time_triad(struct workers *w, struct triad *t)
{
    int blocks = (int)((t->count + TRIAD_FLOATS - 1) / TRIAD_FLOATS);
    double start = clock_seconds();
    workers_run(w, blocks, triad_block, t);
    return clock_seconds() - start;
}

size_t peak_triad_bytes(uint64_t cache, uint64_t memory)
{
    uint64_t bytes = 3 * 4 * cache;
    bytes = bytes < TRIAD_LEAST ? TRIAD_LEAST : bytes > TRIAD_MOST ? TRIAD_MOST : bytes;
    if (memory > 0 && bytes > memory / 8)
        bytes = memory / 8;
    return (size_t)bytes;
}

double peak_triad(struct workers *w, size_t bytes, int looks, struct err *e)
{
    size_t count = bytes / 3 / sizeof(float);
    float *memory = mem_aligned(3 * count * sizeof *memory, "memory to measure", e);
    double best = INFINITY;
    if (!memory)
        return NAN;
    struct triad t = {count, memory, memory + count, memory + 2 * count, 3};
    for (size_t i = 0; i < 3 * count; i++)
        memory[i] = 1;
    time_triad(w, &t);
    for (int i = 0; i < looks; i++)
        best = fmin(best, time_triad(w, &t));
    mem_free_aligned(memory);
    return 3.0 * (double)count * sizeof(float) / best / 1e9;
}
