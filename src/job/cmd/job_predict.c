/* Prediction: one or several runs over the test set, averaged over views and runs, cut into labels,
 * written in the form of the sample submission. */
#include "job/job_predict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/run_files.h"
#include "data/csv_out.h"
#include "job/dataset.h"
#include "metric/f1.h"
#include "metric/mean.h"
#include "metric/threshold.h"
#include "run/run_cuts.h"
#include "run/run_scores.h"
#include "run/run_split.h"
#include "run/saved_run.h"
#include "run/score_file.h"
#include "run/submission.h"
#include "train/evaluate.h"

struct prediction {
    const struct predict_request *request;
    struct dataset data;    /* the test set */
    struct scores *average; /* over runs, rows as data.all; its values when all runs are done */
    struct mean sum;
    char separator; /* between labels, as in the training table */
    double cuts[LABELS_MAX];
    int cuts_epoch; /* of the first run, whose scores a stored set was made on; 0: of all best */
    int empty_row;  /* as f1_predict_row takes it */
};

static int parse_empty_row(const char *text, int k, int *empty_row, struct err *e)
{
    int64_t c;
    *empty_row = !strcmp(text, "argmax") ? -2 : -1;
    if (*empty_row == -2 || !strcmp(text, "none"))
        return 0;
    if (strncmp(text, "class:", 6) || !text_int(text + 6, &c) || c < 0 || c >= k)
        return err_set(e, ERR_CONFIG,
                       "tune.empty_row: '%.40s' is not argmax, none or class:N "
                       "with N in 0..%d",
                       text, k - 1);
    *empty_row = (int)c;
    return 0;
}

static int check_run(const struct prediction *p, const struct job *j, const struct saved_run *t,
                     struct err *e)
{
    if (saved_run_fits(t, p->data.index, e))
        return -1;
    const char *channels = conf_text(t->conf, CONF_DATA_CHANNELS);
    if (strcmp(channels, conf_text(j->work->conf, CONF_DATA_CHANNELS)) != 0)
        return err_set(e, ERR_DATA, "run %s was trained on the channels %s: set data.channels=%s",
                       t->name, channels, channels);
    return 0;
}

/* All of them before the first one predicts. */
static int check_runs(const struct prediction *p, const struct job *j, struct err *e)
{
    int failed = 0;
    for (int i = 0; i < p->request->runs_n && !failed; i++) {
        struct saved_run t = {0};
        char name[RUN_NAME_MAX];
        failed = saved_run_find(j->work, p->request->runs[i], name, e) ||
                 saved_run_open(&t, j->work, name, RUN_FILES_BEST, e);
        if (failed)
            break;
        failed = check_run(p, j, &t, e);
        saved_run_close(&t);
    }
    return failed ? -1 : 0;
}

static int open_pixels(struct prediction *p, struct job *j, const struct saved_run *t,
                       struct err *e)
{
    int size = (int)conf_int(t->conf, CONF_TRAIN_SIZE);
    if (saved_run_check_memory(t, j->work, t->batch, e))
        return -1;
    if (p->data.cache && cache_size(p->data.cache) == size)
        return 0;
    cache_close(p->data.cache);
    p->data.cache = NULL;
    return dataset_pixels(&p->data, j, size, e);
}

/* Rows of the first run decide how many there are. */
static int add_scores(struct prediction *p, const struct scores *s, struct err *e)
{
    size_t entries = (size_t)s->n * (size_t)s->k;
    if (!p->average &&
        (!(p->average = scores_new(s->n, s->k, e)) || mean_open(&p->sum, entries, e)))
        return -1;
    if (p->average->n != s->n)
        return err_set(e, ERR_DATA, "the test images changed while they were predicted");
    mean_add(&p->sum, 0, s->p, entries);
    return 0;
}

static int predict_run(struct prediction *p, struct job *j, const char *which, struct err *e)
{
    struct saved_run t = {0};
    char name[RUN_NAME_MAX];
    struct scores *s = NULL;
    int views = (int)conf_int(j->work->conf, CONF_PREDICT_TTA), failed = -1;
    if (saved_run_find(j->work, which, name, e) ||
        saved_run_open(&t, j->work, name, RUN_FILES_BEST, e))
        return -1;
    run_split_tell(j->work, name);
    saved_run_tell_unused(name, t.conf, j->work->conf, "train loss augment split",
                          SAVED_RUN_INFERS);
    if (open_pixels(p, j, &t, e) || saved_run_load(&t, j->work, RUN_FILES_BEST, false, e))
        goto done;
    if (!p->average && p->cuts_epoch && p->cuts_epoch != t.point.epoch)
        log_warn("run %s: these cuts were made on the scores of epoch %d, the weights are of epoch "
                 "%lld; hpa tune %s --save makes new ones",
                 name, p->cuts_epoch, (long long)t.point.epoch, name);
    struct loss recipe = train_config_loss(t.conf);
    struct loader_plan plan =
        evaluate_plan(&p->data, p->data.all, p->data.all_n, t.batch, t.mean, t.std);
    job_phase(j, PHASE_PREDICT, (int64_t)plan.n * views);
    s = evaluate_rows(j, t.net, &plan, views, &recipe, NULL, NULL, e);
    if (s)
        failed = add_scores(p, s, e);
done:
    scores_free(s);
    saved_run_close(&t);
    return failed;
}

