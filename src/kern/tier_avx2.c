/* The AVX2 tier (compiled with -mavx2 -mfma). kern.c asks the CPU before it hands this table out.
 */
#include "tier.h"

#if defined(__AVX2__) && defined(__FMA__)

#include "tier_body.h"

static const struct kern table = TIER_TABLE("avx2");
const struct kern *const tier_avx2 = &table;

#else

const struct kern *const tier_avx2 = NULL;

#endif
