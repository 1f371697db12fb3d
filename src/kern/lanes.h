/* The vector of a CPU tier: one float (LANES_SCALAR), four that any CPU can hold (LANES_PORTABLE),
 * or as many as one register of the instructions that the including file is compiled for. Plain
 * operators round after each operation, the same in every tier; lanes_fma rounds once where the
 * tier has such an instruction. */
#ifndef KERN_LANES_H
#define KERN_LANES_H

#if defined(LANES_SCALAR)
enum { LANES = 1 };
#define LANES_FMA(a, b, c) ((a) * (b) + (c))
#elif defined(__AVX512F__) && !defined(LANES_PORTABLE)
#include <immintrin.h>
enum { LANES = 16 };
#define LANES_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#elif defined(__AVX2__) && defined(__FMA__) && !defined(LANES_PORTABLE)
#include <immintrin.h>
enum { LANES = 8 };
#define LANES_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#elif defined(__aarch64__)
#include <arm_neon.h>
enum { LANES = 4 };
#define LANES_FMA(a, b, c) vfmaq_f32(c, a, b)
#else
enum { LANES = 4 };
#define LANES_FMA(a, b, c) ((a) * (b) + (c))
#endif

#define LANES_INLINE inline __attribute__((always_inline))

/* Unrolls the next loop wholly, so that arrays of vectors become registers. */
#if defined(__clang__)
#define LANES_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LANES_UNROLL _Pragma("GCC unroll 16")
#endif

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef double lanes_wide __attribute__((vector_size(LANES * sizeof(double))));
typedef float lanes_anywhere
    __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

static LANES_INLINE lanes lanes_load(const float *p)
{
    return *(const lanes_anywhere *)p;
}

static LANES_INLINE void lanes_store(float *p, lanes v)
{
    *(lanes_anywhere *)p = v;
}

static LANES_INLINE lanes lanes_all(float v)
{
    return v - (lanes){0};
}

/* g where not v <= 0, else 0. */
static LANES_INLINE lanes lanes_cut(lanes g, lanes v)
{
    typedef int bits __attribute__((vector_size(LANES * sizeof(int))));
    return (lanes)((bits)g & ~(bits)(v <= lanes_all(0)));
}

/* As doubles; no function, which could not return more than one register. */
#define lanes_widen(v) __builtin_convertvector((v), lanes_wide)

/* a*b + c */
static LANES_INLINE lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return LANES_FMA(a, b, c);
}

#endif
