/* hpa runs: what the store knows about runs; the verbs that change something are in runs_edit.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "command.h"
#include "job/current_split.h"
#include "job/engine.h"
#include "job/job_control.h"
#include "job/job_runs.h"
#include "job/runs_query.h"
#include "job/work.h"
#include "print.h"
#include "runs_edit.h"
#include "store/event_rows.h"
#include "store/excluded_rows.h"
#include "store/run_rows.h"
#include "store/validation_rows.h"

static void put_time(struct json *j, const char *key, int64_t unix_ms)
{
    char text[32];
    clock_iso(unix_ms, text, sizeof text);
    json_put_text(j, key, unix_ms ? text : NULL);
}

static const char *known(const char *text)
{
    return *text ? text : NULL;
}

static void put_labels(struct json *j, const struct runs_labels *l)
{
    json_put_int(j, "labels_changed", l->changed);
    json_put_int(j, "samples_gone", l->gone);
}

static struct json *run_json(const struct run_row *r)
{
    struct json *j = json_new_object();
    json_put_text(j, "uuid", r->uuid);
    json_put_text(j, "name", r->name);
    json_put_text(j, "status", run_status_name(r->status));
    json_put_int(j, "epochs", r->epochs);
    json_put_int(j, "epochs_done", r->epochs_done);
    json_put_int(j, "best_epoch", r->best_epoch);
    json_put_real(j, "macro_f1", r->macro_f1);
    put_time(j, "started", r->started_ms);
    put_time(j, "ended", r->ended_ms);
    json_put_text(j, "host", r->host);
    json_put_int(j, "seed", r->seed);
    json_put_text(j, "version", r->version);
    json_put_text(j, "cpu_tier", known(r->engine.cpu_tier));
    json_put_text(j, "blas", known(r->engine.blas));
    json_put_text(j, "blas_kernel", known(r->engine.blas_kernel));
    json_put_text(j, "c_library", known(r->engine.c_library));
    json_put_text(j, "build", known(r->engine.build));
    json_put_text(j, "fingerprint", r->fingerprint);
    json_put_text(j, "note", r->note);
    json_put_text(j, "tags", r->tags);
    json_put_text(j, "error", *r->error ? r->error : NULL);
    return j;
}

static struct json *epoch_json(const struct epoch_row *r)
{
    struct json *j = json_new_object();
    json_put_int(j, "epoch", r->epoch);
    json_put_int(j, "steps", r->steps);
    json_put_real(j, "train_loss", r->train_loss);
    json_put_real(j, "val_loss", r->val_loss);
    json_put_real(j, "macro_f1", r->macro_f1);
    json_put_real(j, "macro_f1_half", r->macro_f1_half);
    json_put_real(j, "held_out_f1", r->held_out_f1);
    json_put_text(j, "held_out_method", RUN_EPOCH_METHOD);
    json_put_real(j, "lr", r->lr);
    json_put_real(j, "grad_norm", r->grad_norm);
    json_put_real(j, "images_per_second", r->images_per_second);
    json_put_real(j, "data_wait_percent", r->data_wait_percent);
    json_put_real(j, "seconds", r->seconds);
    json_put_real(j, "rss_mb", r->rss_mb);
    return j;
}

static struct json *validation_json(const struct validation_row *r)
{
    struct json *j = json_new_object();
    json_put_int(j, "step", r->step);
    json_put_real(j, "val_loss", r->val_loss);
    json_put_real(j, "macro_f1", r->macro_f1);
    json_put_real(j, "macro_f1_half", r->macro_f1_half);
    return j;
}

/* Runs, and before them (as the newest) those that wait in the queue. */
struct listed {
    struct run_row *rows;
    int n, waiting; /* the first so many wait; the last of these is the next */
    struct runs_labels *labels;
};

static void list_json(const struct listed *l)
{
    struct json *list = json_new_array();
    for (int i = 0; i < l->n; i++) {
        struct json *j = run_json(&l->rows[i]);
        if (i < l->waiting)
            json_put_int(j, "place", l->waiting - i);
        else
            put_labels(j, &l->labels[i]);
        json_put(list, NULL, j);
    }
    print_json(list);
}

static void print_run(struct print_table *t, const struct run_row *r, const char *started)
{
    char epochs[32];
    snprintf(epochs, sizeof epochs, "%d/%d", r->epochs_done, r->epochs);
    print_text(t, r->name);
    print_text(t, run_status_name(r->status));
    print_text(t, epochs);
    print_real(t, 4, r->macro_f1);
    print_text(t, started);
    print_text(t, r->uuid);
}

