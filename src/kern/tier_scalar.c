/* The reference tier: one float at a time, compiled without the vectoriser. Runs everywhere. */
#define LANES_SCALAR
#include "tier.h"

#include "tier_body.h"

static const struct kern table = TIER_TABLE("scalar");
const struct kern *const tier_scalar = &table;
