/* Scores: the one table every measure reads, probabilities beside the truth.
 *
 * Evaluation fills it, or a user's CSV does; from then on it is a value that any thread may read.
 * Invariant checked at the door of every measure (scores_check): each probability is finite and in
 * 0..1, so that sorting and comparing need no special cases. */
#include "metric/scores.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct scores *scores_new(int n, int k, struct err *e)
{
    if (n < 0 || k < 1 || k > LABELS_MAX) {
        err_set(e, ERR_DATA, "scores: %d samples with %d classes; 1 to %d classes are supported", n,
                k, LABELS_MAX);
        return NULL;
    }
    struct scores *s = mem_array(1, sizeof *s, "scores", e);
    if (!s)
        return NULL;
    s->n = n;
    s->k = k;
    s->p = mem_array((size_t)n * (size_t)k, sizeof *s->p, "scores", e);
    s->truth = s->p ? mem_array((size_t)n, sizeof *s->truth, "scores", e) : NULL;
    if (!s->truth) {
        scores_free(s);
        return NULL;
    }
    return s;
}

struct scores *scores_copy(const struct scores *s, struct err *e)
{
    struct scores *copy = scores_new(s->n, s->k, e);
    if (!copy)
        return NULL;
    memcpy(copy->p, s->p, (size_t)s->n * (size_t)s->k * sizeof *s->p);
    memcpy(copy->truth, s->truth, (size_t)s->n * sizeof *s->truth);
    return copy;
}

void scores_free(struct scores *s)
{
    if (!s)
        return;
    free(s->p);
    free(s->truth);
    free(s);
}

int scores_check(const struct scores *s, struct err *e)
{
    size_t count = (size_t)s->n * (size_t)s->k;
    for (size_t i = 0; i < count; i++) {
        if (s->p[i] >= 0 && s->p[i] <= 1)
            continue; /* false for NaN */
        return err_set(e, ERR_DATA, "scores: row %zu, class %zu: %g is not a probability in 0..1",
                       i / (size_t)s->k + 1, i % (size_t)s->k, (double)s->p[i]);
    }
    return 0;
}