static void list_text(const struct listed *l)
{
    struct print_table *t = print_table_new("name|status|epochs|macro F1|started|uuid");
    for (int i = 0; i < l->n; i++) {
        char started[32];
        if (i < l->waiting)
            snprintf(started, sizeof started, "place %d", l->waiting - i);
        else
            clock_iso(l->rows[i].started_ms, started, sizeof started);
        print_run(t, &l->rows[i], started);
    }
    print_table_end(t);
    for (int i = 0; i < l->n; i++)
        if (*l->labels[i].text)
            print_line("%s: %s", l->rows[i].name, l->labels[i].text);
}

/* Folders of runs may be there where the store is not. */
static void tell_none(const struct call *call)
{
    const char *folder = conf_text(call->conf, CONF_WORK_DIR);
    char path[FILE_PATH_MAX], safe[PRINT_SAFE];
    bool folders = !file_join(path, folder, "runs", NULL) && file_exists(path);
    fprintf(stderr, "no runs yet (work.dir=%s)%s\n", print_safe(folder, safe),
            folders ? "; hpa runs rebuild takes those back whose folders are there" : "");
}

static int list(const struct call *call, struct store *s, struct err *e)
{
    struct listed l = {0};
    char path[FILE_PATH_MAX];
    if (file_join(path, conf_text(call->conf, CONF_WORK_DIR), "hpa.db", e) ||
        (s && runs_query_rows(s, &l.rows, &l.n, &l.waiting, e)))
        return -1;
    work_sweep_rows(path, l.rows, l.n);
    l.labels = xcalloc((size_t)l.n + 1, sizeof *l.labels);
    job_runs_labels(call->conf, l.rows, l.n, l.labels);
    if (call->json)
        list_json(&l);
    else if (l.n > 0)
        list_text(&l);
    else if (!call->quiet)
        tell_none(call);
    runs_edit_tell_odd(call);
    free(l.labels);
    run_list_free(l.rows, l.n);
    return 0;
}

static struct json *event_json(const struct event_row *r)
{
    struct json *j = json_new_object();
    put_time(j, "at", r->at_ms);
    json_put_int(j, "step", r->step);
    json_put_text(j, "kind", r->kind);
    json_put_real(j, "value", r->value);
    json_put_text(j, "detail", r->detail);
    return j;
}

/* A run with all that is shown of it. */
struct shown {
    struct run_row row;
    struct epoch_row *epochs;
    struct validation_row *inside; /* epochs */
    struct event_row *events;
    struct excluded_row *excluded;
    struct split_row split;
    bool is_current, is_other; /* its split is the project's; there is one, and it is another */
    int has_split, epochs_n, inside_n, events_n, excluded_n;
    char unseen[512]; /* what is known of a trainer on another host, "" of all others */
    struct runs_labels labels;
};

static struct json *excluded_json(const struct excluded_row *r)
{
    struct json *j = json_new_object();
    json_put_text(j, "id", r->sample);
    json_put_text(j, "reason", r->reason);
    return j;
}

static struct json *split_json(const struct shown *r)
{
    struct json *j = json_new_object();
    json_put_int(j, "id", r->split.id);
    json_put_text(j, "method", r->split.method);
    json_put_int(j, "folds", r->split.folds);
    json_put_int(j, "seed", r->split.seed);
    json_put_int(j, "samples", r->split.n);
    json_put_text(j, "val", r->split.val);
    json_put_text(j, "groups", r->split.groups_file);
    json_put_text(j, "table", r->split.source);
    json_put_flag(j, "current", r->is_current);
    return j;
}

static void show_split(const struct shown *r)
{
    char text[CURRENT_SPLIT_TEXT], safe[PRINT_SAFE];
    if (!r->has_split)
        return;
    current_split_text(&r->split, text);
    printf("split: %lld, %s%s\n", (long long)r->split.id, print_safe(text, safe),
           r->is_other ? "; not the project's current one" : "");
}

static struct json *config_of(const struct run_row *r)
{
    struct err e;
    char name[PRINT_SAFE], why[PRINT_SAFE];
    struct json *config = r->config ? json_parse(r->config, strlen(r->config), "config", &e) : NULL;
    if (r->config && !config)
        fprintf(stderr, "run %s: its settings are left out: %s\n", print_safe(r->name, name),
                print_safe(e.text, why));
    return config;
}

static void show_json(const struct shown *r)
{
    struct json *j = run_json(&r->row), *epochs = json_new_array(), *events = json_new_array();
    put_labels(j, &r->labels);
    struct json *inside = json_new_array();
    for (int i = 0; i < r->epochs_n; i++)
        json_put(epochs, NULL, epoch_json(&r->epochs[i]));
    json_put(j, "history", epochs);
    for (int i = 0; i < r->inside_n; i++)
        json_put(inside, NULL, validation_json(&r->inside[i]));
    json_put(j, "validations", inside);
    for (int i = 0; i < r->events_n; i++)
        json_put(events, NULL, event_json(&r->events[i]));
    json_put(j, "events", events);
    struct json *excluded = json_new_array();
    for (int i = 0; i < r->excluded_n; i++)
        json_put(excluded, NULL, excluded_json(&r->excluded[i]));
    json_put(j, "excluded", excluded);
    if (r->has_split)
        json_put(j, "split", split_json(r));
    struct json *config = config_of(&r->row);
    if (config)
        json_put(j, "config", config);
    print_json(j);
}

