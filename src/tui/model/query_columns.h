/* What a condition asks about beside its own table: for samples what their scores predict, for
 * scores the folds and findings of the samples, for both the marks. Looked up by id, and only as
 * far as the condition needs it (query_needs). UI thread. */
#ifndef TUI_QUERY_COLUMNS_H
#define TUI_QUERY_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/labels.h"

struct app_model;

/* NULL: not asked for, or not known. */
struct query_columns {
    int *scored;              /* [n] row of the scores, -1: has none */
    struct labels *predicted; /* of the scores, at the cuts */
    int *fold;                /* [n] -1: not in the table */
    const char **findings;    /* [n] "": none */
    const char **marks;       /* [n] kinds, "": none */
    struct arena *arena;      /* owns the texts of marks */
    struct query_columns_seen {
        uint64_t needs, table, predictions, names, marks;
    } seen; /* what they were made of */
};

void query_columns_fini(struct query_columns *c);

/* The columns of the Data tab's table fit its condition, scores, cuts and marks as they are now;
 * where they had to change, the condition is evaluated anew. */
void query_columns_fit_samples(struct app_model *b);
/* Of the samples that the scores are about; their ids must be known. */
void query_columns_of_scores(const struct app_model *b, unsigned needs, struct query_columns *out);

#endif
