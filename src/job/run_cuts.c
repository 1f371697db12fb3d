/* Cuts of a run: a stored set, or chosen now on its validation scores. */
#include "run_cuts.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "metric/threshold.h"
#include "tell.h"

enum { FLUSH_SECONDS = 30 };

int run_cuts_stored(const struct work *w, const char *run, const char *set_name, int k,
                    double *cuts, int *epoch, bool *found, struct err *e)
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
        failed = threshold_set_get(s, row.uuid, set_name, &set, found, e);
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
    memcpy(cuts, set.cuts, sizeof set.cuts);
    *epoch = set.epoch;
    return 0;
}

int run_cuts_find(const struct work *w, const struct run_scores *run, const char *set_name,
                  double *cuts, char set[64], struct err *e)
{
    int epoch;
    bool found;
    const char *name = set_name ? set_name : "current";
    const char *method = conf_text(w->conf, CONF_TUNE_METHOD);
    if (run_cuts_stored(w, run->name, name, run->scores->k, cuts, &epoch, &found, e))
        return -1;
    if (found && !set_name)
        run_cuts_tell_unused(w->conf, run->name, name);
    if (!found && set_name)
        return err_set(e, ERR_NOINPUT,
                       "run %s has no threshold set '%.60s' (hpa tune RUN --save SET makes one)",
                       run->name, name);
    snprintf(set, 64, "%s", found ? name : method);
    return found ? 0 : threshold_choose(method, run->scores, cuts, e);
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

int run_cuts_save(struct work *w, const char *uuid, const struct threshold_set *set, struct err *e)
{
    if (work_open_store(w, e))
        return -1;
    tell_set(w->writer, uuid, set);
    tell_sets(w, uuid);
    if (writer_flush(w->writer, FLUSH_SECONDS))
        return 0;
    return err_set(e, ERR_LOCKED, "set %s: the store does not take it (locked or full)", set->name);
}
