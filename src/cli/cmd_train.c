/* hpa train: a new run, or one that goes on. Signals end it with a checkpoint. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "errand.h"
#include "interrupt.h"
#include "job/job_queue.h"
#include "job/job_train.h"
#include "print.h"
#include "train_many.h"

static double peak_rss_mb(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_maxrss * 1024 / 1e6;
}

static void show(const struct call *call, const struct snapshot *s)
{
    const struct epoch_row *newest = s->points_n ? &s->points[s->points_n - 1] : NULL;
    if (call->json) {
        struct json *j = json_new_object();
        json_put_text(j, "run", s->run_name);
        json_put_text(j, "uuid", s->run_uuid);
        json_put_int(j, "epochs", s->epochs);
        json_put_int(j, "epochs_done", newest ? newest->epoch : 0);
        json_put_int(j, "steps", s->step);
        json_put_flag(j, "stopped", s->stopped);
        json_put_flag(j, "ended_early", !s->stopped && s->step < s->steps);
        json_put_real(j, "loss", s->loss);
        json_put_real(j, "grad_norm", newest ? newest->grad_norm : s->grad_norm);
        json_put_real(j, "images_per_second",
                      newest ? newest->images_per_second : s->images_per_second);
        json_put_real(j, "data_wait_percent",
                      newest ? newest->data_wait_percent : s->data_wait_percent);
        json_put_int(j, "samples_excluded", s->excluded);
        json_put_real(j, "planned_mb", s->planned_mb);
        json_put_real(j, "peak_rss_mb", peak_rss_mb());
        json_put_int(j, "best_epoch", s->best_epoch);
        json_put_real(j, "macro_f1", s->best_f1);
        print_json(j);
    } else {
        char name[PRINT_SAFE];
        printf("%s: step %lld of %lld", print_safe(s->run_name, name), (long long)s->step,
               (long long)s->steps);
        if (s->best_epoch)
            printf(", best epoch %d, macro F1 %.4f", s->best_epoch, s->best_f1);
        if (s->excluded)
            printf(", %d %s left out (runs/%s/excluded.csv)", s->excluded,
                   s->excluded == 1 ? "sample" : "samples", name);
        printf("\n");
    }
}

static int check_many(const struct options *o, struct err *e)
{
    const char *folds = options_text(o, "folds");
    bool queue = options_has(o, "queue"), old = options_has(o, "resume"),
         go_on = options_has(o, "continue"), then = options_has(o, "then-queue");
    if (options_has(o, "grid") && !queue)
        return err_set(e, ERR_USAGE, "--grid puts several runs into the queue: --queue is needed");
    if (folds && strcmp(folds, "all") != 0)
        return err_set(e, ERR_USAGE, "--folds '%.40s': all (a single one: -s split.fold=N)", folds);
    if ((folds || queue) && (old || go_on || (folds && queue)))
        return err_set(e, ERR_USAGE,
                       "--queue, --folds, --resume and --continue exclude each other");
    if (then && (folds || queue))
        return err_set(e, ERR_USAGE, "--then-queue follows a single training");
    return 0;
}

static int train_many(const struct call *call, struct err *e)
{
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    int failed = options_has(call->options, "queue") ? train_many_queue(call, d, e)
                                                     : train_many_folds(call, d, e);
    errand_close(d);
    return failed;
}

/* Another process may well be at it. */
static int work_off_queue(struct errand *d, struct err *e)
{
    int done;
    if (!job_queue_run(&d->job, &done, e))
        return 0;
    if (e->code != ERR_LOCKED)
        return -1;
    log_info("%s", e->text);
    err_clear(e);
    return 0;
}

/* A run in the queue is trained by another process, with that one's threads and kernels; folds are
 * tuned when all are done. */
static void tell_ignored(const struct call *call)
{
    if (options_has(call->options, "queue"))
        command_tell_ignored(call, "train --queue",
                             "run.threads run.cpu_tier run.on_hangup tune predict");
    else if (options_has(call->options, "folds"))
        command_tell_ignored(call, "train --folds", "split.fold tune.empty_row predict");
    else
        command_tell_ignored(call, "train", "tune predict");
}

static int run(const struct call *call, struct err *e)
{
    if (check_many(call->options, e))
        return -1;
    tell_ignored(call);
    if (options_has(call->options, "queue") || options_has(call->options, "folds"))
        return train_many(call, e);
    struct train_request request = {.name = options_text(call->options, "name"),
                                    .resume = options_text(call->options, "resume"),
                                    .go_on = options_has(call->options, "continue")};
    if (request.name && request.resume)
        return err_set(e, ERR_USAGE, "--name is for a new run, --resume for an old one");
    if (request.go_on && !request.name)
        return err_set(e, ERR_USAGE, "--continue needs the --name of the run");
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    interrupt_on_hangup(!strcmp(conf_text(call->conf, CONF_RUN_ON_HANGUP), "continue"));
    int failed = job_train(&d->job, &request, e);
    if (!failed)
        show(call, &d->job.now);
    if (!failed && d->job.now.stopped)
        failed = err_set(e, ERR_CANCELLED,
                         "stopped with a checkpoint; go on with `hpa train "
                         "--resume %s`",
                         d->job.now.run_name);
    if (!failed && options_has(call->options, "then-queue"))
        failed = work_off_queue(d, e);
    errand_close(d);
    return failed;
}

static const struct option options[] = {
    {"name", 0, "NAME", NULL, "name of the new run (run-1, run-2, ...)"},
    {"resume", 0, "RUN", NULL, "go on with a run (name, uuid or last), with its own settings"},
    {"queue", 0, NULL, NULL, "do not train now: wait until hpa queue run comes to it"},
    {"grid", 0, "KEY=A,B", NULL, "with --queue: a run for every value; once more for each key"},
    {"folds", 0, "all", NULL, "a run for every fold (NAME-f0, ...), then scores of all samples"},
    {"continue", 0, NULL, NULL, "begin the run --name, go on with it, or end when it is done"},
    {"then-queue", 0, NULL, NULL, "afterwards work off what waits in the queue"},
};

const struct command cmd_train = {
    .name = "train",
    .args = "",
    .summary = "Train a network",
    .more =
        "Makes the split, the packed images and the statistics first when they are missing.\n"
        "Ctrl-C, SIGTERM and the warnings of batch systems (SIGUSR1, SIGUSR2, SIGXCPU) end it with a\n"
        "checkpoint; a resumed run ends in the same weights as one that was never interrupted. Where\n"
        "another CPU, BLAS or build resumes it, this may not hold, and the log says what differs.\n"
        "--folds all, given again, does what is left.",
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .section = "train",
    .run = run,
};
