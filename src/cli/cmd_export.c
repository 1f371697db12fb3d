/* hpa export: a trained network for other programs. */
#include <stdio.h>

#include "errand.h"
#include "job/job_export.h"
#include "print.h"

static int run(const struct call *call, struct err *e)
{
    const struct options *o = call->options;
    const char *name = o->args[0], *path = options_text(o, "safetensors");
    const char *checkpoint = options_text(o, "checkpoint");
    if (!path)
        return err_set(e, ERR_USAGE, "name the file to write: --safetensors FILE");
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    checkpoint = checkpoint ? checkpoint : "best";
    int failed = job_export_safetensors(&d->job, name, checkpoint, path, e);
    errand_close(d);
    if (!failed && call->json) {
        struct json *j = json_new_object();
        json_put_text(j, "run", name);
        json_put_text(j, "checkpoint", checkpoint);
        json_put_text(j, "safetensors", path);
        print_json(j);
    }
    return failed;
}

static const struct option options[] = {
    {"safetensors", 0, "FILE", NULL, "weights with torchvision's names"},
    {"checkpoint", 0, "WHICH", NULL, "best, last, previous or an epoch that run.keep keeps (best)"},
};

const struct command cmd_export = {
    .name = "export",
    .args = "RUN",
    .summary = "Write a trained network for other programs",
    .args_min = 1,
    .args_max = 1,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .run = run,
};
