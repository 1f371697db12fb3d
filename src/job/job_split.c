/* Splitting as a job: one method made, stored and measured, or all methods side by side. */
#include "job/job_split.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "job/dataset.h"

static void describe(struct split_result *r, const char *method, const struct conf *c, int folds)
{
    memset(r, 0, sizeof *r);
    snprintf(r->method, sizeof r->method, "%s", method);
    r->folds = folds;
    r->seed = conf_int(c, CONF_SPLIT_SEED);
}

static int measure(const struct dataset *d, const struct conf *c, struct split_result *r,
                   struct err *e)
{
    const struct index *x = d->index;
    double val = r->folds == 2 ? conf_real(c, CONF_SPLIT_VAL) : 0;
    return split_measure_val(x->labels, x->n, x->k, d->fold, r->folds, val, &r->quality, e);
}

static int compare_methods(struct dataset *d, struct job *j,
                           struct split_result results[SPLIT_RESULTS_MAX], int *n, struct err *e)
{
    const struct conf *c = j->work->conf;
    for (int i = 0; split_make_method(i); i++) {
        struct split_result *r = &results[(*n)++];
        describe(r, split_make_method(i), c, dataset_folds(c));
        double start = clock_seconds();
        if (job_cancelled(j))
            return err_set(e, ERR_CANCELLED, "stopped on request");
        if (dataset_make_split(d, c, r->method, e))
            return -1;
        r->seconds = clock_seconds() - start;
        if (measure(d, c, r, e))
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
    if (measure(d, c, r, e) || (request->in && dataset_keep_split(d, j, e)))
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
        failed = compare_methods(&d, j, results, n, e);
    } else {
        failed = one_split(&d, j, request, &results[0], e);
        *n = 1;
    }
    dataset_close(&d);
    return failed;
}
