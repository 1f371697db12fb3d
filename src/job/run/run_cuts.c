/* Cuts of a run: a stored set, or chosen now on its validation scores. */
#include "run_cuts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/float32.h"
#include "base/log.h"
#include "base/text.h"
#include "metric/threshold.h"
#include "store_ops.h"

enum { FLUSH_SECONDS = 30 };

static int take_set(struct run_cuts *out, struct store *s, const char *uuid,
                    const struct threshold_set *set, struct err *e)
{
    struct threshold_edit *edits;
    int n;
    if (threshold_edit_list(s, uuid, set->name, &edits, &n, e))
        return -1;
    memcpy(out->cuts, set->cuts, sizeof out->cuts);
    out->epoch = set->epoch;
    threshold_edit_by_hand(set, edits, n, out->by_hand);
    free(edits);
    return 0;
}

int run_cuts_stored(const struct work *w, const char *run, const char *set_name, int k,
                    struct run_cuts *out, bool *found, struct err *e)
{
    struct run_row row;
    struct threshold_set set;
    *found = false;
    if (!file_exists(w->database))
        return 0;
    struct store *s = store_open(w->database, STORE_READ, e);
    if (!s)
        return -1;
    int failed = run_find(s, run, &row, e);
    if (!failed) {
        failed = threshold_set_get(s, row.uuid, set_name, &set, found, e) ||
                 (*found && take_set(out, s, row.uuid, &set, e));
        run_row_fini(&row);
    } else if (e->code == ERR_NOINPUT) {
        failed = 0; /* its folder outlived its store */
    }
    store_close(s);
    if (failed || !*found)
        return failed;
    if (set.k != k)
        return err_set(e, ERR_DATA, "set %s of run %s has %d classes, the data %d", set_name, run,
                       set.k, k);
    return 0;
}

void run_cuts_renew(struct run_cuts *c, const double *fresh, int k, int epoch, const char *run,
                    const char *method)
{
    for (int i = 0; i < k; i++)
        if (!c->by_hand[i])
            c->cuts[i] = fresh[i];
    log_warn(
        "run %s: its set current was made on the scores of epoch %d: classes that nobody set by "
        "hand take the thresholds of tune.method=%s on those of epoch %d",
        run, c->epoch, method, epoch);
    c->epoch = epoch;
}

/* What the run's scores give; of the set "current" only what is as old as they are. */
static int choose(const struct work *w, const struct run_scores *run, struct run_cuts *stored,
                  double *cuts, struct err *e)
{
    const char *method = conf_text(w->conf, CONF_TUNE_METHOD);
    if (threshold_choose(method, run->scores, cuts, e))
        return -1;
    if (!stored)
        return 0;
    run_cuts_renew(stored, cuts, run->scores->k, run->epoch, run->name, method);
    memcpy(cuts, stored->cuts, sizeof stored->cuts);
    return 0;
}

int run_cuts_find(const struct work *w, const struct run_scores *run, const char *set_name,
                  double *cuts, char set[64], struct err *e)
{
    struct run_cuts stored;
    bool found;
    const char *name = set_name ? set_name : "current";
    const char *method = conf_text(w->conf, CONF_TUNE_METHOD);
    if (run_cuts_stored(w, run->name, name, run->scores->k, &stored, &found, e))
        return -1;
    if (!found && set_name)
        return err_set(e, ERR_NOINPUT,
                       "run %s has no threshold set '%.60s' (hpa tune RUN --save SET makes one)",
                       run->name, name);
    snprintf(set, 64, "%s", found ? name : method);
    bool stale = found && !set_name && stored.epoch < run->epoch;
    if (!found || stale)
        return choose(w, run, stale ? &stored : NULL, cuts, e);
    run_cuts_tell_unused(w->conf, run->name, name);
    memcpy(cuts, stored.cuts, sizeof stored.cuts);
    return 0;
}

