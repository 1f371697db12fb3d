/* hpa eval: scores and metrics of a trained run on a part of the data. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "errand.h"
#include "job/job_eval.h"
#include "print.h"
#include "report_out.h"

static void show_json(const struct eval_request *request, struct eval_result *r)
{
    struct json *j = json_new_object(), *best = json_new_object();
    json_put_text(j, "run", r->run);
    json_put_int(j, "epoch", r->epoch);
    json_put_text(j, "checkpoint", request->checkpoint);
    json_put_text(j, "weights", r->raw ? "raw" : "ema");
    json_put_text(j, "part", request->part);
    json_put_real(j, "loss", r->loss);
    report_out_json(j, &r->report, r->names);
    report_out_json(best, &r->best, r->names);
    json_put(j, "best", best);
    print_json(j);
}

static void show_text(const struct eval_request *request, struct eval_result *r)
{
    char safe[PRINT_SAFE];
    printf("%s, epoch %d%s, %s part, loss %.6f\n\nat .5\n", print_safe(r->run, safe), r->epoch,
           r->raw ? "" : ", averaged weights", request->part, r->loss);
    report_out_table(&r->report, r->names);
    printf("\nat the best cuts of this very part (optimistic)\n");
    report_out_table(&r->best, r->names);
}

static int run(const struct call *call, struct err *e)
{
    const struct options *o = call->options;
    struct eval_request request = {.run = o->args[0],
                                   .part = options_text(o, "split"),
                                   .checkpoint = options_text(o, "checkpoint"),
                                   .weights = options_text(o, "weights"),
                                   .probs = options_text(o, "probs"),
                                   .mode = call->output};
    request.part = request.part ? request.part : "val";
    request.checkpoint = request.checkpoint ? request.checkpoint : "best";
    if (command_writes(request.probs, e))
        return -1;
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    struct eval_result *result = xcalloc(1, sizeof *result);
    int failed = job_eval(&d->job, &request, result, e);
    errand_close(d);
    if (!failed && call->json)
        show_json(&request, result);
    else if (!failed)
        show_text(&request, result);
    free(result);
    return failed;
}

static const struct option options[] = {
    {"split", 0, "PART", NULL, "val, train or all (val)"},
    {"checkpoint", 0, "WHICH", NULL, "best, last, previous or an epoch that run.keep keeps (best)"},
    {"weights", 0, "WHICH", NULL, "ema or raw (averaged ones if train.ema made them)"},
    {"probs", 0, "FILE", NULL, "write the probabilities: .csv or .npy"},
    COMMAND_FORCE,
};

const struct command cmd_eval = {
    .name = "eval",
    .args = "RUN",
    .summary = "Metrics of a trained run on a part of the data",
    .args_min = 1,
    .args_max = 1,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "tune predict",
    .run = run,
};
