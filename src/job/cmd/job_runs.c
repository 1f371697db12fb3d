/* Runs as a whole. Their folders are the truth: a row without a folder is of no use, and a folder
 * without a row can get one again. */
#define _GNU_SOURCE
#include "job/job_runs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/version.h"
#include "core/alive.h"
#include "core/excluded.h"
#include "core/history.h"
#include "core/run_files.h"
#include "core/run_metadata.h"
#include "nn/checkpoint.h"
#include "run/run_dir.h"
#include "run/run_metadata_rows.h"
#include "run/run_split.h"
#include "run/run_state.h"
#include "run/saved_run.h"
#include "store/event_rows.h"

/* Only the paths and the configuration of a work folder are needed here: no worker is started. */
static int open_place(struct work *w, const struct conf *c, struct err *e)
{
    memset(w, 0, sizeof *w);
    w->conf = conf_copy(c);
    if (snprintf(w->folder, sizeof w->folder, "%s", conf_text(c, CONF_WORK_DIR)) <
            (int)sizeof w->folder &&
        !file_join(w->database, w->folder, "hpa.db", e))
        return 0;
    conf_free(w->conf);
    return err_set(e, ERR_CONFIG, "work.dir: the path is too long");
}

int job_runs_note(const struct conf *c, const char *which, const char *note, const char *tags,
                  struct run_row *out, struct err *e)
{
    struct work w;
    if (open_place(&w, c, e))
        return -1;
    struct store *s = store_open(w.database, STORE_WRITE, e);
    int failed = !s || run_find(s, which, out, e);
    if (!failed) {
        run_row_fini(out);
        if (note)
            snprintf(out->note, sizeof out->note, "%s", note);
        if (tags)
            snprintf(out->tags, sizeof out->tags, "%s", tags);
        failed = run_set_notes(s, out->uuid, out->note, out->tags, e) ||
                 run_metadata_save_notes(&w, out, e);
    }
    store_close(s);
    conf_free(w.conf);
    return failed ? -1 : 0;
}

/* Removal. */

/* Out of the way first, so that a removal that is cut off leaves no half run. */
static int remove_folder(const struct work *w, const char *name, struct err *e)
{
    char folder[FILE_PATH_MAX], hidden[FILE_PATH_MAX], hidden_name[RUN_NAME_MAX + 16];
    snprintf(hidden_name, sizeof hidden_name, ".removed.%s", name);
    if (work_run_path(w, name, NULL, folder, e) || work_run_path(w, hidden_name, NULL, hidden, e))
        return -1;
    if (file_remove_tree(hidden, e))
        return -1;
    if (rename(folder, hidden))
        return errno == ENOENT ? 0 : err_set_errno(e, ERR_IO, errno, "%s", folder);
    return file_remove_tree(hidden, e);
}

/* Of a run that is not listed only the folder can be deleted: unless a process has it or it waits.
 */
static int find_unlisted(const struct work *w, const char *which, struct run_row *run,
                         struct err *e)
{
    enum run_state state;
    struct err none = *e;
    if (run_state_of(w, which, &state, e))
        return -1;
    if (state == RUN_STATE_NONE) {
        *e = none;
        return -1;
    }
    bool at_rest = state == RUN_STATE_EMPTY || state == RUN_STATE_NO_CHECKPOINT ||
                   state == RUN_STATE_UNREADABLE || state == RUN_STATE_OTHER_VERSION ||
                   state == RUN_STATE_COPY || state == RUN_STATE_RENAMED ||
                   state == RUN_STATE_UNLISTED;
    if (!at_rest)
        return run_state_fail(state, which, e);
    *run = (struct run_row){.status = RUN_NOT_LISTED};
    snprintf(run->name, sizeof run->name, "%s", which);
    err_clear(e);
    return 0;
}

static int find_run(const struct work *w, const char *which, struct run_row *run, struct err *e)
{
    if (!file_exists(w->database))
        return err_set(e, ERR_NOINPUT, "there is no run: work.dir=%s holds no store", w->folder);
    struct store *s = store_open(w->database, STORE_READ, e);
    int failed = !s || run_find(s, which, run, e);
    store_close(s);
    return failed ? -1 : 0;
}

