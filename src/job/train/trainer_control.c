/* The control point between two steps: what was asked of the training meanwhile is carried out,
 * noted as an event and answered. A change of the rate is in a checkpoint before it counts, so that
 * a run that is killed afterwards goes on with it, bit for bit. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "job/hold.h"
#include "trainer.h"

enum { PAUSE_POLL_NS = 20000000 };

static const double RETRY_AFTER = 20; /* seconds, after a checkpoint that failed */
static const double WRITES_FOR = 1;   /* seconds, until a stop is looked for again */
enum { HOPELESS_MAX = 5 };            /* such looks at a store that does not mend by itself */

void trainer_control_event(struct trainer *s, const char *kind, double value, const char *format,
                           ...)
{
    struct err e = {0};
    struct event_row row = {.at_ms = clock_unix_ms(), .step = s->step, .value = value};
    va_list args;
    va_start(args, format);
    vsnprintf(row.detail, sizeof row.detail, format, args);
    va_end(args);
    snprintf(row.kind, sizeof row.kind, "%s", kind);
    if (events_add(&s->events, &row, &e))
        log_error("run %s: %s", s->row.name, e.text);
    trainer_rows_event(s, &row);
}

/* A checkpoint that fails (a full disk) must not end the training: said, and tried again later. */
static void save_if_due(struct trainer *s)
{
    struct err e = {0};
    double wait = 60 * conf_real(s->conf, CONF_RUN_CHECKPOINT_MINUTES);
    bool again = s->unsaved.code != ERR_NONE;
    if (again && wait > RETRY_AFTER)
        wait = RETRY_AFTER;
    if (clock_seconds() - s->saved_at < wait)
        return;
    if (trainer_save_last(s, &e))
        log_error("checkpoint not written, training goes on: %s", e.text);
    else if (again)
        log_info("checkpoint written: what kept it from the disk is over");
}

static void save_as_asked(struct trainer *s)
{
    struct err e = {0};
    if (!atomic_exchange(&s->job->control->checkpoint, false))
        return;
    trainer_control_event(s, "checkpoint", NAN, "asked for");
    if (trainer_save_last(s, &e)) {
        log_error("checkpoint not written, training goes on: %s", e.text);
        control_server_answer(s->listener, CONTROL_CHECKPOINT, "not written: %s", e.text);
        return;
    }
    log_info("run %s: checkpoint at step %lld", s->row.name, (long long)s->step);
    control_server_answer(s->listener, CONTROL_CHECKPOINT, "written at step %lld",
                          (long long)s->step);
}

static void tell_rate(struct trainer *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell_rate(struct trainer *s, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    log_info("run %s: learning rate %s", s->row.name, text);
    control_server_answer(s->listener, CONTROL_LR, "%s", text);
    control_server_answer(s->listener, CONTROL_LR_TIMES, "%s", text);
}

/* The last change asked for counts. */
static double asked_rate(const struct trainer *s)
{
    struct job_control *c = s->job->control;
    double lr = atomic_exchange(&c->lr, 0), times = atomic_exchange(&c->lr_times, 0);
    return text_round_real((lr > 0 ? lr : s->schedule.peak) * (times > 0 ? times : 1));
}

static void change_rate(struct trainer *s)
{
    struct err e = {0};
    char old_text[32], new_text[32];
    struct job_control *c = s->job->control;
    if (!(atomic_load(&c->lr) > 0) && !(atomic_load(&c->lr_times) > 0))
        return;
    double old = s->schedule.peak, peak = asked_rate(s);
    text_put_real(old, old_text, sizeof old_text);
    text_put_real(peak, new_text, sizeof new_text);
    if (!(peak > 0) || peak > (double)TRAINER_LR_MAX) {
        tell_rate(s, "not changed: a peak of %s is not in 0..%d", new_text, TRAINER_LR_MAX);
        return;
    }
    struct event_row row = {
        .at_ms = clock_unix_ms(), .step = s->step, .kind = EVENT_LR, .value = peak};
    snprintf(row.detail, sizeof row.detail, "peak %s instead of %s", new_text, old_text);
    if (events_add(&s->events, &row, &e)) {
        tell_rate(s, "not changed: %s", e.text);
        return;
    }
    if (trainer_save_last(s, &e)) {
        s->events.n--;
        tell_rate(s, "not changed, since no checkpoint could hold it: %s", e.text);
        return;
    }
    trainer_rows_event(s, &row);
    s->schedule.peak = peak;
    tell_rate(s, "peak %s instead of %s from step %lld on", new_text, old_text,
              (long long)s->step + 1);
}

static void carry_out(struct trainer *s)
{
    change_rate(s);
    save_as_asked(s);
}

static void wait_while_paused(struct trainer *s)
{
    struct job_control *c = s->job->control;
    if (!atomic_load(&c->paused))
        return;
    enum job_phase phase = s->job->now.phase;
    s->job->now.phase = PHASE_PAUSED;
    job_tell(s->job);
    trainer_rows_status(s, RUN_PAUSED, "");
    trainer_control_event(s, "pause", NAN, "asked for");
    control_server_answer(s->listener, CONTROL_PAUSE, "paused after step %lld of %lld",
                          (long long)s->step, (long long)s->total_steps);
    while (atomic_load(&c->paused) && !job_cancelled(s->job)) {
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_POLL_NS}, NULL);
        carry_out(s);
    }
    s->job->now.phase = phase;
    job_tell(s->job);
    trainer_control_event(s, "resume", NAN, "the pause ended");
    trainer_rows_status(s, RUN_RUNNING, "");
    s->step_at = clock_seconds();
}

