/* Ids are put in order once for each table that is made; marks are few. Memory that is missing
 * leaves a column out. */
#include "query_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app_model.h"
#include "base/mem.h"
#include "data/query.h"

struct entry {
    const char *id;
    int row;
};

void query_columns_fini(struct query_columns *c)
{
    free(c->scored);
    free(c->predicted);
    free(c->fold);
    free(c->findings);
    free(c->marks);
    arena_free(c->arena);
    *c = (struct query_columns){0};
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->id, ((const struct entry *)b)->id);
}

/* free() it; NULL without memory. */
static struct entry *sorted(const char *const *ids, int n)
{
    struct entry *all = mem_array((size_t)n + 1, sizeof *all, "ids", NULL);
    for (int i = 0; all && i < n; i++)
        all[i] = (struct entry){ids[i], i};
    if (all)
        qsort(all, (size_t)n, sizeof *all, compare_ids);
    return all;
}

/* For each id of `of` its row among `in`, -1: it is not there. */
static int *rows_of(const char *const *of, int n, const char *const *in, int m)
{
    struct entry *all = sorted(in, m);
    int *rows = all ? mem_array((size_t)n + 1, sizeof *rows, "rows", NULL) : NULL;
    for (int i = 0; rows && i < n; i++) {
        struct entry key = {of[i], 0};
        const struct entry *found = bsearch(&key, all, (size_t)m, sizeof *all, compare_ids);
        rows[i] = found ? found->row : -1;
    }
    free(all);
    return rows;
}

/* "wrong-label note" for a sample with both. */
static const char *joined(struct query_columns *c, const char *old, const char *kind)
{
    char text[256];
    snprintf(text, sizeof text, "%s%s%s", old, *old ? " " : "", kind);
    const char *kept = arena_strdup(c->arena, text, NULL);
    return kept ? kept : old;
}

static void add_marks(struct query_columns *c, const struct marks *m, const char *const *ids, int n)
{
    struct entry *all = m->n ? sorted(ids, n) : NULL;
    c->marks = all ? mem_array((size_t)n + 1, sizeof *c->marks, "marks", NULL) : NULL;
    c->arena = c->marks ? arena_new() : NULL;
    for (int i = 0; c->marks && i < n; i++)
        c->marks[i] = "";
    for (int i = 0; c->marks && i < m->n; i++) {
        struct entry key = {m->rows[i].sample, 0};
        const struct entry *at = bsearch(&key, all, (size_t)n, sizeof *all, compare_ids);
        if (at)
            c->marks[at->row] = joined(c, c->marks[at->row], m->rows[i].kind);
    }
    free(all);
}

static void add_predictions(struct query_columns *c, const struct app_model *b)
{
    const struct errors_view *v = &b->errors;
    const struct samples *s = b->data.samples;
    if (!errors_view_ready(b) || !errors_view_named(v))
        return;
    c->scored = rows_of(s->ids, s->n, v->names->ids, v->n);
    c->predicted =
        c->scored ? mem_array((size_t)v->n + 1, sizeof *c->predicted, "predictions", NULL) : NULL;
    if (c->predicted)
        memcpy(c->predicted, v->predicted, (size_t)v->n * sizeof *c->predicted);
}

void query_columns_fit_samples(struct app_model *b)
{
    struct samples_model *d = &b->data;
    unsigned needs = d->needs & (QUERY_SCORES | QUERY_MARKS);
    if (!samples_model_ready(d) || !needs)
        return;
    if (needs & QUERY_SCORES)
        errors_view_predict(b);
    struct query_columns_seen now = {needs, d->taken, b->errors.predictions, b->errors.named,
                                     b->errors.marks.drawn};
    if (memcmp(&now, &d->asked.seen, sizeof now) == 0)
        return;
    query_columns_fini(&d->asked);
    if (needs & QUERY_SCORES)
        add_predictions(&d->asked, b);
    if (needs & QUERY_MARKS)
        add_marks(&d->asked, &b->errors.marks, d->samples->ids, d->samples->n);
    d->asked.seen = now;
    samples_model_query(d, d->query);
}

static void add_table(struct query_columns *c, const struct app_model *b)
{
    const struct errors_view *v = &b->errors;
    const struct samples *s = b->data.samples;
    int *rows = rows_of(v->names->ids, v->n, s->ids, s->n);
    c->fold = rows && s->fold ? mem_array((size_t)v->n + 1, sizeof *c->fold, "folds", NULL) : NULL;
    c->findings = rows && s->findings
                      ? mem_array((size_t)v->n + 1, sizeof *c->findings, "findings", NULL)
                      : NULL;
    for (int i = 0; rows && i < v->n; i++) {
        if (c->fold)
            c->fold[i] = rows[i] < 0 ? -1 : s->fold[rows[i]];
        if (c->findings)
            c->findings[i] = rows[i] < 0 ? "" : s->findings[rows[i]];
    }
    free(rows);
}

void query_columns_of_scores(const struct app_model *b, unsigned needs, struct query_columns *out)
{
    *out = (struct query_columns){0};
    if (needs & QUERY_TABLE && samples_model_ready(&b->data))
        add_table(out, b);
    if (needs & QUERY_MARKS)
        add_marks(out, &b->errors.marks, b->errors.names->ids, b->errors.n);
}
