/* The AVX-512 tier (compiled with -mavx512f and relatives, as of Skylake-X). kern.c asks the CPU
 * before it hands this table out. */
#include "tier.h"

#ifdef __AVX512F__

#include "tier_body.h"

static const struct kern table = TIER_TABLE("avx512");
const struct kern *const tier_avx512 = &table;

#else

const struct kern *const tier_avx512 = NULL;

#endif