void trainer_control_stopping(struct trainer *s)
{
    bool stopping = atomic_load(&s->job->control->stop) != JOB_STOP_NONE;
    if (stopping == s->job->now.stopping)
        return;
    s->job->now.stopping = stopping;
    job_tell(s->job);
    if (atomic_load(&s->job->control->stop) != JOB_STOP_EPOCH)
        return;
    trainer_control_event(s, "stop", NAN, "after epoch %d", s->job->now.epoch);
    control_server_answer(s->listener, CONTROL_STOP, "stops after epoch %d of %d",
                          s->job->now.epoch, s->job->now.epochs);
}

/* True: the training is to stop now. */
static bool attend(void *context)
{
    struct trainer *s = context;
    carry_out(s);
    wait_while_paused(s);
    trainer_control_stopping(s);
    return job_cancelled(s->job);
}

void trainer_control_hold(struct trainer *s, const char *step, int64_t number)
{
    hold_at(s->job, attend, s, "%s-%lld", step, (long long)number);
}

bool trainer_control(struct trainer *s)
{
    trainer_control_hold(s, "step", s->step);
    if (attend(s))
        return true;
    save_if_due(s);
    return false;
}

/* A lock is released, a disk gets room again. A damaged store stays as it is, and a batch job would
 * wait until its time is up, for rows that the run's folder holds. */
static bool may_pass(const struct err *e)
{
    return e->code != ERR_DATA && e->code != ERR_NOINPUT;
}

void trainer_control_until_written(struct trainer *s)
{
    struct err e = {0};
    struct writer *w = s->job->work->writer;
    bool told = false;
    int hopeless = 0;
    while (!writer_flush(w, WRITES_FOR) && atomic_load(&s->job->control->stop) == JOB_STOP_NONE) {
        if (!writer_trouble(w, &e))
            continue;
        if (!may_pass(&e) && ++hopeless == HOPELESS_MAX)
            return;
        if (!told)
            log_warn("run %s: done, but %d rows wait for the store: %s; %s", s->row.name,
                     writer_waiting(w), e.text,
                     may_pass(&e) ? "a stop gives them up" : "they will soon be given up");
        told = true;
    }
}

/* The folder of all runs is still there: not a disk that is away. */
bool trainer_control_folder_removed(const struct trainer *s)
{
    char run[FILE_PATH_MAX], runs[FILE_PATH_MAX];
    if (work_run_path(&s->work, s->row.name, NULL, run, NULL))
        return false;
    snprintf(runs, sizeof runs, "%.*s", (int)(strrchr(run, '/') - run), run);
    return file_exists(runs) && !file_exists(run);
}

void trainer_control_until_saved(struct trainer *s)
{
    struct err e = {0};
    const atomic_int *stop = &s->job->control->stop;
    if (s->unsaved.code == ERR_NONE || s->unsaved.code == ERR_NUMERIC ||
        atomic_load(stop) != JOB_STOP_NONE || trainer_control_folder_removed(s))
        return;
    log_warn(
        "run %s: all is trained, but epoch %lld is in memory alone: it is saved as soon as what "
        "keeps it from the disk is over; a stop gives it up",
        s->row.name, (long long)s->epoch);
    while (s->unsaved.code != ERR_NONE && atomic_load(stop) == JOB_STOP_NONE &&
           !trainer_control_folder_removed(s)) {
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_POLL_NS}, NULL);
        carry_out(s);
        if (s->unsaved.code != ERR_NONE && clock_seconds() - s->saved_at >= RETRY_AFTER)
            trainer_save_last(s, &e);
    }
}

void trainer_control_stopped(struct trainer *s)
{
    if (atomic_load(&s->job->control->hand_over))
        trainer_control_event(s, "hand-over", NAN, "process %d lets another go on", (int)getpid());
    else
        trainer_control_event(s, "stop", NAN, "asked for");
}

int trainer_control_open(struct trainer *s, struct err *e)
{
    s->listener = control_server_new(&s->work, &s->row, s->job->control, e);
    return s->listener ? 0 : -1;
}

void trainer_control_close(struct trainer *s, enum run_status status)
{
    char text[128];
    snprintf(text, sizeof text, "the training ended (%s) after epoch %lld, step %lld of %lld",
             run_status_name(status), (long long)s->epoch, (long long)s->step,
             (long long)s->total_steps);
    control_server_free(s->listener, text);
    s->listener = NULL;
}
