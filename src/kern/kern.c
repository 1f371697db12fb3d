/* The choice of the CPU tier: asks the processor what it runs, hands out that tier's const table.
 *
 * A network asks once when it is made and keeps the pointer; tests ask for each tier by name and
 * compare it with the scalar reference. All tiers give the same bits (tier_body.h). */
#include "kern/kern.h"

#include <string.h>

#include "tier.h"

static bool always(void)
{
    return true;
}

#if defined(__x86_64__)
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}
#else
#define has_avx2   always /* their tables are NULL there */
#define has_avx512 always
#endif

static const struct {
    const struct kern *const *table;
    bool (*supported)(void);
} tiers[] = {
    {&tier_avx512, has_avx512},
    {&tier_avx2, has_avx2},
    {&tier_scalar, always},
};

enum { TIERS = sizeof tiers / sizeof tiers[0] };

const struct kern *kern_best(void)
{
    int i = 0;
    while (!*tiers[i].table || !tiers[i].supported())
        i++; /* the scalar tier ends the search */
    return *tiers[i].table;
}

const struct kern *kern_find(const char *name)
{
    for (int i = 0; i < TIERS; i++) {
        const struct kern *k = *tiers[i].table;
        if (k && !strcmp(k->name, name))
            return tiers[i].supported() ? k : NULL;
    }
    return NULL;
}
