/* Comparing runs and changing what is kept of them. */
#include "runs_edit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "job/job_runs.h"
#include "job/work.h"
#include "print.h"
#include "progress.h"
#include "store/run_rows.h"

/* One side of a comparison. */
struct side {
    struct run_row row;
    struct json *config; /* may be NULL */
    struct class_row *classes;
    int classes_n;
};

static void close_side(struct side *d)
{
    run_row_fini(&d->row);
    json_free(d->config);
    free(d->classes);
}

static int open_side(struct side *d, struct store *s, const char *which, struct err *e)
{
    memset(d, 0, sizeof *d);
    if (run_find(s, which, &d->row, e))
        return -1;
    if (d->row.config)
        d->config = json_parse(d->row.config, strlen(d->row.config), d->row.name, e);
    if (d->row.config && !d->config)
        return -1;
    return run_classes(s, d->row.id, d->row.best_epoch, &d->classes, &d->classes_n, e);
}

static double class_f1(const struct side *d, int class)
{
    for (int i = 0; i < d->classes_n; i++)
        if (d->classes[i].class_index == class)
            return d->classes[i].f1;
    return NAN;
}

static int class_count(const struct side d[2])
{
    int n = 0;
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < d[side].classes_n; i++)
            n = d[side].classes[i].class_index >= n ? d[side].classes[i].class_index + 1 : n;
    return n;
}

/* The value of a key, "" where a run has none. */
static const char *value_of(const struct side *d, const char *key)
{
    const char *value = json_get_text(d->config, key);
    return value ? value : "";
}

/* Every key of either side whose values differ, once. */
static int next_difference(const struct side d[2], int at, const char **key)
{
    int first = json_count(d[0].config), n = first + json_count(d[1].config);
    for (; at < n; at++) {
        bool second = at >= first;
        *key = json_key_at(d[second].config, second ? at - first : at);
        if (second && json_get(d[0].config, *key))
            continue;
        if (strcmp(value_of(&d[0], *key), value_of(&d[1], *key)) != 0)
            return at;
    }
    return -1;
}

static void diff_json(const struct side d[2])
{
    struct json *j = json_new_object(), *config = json_new_object(), *classes = json_new_array();
    const char *key;
    for (int side = 0; side < 2; side++) {
        struct json *run = json_new_object();
        json_put_text(run, "name", d[side].row.name);
        json_put_text(run, "uuid", d[side].row.uuid);
        json_put_int(run, "best_epoch", d[side].row.best_epoch);
        json_put_real(run, "macro_f1", d[side].row.macro_f1);
        json_put(j, side ? "b" : "a", run);
    }
    for (int at = 0; (at = next_difference(d, at, &key)) >= 0; at++) {
        struct json *pair = json_new_array();
        json_put_text(pair, NULL, value_of(&d[0], key));
        json_put_text(pair, NULL, value_of(&d[1], key));
        json_put(config, key, pair);
    }
    json_put(j, "config", config);
    for (int c = 0; c < class_count(d); c++) {
        struct json *row = json_new_object();
        json_put_int(row, "index", c);
        json_put_real(row, "a", class_f1(&d[0], c));
        json_put_real(row, "b", class_f1(&d[1], c));
        json_put(classes, NULL, row);
    }
    json_put(j, "f1", classes);
    print_json(j);
}

/* `last`: the head of a fourth column, or NULL. */
static struct print_table *open_table(const char *first, const struct side d[2], const char *last)
{
    const char *heads[] = {first, d[0].row.name, d[1].row.name, last};
    return print_table_with(heads, last ? 4 : 3);
}

static void diff_text(const struct side d[2])
{
    const char *key;
    struct print_table *t = open_table("key", d, NULL);
    for (int at = 0; (at = next_difference(d, at, &key)) >= 0; at++) {
        print_text(t, key);
        print_text(t, value_of(&d[0], key));
        print_text(t, value_of(&d[1], key));
    }
    print_table_end(t);
    printf("\n");
    t = open_table("class F1", d, "change");
    print_text(t, "macro");
    for (int side = 0; side < 2; side++)
        print_real(t, 4, d[side].row.macro_f1);
    print_real(t, 4, d[1].row.macro_f1 - d[0].row.macro_f1);
    for (int c = 0; c < class_count(d); c++) {
        double a = class_f1(&d[0], c), b = class_f1(&d[1], c);
        char name[16];
        snprintf(name, sizeof name, "%d", c);
        print_text(t, name);
        print_real(t, 4, a);
        print_real(t, 4, b);
        print_real(t, 4, b - a);
    }
    print_table_end(t);
}

