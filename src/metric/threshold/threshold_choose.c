/* Cuts by a method's name, on a whole table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "metric/threshold.h"
#include "tune_choose.h"

enum { SEED = 1 };

static const char *const names[THRESHOLD_METHODS];

const char *threshold_choose_name(enum threshold_method method)
{
    return names[method];
}

int threshold_choose_find(const char *name, struct err *e)
{
    for (int m = 0; m < THRESHOLD_METHODS; m++)
        if (!strcmp(name, names[m]))
            return m;
    char list[160] = "";
    for (int m = 0; m < THRESHOLD_METHODS; m++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", m ? ", " : "", names[m]);
    return err_set(e, ERR_USAGE, "unknown tune method '%.40s': use one of %s", name, list);
}

/* Rows of weight 1. */
static int *whole(int n, struct err *e)
{
    int *weight = mem_array((size_t)n, sizeof *weight, "tuning", e);
    for (int i = 0; weight && i < n; i++)
        weight[i] = 1;
    return weight;
}

int threshold_choose_all(const struct scores *s, unsigned wanted,
                         double cuts[THRESHOLD_METHODS][LABELS_MAX], enum threshold_method *chosen,
                         struct err *e)
{
    struct sorted_scores *r = sorted_scores_new(s, e);
    int *weight = r ? whole(s->n, e) : NULL;
    struct tune_part_space *space = weight ? tune_part_space_new(s->n, s->k, e) : NULL;
    if (space) {
        struct tune_part part;
        tune_part_init(&part, r, weight, SEED, tune_choose_draws(s->n));
        tune_choose(&part, space, wanted, chosen);
        memcpy(cuts, space->cuts, sizeof space->cuts);
    }
    int failed = !space;
    tune_part_space_free(space);
    free(weight);
    sorted_scores_free(r);
    return failed ? -1 : 0;
}

int threshold_choose(const char *method, const struct scores *s, double *cuts, struct err *e)
{
    int m = threshold_choose_find(method, e);
    if (m < 0)
        return -1;
    double(*all)[LABELS_MAX] = xmalloc(sizeof(double[THRESHOLD_METHODS][LABELS_MAX]));
    int failed = threshold_choose_all(s, 1U << m, all, NULL, e);
    if (!failed)
        memcpy(cuts, all[m], (size_t)s->k * sizeof *cuts);
    free(all);
    return failed;
}

static const char *const names[THRESHOLD_METHODS] = {
    [THRESHOLD_FIXED] = "fixed",           [THRESHOLD_GLOBAL] = "global",
    [THRESHOLD_EXACT] = "exact",           [THRESHOLD_HALVES] = "halves",
    [THRESHOLD_PROPORTION] = "proportion", [THRESHOLD_SOFTF1] = "softf1",
    [THRESHOLD_CALIBRATED] = "calibrated", [THRESHOLD_CONSENSUS] = "consensus",
    [THRESHOLD_SUPPORT] = "support",       [THRESHOLD_BEST] = "best",
};
