/* Splitting as a job: one method made, stored and measured, or all methods side by side. */
#include "job/job_split.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "job/current_split.h"
#include "job/dataset_split.h"

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

/* With the settings of the current split, where nobody gives others. */
static int compare_methods(struct dataset *d, struct job *j,
                           struct split_result results[SPLIT_RESULTS_MAX], int *n, struct err *e)
{
    struct conf *c = current_split_conf(j->work);
    int failed = 0;
    for (int i = 0; split_make_method(i) && !failed; i++) {
        struct split_result *r = &results[(*n)++];
        describe(r, split_make_method(i), c, dataset_split_count(c));
        double start = clock_seconds();
        failed = job_cancelled(j) ? err_set(e, ERR_CANCELLED, "stopped on request")
                                  : dataset_split_deal(d, c, r->method, e);
        r->seconds = clock_seconds() - start;
        failed = failed || measure(d, c, r, e);
    }
    conf_free(c);
    return failed ? -1 : 0;
}

/* Settings that say how to deal contradict a table that says the folds. */
static int check_table(const struct conf *c, const char *path, struct err *e)
{
    static const enum conf_key keys[] = {CONF_SPLIT_METHOD, CONF_SPLIT_SEED, CONF_SPLIT_VAL,
                                         CONF_SPLIT_GROUPS};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (*conf_origin(c, keys[i]) == '-')
            return err_set(e, ERR_USAGE, "--in %s has the folds: leave out %s (%s)", path,
                           conf_info(keys[i])->name, conf_origin(c, keys[i]));
    return 0;
}

/* Do the flags ask for a split, or only to see the one there is? */
static bool asks_for_split(const struct conf *c, const struct split_request *request)
{
    static const enum conf_key keys[] = {CONF_SPLIT_METHOD, CONF_SPLIT_FOLDS, CONF_SPLIT_FOLD,
                                         CONF_SPLIT_SEED,   CONF_SPLIT_VAL,   CONF_SPLIT_GROUPS};
    bool asks = request->in || !request->out;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        asks = asks || *conf_origin(c, keys[i]) == '-';
    return asks;
}

static int open_split(struct dataset *d, struct job *j, const struct split_request *request,
                      struct err *e)
{
    struct split_current current;
    bool found = false;
    const struct conf *c = j->work->conf;
    char text[CURRENT_SPLIT_TEXT];
    if (!asks_for_split(c, request) && current_split_find(j->work, &current, &found, e))
        return -1;
    if (!found)
        return (request->in && check_table(c, request->in, e)) ||
                       (!request->in && conf_check(c, e)) ||
                       dataset_split_replace(d, j, request->in, e)
                   ? -1
                   : 0;
    current_split_text(&current.split, text);
    log_info("split: written as it is, the current one: %s", text);
    return dataset_split_read(d, j->work, e);
}

static void describe_split(struct split_result *r, const struct dataset *d)
{
    memset(r, 0, sizeof *r);
    snprintf(r->method, sizeof r->method, "%.*s", (int)strcspn(d->split.method, "#"),
             d->split.method);
    r->folds = d->folds;
    r->seed = d->split.seed;
}

static int one_split(struct dataset *d, struct job *j, const struct split_request *request,
                     struct split_result *r, struct err *e)
{
    const struct index *x = d->index;
    double start = clock_seconds(), val = 0;
    if ((request->out && output_check(request->out, request->mode, e)) ||
        open_split(d, j, request, e))
        return -1;
    describe_split(r, d);
    r->seconds = clock_seconds() - start;
    text_real(d->split.val, &val);
    if (split_measure_val(x->labels, x->n, x->k, d->fold, r->folds, val, &r->quality, e))
        return -1;
    return request->out ? split_save_csv(request->out, request->mode, x->ids, d->fold, x->n, e) : 0;
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
