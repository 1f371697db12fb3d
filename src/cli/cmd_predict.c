/* hpa predict: the test set through one or several runs, and the submission file. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "errand.h"
#include "job/job_predict.h"
#include "print.h"

static void show_json(const struct predict_result *r, const char *out)
{
    struct json *j = json_new_object(), *classes = json_new_array();
    json_put_text(j, "out", out);
    json_put_int(j, "samples", r->samples);
    json_put_int(j, "unreadable", r->unreadable);
    json_put_int(j, "empty_rows", r->empty_rows);
    json_put_text(j, "thresholds", r->set);
    for (int c = 0; c < r->k; c++) {
        struct json *row = json_new_object();
        json_put_int(row, "index", c);
        json_put_text(row, "name", r->names[c]);
        json_put_int(row, "count", r->count[c]);
        json_put(classes, NULL, row);
    }
    json_put(j, "classes", classes);
    print_json(j);
}

static void show_text(const struct predict_result *r)
{
    struct print_table *t = print_table_new("class|name|predicted|percent");
    for (int c = 0; c < r->k; c++) {
        print_int(t, c);
        print_text(t, r->names[c]);
        print_int(t, r->count[c]);
        print_real(t, 2, r->samples ? 100.0 * r->count[c] / r->samples : 0);
    }
    print_table_end(t);
    printf("samples %d  unreadable %d  without a score above its cut %d\n", r->samples,
           r->unreadable, r->empty_rows);
}

static int run(const struct call *call, struct err *e)
{
    const struct options *o = call->options;
    const char *out = options_text(o, "out");
    struct predict_request request = {.runs = o->args,
                                      .runs_n = o->args_n,
                                      .out = out ? out : "submission.csv",
                                      .probs = options_text(o, "probs"),
                                      .thresholds = options_text(o, "thresholds"),
                                      .mode = call->output};
    if (command_writes(request.out, e) || command_writes(request.probs, e))
        return -1;
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    char file[PRINT_SAFE], set[PRINT_SAFE];
    struct predict_result *r = xcalloc(1, sizeof *r);
    int failed = job_predict(&d->job, &request, r, e);
    errand_close(d);
    if (!failed && call->json)
        show_json(r, request.out);
    else if (!failed)
        show_text(r);
    if (!failed && !call->quiet)
        fprintf(stderr, "written: %s (cuts: %s)\n", print_safe(request.out, file),
                print_safe(r->set, set));
    free(r);
    return failed;
}

static const struct option options[] = {
    {"out", 0, "FILE", NULL, "the submission (submission.csv)"},
    {"probs", 0, "FILE", NULL, "write the probabilities, too: .csv or .npy"},
    COMMAND_FORCE,
    {"thresholds", 0, "SET", NULL, "stored set of the first run (current, else tuned now)"},
    {"tta", 0, "N", "predict.tta", NULL},
};

const struct command cmd_predict = {
    .name = "predict",
    .args = "RUN...",
    .summary = "Predict the test set and write the submission; several runs are averaged",
    .args_min = 1,
    .args_max = OPTIONS_GIVEN_MAX,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .run = run,
};
