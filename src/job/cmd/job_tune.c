/* Tuning and scoring: cuts chosen on a table of scores, and metrics at given cuts. */
#include "job/job_tune.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "metric/threshold.h"
#include "run/run_cuts.h"
#include "run/run_scores.h"
#include "run/run_split.h"
#include "run/saved_run.h"
#include "run/score_file.h"

enum { HELD_OUT_SEED = 1 };

static int tune_wanted(struct job *j, const struct scores *s, unsigned wanted,
                       double cuts[THRESHOLD_METHODS][LABELS_MAX], struct tune_result *results,
                       int *n, struct err *e)
{
    struct report report;
    enum threshold_method taken;
    struct threshold_estimate estimates[THRESHOLD_METHODS];
    int repeats = threshold_held_out_repeats(s->n);
    if (threshold_choose_all(s, wanted, cuts, &taken, e) ||
        threshold_held_out_all(s, wanted, repeats, HELD_OUT_SEED, j->work->workers,
                               &j->control->cancel, estimates, e))
        return -1;
    for (int m = 0; m < THRESHOLD_METHODS; m++) {
        struct tune_result *r = &results[*n];
        if (!(wanted & 1U << m))
            continue;
        if (f1_report(s, cuts[m], &report, e))
            return -1;
        *r = (struct tune_result){.k = s->k,
                                  .samples = s->n,
                                  .in_sample = report.macro_f1,
                                  .held_out = estimates[m].mean,
                                  .held_out_std = estimates[m].std};
        snprintf(r->method, sizeof r->method, "%s", threshold_choose_name(m));
        if (m == THRESHOLD_BEST)
            snprintf(r->taken, sizeof r->taken, "%s", threshold_choose_name(taken));
        memcpy(r->cuts, cuts[m], sizeof r->cuts);
        (*n)++;
    }
    return 0;
}

static int tune_methods(struct job *j, const struct scores *s, const char *method,
                        struct tune_result *results, int *n, struct err *e)
{
    *n = 0;
    int m = strcmp(method, "all") ? threshold_choose_find(method, e) : THRESHOLD_METHODS;
    if (m < 0)
        return -1;
    unsigned wanted = m == THRESHOLD_METHODS ? (1U << m) - 1 : 1U << m;
    double(*cuts)[LABELS_MAX] = xmalloc(sizeof(double[THRESHOLD_METHODS][LABELS_MAX]));
    int failed = tune_wanted(j, s, wanted, cuts, results, n, e);
    free(cuts);
    return failed;
}

/* Of all methods `best`, the last, which chose among them; else the one. */
static const struct tune_result *winner(const struct tune_result *results, int n)
{
    return &results[n - 1];
}

static int save_set(struct job *j, const char *uuid, int epoch, const char *name,
                    const struct tune_result *r, struct err *e)
{
    struct threshold_set set = {.epoch = epoch,
                                .k = r->k,
                                .macro_f1 = r->in_sample,
                                .held_out_f1 = r->held_out,
                                .held_out_std = r->held_out_std,
                                .saved_ms = clock_unix_ms()};
    snprintf(set.name, sizeof set.name, "%s", name);
    snprintf(set.method, sizeof set.method, "%s", r->method);
    memcpy(set.cuts, r->cuts, sizeof set.cuts);
    if (run_cuts_save(j->work, uuid, &set, NULL, 0, e))
        return -1;
    log_info("set %s saved: %s, macro F1 %.4f, held-out %.4f", name, r->method, r->in_sample,
             r->held_out);
    return 0;
}

static int keep(struct job *j, const struct tune_request *request, const struct run_scores *run,
                const struct tune_result *r, char names[LABELS_MAX][64], struct err *e)
{
    if (request->save && save_set(j, run->uuid, run->epoch, request->save, r, e))
        return -1;
    if (!request->out)
        return 0;
    struct score_cuts cuts = {.method = r->method,
                              .run = request->run ? run->name : NULL,
                              .k = r->k,
                              .cuts = r->cuts,
                              .in_sample = r->in_sample,
                              .held_out = r->held_out,
                              .held_out_std = r->held_out_std};
    return score_file_write_cuts(request->out, request->mode, &cuts, names, e);
}

int job_tune(struct job *j, const struct tune_request *request,
             struct tune_result results[TUNE_RESULTS_MAX], int *n, char names[LABELS_MAX][64],
             struct err *e)
{
    struct run_scores run = {0};
    if (request->save && !request->run)
        return err_set(e, ERR_USAGE, "--save needs a run; use --out FILE for a table of scores");
    if ((request->save && run_cuts_check_name(request->save, e)) ||
        (request->out && output_check(request->out, request->mode, e)))
        return -1;
    if (request->run) {
        if (run_scores_open(&run, j->work, request->run, RUN_SCORES_BEST, e))
            return -1;
        if (request->save &&
            run_cuts_check_free(j->work, run.name, request->save, request->mode, e)) {
            run_scores_close(&run);
            return -1;
        }
        run_split_tell(j->work, run.name);
        saved_run_tell_unused_data(j->work, run.name);
    } else {
        run.scores = score_file_read(request->probs, request->truth, j->work->conf, e);
        if (!run.scores)
            return -1;
        if (score_file_names(j->work->conf, run.scores->k, run.names, e)) {
            run_scores_close(&run);
            return -1;
        }
    }
    memcpy(names, run.names, sizeof run.names);
    int failed = tune_methods(j, run.scores, request->method, results, n, e);
    if (!failed)
        failed = keep(j, request, &run, winner(results, *n), names, e);
    run_scores_close(&run);
    return failed;
}
