/* The configured data set with --data; without it drawn ones, first a large table alone for the
 * opening, then images and runs for the tabs. The workbench gets the options that were given here.
 */
#include "bench_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bench_set.h"
#include "print.h"
#include "screen_trial.h"

enum { ARGV_MAX = 2 * OPTIONS_GIVEN_MAX + 16, IDLE_MOST = 600 };

/* Arguments of the workbench; all but its first few are owned. */
struct arguments {
    char *argv[ARGV_MAX];
    int n;
};

static void add(struct arguments *a, char *argument)
{
    a->argv[a->n++] = argument;
    a->argv[a->n] = NULL;
}

/* `file` NULL: the configuration of the caller. A training of a drawn set is that of the product,
 * and longer than the bench; what the caller sets comes behind it and so wins. */
static void fill(struct arguments *a, const struct options *o, const char *file, bool training)
{
    *a = (struct arguments){.n = 0};
    add(a, xstrdup("hpa"));
    add(a, xstrdup("-srun.on_hangup=checkpoint"));
    if (file)
        add(a, xasprintf("-c%s", file));
    if (file && training) {
        add(a, xstrdup("-strain.size=128"));
        add(a, xstrdup("-strain.epochs=1000"));
    }
    if (training)
        add(a, xstrdup("--train"));
    for (int i = 0; i < o->given_n; i++) {
        const char *name = o->given[i].name, *value = o->given[i].value;
        if (o->given[i].key)
            add(a, xasprintf("-s%s=%s", o->given[i].key, value));
        else if (strcmp(name, "set") == 0)
            add(a, xasprintf("-s%s", value));
        else if (!file && strcmp(name, "config") == 0)
            add(a, xasprintf("-c%s", value));
    }
}

static void empty(struct arguments *a)
{
    for (int i = 0; i < a->n; i++)
        free(a->argv[i]);
}

static void put_course(struct json *j, const char *key, const struct screen_trial_course *c)
{
    struct json *o = json_new_object();
    json_put_text(o, "tab", c->tab);
    json_put_text(o, "what", c->what);
    json_put_int(o, "keys", c->keys);
    json_put_int(o, "answered", c->answered);
    json_put_real(o, "median_ms", c->median_ms);
    json_put_real(o, "p99_ms", c->p99_ms);
    json_put_real(o, "most_ms", c->most_ms);
    json_put_real(o, "bytes_per_key", c->bytes);
    json_put_real(o, "idle_bytes_per_second", c->idle_bytes);
    json_put_real(o, "idle_cpu_percent", c->cpu_percent);
    json_put(j, key, o);
}

static void put_pictures(struct json *j, const struct screen_trial_pictures *s)
{
    struct json *o = json_new_object();
    json_put_text(o, "tab", s->tab);
    json_put_int(o, "pictures", s->n);
    json_put_real(o, "new_ms", s->new_ms);
    json_put_real(o, "new_most_ms", s->new_most_ms);
    json_put_real(o, "cached_ms", s->cached_ms);
    json_put_real(o, "cached_most_ms", s->cached_most_ms);
    json_put_real(o, "bytes_per_step", s->bytes);
    json_put(j, NULL, o);
}

static void print_as_json(const struct screen_trial_plan *p, const struct screen_trial *t)
{
    struct json *j = json_new_object(), *courses = json_new_array(), *pictures = json_new_array();
    json_put_text(j, "bench", "screen");
    json_put_int(j, "columns", p->columns);
    json_put_int(j, "rows", p->rows);
    json_put_text(j, "term", terminal_type_name());
    json_put_flag(j, "training", p->training);
    json_put_real(j, "first_frame_ms", t->opening.first_ms);
    json_put_real(j, "whole_frame_ms", t->opening.whole_ms);
    json_put_real(j, "opening_peak_rss_mb", t->opening.peak_mb);
    json_put_real(j, "peak_rss_mb", t->peak_mb);
    put_course(j, "filter", &t->filter);
    for (int i = 0; i < t->courses_n; i++)
        put_course(courses, NULL, &t->courses[i]);
    json_put(j, "tabs", courses);
    for (int i = 0; i < t->pictures_n; i++)
        put_pictures(pictures, &t->pictures[i]);
    json_put(j, "pictures", pictures);
    print_json(j);
}

