/* hpa split: deal the samples to folds and say how good that is. */
#include <math.h>
#include <stdio.h>

#include "base/output_guard.h"
#include "errand.h"
#include "job/job_split.h"
#include "print.h"

static struct json *result_json(const struct split_result *r)
{
    struct json *j = json_new_object(), *sizes = json_new_array();
    const struct split_quality *q = &r->quality;
    json_put_text(j, "method", r->method);
    json_put_int(j, "folds", r->folds);
    json_put_int(j, "seed", r->seed);
    for (int f = 0; f < r->folds; f++)
        json_put_int(sizes, NULL, q->sizes[f]);
    json_put(j, "sizes", sizes);
    json_put_real(j, "ld", q->ld);
    json_put_real(j, "ed", q->ed);
    json_put_real(j, "lpd", q->lpd);
    json_put_int(j, "classes_missing", q->classes_missing);
    json_put_real(j, "pairs_missing_percent", q->pairs_missing_percent);
    json_put_real(j, "seconds", r->seconds);
    return j;
}

static void show_json(const struct split_result *results, int n, bool compare)
{
    struct json *list = json_new_array();
    if (!compare) {
        json_free(list);
        print_json(result_json(&results[0]));
        return;
    }
    for (int i = 0; i < n; i++)
        json_put(list, NULL, result_json(&results[i]));
    print_json(list);
}

static void size_range(const struct split_result *r, char *out, size_t size)
{
    int low = r->quality.sizes[0], high = low;
    for (int f = 1; f < r->folds; f++) {
        low = r->quality.sizes[f] < low ? r->quality.sizes[f] : low;
        high = r->quality.sizes[f] > high ? r->quality.sizes[f] : high;
    }
    snprintf(out, size, low == high ? "%d" : "%d..%d", low, high);
}

static void show_text(const struct split_result *results, int n)
{
    struct print_table *t = print_table_new(
        "method|folds|seed|sizes|LD|ED|LPD|classes missing|pairs missing %|seconds");
    for (int i = 0; i < n; i++) {
        const struct split_result *r = &results[i];
        char sizes[32];
        size_range(r, sizes, sizeof sizes);
        print_text(t, r->method);
        print_int(t, r->folds);
        print_int(t, r->seed);
        print_text(t, sizes);
        print_digits(t, r->quality.ld);
        print_digits(t, r->quality.ed);
        print_digits(t, r->quality.lpd);
        print_int(t, r->quality.classes_missing);
        print_real(t, 1, r->quality.pairs_missing_percent);
        print_real(t, 3, r->seconds);
    }
    print_table_end(t);
}

static int run(const struct call *call, struct err *e)
{
    struct split_request request = {.compare = options_has(call->options, "compare"),
                                    .in = options_text(call->options, "in"),
                                    .out = options_text(call->options, "out"),
                                    .mode = call->output};
    struct split_result results[SPLIT_RESULTS_MAX];
    int n = 0;
    if (request.compare && (request.in || request.out))
        return err_set(e, ERR_USAGE, "--compare stores nothing: leave out --in and --out");
    if (command_writes(request.out, e))
        return -1;
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    output_guard_add(request.in, "the table of --in");
    int failed = job_split(&d->job, &request, results, &n, e);
    errand_close(d);
    if (!failed && call->json)
        show_json(results, n, request.compare);
    else if (!failed)
        show_text(results, n);
    return failed;
}

static const struct option options[] = {
    {"method", 0, "NAME", "split.method", NULL},
    {"folds", 0, "K", "split.folds", NULL},
    {"fold", 0, "N", "split.fold", NULL},
    {"val", 0, "F", "split.val", NULL},
    {"seed", 0, "N", "split.seed", NULL},
    {"groups", 0, "FILE", "split.groups", NULL},
    {"compare", 0, NULL, NULL, "measure every method and store nothing"},
    {"in", 0, "FILE", NULL, "take the folds from this table (Id,fold)"},
    {"out", 0, "FILE", NULL, "write the folds to this table (Id,fold)"},
    COMMAND_FORCE,
};

const struct command cmd_split = {
    .name = "split",
    .args = "",
    .summary = "Split the samples into folds, for all trainings from now on",
    .more =
        "The split is the project's current one until another replaces it: every new training\n"
        "uses it, and a setting that contradicts it is an error. With --out alone the current\n"
        "split is written and stays.\n"
        "LD, LPD: mean difference of label and label-pair odds; ED: of fold sizes; all smaller\n"
        "is better. Method swap exchanges samples of a first deal as long as label and\n"
        "pair counts come nearer to equal shares.",
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "train loss augment tune predict",
    .run = run,
};