static bool same_samples(const struct scores *a, const struct scores *b)
{
    return a->n == b->n && a->k == b->k &&
           !memcmp(a->truth, b->truth, (size_t)a->n * sizeof *a->truth);
}

static int add_run(struct run_scores *first, struct mean *sum, const struct predict_request *r,
                   int run, struct job *j, struct err *e)
{
    struct run_scores other;
    if (run_scores_open(&other, j->work, r->runs[run], RUN_SCORES_BEST, e))
        return -1;
    bool same = same_samples(first->scores, other.scores);
    if (same)
        mean_add(sum, 0, other.scores->p, sum->entries);
    run_scores_close(&other);
    if (same)
        return 0;
    return err_set(e, ERR_USAGE,
                   "runs %s and %s validate on other samples: name a stored set with --thresholds",
                   r->runs[0], r->runs[run]);
}

/* By tune.method, on the validation scores of all runs averaged, when they validate on the same
 * samples. */
static int tuned_cuts(const struct prediction *p, struct job *j, double *cuts, struct err *e)
{
    const char *method = conf_text(j->work->conf, CONF_TUNE_METHOD);
    struct run_scores first;
    struct mean sum = {0};
    const struct predict_request *r = p->request;
    if (run_scores_open(&first, j->work, r->runs[0], RUN_SCORES_BEST, e))
        return -1;
    int failed = mean_open(&sum, (size_t)first.scores->n * (size_t)first.scores->k, e);
    if (!failed)
        mean_add(&sum, 0, first.scores->p, sum.entries);
    for (int run = 1; run < r->runs_n && !failed; run++)
        failed = add_run(&first, &sum, r, run, j, e);
    if (!failed)
        mean_take(&sum, r->runs_n, first.scores->p);
    failed = failed || threshold_choose(method, first.scores, cuts, e);
    mean_close(&sum);
    run_scores_close(&first);
    return failed ? -1 : 0;
}

static int given_cuts(struct prediction *p, const struct threshold_set *set,
                      struct predict_result *out, struct err *e)
{
    if (set->k != out->k)
        return err_set(e, ERR_DATA, "these are cuts of %d classes, the data has %d", set->k,
                       out->k);
    memcpy(p->cuts, set->cuts, (size_t)set->k * sizeof *set->cuts);
    p->cuts_epoch = set->epoch;
    snprintf(out->set, sizeof out->set, "%s", set->name);
    return 0;
}

/* The set "current" of the first run, with newer cuts where its scores are newer. */
static int current_cuts(struct prediction *p, struct job *j, struct run_cuts *stored, int k,
                        struct err *e)
{
    const char *run = p->request->runs[0];
    double fresh[LABELS_MAX];
    struct saved_run t = {0};
    char name[RUN_NAME_MAX];
    if (saved_run_find(j->work, run, name, e) ||
        saved_run_open(&t, j->work, name, RUN_FILES_BEST, e))
        return -1;
    int epoch = (int)t.point.epoch;
    saved_run_close(&t);
    if (stored->epoch >= epoch) {
        run_cuts_tell_unused(j->work->conf, run, "current");
        return 0;
    }
    if (tuned_cuts(p, j, fresh, e))
        return -1;
    run_cuts_renew(stored, fresh, k, epoch, name, conf_text(j->work->conf, CONF_TUNE_METHOD));
    return 0;
}

static int find_cuts(struct prediction *p, struct job *j, struct predict_result *out, struct err *e)
{
    bool found;
    struct run_cuts stored;
    const struct predict_request *r = p->request;
    if (r->cuts)
        return given_cuts(p, r->cuts, out, e);
    const char *name = r->thresholds ? r->thresholds : "current";
    const char *method = conf_text(j->work->conf, CONF_TUNE_METHOD);
    if (run_cuts_stored(j->work, r->runs[0], name, out->k, &stored, &found, e))
        return -1;
    if (!found && r->thresholds)
        return err_set(e, ERR_NOINPUT,
                       "run %s has no threshold set '%.60s' (hpa tune RUN --save "
                       "SET makes one)",
                       r->runs[0], name);
    snprintf(out->set, sizeof out->set, "%s", found ? name : method);
    if (!found)
        return tuned_cuts(p, j, p->cuts, e);
    if (r->thresholds)
        run_cuts_tell_unused(j->work->conf, r->runs[0], name);
    else if (current_cuts(p, j, &stored, out->k, e))
        return -1;
    memcpy(p->cuts, stored.cuts, sizeof p->cuts);
    p->cuts_epoch = stored.epoch;
    return 0;
}

