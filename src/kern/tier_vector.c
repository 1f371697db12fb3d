/* The tier of any CPU: the compiler's vectors of four floats, which SSE2, NEON and their like have
 * registers for. The fastest one outside x86. */
#define LANES_PORTABLE
#include "tier.h"

#include "tier_body.h"

static const struct kern table = TIER_TABLE("vector");
const struct kern *const tier_vector = &table;