static void show_config(const struct run_row *r)
{
    struct json *config = config_of(r);
    struct print_table *t = print_table_new("key|value");
    for (int i = 0; i < json_count(config); i++) {
        const char *value = json_get_text(json_value_at(config, i), NULL);
        print_text(t, json_key_at(config, i));
        print_text(t, value ? value : "");
    }
    print_table_end(t);
    json_free(config);
}

static void show_events(const struct event_row *events, int n)
{
    if (n == 0)
        return;
    struct print_table *t = print_table_new("step|at|event|detail");
    for (int i = 0; i < n; i++) {
        char at[32];
        clock_iso(events[i].at_ms, at, sizeof at);
        print_int(t, events[i].step);
        print_text(t, at);
        print_text(t, events[i].kind);
        print_text(t, events[i].detail);
    }
    print_table_end(t);
    printf("\n");
}

static void show_inside(const struct validation_row *rows, int n)
{
    if (n == 0)
        return;
    struct print_table *t = print_table_new("step|val loss|macro F1|at .5");
    for (int i = 0; i < n; i++) {
        print_int(t, rows[i].step);
        print_real(t, 5, rows[i].val_loss);
        print_real(t, 4, rows[i].macro_f1);
        print_real(t, 4, rows[i].macro_f1_half);
    }
    print_table_end(t);
    printf("\n");
}

static void show_epochs(const struct epoch_row *epochs, int n)
{
    struct print_table *t =
        print_table_new("epoch|train loss|val loss|macro F1|at .5|held-out (" RUN_EPOCH_METHOD
                        ")|lr|gradient|images/s|data wait %|seconds|RSS MB");
    for (int i = 0; i < n; i++) {
        print_int(t, epochs[i].epoch);
        print_real(t, 5, epochs[i].train_loss);
        print_real(t, 5, epochs[i].val_loss);
        print_real(t, 4, epochs[i].macro_f1);
        print_real(t, 4, epochs[i].macro_f1_half);
        print_real(t, 4, epochs[i].held_out_f1);
        print_digits(t, epochs[i].lr);
        print_real(t, 3, epochs[i].grad_norm);
        print_real(t, 1, epochs[i].images_per_second);
        print_real(t, 2, epochs[i].data_wait_percent);
        print_real(t, 1, epochs[i].seconds);
        print_real(t, 0, epochs[i].rss_mb);
    }
    print_table_end(t);
    printf("\n");
}

static void show_text(const struct shown *r)
{
    char started[32], safe[PRINT_SAFE];
    struct print_table *t = print_table_new("name|status|epochs|macro F1|started|uuid");
    clock_iso(r->row.started_ms, started, sizeof started);
    print_run(t, &r->row, started);
    print_table_end(t);
    if (*r->unseen)
        print_line("%s", r->unseen);
    if (*r->row.error)
        printf("error: %s\n", print_safe(r->row.error, safe));
    char engine[ENGINE_TEXT];
    engine_text(&r->row.engine, engine);
    if (*engine)
        printf("computed by: %s\n", print_safe(engine, safe));
    if (*r->row.note)
        printf("note: %s\n", print_safe(r->row.note, safe));
    if (*r->row.tags)
        printf("tags: %s\n", print_safe(r->row.tags, safe));
    if (r->excluded_n)
        print_line("left out: %d %s that could not be read, listed in runs/%s/excluded.csv",
                   r->excluded_n, r->excluded_n == 1 ? "sample" : "samples", r->row.name);
    show_split(r);
    if (*r->labels.text)
        print_line("labels: %s", r->labels.text);
    printf("\n");
    show_epochs(r->epochs, r->epochs_n);
    show_inside(r->inside, r->inside_n);
    show_events(r->events, r->events_n);
    show_config(&r->row);
}

static int find_split(struct store *s, struct shown *r, struct err *e)
{
    struct split_current current;
    int found = 0;
    if (split_rows_by_id(s, r->row.split_id, &r->split, &r->has_split, e) ||
        split_rows_current(s, &current, &found, e))
        return -1;
    r->is_current = found && r->has_split && current.split.id == r->split.id;
    r->is_other = found && !r->is_current;
    return 0;
}

