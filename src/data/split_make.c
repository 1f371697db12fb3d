/* Making splits: checks what every method needs, then hands over to the method's function. A method
 * is a pure function of (labels, folds, seed), so a split can always be made again from the record
 * of a run. Called by jobs; any thread. */
#include "data/split.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "split_iterative.h"

typedef int split_method(const struct labels *labels, int n, int k, int folds, uint64_t seed,
                         int *fold, struct err *e);

static int deal_randomly(const struct labels *labels, int n, int k, int folds, uint64_t seed,
                         int *fold, struct err *e)
{
    (void)labels;
    (void)k;
    int *order = mem_array((size_t)n, sizeof *order, "split order", e);
    if (!order)
        return -1;
    for (int i = 0; i < n; i++)
        order[i] = i;
    struct rng r = rng_stream(seed, RNG_SPLIT, 0, 0);
    rng_shuffle(&r, order, n);
    for (int i = 0; i < n; i++)
        fold[order[i]] = i % folds;
    free(order);
    return 0;
}

static const struct {
    const char *name;
    split_method *make;
} methods[] = {{"random", deal_randomly}, {"iterative", split_iterative}};

int split_make(const char *method, const struct labels *labels, int n, int k, int folds,
               uint64_t seed, int *fold, struct err *e)
{
    if (folds < 2 || folds > SPLIT_FOLDS_MAX)
        return err_set(e, ERR_USAGE, "%d folds: a split has 2 to %d", folds, SPLIT_FOLDS_MAX);
    if (n < folds)
        return err_set(e, ERR_USAGE, "%d samples cannot be split into %d folds: ask for fewer", n,
                       folds);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (!strcmp(method, methods[i].name))
            return methods[i].make(labels, n, k, folds, seed, fold, e);
    return err_set(e, ERR_USAGE, "split method '%.40s' is not known: use random or iterative",
                   method);
}
