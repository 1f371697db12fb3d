/* Training, from the request to the last row in the store. Errors inside a run are recorded with
 * the run; a stop leaves a checkpoint to go on from. */
#define _GNU_SOURCE
#include "job/job_train.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "core/run_files.h"
#include "job/hold.h"
#include "run/saved_run.h"
#include "train/trainer.h"

static const double STATUS_SECONDS = 2;

/* Epochs until the end or a stop. An epoch that a kill cut off between its last step and its
 * validation has all its steps in the checkpoint and goes straight to the validation. */
static int train_epochs(struct trainer *s, bool *stopped, struct err *e)
{
    enum trainer_end end;
    while ((s->step < s->total_steps && !trainer_epoch_idle(s)) || s->step_in_epoch > 0) {
        if (trainer_epoch_run(s, &end, e))
            return -1;
        *stopped = end == TRAINER_STOPPED;
        if (*stopped)
            return 0;
        if (trainer_epoch_finish(s, e))
            return -1;
        trainer_control_stopping(s); /* asked for while it validated */
        if (atomic_load(&s->job->control->stop) != JOB_STOP_NONE && s->step < s->total_steps) {
            *stopped = true;
            return 0;
        }
    }
    if (s->step < s->total_steps)
        log_info("run %s: no epoch was better than epoch %d for %lld epochs (train.patience)",
                 s->row.name, history_best(&s->history), (long long)s->steps.patience);
    return 0;
}

/* A run is not done, nor stopped to go on, while its newest epoch is in memory only. */
static int check_saved(const struct trainer *s, struct err *e)
{
    if (s->unsaved.code == ERR_NONE)
        return 0;
    if (trainer_control_folder_removed(s))
        return err_set(e, ERR_NOINPUT,
                       "run %s: its folder was removed while it was trained: what it learned "
                       "is lost; begin it again",
                       s->row.name);
    return err_set(e, s->unsaved.code,
                   "run %s: epoch %lld is not saved; when that is mended, hpa train --resume %s "
                   "does again what is missing. %s",
                   s->row.name, (long long)s->epoch, s->row.name, s->unsaved.text);
}

/* An image or a cache that went away ends the training, not what it has learned. */
static void save_what_is_learned(struct trainer *s)
{
    struct err e = {0};
    if (trainer_save_last(s, &e))
        log_error("checkpoint not written: %s", e.text);
}

static int finish(struct trainer *s, int failed, bool stopped, struct err *e)
{
    struct job *j = s->job;
    if (failed && e->code == ERR_CANCELLED) {
        trainer_control_stopped(s);
        if (!trainer_save_last(s, e)) {
            failed = 0; /* stopped inside a validation: the epoch's steps are in the checkpoint */
            stopped = true;
        }
    }
    if (failed && e->code != ERR_NUMERIC)
        save_what_is_learned(s);
    if (!failed && !stopped)
        trainer_control_until_saved(s);
    if (!failed)
        failed = check_saved(s, e);
    hold_at(j, NULL, NULL, "end");
    enum run_status status = failed ? RUN_FAILED : stopped ? RUN_STOPPED : RUN_DONE;
    j->now.stopped = stopped && !failed;
    trainer_rows_status(s, status, failed ? e->text : "");
    trainer_control_close(s, status);
    if (!failed)
        log_info("run %s: %s after epoch %lld, step %lld", s->row.name, run_status_name(status),
                 (long long)s->epoch, (long long)s->step);
    if (!failed && !stopped)
        trainer_control_until_written(s);
    return failed;
}

static bool is_done(const struct work *w, const struct saved_run *t)
{
    int64_t most = conf_int(t->conf, CONF_TRAIN_MAX_STEPS);
    struct run_row row;
    struct store *s = file_exists(w->database) ? store_open(w->database, STORE_READ, NULL) : NULL;
    bool known = s && !run_find(s, t->uuid, &row, NULL), done = known && row.status == RUN_DONE;
    if (known)
        run_row_fini(&row);
    store_close(s);
    return done && t->point.step_in_epoch == 0 &&
           (t->point.epoch >= conf_int(t->conf, CONF_TRAIN_EPOCHS) ||
            (most > 0 && t->point.step >= most));
}

static void show_done(struct job *j, const struct saved_run *t)
{
    struct history h = {0};
    snprintf(j->now.run_name, sizeof j->now.run_name, "%s", t->name);
    snprintf(j->now.run_uuid, sizeof j->now.run_uuid, "%s", t->uuid);
    j->now.epoch = j->now.epochs = (int)t->point.epoch;
    j->now.step = j->now.steps = t->point.step;
    if (!history_parse(&h, t->point.history, t->name, NULL))
        history_show(&h, &j->now);
    history_fini(&h);
    log_info("run %s: was done before, after epoch %lld", t->name, (long long)t->point.epoch);
    job_phase(j, PHASE_DONE, 0);
}

/* Of a run that goes on by its name: nothing is opened, packed or written when it is done.
 * `told`: name the flags that it does not take. */
static bool ends_at_once(struct job *j, const char *name, bool told)
{
    struct saved_run t;
    if (saved_run_open(&t, j->work, name, RUN_FILES_LAST, NULL))
        return false;
    bool done = is_done(j->work, &t);
    if (done) {
        if (told)
            trainer_tell_kept(t.name, t.conf, j->work->conf);
        show_done(j, &t);
    }
    saved_run_close(&t);
    return done;
}

int job_train(struct job *j, const struct train_request *request, struct err *e)
{
    struct trainer s;
    bool stopped = false;
    const char *resume = request->resume;
    err_clear(e);
    if (request->go_on && saved_run_exists(j->work, request->name))
        resume = request->name;
    if (request->go_on && resume && ends_at_once(j, resume, !request->conf))
        return 0;
    if (resume ? trainer_resume(&s, j, resume, e) : trainer_start(&s, j, request, e))
        return -1;
    int failed = train_epochs(&s, &stopped, e);
    failed = finish(&s, failed, stopped, e);
    writer_flush(s.work.writer, STATUS_SECONDS); /* a run without its lock must not say "running" */
    trainer_close(&s);
    if (!failed)
        job_phase(j, PHASE_DONE, 0);
    return failed;
}
