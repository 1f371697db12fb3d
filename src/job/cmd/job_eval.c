/* Evaluation of a trained run on a part of the data it was split into. */
#include "job/job_eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "job/dataset_split.h"
#include "metric/threshold.h"
#include "run/run_pixels.h"
#include "run/run_split.h"
#include "run/run_truth.h"
#include "run/saved_run.h"
#include "run/score_file.h"
#include "train/evaluate.h"

/* The labels of today's table count; the log says how many have changed since the run. */
static int tell_truth(struct job *j, const struct saved_run *t, struct err *e)
{
    struct run_truth truth;
    if (run_truth_open(&truth, j->work, t->name, t->conf, t->classes, e))
        return -1;
    run_truth_close(&truth);
    return 0;
}

static int open_part(struct job *j, const struct saved_run *t, const char *part, struct dataset *d,
                     const int **rows, int *n, struct err *e)
{
    char folds[FILE_PATH_MAX];
    if (dataset_open(d, j, e) || saved_run_fits(t, d->index, e) || tell_truth(j, t, e))
        return -1;
    return run_split_folds(j->work, t->name, folds, e) ||
                   dataset_split_of_run(d, j->work, t->conf, t->name, folds, e) ||
                   dataset_part(d, part, rows, n, e) ||
                   saved_run_check_memory(t, j->work, t->batch, e) ||
                   dataset_pixels(d, j, (int)conf_int(t->conf, CONF_TRAIN_SIZE), e) ||
                   dataset_part(d, part, rows, n, e) || run_pixels_tell(j->work, t->name, d, e)
               ? -1
               : 0;
}

static int report(const struct scores *s, const char *method, struct report *out, struct err *e)
{
    double cuts[LABELS_MAX];
    return threshold_choose(method, s, cuts, e) || f1_report(s, cuts, out, e) ? -1 : 0;
}

static int save_probs(const char *path, enum output_mode mode, const struct dataset *d,
                      const int *rows, const struct scores *s, struct err *e)
{
    const char **ids = mem_array((size_t)s->n, sizeof *ids, "ids", e);
    if (!ids)
        return -1;
    for (int i = 0; i < s->n; i++)
        ids[i] = d->index->ids[rows[i]];
    int failed = score_file_write(path, mode, ids, s->p, s->n, s->k, e);
    free(ids);
    return failed;
}

static int evaluate(struct job *j, struct saved_run *t, const struct eval_request *request,
                    const char *file, struct eval_result *out, struct err *e)
{
    struct dataset d = {0};
    const int *rows;
    int n, failed = -1;
    struct scores *s = NULL;
    struct loss recipe = saved_run_loss(t);
    if (open_part(j, t, request->part, &d, &rows, &n, e) ||
        saved_run_load(t, j->work, file, out->raw, e))
        goto done;
    struct loader_plan plan = evaluate_plan(&d, rows, n, t->batch, t->mean, t->std);
    job_phase(j, PHASE_EVAL, n);
    s = evaluate_rows(j, t->net, &plan, 1, &recipe, NULL, &out->loss, e);
    if (!s || report(s, "fixed", &out->report, e) || report(s, "exact", &out->best, e) ||
        (request->probs && save_probs(request->probs, request->mode, &d, rows, s, e)))
        goto done;
    for (int c = 0; c < s->k; c++)
        snprintf(out->names[c], sizeof out->names[c], "%s", d.index->class_names[c]);
    failed = 0;
done:
    scores_free(s);
    dataset_close(&d);
    return failed;
}

/* Averaged weights where there are any, unless it is said which. */
static int choose_weights(const struct saved_run *t, const char *asked, bool *raw, struct err *e)
{
    *raw = asked ? !strcmp(asked, "raw") : !t->point.averaged;
    if (asked && !*raw && strcmp(asked, "ema") != 0)
        return err_set(e, ERR_USAGE, "no weights '%.40s': ema or raw", asked);
    if (!*raw && !t->point.averaged)
        return err_set(e, ERR_USAGE,
                       "run %s has no averaged weights: it was trained without "
                       "train.ema",
                       t->name);
    return 0;
}

int job_eval(struct job *j, const struct eval_request *request, struct eval_result *out,
             struct err *e)
{
    struct saved_run t = {0};
    char name[RUN_NAME_MAX], file[SAVED_RUN_FILE_MAX];
    memset(out, 0, sizeof *out);
    if (saved_run_file(request->checkpoint, file, e) ||
        (request->probs && output_check(request->probs, request->mode, e)) ||
        saved_run_find(j->work, request->run, name, e) ||
        saved_run_open(&t, j->work, name, file, e))
        return -1;
    if (choose_weights(&t, request->weights, &out->raw, e)) {
        saved_run_close(&t);
        return -1;
    }
    run_split_tell(j->work, name);
    saved_run_tell_unused(name, t.conf, j->work->conf, "data train loss augment split",
                          SAVED_RUN_INFERS);
    snprintf(out->run, sizeof out->run, "%s", name);
    out->epoch = (int)t.point.epoch;
    struct work work = *j->work, *own = j->work;
    work.conf = t.conf; /* the data and split of the run */
    j->work = &work;
    int failed = evaluate(j, &t, request, file, out, e);
    own->writer = work.writer; /* opened on the way when it was not yet */
    j->work = own;
    saved_run_close(&t);
    return failed;
}
