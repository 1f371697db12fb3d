/* The work folder: where runs, cache and database lie, and what all jobs share. */
#include "job/work.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "alive.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/output_guard.h"
#include "kern/kern.h"
#include "store/run_rows.h"

enum { IMAGE_NAMES = 1024 };

/* The images' names for fnmatch: data.pattern with a star for id and channel. */
static void image_names(const char *pattern, char names[IMAGE_NAMES])
{
    size_t used = 0;
    for (const char *at = pattern; *at && used + 3 < IMAGE_NAMES; at++) {
        if (*at == '{') {
            names[used++] = '*';
            at += strcspn(at, "}");
            if (!*at)
                break;
        } else {
            if (strchr("*?[\\", *at))
                names[used++] = '\\';
            names[used++] = *at;
        }
    }
    names[used] = '\0';
}

/* What a project is made of survives an output of the same name, also one that may replace files.
 */
static int guard_files(const struct work *w, const struct conf *c, struct err *e)
{
    char runs[FILE_PATH_MAX], folds[FILE_PATH_MAX], cache[FILE_PATH_MAX], images[IMAGE_NAMES];
    if (file_join(runs, w->folder, "runs", e) || file_join(folds, w->folder, "folds", e) ||
        work_cache_path(w, "", cache, e))
        return -1;
    image_names(conf_text(c, CONF_DATA_PATTERN), images);
    const char *file = conf_file(c);
    const struct output_guard list[] = {
        {conf_text(c, CONF_DATA_TRAIN_CSV), "the table of data.train_csv", NULL},
        {conf_text(c, CONF_DATA_SAMPLE_SUBMISSION), "the table of data.sample_submission", NULL},
        {conf_text(c, CONF_DATA_TRAIN_DIR), "an image of data.train_dir", images},
        {conf_text(c, CONF_DATA_TEST_DIR), "an image of data.test_dir", images},
        {conf_text(c, CONF_DATA_CLASSES), "the file of data.classes", NULL},
        {conf_text(c, CONF_SPLIT_GROUPS), "the table of split.groups", NULL},
        {conf_text(c, CONF_TRAIN_SAMPLE_WEIGHTS), "the table of train.sample_weights", NULL},
        {conf_text(c, CONF_LOSS_CLASS_WEIGHTS), "the table of loss.class_weights", NULL},
        {file ? file : "", "the configuration file", NULL},
        {w->database, "the database of all runs", NULL},
        {runs, "a file of a run", NULL},
        {folds, "a file of a cross-validation", NULL},
        {cache, "a file of packed pixels", NULL},
    };
    output_guard_set(list, sizeof list / sizeof *list);
    return 0;
}

int work_open(struct work *w, const struct conf *c, int nice, struct err *e)
{
    memset(w, 0, sizeof *w);
    const char *folder = conf_text(c, CONF_WORK_DIR);
    if (snprintf(w->folder, sizeof w->folder, "%s", folder) >= (int)sizeof w->folder)
        return err_set(e, ERR_CONFIG, "work.dir: the path is too long");
    if (file_join(w->database, w->folder, "hpa.db", e))
        return -1;
    snprintf(w->hold, sizeof w->hold, "%s", conf_text(c, CONF_RUN_HOLD));
    w->kern = kern_choose(conf_text(c, CONF_RUN_CPU_TIER), e);
    if (!w->kern)
        return -1;
    w->workers = workers_new((int)conf_int(c, CONF_RUN_THREADS), nice, e);
    if (!w->workers)
        return -1;
    w->conf = conf_copy(c);
    return guard_files(w, c, e);
}

void work_tell_team(const struct conf *c, const struct workers *team)
{
    struct limits_cores cores;
    int n = workers_count(team);
    limits_cores("", limits_affinity(), &cores);
    log_info("%d compute %s: %s", n, n == 1 ? "thread" : "threads",
             conf_int(c, CONF_RUN_THREADS) ? "run.threads" : cores.by);
}

void work_tell_threads(const struct work *w)
{
    if (w->workers) /* else one by design */
        work_tell_team(w->conf, w->workers);
}

int work_open_store(struct work *w, struct err *e)
{
    if (w->writer)
        return 0;
    if (file_make_folders(w->folder, e))
        return err_prefix(e, "work.dir");
    w->writer = writer_new(w->database, e);
    return w->writer ? 0 : -1;
}

void work_say_once(struct work *w, const char *text)
{
    uint64_t hash = text ? hash_bytes(text, strlen(text)) : 0;
    if (!text)
        return;
    for (int i = 0; i < WORK_SAID; i++)
        if (atomic_load(&w->said[i]) == hash)
            return;
    atomic_store(&w->said[atomic_fetch_add(&w->said_n, 1) % WORK_SAID], hash);
    log_warn("%s", text);
}

void work_sweep(const char *database)
{
    int n = 0, ended = 0;
    struct run_row *rows = NULL;
    struct store *s = file_exists(database) ? store_open(database, STORE_WRITE, NULL) : NULL;
    if (!s)
        return;
    if (run_list_live(s, &rows, &ended, NULL))
        ended = 0;
    for (int i = 0; i < ended; i++) {
        bool changed = false;
        if (alive_state(database, &rows[i]) == ALIVE_NO &&
            !run_interrupt(s, &rows[i], &changed, NULL))
            n += changed;
    }
    run_list_free(rows, ended);
    if (n)
        log_info("%d %s interrupted: hpa train --resume NAME goes on", n,
                 n == 1 ? "run was" : "runs were");
    store_close(s);
}

void work_sweep_rows(const char *database, struct run_row *rows, int n)
{
    for (int i = 0; i < n; i++)
        if (run_status_is_live(rows[i].status) && alive_state(database, &rows[i]) == ALIVE_NO)
            rows[i].status = RUN_INTERRUPTED;
}

int work_close_store(struct work *w, struct err *e)
{
    int failed = writer_free(w->writer, 10, e);
    w->writer = NULL;
    return failed;
}

void work_close(struct work *w)
{
    work_close_store(w, NULL);
    workers_free(w->workers);
    conf_free(w->conf);
    memset(w, 0, sizeof *w);
}

int work_run_path(const struct work *w, const char *run, const char *file, char out[FILE_PATH_MAX],
                  struct err *e)
{
    char runs[FILE_PATH_MAX], folder[FILE_PATH_MAX];
    if (file_join(runs, w->folder, "runs", e) || file_join(folder, runs, run, e))
        return -1;
    if (!file) {
        memcpy(out, folder, sizeof folder);
        return 0;
    }
    return file_join(out, folder, file, e);
}

int work_cache_path(const struct work *w, const char *name, char out[FILE_PATH_MAX], struct err *e)
{
    char folder[FILE_PATH_MAX];
    if (conf_is_set(w->conf, CONF_WORK_CACHE_DIR))
        return file_join(out, conf_text(w->conf, CONF_WORK_CACHE_DIR), name, e);
    return file_join(folder, w->folder, "cache", e) || file_join(out, folder, name, e) ? -1 : 0;
}
