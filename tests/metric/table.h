/* Tables of scores for the metric tests, from the reference vectors. */
#ifndef TESTS_METRIC_TABLE_H
#define TESTS_METRIC_TABLE_H

#include <string.h>

#include "metric/scores.h"
#include "near.h"
#include "reference/metric_vectors.h"
#include "test.h"

enum { TABLES = sizeof metric_tables / sizeof *metric_tables };

static inline struct scores *table_scores(const struct metric_table *t)
{
    struct scores *s = scores_new(t->n, t->k, NULL);
    assert_non_null(s);
    memcpy(s->p, t->p, (size_t)(t->n * t->k) * sizeof *s->p);
    for (int i = 0; i < t->n * t->k; i++)
        if (t->truth[i])
            labels_add(&s->truth[i / t->k], i % t->k);
    return s;
}

#endif