int runs_edit_diff(const struct call *call, struct store *s, struct err *e)
{
    struct side d[2];
    const char *const *args = call->options->args;
    memset(d, 0, sizeof d);
    if (!s)
        return err_set(e, ERR_NOINPUT, "there are no runs to compare: work.dir=%s holds no store",
                       conf_text(call->conf, CONF_WORK_DIR));
    int failed = open_side(&d[0], s, args[1], e) && job_runs_explain(call->conf, args[1], e);
    failed =
        failed || (open_side(&d[1], s, args[2], e) && job_runs_explain(call->conf, args[2], e));
    if (!failed && call->json)
        diff_json(d);
    else if (!failed)
        diff_text(d);
    close_side(&d[0]);
    close_side(&d[1]);
    return failed ? -1 : 0;
}

static int need_store(const struct call *call, char path[FILE_PATH_MAX], struct err *e)
{
    const char *folder = conf_text(call->conf, CONF_WORK_DIR);
    if (file_join(path, folder, "hpa.db", e))
        return -1;
    if (!file_exists(path))
        return err_set(e, ERR_NOINPUT, "there is no run: work.dir=%s holds no store", folder);
    work_sweep(path);
    return 0;
}

static int check_text(const char *text, size_t size, const char *what, struct err *e)
{
    if (strlen(text) < size && text_utf8_valid(text, strlen(text)))
        return 0;
    return err_set(e, ERR_USAGE, "the %s has at most %zu bytes of UTF-8", what, size - 1);
}

static int note(const struct call *call, bool tags, struct err *e)
{
    char path[FILE_PATH_MAX], safe[PRINT_SAFE];
    struct run_row row;
    const char *which = call->options->args[1], *text = call->options->args[2];
    if (need_store(call, path, e) ||
        check_text(text, tags ? sizeof row.tags : sizeof row.note, tags ? "tags" : "note", e) ||
        job_runs_note(call->conf, which, tags ? NULL : text, tags ? text : NULL, &row, e))
        return job_runs_explain(call->conf, which, e);
    if (!call->quiet)
        fprintf(stderr, "run %s: %s kept\n", print_safe(row.name, safe), tags ? "tags" : "note");
    return 0;
}

int runs_edit_note(const struct call *call, struct err *e)
{
    return note(call, false, e);
}

int runs_edit_tag(const struct call *call, struct err *e)
{
    return note(call, true, e);
}

/* What cannot be undone is asked first, and never done unasked by a script. */
static int ask(const struct call *call, const struct run_row *run, struct err *e)
{
    char line[16] = "", safe[PRINT_SAFE];
    if (options_has(call->options, "yes"))
        return 0;
    if (!isatty(STDIN_FILENO))
        return err_set(e, ERR_USAGE, "run %s is deleted for good: say so by --yes", run->name);
    fprintf(stderr, "delete run %s (%s, %d epochs) with its checkpoints? [y/N] ",
            print_safe(run->name, safe), run_status_name(run->status), run->epochs_done);
    if (!fgets(line, sizeof line, stdin) || (*line != 'y' && *line != 'Y'))
        return err_set(e, ERR_CANCELLED, "run %s stays", run->name);
    return 0;
}

static void tell_line(void *context, const char *text)
{
    char safe[PRINT_SAFE];
    (void)context;
    fprintf(stderr, "%s\n", print_safe(text, safe));
}

int runs_edit_remove(const struct call *call, struct err *e)
{
    char path[FILE_PATH_MAX], safe[PRINT_SAFE];
    struct run_row row;
    if (file_join(path, conf_text(call->conf, CONF_WORK_DIR), "hpa.db", e))
        return -1;
    work_sweep(path);
    if (job_runs_find(call->conf, call->options->args[1], &row, e))
        return -1;
    run_row_fini(&row);
    if (ask(call, &row, e) || job_runs_remove(call->conf, &row, e))
        return -1;
    if (!call->quiet)
        fprintf(stderr, "run %s is deleted\n", print_safe(row.name, safe));
    return 0;
}

void runs_edit_tell_odd_one(const struct call *call, const char *name)
{
    if (!call->quiet)
        job_runs_odd_one(call->conf, name, tell_line, NULL);
}

void runs_edit_tell_odd(const struct call *call)
{
    if (!call->quiet)
        job_runs_odd(call->conf, tell_line, NULL);
}

int runs_edit_rebuild(const struct call *call, struct err *e)
{
    struct runs_rebuilt r;
    struct progress *p = progress_new(call->quiet);
    int failed = job_runs_rebuild(call->conf, &r, e);
    progress_free(p);
    if (failed)
        return -1;
    runs_edit_tell_odd(call);
    if (call->json) {
        struct json *j = json_new_object();
        json_put_int(j, "found", r.found);
        json_put_int(j, "added", r.added);
        json_put_int(j, "known", r.known);
        json_put_int(j, "completed", r.completed);
        json_put_int(j, "unreadable", r.unreadable);
        print_json(j);
    } else {
        printf("%d runs found: %d listed anew, %d known, %d left out\n", r.found, r.added, r.known,
               r.unreadable);
    }
    return r.unreadable ? err_set(e, ERR_FAIL, "%d of %d runs are left out, see above",
                                  r.unreadable, r.found)
                        : 0;
}