int job_runs_find(const struct conf *c, const char *which, struct run_row *run, struct err *e)
{
    struct work w;
    if (open_place(&w, c, e))
        return -1;
    int failed = find_run(&w, which, run, e);
    if (failed && e->code == ERR_NOINPUT)
        failed = find_unlisted(&w, which, run, e);
    conf_free(w.conf);
    return failed;
}

int job_runs_explain(const struct conf *c, const char *which, struct err *e)
{
    struct work w;
    if (open_place(&w, c, NULL))
        return -1;
    run_state_explain(&w, which, e);
    conf_free(w.conf);
    return -1;
}

static void tell_state(enum run_state state, const char *name, job_runs_tell *tell, void *context)
{
    struct err e = {0};
    if (!run_state_is_odd(state))
        return;
    run_state_fail(state, name, &e);
    tell(context, e.text);
}

static void tell_odd(const struct work *w, struct store *s, const char *name, job_runs_tell *tell,
                     void *context)
{
    enum run_state state;
    if (run_state_look(w, s, name, &state, NULL))
        return;
    tell_state(run_state_read(w, name, state), name, tell, context);
}

void job_runs_odd_one(const struct conf *c, const char *name, job_runs_tell *tell, void *context)
{
    struct work w;
    enum run_state state;
    if (open_place(&w, c, NULL))
        return;
    if (!run_state_of(&w, name, &state, NULL))
        tell_state(state, name, tell, context);
    conf_free(w.conf);
}

/* Those that have rows are told of by their rows. */
static bool is_listed(const struct run_row *rows, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].name, name))
            return true;
    return false;
}

void job_runs_odd(const struct conf *c, job_runs_tell *tell, void *context)
{
    struct work w;
    char runs[FILE_PATH_MAX];
    struct run_row *rows = NULL;
    int n = 0;
    if (open_place(&w, c, NULL))
        return;
    struct store *s = file_exists(w.database) ? store_open(w.database, STORE_READ, NULL) : NULL;
    if (s && run_list(s, &rows, &n, NULL))
        n = 0;
    for (int i = 0; i < n; i++)
        tell_odd(&w, s, rows[i].name, tell, context);
    DIR *d = file_join(runs, w.folder, "runs", NULL) ? NULL : opendir(runs);
    for (struct dirent *entry; d && (entry = readdir(d));)
        if (!is_listed(rows, n, entry->d_name))
            tell_odd(&w, s, entry->d_name, tell, context);
    if (d)
        closedir(d);
    run_list_free(rows, n);
    store_close(s);
    conf_free(w.conf);
}

/* Whatever else has the name of a run's folder was not made by a training; a link that leads
 * nowhere can go. */
static int check_folder(const struct work *w, const char *name, struct err *e)
{
    enum run_state state;
    char folder[FILE_PATH_MAX];
    if (work_run_path(w, name, NULL, folder, e) || run_state_of(w, name, &state, e))
        return -1;
    bool other = state == RUN_STATE_NOT_A_FOLDER && file_exists(folder);
    return other ? run_state_fail(state, name, e) : 0;
}

int job_runs_remove(const struct conf *c, const struct run_row *run, struct err *e)
{
    struct work w;
    int lock = -1;
    if (open_place(&w, c, e))
        return -1;
    bool alive = alive_run(w.database, run);
    if (alive)
        err_set(e, ERR_LOCKED, "run %s: process %d on %s trains it; hpa stop --now %s ends it",
                run->name, run->pid, run->host, run->name);
    struct store *s = alive ? NULL : store_open(w.database, STORE_WRITE, e);
    int failed = !s || check_folder(&w, run->name, e) ||
                 run_dir_lock(&w, run->name, false, &lock, e) || remove_folder(&w, run->name, e) ||
                 (*run->uuid && run_remove(s, run->uuid, e));
    if (lock >= 0)
        close(lock);
    store_close(s);
    conf_free(w.conf);
    return failed ? -1 : 0;
}

