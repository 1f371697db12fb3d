/* Tuning and scoring: cuts chosen on a table of scores, and metrics at given cuts. */
#include "job/job_tune.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "metric/threshold.h"
#include "run_scores.h"
#include "score_file.h"
#include "tell.h"

enum { HELD_OUT_REPEATS = 10, HELD_OUT_SEED = 1 };
static const char *const METHODS[] = {"fixed", "global", "exact"};

static int tune_one(struct job *j, const struct scores *s, const char *method,
                    struct tune_result *r, struct err *e)
{
    struct report report;
    memset(r, 0, sizeof *r);
    snprintf(r->method, sizeof r->method, "%s", method);
    r->k = s->k;
    r->samples = s->n;
    if (job_cancelled(j))
        return err_set(e, ERR_CANCELLED, "stopped on request");
    if (threshold_choose(method, s, r->cuts, e) || f1_report(s, r->cuts, &report, e) ||
        threshold_held_out(method, s, HELD_OUT_REPEATS, HELD_OUT_SEED, &r->held_out,
                           &r->held_out_std, e))
        return -1;
    r->in_sample = report.macro_f1;
    return 0;
}

static int tune_methods(struct job *j, const struct scores *s, const char *method,
                        struct tune_result *results, int *n, struct err *e)
{
    int all = !strcmp(method, "all"), count = all ? (int)(sizeof METHODS / sizeof *METHODS) : 1;
    for (*n = 0; *n < count; (*n)++)
        if (tune_one(j, s, all ? METHODS[*n] : method, &results[*n], e))
            return -1;
    return 0;
}

/* Of several methods the one with the best held-out estimate. */
static const struct tune_result *winner(const struct tune_result *results, int n)
{
    const struct tune_result *best = results;
    for (int i = 1; i < n; i++)
        if (results[i].held_out > best->held_out)
            best = &results[i];
    return best;
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
    if (work_open_store(j->work, e))
        return -1;
    snprintf(set.name, sizeof set.name, "%s", name);
    snprintf(set.method, sizeof set.method, "%s", r->method);
    memcpy(set.cuts, r->cuts, sizeof set.cuts);
    tell_set(j->work->writer, uuid, &set);
    if (!writer_flush(j->work->writer, 30))
        return err_set(e, ERR_LOCKED, "set %s: the store does not take it (locked or full)", name);
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
    return score_file_write_cuts(request->out, &cuts, names, e);
}

static int check_set_name(const char *name, struct err *e)
{
    char safe[256];
    text_safe(name, safe, sizeof safe);
    if (*name && strlen(name) < sizeof((struct threshold_set *)0)->name && !strcmp(name, safe))
        return 0;
    return err_set(e, ERR_USAGE, "--save '%.80s': a set has a name of 1 to %zu printable bytes",
                   safe, sizeof((struct threshold_set *)0)->name - 1);
}

int job_tune(struct job *j, const struct tune_request *request,
             struct tune_result results[TUNE_RESULTS_MAX], int *n, char names[LABELS_MAX][64],
             struct err *e)
{
    struct run_scores run = {0};
    if (request->save && !request->run)
        return err_set(e, ERR_USAGE, "--save needs a run; use --out FILE for a table of scores");
    if ((request->save && check_set_name(request->save, e)) ||
        (request->out && file_check_place(request->out, e)))
        return -1;
    if (request->run) {
        if (run_scores_open(&run, j->work, request->run, RUN_SCORES_BEST, e))
            return -1;
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
