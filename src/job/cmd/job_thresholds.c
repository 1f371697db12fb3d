/* Threshold sets of a run. What they are worth is always told on the run's own validation scores.
 */
#include "job/job_thresholds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "job/job_runs.h"
#include "run/run_cuts.h"
#include "run/run_scores.h"
#include "run/run_split.h"
#include "run/saved_run.h"
#include "run/score_file.h"
#include "store/run_rows.h"

enum { SEED = 1 };

static struct store *open_store(const struct work *w, const char *run, struct run_row *row,
                                struct err *e)
{
    if (!file_exists(w->database)) {
        err_set(e, ERR_NOINPUT, "there is no run '%.60s': %s holds no store", run, w->folder);
        return NULL;
    }
    struct store *s = store_open(w->database, STORE_READ, e);
    if (s && run_find(s, run, row, e)) {
        store_close(s);
        return NULL;
    }
    return s;
}

/* The figures of a list are those of when each set was saved. */
static void tell_labels(struct work *w, const struct run_row *row)
{
    char text[1200];
    struct runs_labels labels;
    job_runs_labels(w->conf, row, 1, &labels);
    snprintf(text, sizeof text, "run %s: %s", row->name, labels.text);
    work_say_once(w, *labels.text ? text : NULL);
}

int job_thresholds_list(struct job *j, const char *run, struct threshold_set **rows, int *n,
                        struct err *e)
{
    struct run_row row;
    struct store *s = open_store(j->work, run, &row, e);
    if (!s)
        return -1;
    int failed = threshold_set_list(s, row.uuid, rows, n, e);
    if (!failed)
        tell_labels(j->work, &row);
    run_row_fini(&row);
    store_close(s);
    return failed;
}

static int get_set(const struct work *w, const char *run, const char *name,
                   struct threshold_set *out, struct err *e)
{
    struct run_row row;
    bool found;
    struct store *s = open_store(w, run, &row, e);
    if (!s)
        return -1;
    int failed = threshold_set_get(s, row.uuid, name, out, &found, e);
    if (!failed && !found)
        failed =
            err_set(e, ERR_NOINPUT, "run %s has no threshold set '%.60s' (hpa thresholds %s list)",
                    row.name, name, row.name);
    run_row_fini(&row);
    store_close(s);
    return failed;
}

/* The set and its report on `scores`. */
static int view(const struct work *w, const struct run_scores *scores, const char *name,
                struct thresholds_view *out, struct err *e)
{
    if (get_set(w, scores->name, name, &out->set, e))
        return -1;
    if (out->set.k != scores->scores->k)
        return err_set(e, ERR_DATA, "set %s has %d classes, the scores of run %s %d", name,
                       out->set.k, scores->name, scores->scores->k);
    memcpy(out->names, scores->names, sizeof out->names);
    return f1_report(scores->scores, out->set.cuts, &out->report, e);
}

int job_thresholds_show(struct job *j, const char *run, const char *set,
                        struct thresholds_view *out, struct err *e)
{
    struct run_scores scores;
    if (run_scores_open(&scores, j->work, run, RUN_SCORES_BEST, e))
        return -1;
    run_split_tell(j->work, scores.name);
    saved_run_tell_unused_data(j->work, scores.name);
    int failed = view(j->work, &scores, set, out, e);
    run_scores_close(&scores);
    return failed;
}

int job_thresholds_diff(struct job *j, const char *run, const char *before, const char *after,
                        struct thresholds_diff *out, struct err *e)
{
    struct run_scores scores;
    if (run_scores_open(&scores, j->work, run, RUN_SCORES_BEST, e))
        return -1;
    const struct scores *s = scores.scores;
    int failed = view(j->work, &scores, before, &out->before, e) ||
                 view(j->work, &scores, after, &out->after, e) ||
                 bootstrap_diff_sets(s, out->before.set.cuts, s, out->after.set.cuts,
                                     BOOTSTRAP_DIFF_DRAWS, SEED, NULL, &out->compare, e);
    run_scores_close(&scores);
    return failed ? -1 : 0;
}

int job_thresholds_export(struct job *j, const char *run, const char *set, const char *path,
                          enum output_mode mode, struct err *e)
{
    struct run_scores scores;
    struct threshold_set found;
    if (output_check(path, mode, e) || run_scores_open(&scores, j->work, run, RUN_SCORES_BEST, e))
        return -1;
    int failed = get_set(j->work, scores.name, set, &found, e);
    struct score_cuts cuts = {.method = found.method,
                              .run = scores.name,
                              .k = found.k,
                              .cuts = found.cuts,
                              .in_sample = found.macro_f1,
                              .held_out = found.held_out_f1,
                              .held_out_std = found.held_out_std};
    failed = failed || score_file_write_cuts(path, mode, &cuts, scores.names, e);
    run_scores_close(&scores);
    return failed ? -1 : 0;
}

static void name_of_file(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    snprintf(out, size, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(out, '.');
    if (dot && dot > out)
        *dot = '\0';
}

/* As an import on the screen: what moves in "current" was decided by somebody. */
static int store_import(struct work *w, const struct run_scores *s, const struct threshold_set *set,
                        struct err *e)
{
    struct threshold_edit edits[LABELS_MAX];
    int n = strcmp(set->name, "current") ? 0 : run_cuts_moves(w, s, set->cuts, edits, e);
    return n < 0 ? -1 : run_cuts_save(w, s->uuid, set, edits, n, e);
}

int job_thresholds_import(struct job *j, const char *run, const char *path, const char *set,
                          enum output_mode mode, struct threshold_set *out, struct err *e)
{
    struct run_scores scores;
    struct report report;
    char name[256];
    name_of_file(path, name, sizeof name);
    if (run_cuts_check_name(set ? set : name, e) ||
        run_scores_open(&scores, j->work, run, RUN_SCORES_BEST, e))
        return -1;
    if (run_cuts_check_free(j->work, scores.name, set ? set : name, mode, e)) {
        run_scores_close(&scores);
        return -1;
    }
    *out = (struct threshold_set){.method = "file",
                                  .epoch = scores.epoch,
                                  .k = scores.scores->k,
                                  .held_out_f1 = NAN,
                                  .held_out_std = NAN,
                                  .saved_ms = clock_unix_ms()};
    snprintf(out->name, sizeof out->name, "%s", set ? set : name);
    int failed = score_file_read_cuts(path, out->k, scores.names, out->cuts, e) ||
                 f1_report(scores.scores, out->cuts, &report, e);
    if (!failed) {
        out->macro_f1 = report.macro_f1;
        failed = store_import(j->work, &scores, out, e);
    }
    run_scores_close(&scores);
    return failed ? -1 : 0;
}
