/* Making splits: checks what every method needs, then hands over to the method's function. A method
 * is a pure function of (labels, plan), so a split can always be made again from the record of a
 * run. Called by jobs; any thread. */
#include <stdio.h>
#include <string.h>

#include "data/split.h"
#include "split_iterative.h"
#include "split_swap.h"

static int deal_randomly(struct split_units *u, uint64_t seed, struct err *e)
{
    struct rng r = rng_stream(seed, RNG_SPLIT, 0, 0);
    return split_units_random(u, &r, e);
}

static const struct method {
    const char *name;
    bool pairs; /* of labels are features, too */
    int (*deal)(struct split_units *u, uint64_t seed, struct err *e);
} methods[] = {
    {"random", false, deal_randomly},
    {"iterative", false, split_iterative},
    {"iterative2", true, split_iterative},
    {"swap", true, split_swap},
};

enum { METHODS = sizeof methods / sizeof *methods };

const char *split_make_method(int i)
{
    return i < METHODS ? methods[i].name : NULL;
}

static const struct method *find_method(const char *name, struct err *e)
{
    char list[80] = "";
    for (int i = 0; i < METHODS; i++) {
        if (!strcmp(name, methods[i].name))
            return &methods[i];
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "",
                 methods[i].name);
    }
    err_set(e, ERR_USAGE, "split method '%.40s' is not known: use one of %s", name, list);
    return NULL;
}

static int check(const struct split_plan *p, int n, struct err *e)
{
    if (p->folds < 2 || p->folds > SPLIT_FOLDS_MAX)
        return err_set(e, ERR_USAGE, "%d folds: a split has 2 to %d", p->folds, SPLIT_FOLDS_MAX);
    if (p->val != 0 && (!(p->val > 0 && p->val < 1) || p->folds != 2))
        return err_set(e, ERR_USAGE, "a validation part of %g: give a fraction between 0 and 1",
                       p->val);
    if (n < 2)
        return err_set(e, ERR_USAGE, "%d %s cannot be split: a split needs 2 samples or more", n,
                       n == 1 ? "sample" : "samples");
    if (n < p->folds)
        return err_set(e, ERR_USAGE,
                       "%d samples cannot be split into %d folds: set split.folds to %d%s", n,
                       p->folds, n, n > 2 ? " or fewer" : "");
    return 0;
}

/* Large groups may leave a fold empty. */
static int check_folds(const struct split_units *u, struct err *e)
{
    int size[SPLIT_FOLDS_MAX] = {0};
    for (int i = 0; i < u->n; i++)
        size[u->fold[i]] += u->size[i];
    for (int f = 0; f < u->folds; f++)
        if (!size[f])
            return err_set(e, ERR_USAGE, "%d %s cannot fill %d folds: ask for fewer folds", u->n,
                           u->n == 1 ? "group" : "groups", u->folds);
    return 0;
}

int split_make_plan(const struct split_plan *p, const struct labels *labels, int n, int k,
                    int *fold, struct err *e)
{
    const struct method *m = find_method(p->method, e);
    if (!m || check(p, n, e))
        return -1;
    struct split_units *u = split_units_new(p, labels, n, k, m->pairs, e);
    if (!u)
        return -1;
    int failed = m->deal(u, p->seed, e) || check_folds(u, e);
    for (int i = 0; !failed && i < n; i++)
        fold[i] = u->fold[u->unit[i]];
    split_units_free(u);
    return failed ? -1 : 0;
}
