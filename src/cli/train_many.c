/* Several trainings of one command. */
#include "train_many.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "interrupt.h"
#include "job/job_folds.h"
#include "job/job_queue.h"
#include "print.h"

static void show_queued(const struct call *call, const struct queue_row *rows, int n)
{
    struct json *list = json_new_array();
    for (int i = 0; i < n; i++) {
        if (call->json)
            json_put_text(list, NULL, rows[i].name);
        else
            print_line("%s", rows[i].name);
    }
    if (call->json)
        print_json(list);
    else
        json_free(list);
    if (!call->quiet)
        fprintf(stderr, "%d %s; hpa queue run works the queue off\n", n,
                n == 1 ? "run waits" : "runs wait");
}

int train_many_queue(const struct call *call, struct errand *d, struct err *e)
{
    const struct options *o = call->options;
    struct queue_request request = {.conf = call->conf, .name = options_text(o, "name")};
    struct queue_row *rows;
    int n;
    for (int i = 0; i < o->given_n; i++) {
        if (strcmp(o->given[i].name, "grid") != 0)
            continue;
        if (request.grid_n == QUEUE_GRID_MAX)
            return err_set(e, ERR_USAGE, "--grid: at most %d keys", QUEUE_GRID_MAX);
        request.grid[request.grid_n++] = o->given[i].value;
    }
    if (job_queue_add(&d->work, &request, &rows, &n, e))
        return -1;
    show_queued(call, rows, n);
    queue_rows_free(rows, n);
    return 0;
}

static void folds_json(const struct folds_result *r, const char *name)
{
    struct json *j = json_new_object(), *folds = json_new_array();
    json_put_text(j, "name", name);
    json_put_int(j, "folds", r->folds);
    json_put_int(j, "samples", r->samples);
    json_put_text(j, "method", r->method);
    for (int fold = 0; fold < r->folds; fold++)
        json_put_real(folds, NULL, r->fold_f1[fold]);
    json_put(j, "fold_macro_f1", folds);
    json_put_real(j, "in_sample_macro_f1", r->in_sample);
    json_put_real(j, "out_of_sample_macro_f1", r->out_of_sample);
    json_put_text(j, "set", r->set);
    json_put_text(j, "scores", r->scores);
    json_put_text(j, "truth", r->truth);
    print_json(j);
}

static void folds_text(const struct folds_result *r, const char *name)
{
    print_line("%d runs %s-f0 to %s-f%d, %d samples scored by the run that did not see them",
               r->folds, name, name, r->folds - 1, r->samples);
    printf("macro F1 of all folds pooled, cuts by %s: %.4f at cuts chosen on the same samples, "
           "%.4f at cuts of the other folds\n",
           r->method, r->in_sample, r->out_of_sample);
    print_line("scores in %s, labels in %s, cuts kept as set %s with every run", r->scores,
               r->truth, r->set);
}

int train_many_folds(const struct call *call, struct errand *d, struct err *e)
{
    const char *name = options_text(call->options, "name");
    struct folds_request request = {.conf = call->conf, .name = name ? name : "cv"};
    struct folds_result *r = xcalloc(1, sizeof *r);
    interrupt_on_hangup(!strcmp(conf_text(call->conf, CONF_RUN_ON_HANGUP), "continue"));
    int failed = job_folds(&d->job, &request, r, e);
    if (!failed && call->json)
        folds_json(r, request.name);
    else if (!failed)
        folds_text(r, request.name);
    free(r);
    return failed;
}
