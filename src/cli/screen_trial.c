/* A key is answered by the first bytes behind it. While a training draws by itself that could be
 * any frame; there a sign has to come that the key alone brings, such as the mark of the selected
 * row. Keys follow each other when the line has been silent for a moment, as they do for one who
 * looks at the screen. */
#include "screen_trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { LEFT_OUT = 4, PICTURE_STEPS = 8, ROUNDS_MAX = 100 };

/* Seconds. An answer that takes longer is none; a line that is silent so long rests. */
static const double ANSWER = 1, PAUSE = 0.06, PAUSE_MOST = 0.15, REST = 0.4, REST_MOST = 60;
static const double PICTURE_REST = 0.2, OPENING_REST = 1, BEGIN = 10, TRAINING = 120, SETTLE = 1.5;

static const char *const board[] = {"[1 Board]", NULL};
static const char *const training[] = {"img/s", NULL};
static const char *const mark[] = {"\xe2\x96\xb8", ">", NULL}; /* of any set of glyphs */
static const char *const tabs[] = {"ard]", "ata]", "ain]", "une]", "ors]", "uns]", "Log]", NULL};

/* What is pressed: `before` once, `keys` over and over, `after` once. */
struct presses {
    const char *tab, *what, *before, *keys, *after;
    bool edits;              /* something that is kept */
    const char *const *sign; /* each brings one of these, nothing else does; NULL: there is none */
};

static const struct presses filter;
static const struct presses all[SCREEN_TRIAL_COURSES];
static const struct presses pictures[SCREEN_TRIAL_PICTURES];

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of `n` sorted values; NaN of none. */
static double quantile(const double *values, int n, double part)
{
    int at = (int)(part * n);
    return n ? values[at < n ? at : n - 1] : NAN;
}

static int type_all(struct terminal *t, const char *keys, struct err *e)
{
    for (; *keys; keys++) {
        char key[2] = {*keys, '\0'};
        if (terminal_type(t, key, e))
            return -1;
        terminal_rest(t, PAUSE, REST_MOST);
    }
    return 0;
}

static void settle(struct terminal *t, const struct screen_trial_plan *p)
{
    terminal_rest(t, REST, p->training ? SETTLE : REST_MOST);
}

static void summarize(struct screen_trial_course *c, double *seconds)
{
    qsort(seconds, (size_t)c->answered, sizeof *seconds, compare);
    c->median_ms = 1e3 * quantile(seconds, c->answered, 0.5);
    c->p99_ms = 1e3 * quantile(seconds, c->answered, 0.99);
    c->most_ms = 1e3 * quantile(seconds, c->answered, 1);
}

/* Gives up on keys that never have an effect. */
static int press(struct terminal *t, const struct presses *k, int keys, bool by_sign,
                 struct screen_trial_course *c, struct err *e)
{
    double *seconds = xcalloc((size_t)keys, sizeof *seconds);
    int64_t bytes = t->bytes;
    int failed = 0;
    *c = (struct screen_trial_course){.tab = k->tab, .what = k->what};
    for (int i = 0; !failed && i < keys && c->keys - c->answered < LEFT_OUT; i++) {
        char key[2] = {k->keys[(size_t)i % strlen(k->keys)], '\0'};
        double start = clock_seconds();
        failed = terminal_type(t, key, e);
        c->keys++;
        if (!failed && terminal_until(t, by_sign ? k->sign : NULL, ANSWER))
            seconds[c->answered++] = t->last - start;
        terminal_rest(t, PAUSE, PAUSE_MOST);
    }
    c->bytes = (double)(t->bytes - bytes) / c->keys;
    summarize(c, seconds);
    free(seconds);
    return failed;
}

static void idle(struct terminal *t, double seconds, struct screen_trial_course *c)
{
    int64_t bytes = t->bytes;
    double start = clock_seconds(), used = terminal_cpu_seconds(t);
    c->idle_bytes = c->cpu_percent = NAN;
    if (seconds <= 0)
        return;
    while (clock_seconds() < start + seconds && !t->ended)
        terminal_until(t, NULL, start + seconds - clock_seconds());
    double took = clock_seconds() - start;
    c->idle_bytes = (double)(t->bytes - bytes) / took;
    c->cpu_percent = 100 * (terminal_cpu_seconds(t) - used) / took;
}

static int open_once(struct terminal *t, const struct screen_trial_plan *p, struct err *e)
{
    if (terminal_open(t, p->argv, p->columns, p->rows, e))
        return -1;
    if (terminal_until(t, board, BEGIN))
        return 0;
    terminal_close(t);
    return err_set(e, ERR_FAIL, "the workbench shows no frame on a terminal of %d x %d", p->columns,
                   p->rows);
}

static int time_opening(struct terminal *t, const struct screen_trial_plan *p,
                        struct screen_trial_opening *o, struct err *e)
{
    double first[ROUNDS_MAX], whole[ROUNDS_MAX];
    int rounds = p->rounds < ROUNDS_MAX ? p->rounds : ROUNDS_MAX;
    for (int i = 0; i < rounds; i++) {
        if (i > 0)
            terminal_close(t);
        if (open_once(t, p, e))
            return -1;
        first[i] = t->last - t->opened;
        terminal_rest(t, OPENING_REST, REST_MOST);
        whole[i] = t->last - t->opened;
    }
    qsort(first, (size_t)rounds, sizeof *first, compare);
    qsort(whole, (size_t)rounds, sizeof *whole, compare);
    o->first_ms = 1e3 * quantile(first, rounds, 0.5);
    o->whole_ms = 1e3 * quantile(whole, rounds, 0.5);
    return 0;
}

