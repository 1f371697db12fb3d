/* hpa pause, resume, stop, checkpoint, lr: one request to the process that trains a run. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "command.h"
#include "job/job_control.h"
#include "job/job_runs.h"
#include "job/work.h"
#include "print.h"

static void show(const struct call *call, const struct control_ask *ask,
                 const struct control_told *told)
{
    char name[PRINT_SAFE], answer[PRINT_SAFE];
    if (call->json) {
        struct json *j = json_new_object();
        json_put_text(j, "run", told->run.name);
        json_put_text(j, "request", control_kind_name(ask->kind));
        json_put_text(j, "host", told->run.host);
        json_put_int(j, "pid", told->run.pid);
        json_put_text(j, "answer", told->answer[0] ? told->answer : NULL);
        print_json(j);
    } else if (told->answer[0]) {
        printf("run %s: %s\n", print_safe(told->run.name, name), print_safe(told->answer, answer));
    } else {
        printf("run %s: process %d has the request and carries it out when its step or validation "
               "ends\n",
               print_safe(told->run.name, name), told->run.pid);
    }
}

static int ask(const struct call *call, enum control_kind kind, struct err *e)
{
    char database[FILE_PATH_MAX];
    struct control_told told;
    const struct options *o = call->options;
    int64_t seconds = 10;
    struct control_ask request = {.run = o->args[0], .kind = kind, .value = NAN};
    if (options_int(o, "wait", 0, 86400, &seconds, e) ||
        (kind == CONTROL_LR && job_control_parse_rate(o->args[1], &request, e)) ||
        file_join(database, conf_text(call->conf, CONF_WORK_DIR), "hpa.db", e))
        return -1;
    request.seconds = (double)seconds;
    work_sweep(database);
    if (job_control_ask(database, &request, &told, e))
        return job_runs_explain(call->conf, o->args[0], e);
    show(call, &request, &told);
    return 0;
}

static int run_pause(const struct call *call, struct err *e)
{
    return ask(call, CONTROL_PAUSE, e);
}

static int run_resume(const struct call *call, struct err *e)
{
    return ask(call, CONTROL_RESUME, e);
}

static int run_stop(const struct call *call, struct err *e)
{
    return ask(call, options_has(call->options, "now") ? CONTROL_STOP_NOW : CONTROL_STOP, e);
}

static int run_checkpoint(const struct call *call, struct err *e)
{
    return ask(call, CONTROL_CHECKPOINT, e);
}

static int run_lr(const struct call *call, struct err *e)
{
    return ask(call, CONTROL_LR, e);
}

#define WAIT                                                                                       \
    {                                                                                              \
        "wait", 0, "SECONDS", NULL, "wait so long for the answer (10)"                             \
    }

static const struct option wait_only[] = {WAIT};
static const struct option stop_options[] = {
    WAIT, {"now", 0, NULL, NULL, "at the next step, with a checkpoint; not after the epoch"}};

static const char no_settings[] = "data split train loss augment tune predict";

#define FROM_ANYWHERE                                                                              \
    "RUN is trained by any process of this work folder, on this host or another: the request\n"    \
    "lies in the store until the training takes it up, about once a second between two steps."

const struct command cmd_pause = {.name = "pause",
                                  .args = "RUN",
                                  .summary = "Let a training rest until it is resumed",
                                  .more = FROM_ANYWHERE,
                                  .args_min = 1,
                                  .args_max = 1,
                                  .options = wait_only,
                                  .options_n = 1,
                                  .ignores = no_settings,
                                  .run = run_pause};

const struct command cmd_resume = {
    .name = "resume",
    .args = "RUN",
    .summary = "Let a paused training go on",
    .more = FROM_ANYWHERE "\nA run that ended before its last epoch: hpa train --resume RUN.",
    .args_min = 1,
    .args_max = 1,
    .options = wait_only,
    .options_n = 1,
    .ignores = no_settings,
    .run = run_resume};

const struct command cmd_stop = {.name = "stop",
                                 .args = "RUN",
                                 .summary = "Let a training end after its epoch, or now",
                                 .more = FROM_ANYWHERE,
                                 .args_min = 1,
                                 .args_max = 1,
                                 .options = stop_options,
                                 .options_n = 2,
                                 .ignores = no_settings,
                                 .run = run_stop};

const struct command cmd_checkpoint = {.name = "checkpoint",
                                       .args = "RUN",
                                       .summary = "Let a training write a checkpoint and go on",
                                       .more = FROM_ANYWHERE,
                                       .args_min = 1,
                                       .args_max = 1,
                                       .options = wait_only,
                                       .options_n = 1,
                                       .ignores = no_settings,
                                       .run = run_checkpoint};

const struct command cmd_lr = {
    .name = "lr",
    .args = "RUN VALUE",
    .summary = "Change the learning rate of a training at work",
    .more = "VALUE is the new peak of the schedule (.0003), or a factor for it "
            "(x.5). It is recorded\nwith the run and in a checkpoint, so "
            "that a resumed run goes on with it.\n" FROM_ANYWHERE,
    .args_min = 2,
    .args_max = 2,
    .options = wait_only,
    .options_n = 1,
    .ignores = no_settings,
    .run = run_lr};
