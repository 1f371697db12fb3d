/* hpa export: a trained network, and how it learned, for other programs. */
#include <stdio.h>

#include "errand.h"
#include "job/job_export.h"
#include "print.h"

static int weights(const struct call *call, struct job *j, const char *path, struct json *told,
                   struct err *e)
{
    const char *name = call->options->args[0], *which = options_text(call->options, "checkpoint");
    which = which ? which : "best";
    json_put_text(told, "checkpoint", which);
    json_put_text(told, "safetensors", path);
    return job_export_safetensors(j, name, which, path, call->output, e);
}

static int events(const struct call *call, struct job *j, const char *folder, struct json *told,
                  struct err *e)
{
    char path[FILE_PATH_MAX];
    if (job_export_tfevents(j, call->options->args[0], folder, path, e))
        return -1;
    json_put_text(told, "tfevents", path);
    return 0;
}

static int run(const struct call *call, struct err *e)
{
    const struct options *o = call->options;
    const char *path = options_text(o, "safetensors"), *folder = options_text(o, "tfevents");
    if (!path && !folder)
        return err_set(e, ERR_USAGE, "name what to write: --safetensors FILE, --tfevents DIR");
    if (!path && options_has(o, "checkpoint"))
        return err_set(e, ERR_USAGE, "--checkpoint is for --safetensors FILE: leave it out");
    if (command_writes(path, e))
        return -1;
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    struct json *told = json_new_object();
    json_put_text(told, "run", o->args[0]);
    int failed = (path && weights(call, &d->job, path, told, e)) ||
                 (folder && events(call, &d->job, folder, told, e));
    errand_close(d);
    if (!failed && call->json)
        print_json(told);
    else
        json_free(told);
    return failed ? -1 : 0;
}

static const struct option options[] = {
    {"safetensors", 0, "FILE", NULL, "weights with torchvision's names"},
    COMMAND_FORCE,
    {"tfevents", 0, "DIR", NULL, "history as events that TensorBoard reads, in DIR/RUN"},
    {"checkpoint", 0, "WHICH", NULL, "best, last, previous or an epoch that run.keep keeps (best)"},
};

const struct command cmd_export = {
    .name = "export",
    .args = "RUN",
    .summary = "Write a trained network or its history for other programs",
    .args_min = 1,
    .args_max = 1,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "split train loss augment tune predict",
    .run = run,
};
