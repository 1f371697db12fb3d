/* hpa follow: the lines and the progress of a run that any process trains, read from the store
 * until the run ends. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "command.h"
#include "interrupt.h"
#include "job/job_control.h"
#include "job/job_runs.h"
#include "job/work.h"
#include "print.h"
#include "progress.h"
#include "standard.h"
#include "store/event_rows.h"

enum { LOOK_NS = 500000000, PATIENCE = 240 /* looks at a store that cannot be read */ };

struct follow {
    char database[FILE_PATH_MAX];
    const char *which;
    struct run_row run; /* as last read, without its configuration */
    int epochs_told;
    int64_t event_told; /* number of the newest */
    bool quiet;
    struct progress *progress;
};

static void tell_epoch(const struct follow *f, const struct epoch_row *row)
{
    log_info("epoch %d/%d: loss %.4f, validation %.4f, macro F1 %.4f (at .5: %.4f)", row->epoch,
             f->run.epochs, row->train_loss, row->val_loss, row->macro_f1, row->macro_f1_half);
}

static int tell_epochs(struct follow *f, struct store *s, struct snapshot *now, struct err *e)
{
    struct epoch_row *rows = NULL;
    int n = 0;
    if (run_epochs(s, f->run.id, &rows, &n, e))
        return -1;
    for (int i = 0; i < n; i++)
        if (rows[i].epoch > f->epochs_told) {
            tell_epoch(f, &rows[i]);
            f->epochs_told = rows[i].epoch;
        }
    if (n && rows[n - 1].epoch > 0)
        now->steps = rows[n - 1].steps / rows[n - 1].epoch; /* of an epoch */
    now->total = now->steps;
    now->done = n ? -rows[n - 1].steps : 0;
    free(rows);
    return 0;
}

static int tell_events(struct follow *f, struct store *s, struct err *e)
{
    struct event_row *rows = NULL;
    int n = 0;
    if (event_rows_list(s, f->run.id, &rows, &n, e))
        return -1;
    for (int i = 0; i < n; i++)
        if (rows[i].number > f->event_told)
            log_info("step %lld: %s, %s", (long long)rows[i].step, rows[i].kind, rows[i].detail);
    if (n)
        f->event_told = rows[n - 1].number;
    free(rows);
    return 0;
}

/* The newest step that the trainer told of; it tells some, not all. */
static int show_step(struct follow *f, struct store *s, struct snapshot *now, struct err *e)
{
    struct step_row *rows = NULL;
    int n = 0;
    if (run_steps(s, f->run.id, &rows, &n, e))
        return -1;
    if (n) {
        now->done += rows[n - 1].step;
        now->loss = rows[n - 1].loss;
    }
    free(rows);
    now->done = now->done < 0 ? 0 : now->done;
    now->phase = f->run.status == RUN_PAUSED ? PHASE_PAUSED : PHASE_TRAIN;
    now->epoch = f->epochs_told + 1;
    now->epochs = f->run.epochs;
    progress_snapshot(f->progress, now);
    return 0;
}

static int look(struct follow *f, struct err *e)
{
    struct snapshot *now = calloc(1, sizeof *now);
    struct store *s = now ? store_open(f->database, STORE_READ, e) : NULL;
    int failed = -1;
    if (!s || run_find(s, f->which, &f->run, e))
        goto done;
    run_row_fini(&f->run);
    f->which = f->run.uuid; /* "last" may be another one soon */
    now->images_per_second = now->data_wait_percent = now->eta_seconds = now->loss = NAN;
    failed = tell_epochs(f, s, now, e) || tell_events(f, s, e) ||
             (job_control_is_live(f->database, &f->run) && show_step(f, s, now, e));
done:
    store_close(s);
    free(now);
    return failed ? -1 : 0;
}

/* As head leaves: there is nothing more to do then. */
static bool reader_has_gone(const struct follow *f)
{
    return standard_unread(STDOUT_FILENO) || (!f->quiet && standard_unread(STDERR_FILENO));
}

/* Until the run ends, nobody reads any more, or Ctrl-C. A store that is locked for a while is
 * looked at again. */
static int watch(struct follow *f, struct err *e)
{
    int misses = 0;
    if (look(f, e))
        return -1;
    while (job_control_is_live(f->database, &f->run)) {
        if (interrupt_happened())
            return err_set(e, ERR_CANCELLED, "no longer followed; run %s goes on", f->run.name);
        if (reader_has_gone(f))
            return err_set_errno(e, ERR_IO, EPIPE, "standard output");
        nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
        misses = look(f, e) ? misses + 1 : 0;
        if (misses > PATIENCE)
            return -1;
    }
    return misses ? -1 : 0;
}

static int finish(const struct call *call, struct follow *f, struct err *e)
{
    const struct run_row *r = &f->run;
    char text[512], safe[PRINT_SAFE];
    bool unseen = job_control_is_unseen(f->database, r, text, sizeof text);
    enum run_status status = run_status_is_live(r->status) && !unseen ? RUN_INTERRUPTED : r->status;
    if (call->json) {
        struct json *j = json_new_object();
        json_put_text(j, "run", r->name);
        json_put_text(j, "uuid", r->uuid);
        json_put_text(j, "status", run_status_name(status));
        json_put_int(j, "epochs", r->epochs);
        json_put_int(j, "epochs_done", r->epochs_done);
        json_put_int(j, "best_epoch", r->best_epoch);
        json_put_real(j, "macro_f1", r->macro_f1);
        print_json(j);
    } else {
        printf("%s: %s, epoch %d of %d", print_safe(r->name, safe), run_status_name(status),
               r->epochs_done, r->epochs);
        if (r->best_epoch)
            printf(", best epoch %d, macro F1 %.4f", r->best_epoch, r->macro_f1);
        printf("\n");
    }
    if (status == RUN_FAILED)
        return err_set(e, ERR_FAIL, "run %s failed: %s", r->name, r->error);
    if (unseen)
        return err_set(e, ERR_FAIL, "run %s: %s", r->name, text);
    if (status != RUN_INTERRUPTED)
        return 0;
    struct err odd = {.code = ERR_NOINPUT};
    job_runs_explain(call->conf, r->name, &odd);
    if (*odd.text)
        return err_set(e, odd.code, "%s", odd.text);
    return err_set(
        e, ERR_FAIL,
        "run %s was interrupted: its process %d is gone; hpa train --resume %s continues "
        "it",
        r->name, r->pid, r->name);
}

static int run(const struct call *call, struct err *e)
{
    struct follow f = {.which = call->options->args[0], .quiet = call->quiet};
    if (file_join(f.database, conf_text(call->conf, CONF_WORK_DIR), "hpa.db", e))
        return -1;
    if (!file_exists(f.database)) {
        err_set(e, ERR_NOINPUT, "no run '%.60s': work.dir=%s holds no store", f.which,
                conf_text(call->conf, CONF_WORK_DIR));
        return job_runs_explain(call->conf, f.which, e);
    }
    f.progress = progress_new(call->quiet);
    int failed = watch(&f, e);
    progress_free(f.progress);
    if (failed)
        return job_runs_explain(call->conf, f.which, e);
    work_sweep(f.database);
    return finish(call, &f, e);
}

const struct command cmd_follow = {
    .name = "follow",
    .args = "RUN",
    .summary = "Show the progress of a run that any process trains",
    .more = "Ends with the run. Ctrl-C ends the following, not the training.",
    .args_min = 1,
    .args_max = 1,
    .ignores = "data split train loss augment tune predict",
    .run = run,
};