static void predict_row(const struct prediction *p, int at, struct predict_result *out, char *text,
                        size_t size)
{
    const float *row = p->average->p + (size_t)at * (size_t)out->k;
    struct labels set = f1_predict_row(row, p->cuts, out->k, -1);
    if (labels_count(&set) == 0) {
        out->empty_rows++;
        set = f1_predict_row(row, p->cuts, out->k, p->empty_row);
    }
    for (int c = labels_next(&set, 0); c >= 0; c = labels_next(&set, c + 1))
        out->count[c]++;
    score_file_print_labels(&set, p->separator, text, size);
}

static int write_submission(const struct prediction *p, const struct conf *c,
                            struct predict_result *out, struct err *e)
{
    char text[LABELS_MAX * 4];
    const struct index *x = p->data.index;
    struct csv_out *csv = csv_out_new();
    int failed = submission_put_header(csv, c, e);
    for (int row = 0, at = 0; row < x->n && !failed; row++) {
        text[0] = '\0';
        if (at < p->data.all_n && p->data.all[at] == row)
            predict_row(p, at++, out, text, sizeof text);
        csv_out_text(csv, x->ids[row]);
        csv_out_text(csv, text);
        csv_out_end_row(csv);
    }
    if (!failed)
        failed = csv_out_write(csv, p->request->out, p->request->mode, e);
    csv_out_free(csv);
    return failed;
}

static int write_probs(const struct prediction *p, const char *path, struct err *e)
{
    const struct dataset *d = &p->data;
    const char **ids = mem_array((size_t)d->all_n, sizeof *ids, "ids", e);
    if (!ids)
        return -1;
    for (int i = 0; i < d->all_n; i++)
        ids[i] = d->index->ids[d->all[i]];
    int failed = score_file_write(path, p->request->mode, ids, p->average->p, p->average->n,
                                  p->average->k, e);
    free(ids);
    return failed;
}

static int check_outputs(const struct predict_request *r, struct err *e)
{
    if (output_check(r->out, r->mode, e) || (r->probs && output_check(r->probs, r->mode, e)))
        return -1;
    if (r->probs && output_same(r->out, r->probs))
        return err_set(e, ERR_USAGE, "%s: the submission and the probabilities need two files",
                       r->out);
    return 0;
}

static int predict(struct prediction *p, struct job *j, struct predict_result *out, struct err *e)
{
    const struct conf *c = j->work->conf;
    if (check_outputs(p->request, e) || submission_check(c, e) ||
        dataset_open_test(&p->data, j, e) || submission_check_ids(p->data.index, e) ||
        check_runs(p, j, e))
        return -1;
    const struct index *x = p->data.index;
    p->separator = *conf_text(c, CONF_DATA_SEPARATOR);
    out->samples = x->n;
    out->k = x->k;
    for (int i = 0; i < x->k; i++)
        snprintf(out->names[i], sizeof out->names[i], "%s", x->class_names[i]);
    if (parse_empty_row(conf_text(c, CONF_TUNE_EMPTY_ROW), x->k, &p->empty_row, e) ||
        find_cuts(p, j, out, e))
        return -1;
    for (int run = 0; run < p->request->runs_n; run++)
        if (predict_run(p, j, p->request->runs[run], e))
            return -1;
    mean_take(&p->sum, p->request->runs_n, p->average->p);
    out->unreadable = x->n - p->data.all_n;
    if (out->unreadable)
        log_warn("%d test %s cannot be read: no labels in %s", out->unreadable,
                 out->unreadable == 1 ? "sample" : "samples",
                 out->unreadable == 1 ? "its row" : "their rows");
    if (p->request->probs && write_probs(p, p->request->probs, e))
        return -1;
    return write_submission(p, c, out, e);
}

int job_predict(struct job *j, const struct predict_request *request, struct predict_result *out,
                struct err *e)
{
    struct prediction p = {.request = request};
    memset(out, 0, sizeof *out);
    int failed = predict(&p, j, out, e);
    scores_free(p.average);
    mean_close(&p.sum);
    dataset_close(&p.data);
    return failed;
}
