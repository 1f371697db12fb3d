/* Differences of F1 with paired bootstrap intervals. A sample touches only the classes that it has
 * or is given, so a draw costs a few steps per sample. */
#include "metric/bootstrap_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "interval.h"
#include "metric/f1.h"

struct side {
    struct labels *predicted;              /* [n] */
    int tp[LABELS_MAX], wrong[LABELS_MAX]; /* of a draw */
};

struct comparison {
    const struct scores *truth;
    struct side side[2]; /* before, after */
    int *weight;         /* [n] */
    double *values;      /* [k+1,draws] differences; the last row: macro */
};

static void count_side(struct side *s, const struct labels *truth, int row, int weight)
{
    struct labels any = s->predicted[row];
    any.bits[0] |= truth->bits[0];
    any.bits[1] |= truth->bits[1];
    for (int c = labels_next(&any, 0); c >= 0; c = labels_next(&any, c + 1)) {
        bool both = labels_has(truth, c) && labels_has(&s->predicted[row], c);
        s->tp[c] += both ? weight : 0;
        s->wrong[c] += both ? 0 : weight;
    }
}

/* Differences under the weights into delta[0..k), their mean into delta[k]. */
static void differences(struct comparison *x, double *delta, size_t stride)
{
    int k = x->truth->k;
    double sum = 0;
    for (int side = 0; side < 2; side++) {
        struct side *s = &x->side[side];
        memset(s->tp, 0, sizeof s->tp);
        memset(s->wrong, 0, sizeof s->wrong);
        for (int i = 0; i < x->truth->n; i++)
            if (x->weight[i])
                count_side(s, &x->truth->truth[i], i, x->weight[i]);
    }
    for (int c = 0; c < k; c++) {
        double before = f1_of_counts(x->side[0].tp[c], x->side[0].wrong[c], 0);
        double after = f1_of_counts(x->side[1].tp[c], x->side[1].wrong[c], 0);
        delta[(size_t)c * stride] = after - before;
        sum += after - before;
    }
    delta[(size_t)k * stride] = sum / k;
}

static int check_same(const struct scores *a, const struct scores *b, struct err *e)
{
    if (a->n == b->n && a->k == b->k &&
        !memcmp(a->truth, b->truth, (size_t)a->n * sizeof *a->truth))
        return scores_check(a, e) || scores_check(b, e) ? -1 : 0;
    return err_set(e, ERR_DATA,
                   "these scores are of other samples (%d and %d): compare runs that validate on "
                   "the same fold",
                   a->n, b->n);
}

static int predict(struct side *side, const struct scores *s, const double *cuts, struct err *e)
{
    side->predicted = mem_array((size_t)s->n, sizeof *side->predicted, "predictions", e);
    for (int i = 0; side->predicted && i < s->n; i++)
        side->predicted[i] = f1_predict_row(s->p + (size_t)i * (size_t)s->k, cuts, s->k, -1);
    return side->predicted ? 0 : -1;
}

static int bootstrap(struct comparison *x, int draws, uint64_t seed, const atomic_bool *cancel,
                     struct err *e)
{
    uint32_t n = (uint32_t)x->truth->n;
    for (int d = 0; d < draws; d++) {
        if (cancel && atomic_load(cancel))
            return err_set(e, ERR_CANCELLED, "stopped on request");
        struct rng rng = rng_stream(seed, RNG_TUNE, (uint32_t)d, 0);
        memset(x->weight, 0, n * sizeof *x->weight);
        for (uint32_t i = 0; i < n; i++)
            x->weight[rng_below(&rng, n)]++;
        differences(x, x->values + d, (size_t)draws);
    }
    return 0;
}

static void summarise(struct comparison *x, int draws, struct bootstrap_diff *out)
{
    double delta[LABELS_MAX + 1];
    for (int i = 0; i < x->truth->n; i++)
        x->weight[i] = 1;
    differences(x, delta, 1);
    for (int c = 0; c <= out->k; c++) {
        struct interval in = interval_90(x->values + (size_t)c * (size_t)draws, draws);
        struct bootstrap_diff_delta *to = c < out->k ? &out->classes[c] : &out->macro;
        *to = (struct bootstrap_diff_delta){delta[c], in.low, in.high};
    }
}

int bootstrap_diff_sets(const struct scores *before, const double *cuts_before,
                        const struct scores *after, const double *cuts_after, int draws,
                        uint64_t seed, const atomic_bool *cancel, struct bootstrap_diff *out,
                        struct err *e)
{
    if (draws < 1)
        return err_set(e, ERR_USAGE, "bootstrap: %d draws; at least 1", draws);
    if (check_same(before, after, e))
        return -1;
    int failed = -1;
    struct comparison *x = xcalloc(1, sizeof *x);
    x->truth = before;
    x->weight = mem_array((size_t)before->n, sizeof *x->weight, "bootstrap", e);
    x->values = x->weight ? mem_array((size_t)before->k + 1, (size_t)draws * sizeof *x->values,
                                      "bootstrap", e)
                          : NULL;
    if (!x->values || predict(&x->side[0], before, cuts_before, e) ||
        predict(&x->side[1], after, cuts_after, e) || bootstrap(x, draws, seed, cancel, e))
        goto fail;
    out->k = before->k;
    summarise(x, draws, out);
    failed = 0;
fail:
    free(x->side[0].predicted);
    free(x->side[1].predicted);
    free(x->weight);
    free(x->values);
    free(x);
    return failed;
}
