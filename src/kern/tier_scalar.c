/* The reference tier: whatever the build's base instruction set gives. Runs everywhere. */
#include "tier.h"

#include "tier_body.h"

static const struct kern table = TIER_TABLE("scalar");
const struct kern *const tier_scalar = &table;
