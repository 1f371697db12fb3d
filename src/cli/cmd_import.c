/* hpa import weights: what a training would take of a file. */
#include <stdio.h>
#include <string.h>

#include "errand.h"
#include "job/job_import.h"
#include "print.h"

enum { LISTED = 20 };

static void show_json(const char *path, const struct import_result *r)
{
    struct json *j = json_new_object();
    json_put_text(j, "file", path);
    json_put_text(j, "model", r->model);
    json_put_int(j, "channels", r->channels);
    json_put_int(j, "classes", r->classes);
    json_put_text(j, "prefix", r->prefix);
    json_put_flag(j, "averaged", r->averaged);
    json_put_flag(j, "usable", r->refusal.code == ERR_NONE);
    for (int fate = 0; fate < PRETRAINED_FATES; fate++) {
        struct json *list = json_new_array();
        for (int i = 0; i < r->n; i++) {
            if (r->items[i].fate != (enum pretrained_fate)fate)
                continue;
            struct json *o = json_new_object();
            json_put_text(o, "name", r->items[i].name);
            json_put_text(o, "note", r->items[i].note);
            json_put(list, NULL, o);
        }
        json_put(j, pretrained_fate_name((enum pretrained_fate)fate), list);
    }
    print_json(j);
}

/* All that is not simply loaded, by fate; what is in abundance is counted. */
static void show(const char *path, const struct import_result *r)
{
    print_line(
        "%s:%s %d loaded, %d adapted, %d skipped, %d missing for %s with %d channels, %d classes",
        path, r->averaged ? " averaged weights," : "", r->fates[PRETRAINED_LOADED],
        r->fates[PRETRAINED_ADAPTED], r->fates[PRETRAINED_SKIPPED], r->fates[PRETRAINED_MISSING],
        r->model, r->channels, r->classes);
    if (*r->prefix)
        print_line("names in the file begin with '%s', which is taken off", r->prefix);
    for (int fate = PRETRAINED_ADAPTED; fate < PRETRAINED_FATES; fate++) {
        int listed = 0;
        for (int i = 0; i < r->n && listed < LISTED; i++) {
            const struct pretrained_item *item = &r->items[i];
            if (item->fate != (enum pretrained_fate)fate)
                continue;
            printf("%-7s %s%s%s\n", pretrained_fate_name(item->fate), item->name,
                   *item->note ? "  " : "", item->note);
            listed++;
        }
        if (r->fates[fate] > listed)
            printf("%-7s and %d more\n", pretrained_fate_name((enum pretrained_fate)fate),
                   r->fates[fate] - listed);
    }
}

static int run(const struct call *call, struct err *e)
{
    const char *what = call->options->args[0], *path = call->options->args[1];
    struct import_result r;
    if (strcmp(what, "weights") != 0)
        return err_set(e, ERR_USAGE, "'%.40s' cannot be imported; `hpa import weights FILE` can",
                       what);
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    int failed = job_import_weights(&d->job, path, &r, e);
    errand_close(d);
    if (failed)
        return -1;
    if (call->json)
        show_json(path, &r);
    else
        show(path, &r);
    failed = r.refusal.code != ERR_NONE;
    if (failed)
        *e = r.refusal;
    job_import_fini(&r);
    return failed ? -1 : 0;
}

static const struct option options[] = {
    {"model", 0, "NAME", "train.model", NULL},
    {"stem", 0, "RULE", "train.stem", NULL},
};

const struct command cmd_import = {
    .name = "import",
    .args = "weights FILE",
    .summary = "Show what a training would take of a file of weights",
    .more =
        "FILE is a safetensors file with torchvision's or timm's names; hpa train --init FILE\n"
        "begins with it. Every tensor is loaded, adapted (the first convolution, from 3 to more\n"
        "channels), skipped or missing. Of a checkpoint with averaged weights these are taken.",
    .args_min = 2,
    .args_max = 2,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "split train !train.model !train.stem !train.width loss augment tune predict",
    .run = run,
};
