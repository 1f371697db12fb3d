/* Working the queue off. Its lock is a file beside the store that the worker holds; a waiting run
 * has its folder already, so that its name stays free for it. */
#define _GNU_SOURCE
#include "job/job_queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/alive.h"
#include "core/process_id.h"
#include "job/current_split.h"
#include "job/detach.h"
#include "job/job_train.h"
#include "run/run_dir.h"
#include "run/saved_run.h"
#include "train/grid.h"

int job_queue_list(const char *database, struct queue_row **rows, int *n, struct err *e)
{
    *rows = NULL;
    *n = 0;
    if (!file_exists(database))
        return 0;
    struct store *s = store_open(database, STORE_READ, e);
    int failed = !s || queue_rows_list(s, rows, n, e) ? -1 : 0;
    store_close(s);
    return failed;
}

static int remove_row(const char *database, const char *uuid, struct err *e)
{
    struct store *s = store_open(database, STORE_WRITE, e);
    int failed = !s || queue_rows_remove(s, uuid, e);
    store_close(s);
    return failed ? -1 : 0;
}

static int begin_row(const char *database, const char *uuid, struct err *e)
{
    struct store *s = store_open(database, STORE_WRITE, e);
    int failed = !s || queue_rows_begin(s, uuid, clock_unix_ms(), e);
    store_close(s);
    return failed ? -1 : 0;
}

int job_queue_remove(struct work *w, const char *which, struct err *e)
{
    struct queue_row *rows;
    char safe[2 * RUN_NAME_MAX];
    int n, failed = -1, at = 0;
    if (job_queue_list(w->database, &rows, &n, e))
        return -1;
    while (at < n && strcmp(rows[at].name, which) != 0 && strcmp(rows[at].uuid, which) != 0)
        at++;
    text_safe(which, safe, sizeof safe);
    if (at == n)
        err_set(e, ERR_NOINPUT, "no run '%s' waits in the queue (hpa queue lists it)", safe);
    else if (saved_run_exists(w, rows[at].name) && alive_locked(w->database, rows[at].name))
        err_set(
            e, ERR_LOCKED,
            "run %s has begun: hpa stop --now %s ends it, and the queue continues with the next",
            safe, safe);
    else
        failed = remove_row(w->database, rows[at].uuid, e);
    if (!failed)
        run_dir_leave(w, rows[at].name);
    queue_rows_free(rows, n);
    return failed;
}

static int put_rows(struct queue_row *rows, int n, const struct work *w, struct err *e)
{
    struct store *s = store_open(w->database, STORE_WRITE, e);
    int failed = !s || queue_rows_add(s, rows, n, e);
    store_close(s);
    return failed ? -1 : 0;
}

/* What contradicts the project's split is refused now, not in the night. */
static int check_split(const struct work *w, struct conf *conf, struct err *e)
{
    struct split_current current;
    bool found;
    if (current_split_find(w, &current, &found, e) ||
        (found && current_split_check(conf, &current, e)))
        return -1;
    if (found)
        current_split_apply(conf, &current);
    return 0;
}

/* One row, its name reserved. */
static int make_row(const struct work *w, const struct queue_request *r, const struct grid *g,
                    int index, struct queue_row *row, struct err *e)
{
    char wanted[2 * RUN_NAME_MAX + GRID_TEXT_MAX], suffix[GRID_TEXT_MAX];
    struct conf *conf = conf_copy(r->conf);
    memset(row, 0, sizeof *row);
    int failed = grid_apply(g, index, conf, suffix, sizeof suffix, e) || check_split(w, conf, e) ||
                 conf_check(conf, e);
    if (!failed) {
        snprintf(wanted, sizeof wanted, "%s%s", r->name ? r->name : "grid", suffix);
        const char *name = r->name || r->grid_n ? wanted : NULL;
        failed = run_dir_check(w, name, RUN_DIR_NEW, e) || run_dir_reserve(w, name, row->name, e);
    }
    if (!failed) {
        row->config = current_split_conf_text(conf);
        process_id_new_uuid(row->uuid);
        row->added_ms = clock_unix_ms();
        row->epochs = (int)conf_int(conf, CONF_TRAIN_EPOCHS);
    }
    conf_free(conf);
    return failed ? -1 : 0;
}

static const char *flag_of(const struct conf *c, const char *name)
{
    for (int key = 0; key < CONF_KEY_COUNT; key++)
        if (!strcmp(conf_info(key)->name, name))
            return *conf_origin(c, key) == '-' ? conf_origin(c, key) : NULL;
    return NULL;
}

/* A split of each run's own would make their figures incomparable. */
static int check_grid(const struct grid *g, const struct conf *c, struct err *e)
{
    for (int i = 0; i < g->n; i++) {
        const char *flag = flag_of(c, g->key[i].key);
        if (flag)
            return err_set(e, ERR_USAGE, "--grid and %s both say %s: leave one out", flag,
                           g->key[i].key);
        if (g->key[i].n > 1 && !strncmp(g->key[i].key, "split.", 6) &&
            strcmp(g->key[i].key, "split.fold") != 0)
            return err_set(e, ERR_USAGE,
                           "--grid %s: a project has one split for all runs; split.fold alone may "
                           "differ (or use a work.dir for each split)",
                           g->key[i].key);
    }
    return 0;
}

