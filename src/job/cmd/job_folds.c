/* Cross-validation. The runs are ordinary ones; what belongs to all of them together lies in
 * folds/NAME in the work folder, and is written anew by every call that gets that far. */
#include "job/job_folds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/float32.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/run_files.h"
#include "data/csv_out.h"
#include "job/current_split.h"
#include "job/job_train.h"
#include "metric/f1.h"
#include "metric/threshold.h"
#include "run/run_scores.h"
#include "run/run_split.h"
#include "run/saved_run.h"
#include "run/score_file.h"
#include "run/store_ops.h"
#include "train/trainer.h"

#define SET "folds"
enum { FOLDS_MAX = 100 };

struct pool {
    struct run_scores part[FOLDS_MAX]; /* the out-of-fold scores of each run */
    int folds;
    struct scores *all; /* the parts, one after another */
    const char **ids;   /* [all->n], borrowed from the parts */
};

static int run_name(const struct folds_request *r, int fold, char name[RUN_NAME_MAX], struct err *e)
{
    if (snprintf(name, RUN_NAME_MAX, "%s-f%d", r->name, fold) < RUN_NAME_MAX)
        return 0;
    return err_set(e, ERR_USAGE, "--name %.80s: too long for the runs of its folds", r->name);
}

/* Before the first fold is trained for nothing. */
static int check_folds(const struct conf *c, struct err *e)
{
    char value[64];
    text_safe(conf_text(c, CONF_SPLIT_VAL), value, sizeof value);
    if (!conf_is_set(c, CONF_SPLIT_VAL))
        return 0;
    return err_set(e, ERR_CONFIG,
                   "split.val: %s; a run for every fold needs equal folds: leave split.val empty, "
                   "split.folds says how many (hpa split --folds N replaces the current split)",
                   value);
}

/* As the current split has it; without one, as the settings do. */
static struct conf *first_conf(const struct job *j, const struct folds_request *r, struct err *e)
{
    struct split_current current;
    bool found;
    if (current_split_find(j->work, &current, &found, e) ||
        (found && current_split_check(r->conf, &current, e)))
        return NULL;
    struct conf *conf = conf_copy(r->conf);
    if (!found)
        return conf;
    current_split_tell_overruled(conf, &current);
    current_split_apply(conf, &current);
    return conf;
}

/* All folds are trained alike: with the settings of the first, once that has begun. */
static struct conf *choose_conf(const struct job *j, const struct folds_request *r, struct err *e)
{
    struct saved_run t;
    char name[RUN_NAME_MAX];
    if (run_name(r, 0, name, e))
        return NULL;
    if (!saved_run_exists(j->work, name))
        return first_conf(j, r, e);
    if (saved_run_open(&t, j->work, name, RUN_FILES_LAST, e))
        return NULL;
    struct conf *conf = t.conf;
    t.conf = NULL;
    saved_run_close(&t);
    log_info("folds of %s: trained with the settings and the split of run %s", r->name, name);
    run_split_tell(j->work, name);
    trainer_tell_kept(name, conf, r->conf);
    return conf;
}

static int train_fold(struct job *j, const struct folds_request *r, const struct conf *conf,
                      int fold, struct err *e)
{
    char name[RUN_NAME_MAX], first[RUN_NAME_MAX], number[16];
    struct conf *own = conf_copy(conf);
    const struct job_observer observer = j->observer;
    snprintf(number, sizeof number, "%d", fold);
    int failed = run_name(r, fold, name, e) || run_name(r, 0, first, e) ||
                 conf_set(own, "split.fold", number, "fold", e);
    if (!failed) {
        struct train_request request = {
            .conf = own, .name = name, .split_of = fold ? first : NULL, .go_on = true};
        log_info("fold %d of %lld: run %s", fold + 1, (long long)conf_int(own, CONF_SPLIT_FOLDS),
                 name);
        job_init(j, j->work, j->control, observer);
        failed = job_train(j, &request, e);
    }
    if (!failed && j->now.stopped)
        failed = err_set(e, ERR_CANCELLED,
                         "stopped in run %s with a checkpoint; the same command resumes it", name);
    conf_free(own);
    return failed ? -1 : 0;
}

