/* hpa thresholds: the named sets of cuts of a run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/float32.h"
#include "base/mem.h"
#include "errand.h"
#include "job/job_thresholds.h"
#include "print.h"
#include "report_out.h"

static struct json *set_json(const struct threshold_set *set)
{
    struct json *j = json_new_object();
    char saved[32];
    clock_iso(set->saved_ms, saved, sizeof saved);
    json_put_text(j, "name", set->name);
    json_put_text(j, "method", set->method);
    json_put_int(j, "epoch", set->epoch);
    json_put_real(j, "in_sample_macro_f1", set->macro_f1);
    json_put_real(j, "held_out_macro_f1", set->held_out_f1);
    json_put_real(j, "held_out_std", set->held_out_std);
    json_put_text(j, "saved", saved);
    return j;
}

static int list(const struct call *call, struct job *j, struct err *e)
{
    struct threshold_set *sets;
    int n;
    if (job_thresholds_list(j, call->options->args[0], &sets, &n, e))
        return -1;
    if (call->json) {
        struct json *all = json_new_array();
        for (int i = 0; i < n; i++)
            json_put(all, NULL, set_json(&sets[i]));
        print_json(all);
    } else {
        struct print_table *t =
            print_table_new("name|method|epoch|macro F1|held-out macro F1|std|saved");
        for (int i = 0; i < n; i++) {
            char saved[32];
            clock_iso(sets[i].saved_ms, saved, sizeof saved);
            print_text(t, sets[i].name);
            print_text(t, sets[i].method);
            if (sets[i].epoch > 0)
                print_int(t, sets[i].epoch);
            else
                print_text(t, "-"); /* made on the scores of several runs */
            print_real(t, 4, sets[i].macro_f1);
            print_real(t, 4, sets[i].held_out_f1);
            print_real(t, 4, sets[i].held_out_std);
            print_text(t, saved);
        }
        print_table_end(t);
    }
    free(sets);
    return 0;
}

static int show(const struct call *call, struct job *j, struct err *e)
{
    const char *const *args = call->options->args;
    struct thresholds_view *v = xcalloc(1, sizeof *v);
    int failed = job_thresholds_show(j, args[0], args[2], v, e);
    if (!failed && call->json) {
        struct json *set = set_json(&v->set);
        report_out_json(set, &v->report, v->names);
        print_json(set);
    } else if (!failed) {
        report_out_table(&v->report, v->names);
    }
    free(v);
    return failed;
}

static struct json *delta_json(const struct bootstrap_diff_delta *d)
{
    struct json *j = json_new_object();
    json_put_real(j, "delta_f1", d->delta);
    json_put_real(j, "low", d->low);
    json_put_real(j, "high", d->high);
    return j;
}

static void diff_json(const struct thresholds_diff *d)
{
    struct json *j = json_new_object(), *classes = json_new_array();
    json_put_text(j, "before", d->before.set.name);
    json_put_text(j, "after", d->after.set.name);
    json_put_int(j, "draws", BOOTSTRAP_DIFF_DRAWS);
    json_put(j, "macro", delta_json(&d->compare.macro));
    for (int c = 0; c < d->compare.k; c++) {
        struct json *row = delta_json(&d->compare.classes[c]);
        json_put_int(row, "index", c);
        json_put_text(row, "name", d->before.names[c]);
        json_put_real(row, "cut_before", float32_to_write(d->before.set.cuts[c]));
        json_put_real(row, "cut_after", float32_to_write(d->after.set.cuts[c]));
        json_put(classes, NULL, row);
    }
    json_put(j, "classes", classes);
    print_json(j);
}

static void diff_text(const struct thresholds_diff *d)
{
    struct print_table *t =
        print_table_new("class|name|cut before|cut after|F1 before|F1 after|change|5%|95%");
    for (int c = 0; c < d->compare.k; c++) {
        const struct bootstrap_diff_delta *change = &d->compare.classes[c];
        print_int(t, c);
        print_text(t, d->before.names[c]);
        print_real(t, 4, d->before.set.cuts[c]);
        print_real(t, 4, d->after.set.cuts[c]);
        print_real(t, 4, d->before.report.classes[c].f1);
        print_real(t, 4, d->after.report.classes[c].f1);
        print_real(t, 4, change->delta);
        print_real(t, 4, change->low);
        print_real(t, 4, change->high);
    }
    print_table_end(t);
    printf("macro F1 %.4f -> %.4f  change %+.4f (90%%: %+.4f to %+.4f)\n",
           d->before.report.macro_f1, d->after.report.macro_f1, d->compare.macro.delta,
           d->compare.macro.low, d->compare.macro.high);
}

static int diff(const struct call *call, struct job *j, struct err *e)
{
    const char *const *args = call->options->args;
    struct thresholds_diff *d = xcalloc(1, sizeof *d);
    int failed = job_thresholds_diff(j, args[0], args[2], args[3], d, e);
    if (!failed && call->json)
        diff_json(d);
    else if (!failed)
        diff_text(d);
    free(d);
    return failed;
}

static int export_set(const struct call *call, struct job *j, struct err *e)
{
    const char *const *args = call->options->args;
    return job_thresholds_export(j, args[0], args[2], args[3], call->output, e);
}

static int import_set(const struct call *call, struct job *j, struct err *e)
{
    const char *const *args = call->options->args;
    struct threshold_set set;
    char safe[PRINT_SAFE];
    if (job_thresholds_import(j, args[0], args[2], options_text(call->options, "save"),
                              call->output, &set, e))
        return -1;
    if (call->json)
        print_json(set_json(&set));
    else
        printf("set %s: macro F1 %.4f\n", print_safe(set.name, safe), set.macro_f1);
    return 0;
}

static const struct {
    const char *name;
    int args;            /* with RUN and the name */
    const char *options; /* of the command's, those that it takes */
    int (*run)(const struct call *call, struct job *j, struct err *e);
} actions[] = {{"list", 2, "", list},
               {"show", 3, "", show},
               {"diff", 4, "", diff},
               {"export", 4, "", export_set},
               {"import", 3, "save", import_set}};

static int run(const struct call *call, struct err *e)
{
    const struct options *o = call->options;
    const char *what = o->args_n > 1 ? o->args[1] : "list";
    int n = o->args_n > 1 ? o->args_n : 2;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(what, actions[i].name) != 0 || n != actions[i].args)
            continue;
        if (options_check_action(o, what, actions[i].options, e))
            return -1;
        if (actions[i].run == export_set && command_writes(o->args[3], e))
            return -1;
        struct errand *d = errand_open(call, e);
        if (!d)
            return -1;
        int failed = actions[i].run(call, &d->job, e);
        errand_close(d);
        return failed;
    }
    return err_set(e, ERR_USAGE,
                   "usage: hpa thresholds RUN list, or RUN show SET, RUN diff A B, RUN export SET "
                   "FILE, RUN import FILE");
}

static const struct option options[] = {
    {"save", 0, "SET", NULL, "name of an imported set (that of the file)"},
    {"force", 0, NULL, NULL, "overwrite a file or a set that exists"},
};

const struct command cmd_thresholds = {
    .name = "thresholds",
    .args = "RUN [list | show SET | diff A B | export SET FILE | import FILE]",
    .summary = "The named sets of cuts of a run: what they are worth, and two side by side",
    .more =
        "Metrics are of the run's validation scores. diff gives the change of macro F1 and of every\n"
        "class's F1, each with the range of nine in ten of 1,000 bootstraps of the samples.",
    .args_min = 1,
    .args_max = 4,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "split train loss augment tune.empty_row predict",
    .run = run,
};