static void course_row(struct print_table *t, const struct screen_trial_course *c)
{
    print_text(t, c->tab);
    print_text(t, c->what);
    print_int(t, c->keys);
    print_int(t, c->answered);
    print_real(t, 1, c->median_ms);
    print_real(t, 1, c->p99_ms);
    print_real(t, 1, c->most_ms);
    print_real(t, 0, c->bytes);
    print_real(t, 0, c->idle_bytes);
    print_real(t, 1, c->cpu_percent);
}

static void print_courses(const struct screen_trial *r)
{
    struct print_table *t = print_table_new("tab|key|pressed|answered|median ms|p99 ms|most ms|"
                                            "bytes a key|idle bytes/s|idle CPU %");
    course_row(t, &r->filter);
    for (int i = 0; i < r->courses_n; i++)
        course_row(t, &r->courses[i]);
    print_table_end(t);
}

static void print_pictures(const struct screen_trial *r)
{
    struct print_table *t =
        print_table_new("pictures|number|new ms|most|cached ms|most|bytes a step");
    for (const struct screen_trial_pictures *s = r->pictures; s < r->pictures + r->pictures_n;
         s++) {
        print_text(t, s->tab);
        print_int(t, s->n);
        print_real(t, 1, s->new_ms);
        print_real(t, 1, s->new_most_ms);
        print_real(t, 1, s->cached_ms);
        print_real(t, 1, s->cached_most_ms);
        print_real(t, 0, s->bytes);
    }
    print_table_end(t);
}

static void print_as_tables(const struct screen_trial_plan *p, const struct screen_trial *t)
{
    print_courses(t);
    if (t->pictures_n)
        print_pictures(t);
    printf("%s, %d x %d: the first frame stands after %.0f ms, all of it after %.0f ms; memory at "
           "most %.0f MB then, %.0f MB at the end\n",
           terminal_type_name(), p->columns, p->rows, t->opening.first_ms, t->opening.whole_ms,
           t->opening.peak_mb, t->peak_mb);
}

/* The opening never trains: a training's first steps are no part of it. */
static int measure(const struct call *call, const struct bench_set *s, struct screen_trial_plan *p,
                   struct screen_trial *out, struct err *e)
{
    struct arguments opening, tabs;
    bool drawn = s->folder[0];
    fill(&opening, call->options, drawn ? s->labels : NULL, false);
    fill(&tabs, call->options, drawn ? s->pictures : NULL, p->training);
    p->pictures = drawn || file_exists(conf_text(call->conf, CONF_DATA_TRAIN_DIR));
    p->untouched = !drawn;
    p->argv = opening.argv;
    int failed = screen_trial_open(p, out, e);
    p->argv = tabs.argv;
    if (!failed)
        failed = screen_trial_tabs(p, out, e);
    empty(&opening);
    empty(&tabs);
    return failed;
}

static int read_plan(const struct call *call, int rounds, struct screen_trial_plan *p,
                     struct err *e)
{
    const struct options *o = call->options;
    int64_t keys = 100, idle = 2;
    *p = (struct screen_trial_plan){.columns = 80, .rows = 24, .rounds = rounds};
    if (options_size(o, &p->columns, &p->rows, e) ||
        options_int(o, "keys", 1, SCREEN_TRIAL_KEYS_MAX, &keys, e) ||
        options_int(o, "idle", 0, IDLE_MOST, &idle, e))
        return -1;
    p->keys = (int)keys;
    p->idle = (double)idle;
    p->training = options_has(o, "train");
    return 0;
}

int bench_screen(const struct call *call, int rounds, struct err *e)
{
    struct screen_trial_plan plan;
    struct screen_trial result = {0};
    struct bench_set set = {.folder = ""};
    if (read_plan(call, rounds, &plan, e))
        return -1;
    bool drawn = !options_has(call->options, "data");
    const char *table = conf_text(call->conf, CONF_DATA_TRAIN_CSV);
    if (!drawn && !file_exists(table))
        return err_set(e, ERR_NOINPUT, "%s: there is no such table (data.train_csv)", table);
    if (drawn && !call->quiet)
        fprintf(stderr, "drawing what is to be shown...\n");
    int failed = (drawn && bench_set_make(&set, call, e)) || measure(call, &set, &plan, &result, e);
    bench_set_remove(&set);
    if (failed)
        return -1;
    (call->json ? print_as_json : print_as_tables)(&plan, &result);
    return 0;
}