static void pool_close(struct pool *p)
{
    for (int fold = 0; fold < p->folds; fold++)
        run_scores_close(&p->part[fold]);
    scores_free(p->all);
    free(p->ids);
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int check_once(const struct pool *p, struct err *e)
{
    size_t n = (size_t)p->all->n;
    const char **sorted = mem_array(n, sizeof *sorted, "ids", e);
    if (!sorted)
        return -1;
    memcpy(sorted, p->ids, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_ids);
    int failed = 0;
    for (size_t i = 1; i < n && !failed; i++)
        if (!strcmp(sorted[i - 1], sorted[i]))
            failed = err_set(e, ERR_DATA,
                             "sample %s is in two folds: the runs were not made with one split",
                             sorted[i]);
    free(sorted);
    return failed;
}

static int put_together(struct pool *p, struct err *e)
{
    int n = 0, at = 0, k = p->part[0].scores->k;
    for (int fold = 0; fold < p->folds; fold++) {
        n += p->part[fold].scores->n;
        if (p->part[fold].scores->k != k)
            return err_set(e, ERR_DATA, "the runs of the folds have different classes");
    }
    p->all = scores_new(n, k, e);
    p->ids = p->all ? mem_array((size_t)n, sizeof *p->ids, "ids", e) : NULL;
    if (!p->ids)
        return -1;
    for (int fold = 0; fold < p->folds; fold++) {
        const struct scores *s = p->part[fold].scores;
        memcpy(p->all->p + (size_t)at * (size_t)k, s->p, sizeof *s->p * (size_t)s->n * (size_t)k);
        memcpy(p->all->truth + at, s->truth, sizeof *s->truth * (size_t)s->n);
        for (int i = 0; i < s->n; i++)
            p->ids[at++] = p->part[fold].truth.ids[i];
    }
    return check_once(p, e);
}

static int gather(struct pool *p, const struct job *j, const struct folds_request *r, int folds,
                  struct err *e)
{
    char name[RUN_NAME_MAX];
    for (; p->folds < folds; p->folds++)
        if (run_name(r, p->folds, name, e) ||
            run_scores_open(&p->part[p->folds], j->work, name, RUN_SCORES_BEST, e))
            return -1;
    return put_together(p, e);
}

/* The rows of all parts but one, in a table of its own. */
static struct scores *without(const struct pool *p, int begin, int n, struct err *e)
{
    const struct scores *a = p->all;
    size_t k = (size_t)a->k, head = (size_t)begin, tail = (size_t)(a->n - begin - n);
    struct scores *s = scores_new(a->n - n, a->k, e);
    if (!s)
        return NULL;
    memcpy(s->p, a->p, sizeof *s->p * head * k);
    memcpy(s->p + head * k, a->p + (head + (size_t)n) * k, sizeof *s->p * tail * k);
    memcpy(s->truth, a->truth, sizeof *s->truth * head);
    memcpy(s->truth + head, a->truth + head + (size_t)n, sizeof *s->truth * tail);
    return s;
}

/* Decisions as a table, 1 predicted and 0 not: so that counts of rows with other cuts add up. */
static int decide(const struct pool *p, const char *method, struct scores *decided, int fold,
                  int begin, struct err *e)
{
    double cuts[LABELS_MAX];
    int n = p->part[fold].scores->n, k = decided->k;
    struct scores *rest = without(p, begin, n, e);
    int failed = !rest || threshold_choose(method, rest, cuts, e);
    scores_free(rest);
    for (int i = begin; i < begin + n && !failed; i++)
        for (int c = 0; c < k; c++) {
            float *cell = &decided->p[(size_t)i * (size_t)k + (size_t)c];
            *cell = float32_reaches(*cell, cuts[c]) ? 1.0F : 0.0F;
        }
    return failed ? -1 : 0;
}

static int estimate(const struct pool *p, const char *method, double *macro, struct err *e)
{
    double half[LABELS_MAX];
    struct report report;
    struct scores *decided = scores_copy(p->all, e);
    int failed = !decided, begin = 0;
    for (int fold = 0; fold < p->folds && !failed; fold++) {
        failed = decide(p, method, decided, fold, begin, e);
        begin += p->part[fold].scores->n;
    }
    for (int c = 0; c < LABELS_MAX; c++)
        half[c] = .5;
    if (!failed)
        failed = f1_report(decided, half, &report, e);
    if (!failed)
        *macro = report.macro_f1;
    scores_free(decided);
    return failed ? -1 : 0;
}

static int write_truth(const struct pool *p, const char *path, struct err *e)
{
    char targets[LABELS_MAX * 4];
    struct csv_out *out = csv_out_new();
    csv_out_text(out, "Id");
    csv_out_text(out, "Target");
    csv_out_end_row(out);
    for (int i = 0; i < p->all->n; i++) {
        score_file_print_labels(&p->all->truth[i], ' ', targets, sizeof targets);
        csv_out_text(out, p->ids[i]);
        csv_out_text(out, targets);
        csv_out_end_row(out);
    }
    int failed = csv_out_save(out, path, e);
    csv_out_free(out);
    return failed;
}

static int write_files(const struct pool *p, const struct work *w, const char *name,
                       const double *cuts, struct folds_result *out, struct err *e)
{
    char all[FILE_PATH_MAX], folder[FILE_PATH_MAX], json[FILE_PATH_MAX];
    struct score_cuts set = {.method = out->method,
                             .run = name,
                             .k = out->k,
                             .cuts = cuts,
                             .in_sample = out->in_sample,
                             .held_out = out->out_of_sample,
                             .held_out_std = NAN};
    if (file_join(all, w->folder, "folds", e) || file_join(folder, all, name, e) ||
        file_make_folders(folder, e) || file_join(out->scores, folder, "scores.npy", e) ||
        file_join(out->truth, folder, "truth.csv", e) ||
        file_join(json, folder, "thresholds.json", e))
        return -1;
    struct run_scores first = p->part[0];
    return score_file_write(out->scores, OUTPUT_PRIVATE, p->ids, p->all->p, p->all->n, p->all->k,
                            e) ||
                   write_truth(p, out->truth, e) ||
                   score_file_write_cuts(json, OUTPUT_PRIVATE, &set, first.names, e)
               ? -1
               : 0;
}

/* With every run, so that any of them predicts at these cuts. */
static int keep_set(const struct pool *p, struct work *w, const double *cuts,
                    const struct folds_result *out, struct err *e)
{
    struct threshold_set set = {.k = out->k,
                                .macro_f1 = out->in_sample,
                                .held_out_f1 = out->out_of_sample,
                                .held_out_std = NAN, /* one estimate has none */
                                .saved_ms = clock_unix_ms()};
    if (work_open_store(w, e))
        return -1;
    snprintf(set.name, sizeof set.name, "%s", out->set);
    snprintf(set.method, sizeof set.method, "%s", out->method);
    memcpy(set.cuts, cuts, sizeof set.cuts);
    for (int fold = 0; fold < p->folds; fold++) {
        store_ops_set(w->writer, p->part[fold].uuid, &set);
        store_ops_sets(w, p->part[fold].uuid);
    }
    if (!writer_flush(w->writer, 30))
        return err_set(e, ERR_LOCKED, "set %s: the store does not take it (locked or full)", SET);
    return 0;
}

static int measure(const struct pool *p, struct job *j, const struct folds_request *r,
                   struct folds_result *out, struct err *e)
{
    double cuts[LABELS_MAX] = {0}, own[LABELS_MAX];
    struct report report;
    out->samples = p->all->n;
    out->k = p->all->k;
    for (int fold = 0; fold < p->folds; fold++) {
        const struct scores *s = p->part[fold].scores;
        if (threshold_choose("exact", s, own, e) || f1_report(s, own, &report, e))
            return -1;
        out->fold_f1[fold] = report.macro_f1;
    }
    if (threshold_choose(out->method, p->all, cuts, e) || f1_report(p->all, cuts, &report, e) ||
        estimate(p, out->method, &out->out_of_sample, e))
        return -1;
    out->in_sample = report.macro_f1;
    return write_files(p, j->work, r->name, cuts, out, e) || keep_set(p, j->work, cuts, out, e) ? -1
                                                                                                : 0;
}

int job_folds(struct job *j, const struct folds_request *request, struct folds_result *out,
              struct err *e)
{
    struct conf *conf = choose_conf(j, request, e);
    struct pool *p = xcalloc(1, sizeof *p);
    memset(out, 0, sizeof *out);
    int failed = !conf || check_folds(conf, e);
    if (!failed) {
        out->folds = (int)conf_int(conf, CONF_SPLIT_FOLDS);
        snprintf(out->method, sizeof out->method, "%s", conf_text(j->work->conf, CONF_TUNE_METHOD));
        snprintf(out->set, sizeof out->set, "%s", SET);
    }
    for (int fold = 0; fold < out->folds && !failed; fold++)
        failed = train_fold(j, request, conf, fold, e);
    if (!failed)
        failed = gather(p, j, request, out->folds, e) || measure(p, j, request, out, e);
    pool_close(p);
    free(p);
    conf_free(conf);
    return failed ? -1 : 0;
}