static int show(const struct call *call, struct store *s, struct err *e)
{
    struct shown r = {0};
    char path[FILE_PATH_MAX];
    const char *which = call->options->args[1];
    if (!s) {
        err_set(e, ERR_NOINPUT, "there is no run '%s': work.dir=%s holds no store", which,
                conf_text(call->conf, CONF_WORK_DIR));
        return job_runs_explain(call->conf, which, e);
    }
    if (file_join(path, conf_text(call->conf, CONF_WORK_DIR), "hpa.db", e) ||
        run_find(s, which, &r.row, e))
        return job_runs_explain(call->conf, which, e);
    work_sweep_rows(path, &r.row, 1);
    runs_edit_tell_odd_one(call, r.row.name);
    if (!job_control_is_unseen(path, &r.row, r.unseen, sizeof r.unseen))
        *r.unseen = '\0';
    int failed = run_epochs(s, r.row.id, &r.epochs, &r.epochs_n, e) ||
                 validation_rows_list(s, r.row.id, &r.inside, &r.inside_n, e) ||
                 event_rows_list(s, r.row.id, &r.events, &r.events_n, e) ||
                 excluded_rows_list(s, r.row.uuid, &r.excluded, &r.excluded_n, e) ||
                 find_split(s, &r, e);
    if (!failed)
        job_runs_labels(call->conf, &r.row, 1, &r.labels);
    if (!failed && call->json)
        show_json(&r);
    else if (!failed)
        show_text(&r);
    free(r.epochs);
    free(r.inside);
    free(r.events);
    free(r.excluded);
    run_row_fini(&r.row);
    return failed ? -1 : 0;
}

/* NULL in `*s` without an error: there is no store yet, and reading makes none. */
static int open_store(const struct call *call, struct store **s, struct err *e)
{
    char path[FILE_PATH_MAX];
    *s = NULL;
    if (file_join(path, conf_text(call->conf, CONF_WORK_DIR), "hpa.db", e))
        return -1;
    work_sweep(path);
    if (!file_exists(path))
        return 0;
    *s = store_open(path, STORE_READ, e);
    return *s ? 0 : -1;
}

struct verb {
    const char *name, *args;
    int args_min, args_max;                                               /* behind the verb */
    int (*read)(const struct call *call, struct store *s, struct err *e); /* NULL: it writes */
    int (*write)(const struct call *call, struct err *e);
};
static const struct verb verbs[8];

static const struct verb *find_verb(const char *name, struct err *e)
{
    const struct verb *v = verbs;
    while (v->name && strcmp(v->name, name) != 0)
        v++;
    if (!v->name)
        err_set(e, ERR_USAGE,
                "'%.40s' is none of list, show, diff, note, tag, rm and rebuild (hpa help runs)",
                name);
    return v->name ? v : NULL;
}

static int read_store(const struct call *call, const struct verb *v, struct err *e)
{
    struct store *s;
    if (open_store(call, &s, e))
        return -1;
    int failed = v->read(call, s, e);
    store_close(s);
    return failed;
}

static int run(const struct call *call, struct err *e)
{
    const struct options *o = call->options;
    const struct verb *v = find_verb(o->args_n ? o->args[0] : "list", e);
    int n = o->args_n ? o->args_n - 1 : 0;
    if (!v)
        return -1;
    if (n < v->args_min || n > v->args_max)
        return err_set(e, ERR_USAGE, "usage: hpa runs %s%s%s", v->name, *v->args ? " " : "",
                       v->args);
    if (options_check_action(o, v->name, v->write == runs_edit_remove ? "yes" : "", e))
        return -1;
    return v->read ? read_store(call, v, e) : v->write(call, e);
}

static const struct verb verbs[] = {
    {"list", "", 0, 0, list, NULL},
    {"show", "RUN", 1, 1, show, NULL},
    {"diff", "RUN RUN", 2, 2, runs_edit_diff, NULL},
    {"note", "RUN TEXT", 2, 2, NULL, runs_edit_note},
    {"tag", "RUN TAGS", 2, 2, NULL, runs_edit_tag},
    {"rm", "RUN [--yes]", 1, 1, NULL, runs_edit_remove},
    {"rebuild", "", 0, 0, NULL, runs_edit_rebuild},
    {NULL, NULL, 0, 0, NULL, NULL},
};

static const struct option options[] = {
    {"yes", 0, NULL, NULL, "rm: do not ask"},
};

const struct command cmd_runs = {
    .name = "runs",
    .args = "[list | show RUN | diff RUN RUN | note RUN TEXT | tag RUN TAGS | rm RUN | rebuild]",
    .summary = "List the runs, show or compare them, note, remove; rebuild a lost store",
    .more =
        "diff shows the settings that differ, and the F1 of each class at the best epochs.\n"
        "tag sets words with blanks between, \"\" none. rm deletes rows and folder of a run that\n"
        "nobody trains. rebuild lists the runs anew whose folders are there and whose rows are\n"
        "not, from their checkpoints.",
    .args_max = 3,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "split train loss augment tune predict",
    .run = run,
};
