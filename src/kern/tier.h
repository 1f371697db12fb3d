/* The tiers' tables; NULL where the compiler does not build for that CPU family. */
#ifndef KERN_TIER_H
#define KERN_TIER_H

#include "kern/kern.h"

extern const struct kern *const tier_scalar, *const tier_vector, *const tier_avx2,
                                                                     *const tier_avx512;

#endif