int screen_trial_open(const struct screen_trial_plan *p, struct screen_trial *out, struct err *e)
{
    struct terminal *t = xmalloc(sizeof *t);
    t->fd = -1;
    int failed = time_opening(t, p, &out->opening, e) || type_all(t, filter.before, e) ||
                 press(t, &filter, p->keys, false, &out->filter, e);
    out->filter.idle_bytes = out->filter.cpu_percent = NAN;
    if (!failed)
        out->opening.peak_mb = terminal_peak_mb(t);
    terminal_close(t);
    free(t);
    return failed ? -1 : 0;
}

static int run_course(struct terminal *t, const struct screen_trial_plan *p,
                      const struct presses *k, struct screen_trial *out, struct err *e)
{
    struct screen_trial_course *c = &out->courses[out->courses_n];
    if ((p->training && !k->sign) || (p->untouched && k->edits))
        return 0;
    if (type_all(t, k->before, e))
        return -1;
    settle(t, p);
    if (press(t, k, p->keys, p->training, c, e))
        return -1;
    settle(t, p);
    idle(t, p->idle, c);
    out->courses_n++;
    return type_all(t, k->after, e);
}

/* One key and all that it brings: the seconds until its last byte, 0 when nothing came. */
static int burst(struct terminal *t, char key, double *seconds, double *bytes, struct err *e)
{
    char text[2] = {key, '\0'};
    int64_t before = t->bytes;
    double start = clock_seconds();
    if (terminal_type(t, text, e))
        return -1;
    if (terminal_until(t, NULL, ANSWER))
        terminal_rest(t, PICTURE_REST, REST_MOST);
    *seconds = t->bytes > before ? t->last - start : 0;
    *bytes = (double)(t->bytes - before);
    return 0;
}

/* A page on, then to its neighbour and back, until there is no further page. */
static int look_through(struct terminal *t, struct screen_trial_pictures *s, struct err *e)
{
    double new[PICTURE_STEPS], cached[2 * PICTURE_STEPS], step[2], sum = 0, bytes;
    for (s->n = 0; s->n < PICTURE_STEPS; s->n++) {
        double *at = cached + 2 * s->n;
        if (burst(t, 'l', &new[s->n], &bytes, e) || burst(t, 'j', &at[0], &step[0], e) ||
            burst(t, 'k', &at[1], &step[1], e))
            return -1;
        if (new[s->n] <= 0 || at[0] <= 0 || at[1] <= 0)
            break;
        sum += step[0] + step[1];
    }
    qsort(new, (size_t)s->n, sizeof *new, compare);
    qsort(cached, 2 * (size_t)s->n, sizeof *cached, compare);
    s->new_ms = 1e3 * quantile(new, s->n, 0.5);
    s->new_most_ms = 1e3 * quantile(new, s->n, 1);
    s->cached_ms = 1e3 * quantile(cached, 2 * s->n, 0.5);
    s->cached_most_ms = 1e3 * quantile(cached, 2 * s->n, 1);
    s->bytes = s->n ? sum / (2 * s->n) : NAN;
    return 0;
}

static int run_pictures(struct terminal *t, const struct screen_trial_plan *p,
                        struct screen_trial *out, struct err *e)
{
    for (int i = 0; i < SCREEN_TRIAL_PICTURES && p->pictures && !p->training; i++) {
        struct screen_trial_pictures *s = &out->pictures[out->pictures_n++];
        s->tab = pictures[i].tab;
        if (type_all(t, pictures[i].before, e))
            return -1;
        settle(t, p);
        if (look_through(t, s, e) || type_all(t, pictures[i].after, e))
            return -1;
    }
    return 0;
}

int screen_trial_tabs(const struct screen_trial_plan *p, struct screen_trial *out, struct err *e)
{
    struct terminal *t = xmalloc(sizeof *t);
    if (open_once(t, p, e)) {
        free(t);
        return -1;
    }
    int failed = 0;
    if (p->training && !terminal_until(t, training, TRAINING))
        failed = err_set(e, ERR_FAIL, "no training is at work");
    settle(t, p);
    for (int i = 0; !failed && i < SCREEN_TRIAL_COURSES; i++)
        failed = run_course(t, p, &all[i], out, e);
    if (!failed)
        failed = run_pictures(t, p, out, e);
    out->peak_mb = terminal_peak_mb(t);
    terminal_close(t);
    free(t);
    return failed;
}

static const struct presses filter = {
    "data", "filter", "2/", "21 and not 25\177\177\177\177\177\177\177\177\177\177\177\177\177",
    "\033", false,    NULL};

static const struct presses all[SCREEN_TRIAL_COURSES] = {
    {"board", "cursor", "1", "jjjjkkkk", "", false, mark},
    {"board", "slider", "", "llllhhhh", "", true, NULL},
    {"data", "cursor", "2", "jjjjkkkk", "", false, mark},
    {"train", "cursor", "3", "jjjjkkkk", "", false, mark},
    {"tune", "cursor", "4", "jjjjkkkk", "", false, mark},
    {"tune", "slider", "", "llllhhhh", "", true, NULL},
    {"errors", "cursor", "5", "jjjjkkkk", "", false, mark},
    {"runs", "cursor", "6", "jk", "", false, mark},
    {"log", "scroll", "7", "kkkkjjjj", "", false, NULL},
    {"all", "tab", "1", "2345671", "", false, tabs},
};

/* Where a page of samples is a key away. */
static const struct presses pictures[SCREEN_TRIAL_PICTURES] = {
    {"data", "picture", "2\tg", "", "", false, NULL},
    {"errors", "picture", "5g", "", "", false, NULL},
};
