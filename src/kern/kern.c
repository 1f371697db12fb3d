/* The choice of the CPU tier: asks the processor what it runs, hands out that tier's const table.
 *
 * The job's side chooses once, when the work folder is opened, and gives the table to every network
 * it makes; tests go through all tiers and compare them with the scalar reference. */
#include "kern/kern.h"

#include <stdio.h>
#include <string.h>

#include "tier.h"

enum { TIERS = 4, NAMES_MAX = 64 };

struct tier {
    const char *name;
    const struct kern *const *table; /* holds NULL where it is not built in */
    bool (*supported)(void);
};
static const struct tier tiers[TIERS];

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

const struct kern *kern_at(int i)
{
    for (const struct tier *t = tiers; t < tiers + TIERS; t++)
        if (*t->table && t->supported() && i-- == 0)
            return *t->table;
    return NULL;
}

const struct kern *kern_best(void)
{
    return kern_at(0); /* at least the scalar tier is there */
}

static void list_names(char out[NAMES_MAX])
{
    const struct kern *k;
    size_t at = 0;
    for (int i = 0; (k = kern_at(i)); i++)
        at += (size_t)snprintf(out + at, NAMES_MAX - at, "%s%s", i ? ", " : "", k->name);
}

const struct kern *kern_choose(const char *name, struct err *e)
{
    char names[NAMES_MAX];
    const struct tier *t = tiers;
    if (!strcmp(name, "auto"))
        return kern_best();
    while (t < tiers + TIERS && strcmp(t->name, name) != 0)
        t++;
    if (t < tiers + TIERS && *t->table && t->supported())
        return *t->table;
    list_names(names);
    err_set(e, ERR_CONFIG, "run.cpu_tier: %s '%s' kernels; there are auto, %s",
            t < tiers + TIERS && *t->table ? "this CPU does not run" : "this build has no", name,
            names);
    return NULL;
}

/* Fastest first. */
static const struct tier tiers[TIERS] = {
    {"avx512", &tier_avx512, has_avx512},
    {"avx2", &tier_avx2, has_avx2},
    {"vector", &tier_vector, always},
    {"scalar", &tier_scalar, always},
};