/* A lost store. */

/* A file's own time stands in for what no record tells. */
static int64_t file_time_ms(const struct work *w, const char *name, const char *file)
{
    char path[FILE_PATH_MAX];
    struct stat st;
    if (work_run_path(w, name, file, path, NULL) || stat(path, &st))
        return 0;
    return (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
}

static void describe(const struct work *w, const struct saved_run *t, const struct history *h,
                     struct run_row *run)
{
    memset(run, 0, sizeof *run);
    memcpy(run->uuid, t->uuid, sizeof run->uuid);
    memcpy(run->name, t->name, sizeof run->name);
    memcpy(run->fingerprint, t->fingerprint, sizeof run->fingerprint);
    snprintf(run->version, sizeof run->version, "%s", HPA_VERSION);
    run->seed = conf_int(t->conf, CONF_TRAIN_SEED);
    run->sequence = t->sequence;
    run->engine = t->engine;
    run->epochs = (int)conf_int(t->conf, CONF_TRAIN_EPOCHS);
    run->started_ms = t->started_ms ? t->started_ms : file_time_ms(w, t->name, RUN_FILES_FOLDS);
    run->config = t->point.config;
    run->status = (int)h->n >= run->epochs ? RUN_DONE : RUN_INTERRUPTED;
}

/* Nobody trains it, whatever was recorded. */
static void settle(const struct work *w, struct run_row *run)
{
    bool live = run_status_is_live(run->status);
    if (live)
        run->status = RUN_INTERRUPTED;
    if (live || !run->ended_ms)
        run->ended_ms = file_time_ms(w, run->name, RUN_FILES_LAST);
    run->heartbeat_ms = run->ended_ms;
}

static int put_artifact(const struct work *w, struct store *s, const struct run_row *run,
                        const char *file, struct err *e)
{
    char path[FILE_PATH_MAX], inside[RUN_NAME_MAX + 64];
    const char *dot = strrchr(file, '.');
    struct stat st;
    if (work_run_path(w, run->name, file, path, e))
        return -1;
    if (stat(path, &st))
        return 0;
    snprintf(inside, sizeof inside, "runs/%s/%s", run->name, file);
    return run_put_artifact(s, run->uuid, strcmp(dot, ".npy") ? "checkpoint" : "scores", inside,
                            (int64_t)st.st_size, 0, e);
}

static int put_excluded(const struct work *w, struct store *s, const struct run_row *run,
                        struct err *e)
{
    char path[FILE_PATH_MAX];
    struct excluded_row *rows;
    int n;
    if (work_run_path(w, run->name, RUN_FILES_EXCLUDED, path, e))
        return -1;
    if (!file_exists(path)) /* a run of an older program */
        return 0;
    if (excluded_load(path, NULL, &rows, &n, e))
        return -1;
    int failed = excluded_rows_put(s, run->uuid, rows, n, e);
    free(rows);
    return failed;
}

/* A run is worth more than the record of its split. */
static int restore_split(const struct work *w, struct store *s, struct run_row *run, struct err *e)
{
    if (!run_split_restore(w, s, run->name, &run->split_id, e))
        return 0;
    if (e->code != ERR_DATA && e->code != ERR_NOINPUT)
        return -1;
    log_warn("run %s: its split is not known any more: %s", run->name, e->text);
    run->split_id = 0;
    return 0;
}

/* What belongs to the run; rows that are there are written again. */
static int put_parts(const struct work *w, struct store *s, const struct run_row *run,
                     const struct history *h, const struct events *v, struct err *e)
{
    static const char *const files[] = {RUN_FILES_LAST, RUN_FILES_BEST, RUN_FILES_NEWEST_SCORES,
                                        RUN_FILES_BEST_SCORES};
    int failed = put_excluded(w, s, run, e);
    for (size_t i = 0; i < h->n && !failed; i++)
        failed = run_put_epoch(s, run->uuid, &h->rows[i], e);
    for (size_t i = 0; i < h->inside_n && !failed; i++)
        failed = validation_rows_put(s, run->uuid, &h->inside[i], e);
    for (size_t i = 0; i < v->n && !failed; i++)
        failed = event_rows_put(s, run->uuid, &v->rows[i], e);
    for (size_t i = 0; i < sizeof files / sizeof *files && !failed; i++)
        failed = put_artifact(w, s, run, files[i], e);
    return failed ? -1 : 0;
}

static int put_rows(const struct work *w, struct store *s, struct run_row *run,
                    const struct history *h, const struct events *v, struct err *e)
{
    return restore_split(w, s, run, e) || run_insert(s, run, e) ||
                   run_set_notes(s, run->uuid, run->note, run->tags, e) ||
                   put_parts(w, s, run, h, v, e) ||
                   run_metadata_rows_restore(w, s, run, (int64_t)h->n, e)
               ? -1
               : 0;
}

/* Rows of a run that a writer which was cut off may not have written. */
static int count_rows(struct store *s, const struct run_row *run, int *n, struct err *e)
{
    struct epoch_row *epochs = NULL;
    struct validation_row *inside = NULL;
    struct event_row *events = NULL;
    int counts[3] = {0};
    int failed = run_epochs(s, run->id, &epochs, &counts[0], e) ||
                 validation_rows_list(s, run->id, &inside, &counts[1], e) ||
                 event_rows_list(s, run->id, &events, &counts[2], e);
    free(epochs);
    free(inside);
    free(events);
    *n = counts[0] + counts[1] + counts[2];
    return failed ? -1 : 0;
}

/* How the run ended is in its record, should the store not have been told. */
static int put_status(const struct work *w, struct store *s, const struct run_row *known,
                      struct run_row *run, struct err *e)
{
    if (!run_status_is_live(known->status))
        return 0;
    settle(w, run);
    return run_set_status(s, run->uuid, run->status, run->ended_ms, run->error, e);
}

/* Of a run that has its row: 1 when something was missing, 0, -1. */
static int complete(const struct work *w, struct store *s, const struct saved_run *t,
                    const struct run_row *known, struct err *e)
{
    struct history h = {0};
    struct run_row run;
    int before = 0, after = 0;
    int failed =
        history_parse(&h, t->point.history, t->name, e) || count_rows(s, known, &before, e);
    if (!failed) {
        describe(w, t, &h, &run);
        failed = run_metadata_load(w, t->name, &run, e) || store_begin(s, e);
    }
    if (!failed) {
        failed = put_status(w, s, known, &run, e) || put_parts(w, s, &run, &h, &t->events, e) ||
                 run_metadata_rows_restore_classes(w, s, &run, (int64_t)h.n, e) ||
                 count_rows(s, known, &after, e);
        failed = store_end(s, !failed, e) || failed;
    }
    history_fini(&h);
    return failed ? -1 : after > before || run_status_is_live(known->status);
}

static int add_run(const struct work *w, struct store *s, const struct saved_run *t, struct err *e)
{
    struct history h = {0};
    struct run_row run;
    if (history_parse(&h, t->point.history, t->name, e)) {
        history_fini(&h);
        return -1;
    }
    describe(w, t, &h, &run);
    int failed = run_metadata_load(w, t->name, &run, e) || store_begin(s, e);
    if (!failed) {
        settle(w, &run);
        failed = put_rows(w, s, &run, &h, &t->events, e);
        failed = store_end(s, !failed, e) || failed;
    }
    history_fini(&h);
    return failed ? -1 : 0;
}

enum rebuilt { REBUILT_FAILED = -1, REBUILT_KNOWN, REBUILT_COMPLETED, REBUILT_ADDED };

/* The newest that can be read, as a training would continue from it; behind one of another version
 * there is more than the one before knows. */
static int open_newest(struct saved_run *t, const struct work *w, const char *name, struct err *e)
{
    char path[FILE_PATH_MAX];
    if (!saved_run_open(t, w, name, RUN_FILES_LAST, e))
        return 0;
    if (!work_run_path(w, name, RUN_FILES_LAST, path, NULL) && saved_run_is_damaged(e) &&
        !checkpoint_is_of_other_version(path) &&
        !saved_run_open(t, w, name, RUN_FILES_PREVIOUS, NULL))
        return 0;
    return run_state_explain(w, name, e);
}

/* The folder's name is the run's. */
static int take_new_name(const struct work *w, struct store *s, const struct saved_run *t,
                         const struct run_row *known, struct err *e)
{
    if (saved_run_exists(w, known->name))
        return run_state_fail(run_state_of_other(w, t->name, known->name), t->name, e);
    if (run_set_name(s, t->uuid, t->name, e))
        return -1;
    log_info("run %s was listed as %s", t->name, known->name);
    return 0;
}

/* A run that is trained right now has all its rows, or its trainer will write them. */
static enum rebuilt rebuild_known(const struct work *w, struct store *s, const struct saved_run *t,
                                  const struct run_row *known, struct err *e)
{
    int lock;
    if (alive_locked(w->database, t->name))
        return REBUILT_KNOWN;
    if (run_dir_lock(w, t->name, false, &lock, e))
        return REBUILT_FAILED;
    bool renamed = strcmp(known->name, t->name) != 0;
    int result = renamed ? take_new_name(w, s, t, known, e) : 0;
    if (!result)
        result = complete(w, s, t, known, e);
    if (lock >= 0)
        close(lock);
    return renamed && !result ? REBUILT_COMPLETED : (enum rebuilt)result;
}

static enum rebuilt rebuild_new(const struct work *w, struct store *s, const struct saved_run *t,
                                struct err *e)
{
    int lock = -1;
    if (run_dir_lock(w, t->name, false, &lock, e))
        return REBUILT_FAILED;
    enum rebuilt result = add_run(w, s, t, e) ? REBUILT_FAILED : REBUILT_ADDED;
    if (lock >= 0)
        close(lock);
    return result;
}

static enum rebuilt rebuild_one(const struct work *w, struct store *s, const char *name,
                                struct err *e)
{
    struct saved_run t;
    struct run_row known;
    enum rebuilt result = REBUILT_FAILED;
    if (open_newest(&t, w, name, e))
        return REBUILT_FAILED;
    if (!run_find(s, t.uuid, &known, e)) {
        result = rebuild_known(w, s, &t, &known, e);
        run_row_fini(&known);
    } else if (e->code == ERR_NOINPUT) {
        result = rebuild_new(w, s, &t, e);
    }
    saved_run_close(&t);
    return result;
}

static void count_one(const struct work *w, struct store *s, const char *name,
                      struct runs_rebuilt *out)
{
    struct err e = {0};
    if (*name == '.' || !saved_run_exists(w, name))
        return;
    out->found++;
    enum rebuilt result = rebuild_one(w, s, name, &e);
    out->added += result == REBUILT_ADDED;
    out->known += result == REBUILT_KNOWN || result == REBUILT_COMPLETED;
    out->completed += result == REBUILT_COMPLETED;
    out->unreadable += result == REBUILT_FAILED;
    if (result == REBUILT_COMPLETED)
        log_info("run %s: rows that were missing are written again", name);
    if (result == REBUILT_FAILED)
        log_error("run %s is left out: %s", name, e.text);
}

int job_runs_rebuild(const struct conf *c, struct runs_rebuilt *out, struct err *e)
{
    struct work w;
    char runs[FILE_PATH_MAX];
    memset(out, 0, sizeof *out);
    if (open_place(&w, c, e))
        return -1;
    DIR *d = file_join(runs, w.folder, "runs", e) ? NULL : opendir(runs);
    struct store *s = d ? store_open(w.database, STORE_WRITE, e) : NULL;
    if (!d)
        err_set_errno(e, ERR_NOINPUT, errno, "%s: no runs to list", runs);
    for (struct dirent *entry; s && (entry = readdir(d));)
        count_one(&w, s, entry->d_name, out);
    int failed = !s || run_split_adopt(s, e);
    store_close(s);
    if (d)
        closedir(d);
    conf_free(w.conf);
    return failed ? -1 : 0;
}
