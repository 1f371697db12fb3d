/* Splitting as a job: one method made, stored and measured, or all methods side by side. */
#include "job/job_split.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "job/dataset.h"

static const char *const METHODS[] = {"random", "iterative"};

static void describe(struct split_result *r, const char *method, const struct conf *c, int folds)
{
    memset(r, 0, sizeof *r);
    snprintf(r->method, sizeof r->method, "%s", method);
    r->folds = folds;
    r->seed = conf_int(c, CONF_SPLIT_SEED);
}

static int compare_methods(struct dataset *d, const struct conf *c,
                           struct split_result results[SPLIT_RESULTS_MAX], int *n, struct err *e)
{
    const struct index *x = d->index;
    int folds = (int)conf_int(c, CONF_SPLIT_FOLDS);
    for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
        struct split_result *r = &results[(*n)++];
        describe(r, METHODS[i], c, folds);
        double start = clock_seconds();
        if (split_make(r->method, x->labels, x->n, x->k, folds, (uint64_t)r->seed, d->fold, e))
            return -1;
        r->seconds = clock_seconds() - start;
        if (split_measure(x->labels, x->n, x->k, d->fold, folds, &r->quality, e))
            return -1;
    }
    return 0;
}

static int one_split(struct dataset *d, struct job *j, const struct split_request *request,
                     struct split_result *r, struct err *e)
{
    const struct conf *c = j->work->conf;
    const struct index *x = d->index;
    double start = clock_seconds();
    if (dataset_split(d, j, request->in, e))
        return -1;
    describe(r, request->in ? "file" : conf_text(c, CONF_SPLIT_METHOD), c, d->folds);
    r->seconds = clock_seconds() - start;
    if (split_measure(x->labels, x->n, x->k, d->fold, d->folds, &r->quality, e) ||
        (request->in && dataset_keep_split(d, j, e)))
        return -1;
    return request->out ? split_save_csv(request->out, x->ids, d->fold, x->n, e) : 0;
}

int job_split(struct job *j, const struct split_request *request,
              struct split_result results[SPLIT_RESULTS_MAX], int *n, struct err *e)
{
    struct dataset d;
    *n = 0;
    if (dataset_open(&d, j, e))
        return -1;
    int failed;
    if (request->compare) {
        failed = compare_methods(&d, j->work->conf, results, n, e);
    } else {
        failed = one_split(&d, j, request, &results[0], e);
        *n = 1;
    }
    dataset_close(&d);
    return failed;
}
