/* The table of tests/reference/tune_vectors.py as scores. */
#ifndef TESTS_METRIC_TUNE_TABLE_H
#define TESTS_METRIC_TUNE_TABLE_H

#include <string.h>

#include "metric/scores.h"
#include "near.h"
#include "reference/tune_vectors.h"
#include "test.h"

static inline struct scores *tune_table(void)
{
    struct scores *s = scores_new(TUNE_N, TUNE_K, NULL);
    assert_non_null(s);
    memcpy(s->p, tune_p, sizeof tune_p);
    for (int i = 0; i < TUNE_N * TUNE_K; i++)
        if (tune_truth[i])
            labels_add(&s->truth[i / TUNE_K], i % TUNE_K);
    return s;
}

#endif
