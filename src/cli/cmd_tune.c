/* hpa tune: choose a cut per class, from a run's validation scores or from two tables alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/float32.h"
#include "base/mem.h"
#include "base/output_guard.h"
#include "errand.h"
#include "job/job_tune.h"
#include "print.h"

struct tuned {
    struct tune_result results[TUNE_RESULTS_MAX];
    int n;
    char names[LABELS_MAX][64];
};

static struct json *result_json(const struct tune_result *r)
{
    struct json *j = json_new_object(), *cuts = json_new_array();
    json_put_text(j, "method", r->method);
    if (*r->taken)
        json_put_text(j, "taken", r->taken);
    json_put_int(j, "samples", r->samples);
    for (int c = 0; c < r->k; c++)
        json_put_real(cuts, NULL, float32_to_write(r->cuts[c]));
    json_put(j, "thresholds", cuts);
    json_put_real(j, "in_sample_macro_f1", r->in_sample);
    json_put_real(j, "held_out_macro_f1", r->held_out);
    json_put_real(j, "held_out_std", r->held_out_std);
    return j;
}

static void show_json(const struct tuned *t, bool all)
{
    if (!all) {
        print_json(result_json(&t->results[0]));
        return;
    }
    struct json *list = json_new_array();
    for (int i = 0; i < t->n; i++)
        json_put(list, NULL, result_json(&t->results[i]));
    print_json(list);
}

static void show_text(const struct tuned *t)
{
    struct print_table *table = print_table_new("method|in-sample macro F1|held-out macro F1|std");
    for (int i = 0; i < t->n; i++) {
        const struct tune_result *r = &t->results[i];
        char method[64];
        snprintf(method, sizeof method, *r->taken ? "%s (%s)" : "%s", r->method, r->taken);
        print_text(table, method);
        print_real(table, 4, t->results[i].in_sample);
        print_real(table, 4, t->results[i].held_out);
        print_real(table, 4, t->results[i].held_out_std);
    }
    print_table_end(table);
    if (t->n != 1)
        return;
    printf("\n");
    table = print_table_new("class|name|cut");
    for (int c = 0; c < t->results[0].k; c++) {
        print_int(table, c);
        print_text(table, t->names[c]);
        print_digits(table, float32_to_write(t->results[0].cuts[c]));
    }
    print_table_end(table);
}

static int read_request(const struct call *call, struct tune_request *r, struct err *e)
{
    const struct options *o = call->options;
    *r = (struct tune_request){.run = o->args_n ? o->args[0] : NULL,
                               .probs = options_text(o, "probs"),
                               .truth = options_text(o, "truth"),
                               .method = options_text(o, "method"),
                               .save = options_text(o, "save"),
                               .out = options_text(o, "out"),
                               .mode = call->output};
    bool files = r->probs || r->truth;
    if (files ? r->run || !r->probs || !r->truth : !r->run)
        return err_set(e, ERR_USAGE, "name a RUN, or two files: --probs FILE --truth FILE");
    if (files && r->save)
        return err_set(e, ERR_USAGE, "--save keeps cuts of a run; use --out FILE.json here");
    if (r->method)
        command_tell_ignored(call, "tune --method", "tune.method");
    if (!r->method) {
        r->method = conf_text(call->conf, CONF_TUNE_METHOD);
    } else if (strcmp(r->method, "all") != 0 &&
               conf_set(call->conf, "tune.method", r->method, "--method", e)) {
        e->code = ERR_USAGE;
        return err_prefix(e, "--method");
    }
    return 0;
}

static int run(const struct call *call, struct err *e)
{
    struct tune_request request;
    if (read_request(call, &request, e) || command_writes(request.out, e))
        return -1;
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    output_guard_add(request.probs, "the table of --probs");
    output_guard_add(request.truth, "the table of --truth");
    struct tuned *t = xcalloc(1, sizeof *t);
    int failed = job_tune(&d->job, &request, t->results, &t->n, t->names, e);
    errand_close(d);
    if (!failed && call->json)
        show_json(t, !strcmp(request.method, "all"));
    else if (!failed)
        show_text(t);
    free(t);
    return failed;
}

static const struct option options[] = {
    {"method", 0, "NAME", NULL, "as tune.method, or all"},
    {"save", 0, "SET", NULL, "keep the cuts in the store under this name"},
    {"out", 0, "FILE", NULL, "write the cuts as JSON: class name to cut"},
    {"force", 0, NULL, NULL, "overwrite a file and a set that exist"},
    {"probs", 0, "FILE", NULL, "probabilities: .csv (id, one column a class) or .npy"},
    {"truth", 0, "FILE", NULL, "table of ids and labels"},
};

const struct command cmd_tune = {
    .name = "tune",
    .args = "[RUN]",
    .summary = "Choose the cut of every class that makes macro F1 large",
    .more =
        "Works on a run's validation scores, or on two tables alone (no data set needed).\n"
        "The held-out figure is the honest one: cuts chosen on four folds, measured on the fifth,\n"
        "predictions of all folds pooled. The method `best` takes consensus unless another wins\n"
        "by more than its standard error; its estimate chooses anew inside every four folds.",
    .args_max = 1,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "split train loss augment tune.empty_row predict",
    .run = run,
};
