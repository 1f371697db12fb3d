/* Three workers with one kind of question each. The levels are read on in short pieces, the splits
 * method by method, so that a newer question and the end are noticed. */
#include "job/dataset_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async_worker.h"
#include "base/clock.h"
#include "base/mem.h"
#include "job/current_split.h"
#include "job/dataset_split.h"

enum question { SAMPLES, LEVELS, SPLITS, QUESTIONS };
static const double PIECE_SECONDS = 0.2;

struct dataset_query {
    struct work *work;
    struct async_worker *workers[QUESTIONS];
    struct intensity_histogram_reader *reader; /* of its worker's thread */
};

static int open_data(struct dataset *d, struct work *w, struct err *e)
{
    struct job_control control = {0};
    struct job *j = xmalloc(sizeof *j);
    job_init(j, w, &control, (struct job_observer){0});
    int failed = dataset_open(d, j, e);
    free(j);
    return failed;
}

static void *answer_samples(void *context, void *ask)
{
    struct dataset_query *x = context;
    struct dataset d;
    struct err e = {0};
    (void)ask;
    if (open_data(&d, x->work, &e))
        return samples_failed(&e);
    struct samples *s = samples_copy(&d);
    async_worker_put(x->workers[SAMPLES], 0, s);
    dataset_split_look(&d, x->work, &e); /* without folds, findings come all the same */
    s = samples_copy(&d);
    samples_add_findings(s, &d, x->work);
    s->whole = true;
    dataset_close(&d);
    return s;
}

static void *answer_levels(void *context, void *ask)
{
    struct dataset_query *x = context;
    struct intensity_histogram *l = intensity_histogram_read(x->reader, *(int *)ask, PIECE_SECONDS);
    while (!l->whole && l->error.code == ERR_NONE &&
           !async_worker_superseded(x->workers[LEVELS], 0)) {
        async_worker_put(x->workers[LEVELS], 0, l);
        l = intensity_histogram_read(x->reader, *(int *)ask, PIECE_SECONDS);
    }
    return l;
}

static int measure(struct dataset_query_splits *s, struct dataset *d, const struct conf *c,
                   const char *method)
{
    const struct index *x = d->index;
    double start = clock_seconds();
    if (dataset_split_deal(d, c, method, &s->error))
        return -1;
    double seconds = clock_seconds() - start;
    struct split_quality *q = &s->rows[s->n].quality;
    if (split_measure_val(x->labels, x->n, x->k, d->fold, s->folds, conf_real(c, CONF_SPLIT_VAL), q,
                          &s->error))
        return -1;
    s->rows[s->n].seconds = seconds;
    snprintf(s->rows[s->n].method, sizeof s->rows[s->n].method, "%s", method);
    s->n++;
    return 0;
}

static struct dataset_query_splits *copy_of(const struct dataset_query_splits *s)
{
    struct dataset_query_splits *out = xmalloc(sizeof *out);
    *out = *s;
    return out;
}

/* The method of the current split, or of the one that a training would make. */
static void name_current(const struct work *w, const struct conf *c, struct dataset_query_splits *s)
{
    struct split_current current;
    bool found;
    snprintf(s->configured, sizeof s->configured, "%s", conf_text(c, CONF_SPLIT_METHOD));
    if (current_split_find(w, &current, &found, NULL) || !found)
        return;
    current_split_text(&current.split, s->current);
    if (*current.split.source)
        s->configured[0] = '\0';
}

static void *answer_splits(void *context, void *ask)
{
    struct dataset_query *x = context;
    struct conf *c = current_split_conf(x->work);
    struct dataset_query_splits s = {.folds = dataset_split_count(c)};
    struct dataset d;
    const char *method;
    (void)ask;
    name_current(x->work, c, &s);
    if (open_data(&d, x->work, &s.error)) {
        conf_free(c);
        return copy_of(&s);
    }
    for (int i = 0; i < DATASET_QUERY_SPLITS && (method = split_make_method(i)); i++) {
        if (async_worker_superseded(x->workers[SPLITS], 0) || measure(&s, &d, c, method))
            break;
        async_worker_put(x->workers[SPLITS], 0, copy_of(&s));
    }
    dataset_close(&d);
    conf_free(c);
    s.whole = true;
    return copy_of(&s);
}

static void free_samples(void *s)
{
    samples_free(s);
}

static const struct async_worker_kind kinds[QUESTIONS] = {
    [SAMPLES] = {answer_samples, free_samples, false},
    [LEVELS] = {answer_levels, free, false},
    [SPLITS] = {answer_splits, free, false},
};

struct dataset_query *dataset_query_new(struct work *work, struct wake *wake, struct err *e)
{
    static const char *const names[QUESTIONS] = {"hpa-samples", "hpa-levels", "hpa-splits"};
    struct dataset_query *x = xcalloc(1, sizeof *x);
    x->work = work;
    x->reader = intensity_histogram_reader_new(work);
    for (int q = 0; q < QUESTIONS; q++) {
        x->workers[q] = async_worker_new(names[q], &kinds[q], 1, x, wake, e);
        if (!x->workers[q]) {
            dataset_query_free(x);
            return NULL;
        }
    }
    return x;
}

void dataset_query_free(struct dataset_query *x)
{
    if (!x)
        return;
    for (int q = 0; q < QUESTIONS; q++)
        async_worker_free(x->workers[q]);
    intensity_histogram_reader_free(x->reader);
    free(x);
}

void dataset_query_ask_samples(struct dataset_query *x)
{
    async_worker_ask(x->workers[SAMPLES], 0, xcalloc(1, 1));
}

void dataset_query_ask_levels(struct dataset_query *x, int class)
{
    int *ask = xmalloc(sizeof *ask);
    *ask = class;
    async_worker_ask(x->workers[LEVELS], 0, ask);
}

void dataset_query_ask_splits(struct dataset_query *x)
{
    async_worker_ask(x->workers[SPLITS], 0, xcalloc(1, 1));
}

struct samples *dataset_query_take_samples(struct dataset_query *x)
{
    return async_worker_take(x->workers[SAMPLES], 0);
}

struct intensity_histogram *dataset_query_take_levels(struct dataset_query *x)
{
    return async_worker_take(x->workers[LEVELS], 0);
}

struct dataset_query_splits *dataset_query_take_splits(struct dataset_query *x)
{
    return async_worker_take(x->workers[SPLITS], 0);
}
