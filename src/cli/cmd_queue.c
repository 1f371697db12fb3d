/* hpa queue: trainings that wait, and the process that works them off. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "errand.h"
#include "interrupt.h"
#include "job/job_queue.h"
#include "print.h"

static void list_json(const struct queue_row *rows, int n)
{
    struct json *list = json_new_array();
    for (int i = 0; i < n; i++) {
        struct json *j = json_new_object();
        char added[32];
        clock_iso(rows[i].added_ms, added, sizeof added);
        json_put_int(j, "place", i + 1);
        json_put_text(j, "name", rows[i].name);
        json_put_text(j, "status", rows[i].begun_ms ? "begun" : "waiting");
        json_put_int(j, "epochs", rows[i].epochs);
        json_put_text(j, "added", added);
        json_put(list, NULL, j);
    }
    print_json(list);
}

static void list_text(const struct queue_row *rows, int n)
{
    struct print_table *t = print_table_new("place|name|status|epochs|added");
    for (int i = 0; i < n; i++) {
        char added[32];
        clock_iso(rows[i].added_ms, added, sizeof added);
        print_int(t, i + 1);
        print_text(t, rows[i].name);
        print_text(t, rows[i].begun_ms ? "begun" : "waiting");
        print_int(t, rows[i].epochs);
        print_text(t, added);
    }
    print_table_end(t);
}

static int list(const struct call *call, struct err *e)
{
    char path[FILE_PATH_MAX];
    struct queue_row *rows;
    int n;
    if (file_join(path, conf_text(call->conf, CONF_WORK_DIR), "hpa.db", e) ||
        job_queue_list(path, &rows, &n, e))
        return -1;
    if (call->json)
        list_json(rows, n);
    else if (n > 0)
        list_text(rows, n);
    else if (!call->quiet)
        fprintf(stderr, "nothing waits (hpa train --queue adds a run)\n");
    queue_rows_free(rows, n);
    return 0;
}

static int work_off(const struct call *call, struct errand *d, struct err *e)
{
    int done = 0;
    interrupt_on_hangup(!strcmp(conf_text(call->conf, CONF_RUN_ON_HANGUP), "continue"));
    int failed = job_queue_run(&d->job, &done, e);
    if (call->json) {
        struct json *j = json_new_object();
        json_put_int(j, "done", done);
        print_json(j);
    } else if (!failed) {
        printf("%d %s, nothing waits any more\n", done,
               done == 1 ? "run is done" : "runs are done");
    }
    return failed;
}

static int with_errand(const struct call *call, struct err *e)
{
    const char *verb = call->options->args[0];
    if (options_has(call->options, "detach"))
        command_tell_ignored(call, "queue run --detach", "split train loss augment");
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    int failed = !strcmp(verb, "rm") ? job_queue_remove(&d->work, call->options->args[1], e)
                 : options_has(call->options, "detach") ? job_queue_detach(&d->work, e)
                                                        : work_off(call, d, e);
    errand_close(d);
    return failed;
}

static int run(const struct call *call, struct err *e)
{
    const struct options *o = call->options;
    const char *verb = o->args_n ? o->args[0] : "list";
    bool remove = !strcmp(verb, "rm");
    if (strcmp(verb, "list") != 0 && strcmp(verb, "run") != 0 && !remove)
        return err_set(e, ERR_USAGE, "'%.40s' is none of list, run and rm; hpa train --queue adds",
                       verb);
    if (o->args_n > 1 + remove || (remove && o->args_n < 2))
        return err_set(e, ERR_USAGE, "usage: hpa queue [list | run | rm RUN]");
    if (options_check_action(o, verb, strcmp(verb, "run") ? "" : "detach", e))
        return -1;
    return strcmp(verb, "list") ? with_errand(call, e) : list(call, e);
}

static const struct option options[] = {
    {"detach", 0, NULL, NULL, "run: in a process of its own that outlives this shell"},
};

const struct command cmd_queue = {
    .name = "queue",
    .args = "[list | run | rm RUN]",
    .summary = "Show the runs that wait, work them off one after another, or take one out",
    .more =
        "hpa train --queue adds runs. One process at a time works a work folder's queue off; what\n"
        "waits survives a crash, and what was at work goes on with its checkpoint.",
    .args_max = 2,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "tune predict",
    .run = run,
};