void run_cuts_tell_unused(const struct conf *c, const char *run, const char *set_name)
{
    const char *origin = conf_origin(c, CONF_TUNE_METHOD);
    if (*origin == '-')
        log_warn("run %s: its stored set %s is used, not tune.method=%s (%s)", run, set_name,
                 conf_text(c, CONF_TUNE_METHOD), origin);
}

int run_cuts_check_name(const char *name, struct err *e)
{
    char safe[256];
    text_safe(name, safe, sizeof safe);
    if (*name && strlen(name) < sizeof((struct threshold_set *)0)->name && !strcmp(name, safe))
        return 0;
    return err_set(e, ERR_USAGE, "--save '%.80s': a set has a name of 1 to %zu printable bytes",
                   safe, sizeof((struct threshold_set *)0)->name - 1);
}

static int read_set(struct store *s, const char *run, const char *name, bool *found,
                    struct threshold_set *set, struct threshold_edit **edits, int *n, struct err *e)
{
    struct run_row row;
    if (run_find(s, run, &row, e))
        return e->code == ERR_NOINPUT ? 0 : -1; /* its folder outlived its store */
    int failed = threshold_set_get(s, row.uuid, name, set, found, e) ||
                 (*found && edits && threshold_edit_list(s, row.uuid, name, edits, n, e));
    run_row_fini(&row);
    return failed ? -1 : 0;
}

/* A set with its edits, which are not read when `edits` is NULL. */
static int look_up(const struct work *w, const char *run, const char *name, bool *found,
                   struct threshold_set *set, struct threshold_edit **edits, int *n, struct err *e)
{
    *found = false;
    if (!file_exists(w->database))
        return 0;
    struct store *s = store_open(w->database, STORE_READ, e);
    int failed = !s || read_set(s, run, name, found, set, edits, n, e);
    store_close(s);
    return failed ? -1 : 0;
}

int run_cuts_check_free(const struct work *w, const char *run, const char *name,
                        enum output_mode mode, struct err *e)
{
    bool found;
    struct threshold_set set;
    if (mode != OUTPUT_NEW)
        return 0;
    if (look_up(w, run, name, &found, &set, NULL, NULL, e))
        return -1;
    return found ? err_set(e, ERR_CREATE,
                           "run %.63s has a threshold set %s already; --force overwrites it", run,
                           name)
                 : 0;
}

int run_cuts_moves(const struct work *w, const struct run_scores *s, const double *cuts,
                   struct threshold_edit out[LABELS_MAX], struct err *e)
{
    bool found;
    int edits_n = 0, n = 0;
    int64_t number = 0; /* those of one step follow each other, and none follows the step before */
    char from[64];
    double before[LABELS_MAX];
    struct threshold_set set;
    struct threshold_edit *edits = NULL;
    if (run_cuts_find(w, s, NULL, before, from, e) ||
        look_up(w, s->name, "current", &found, &set, &edits, &edits_n, e))
        return -1;
    int position = found ? threshold_edit_position(edits, edits_n, set.cuts) : 0;
    if (position > 0)
        number = edits[position - 1].number + 1;
    free(edits);
    for (int c = 0; c < s->scores->k; c++)
        if (float32_round(cuts[c]) != float32_round(before[c]))
            out[n++] = (struct threshold_edit){++number, c, before[c], cuts[c]};
    return n;
}

int run_cuts_save(struct work *w, const char *uuid, const struct threshold_set *set,
                  const struct threshold_edit *edits, int n, struct err *e)
{
    if (work_open_store(w, e))
        return -1;
    store_ops_set(w->writer, uuid, set);
    for (int i = 0; i < n; i++)
        store_ops_edit(w->writer, uuid, set->name, &edits[i]);
    store_ops_sets(w, uuid);
    if (writer_flush(w->writer, FLUSH_SECONDS))
        return 0;
    return err_set(e, ERR_LOCKED, "set %s: the store does not take it (locked or full)", set->name);
}