int job_queue_add(struct work *w, const struct queue_request *request, struct queue_row **rows,
                  int *n, struct err *e)
{
    struct grid g;
    int made = 0, failed = 0;
    if (grid_parse(&g, request->grid, request->grid_n, e) || check_grid(&g, request->conf, e) ||
        file_make_folders(w->folder, e))
        return -1;
    *rows = xcalloc((size_t)g.count, sizeof **rows);
    for (; made < g.count && !failed; made += !failed)
        failed = make_row(w, request, &g, made, &(*rows)[made], e);
    if (!failed)
        failed = put_rows(*rows, made, w, e);
    for (int i = 0; i < made && failed; i++)
        run_dir_leave(w, (*rows)[i].name);
    *n = made;
    if (failed)
        queue_rows_free(*rows, made);
    return failed ? -1 : 0;
}

static int take_lock(const struct work *w, struct err *e)
{
    char path[FILE_PATH_MAX], holder[128], safe[256];
    struct run_row here = {0};
    if (file_join(path, w->folder, "queue.lock", e))
        return -1;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set_errno(e, ERR_CREATE, errno, "%s", path);
    if (!flock(fd, LOCK_EX | LOCK_NB)) {
        process_id_stamp(&here);
        int n = snprintf(holder, sizeof holder, "%d on %s\n", here.pid, here.host);
        if (!ftruncate(fd, 0) && pwrite(fd, holder, (size_t)n, 0) == n)
            return fd;
        err_set_errno(e, ERR_IO, errno, "%s", path);
    } else if (errno == EWOULDBLOCK) {
        ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
        holder[n > 0 ? n : 0] = '\0';
        holder[strcspn(holder, "\n")] = '\0';
        text_safe(holder, safe, sizeof safe);
        err_set(e, ERR_LOCKED, "another process (%s) is working through the queue of %s",
                *holder ? safe : "just started", w->folder);
    } else {
        err_set_errno(e, ERR_LOCKED, errno, "%s: cannot be locked", path);
    }
    close(fd);
    return -1;
}

/* The first to be trained: one that a killed worker had begun stands before all others, since it
 * came first. False: nothing waits. */
static int first_row(const char *database, struct queue_row *out, bool *found, struct err *e)
{
    struct queue_row *rows;
    int n;
    if (job_queue_list(database, &rows, &n, e))
        return -1;
    *found = n > 0;
    if (n) {
        *out = rows[0];
        rows[0].config = NULL;
    }
    queue_rows_free(rows, n);
    return 0;
}

static int train_row(struct job *j, const struct queue_row *row, struct err *e)
{
    struct train_request request = {.name = row->name, .go_on = true, .of_queue = true};
    if (begin_row(j->work->database, row->uuid, e))
        return -1;
    struct conf *conf = saved_run_conf(row->config, j->work, row->name, e);
    if (!conf)
        return -1;
    saved_run_tell_unused(row->name, conf, j->work->conf, "data train loss augment split",
                          SAVED_RUN_TRAINS);
    request.conf = conf;
    int failed = job_train(j, &request, e);
    conf_free(conf);
    return failed;
}

/* What it needs is held by another process for a while, and not the run itself, which another may
 * have taken over. */
static bool must_wait(const struct job *j, const struct queue_row *row, const struct err *e)
{
    return e->code == ERR_LOCKED && !alive_locked(j->work->database, row->name);
}

/* What its end means for the queue; the row stays when this process is to end. */
static int settle(struct job *j, const struct queue_row *row, int failed, struct err *e)
{
    struct job_control *c = j->control;
    bool stopped = failed ? e->code == ERR_CANCELLED : j->now.stopped;
    if (stopped && !atomic_load(&c->from_elsewhere))
        return err_set(e, ERR_CANCELLED, "stopped in run %s; hpa queue run goes on with it",
                       row->name);
    if (failed && must_wait(j, row, e)) {
        struct err why = *e;
        return err_set(e, ERR_LOCKED, "run %s stays in the queue: %s", row->name, why.text);
    }
    if (failed)
        log_error("run %s failed, the queue goes on: %s", row->name, e->text);
    run_dir_leave(j->work, row->name);
    control_next_run(c);
    return remove_row(j->work->database, row->uuid, e);
}

static int check_stop(const struct job *j, const struct queue_row *row, struct err *e)
{
    if (atomic_load(&j->control->stop) == JOB_STOP_NONE)
        return 0;
    return err_set(e, ERR_CANCELLED, "stopped before run %s; hpa queue run goes on with it",
                   row->name);
}

static int work_off(struct job *j, int *done, struct err *e)
{
    struct queue_row row;
    bool found;
    const struct job_observer observer = j->observer;
    for (;;) {
        if (first_row(j->work->database, &row, &found, e))
            return -1;
        if (!found)
            return 0;
        job_init(j, j->work, j->control, observer);
        j->now.from_queue = true;
        int failed = check_stop(j, &row, e);
        if (!failed) {
            failed = train_row(j, &row, e);
            *done += !failed;
            failed = settle(j, &row, failed, e);
        }
        free(row.config);
        if (failed)
            return -1;
    }
}

int job_queue_detach(const struct work *w, struct err *e)
{
    static const char *const words[] = {"queue", "run", NULL};
    char log[FILE_PATH_MAX];
    pid_t pid;
    int lock = take_lock(w, e); /* said here, not in the log of the other process */
    if (lock < 0)
        return -1;
    close(lock);
    if (file_join(log, w->folder, "queue.log", e) || detach_start(w, words, log, &pid, e))
        return -1;
    log_info("process %d works the queue off, log in %s", (int)pid, log);
    return 0;
}

int job_queue_run(struct job *j, int *done, struct err *e)
{
    *done = 0;
    if (!file_exists(j->work->database))
        return 0;
    int lock = take_lock(j->work, e);
    if (lock < 0)
        return -1;
    int failed = work_open_store(j->work, e) || work_off(j, done, e);
    close(lock);
    return failed ? -1 : 0;
}
