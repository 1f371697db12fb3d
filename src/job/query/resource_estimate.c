/* The network is planned without its memory. The rate is that of the newest run of the same model
 * and width, as if its whole network learned: best of the same image side, else scaled by the area
 * of the image, to which the work is nearly proportional. */
#include "job/resource_estimate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async_worker.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "core/memory_plan.h"
#include "job/current_split.h"
#include "store/run_rows.h"
#include "train/sampling_plan.h"
#include "train/train_plan.h"

static const double MB = 1e6;

static int plan_memory(const struct work *w, const struct resource_estimate_ask *a,
                       struct resource_estimate *out)
{
    const struct conf *c = a->conf;
    struct memory_plan f;
    struct net_plan plan = train_config_net(c, w->kern, train_config_channels(c), a->classes, true);
    if (train_config_check(c, &out->error) ||
        memory_plan_training(&f, c, &plan, w->workers, &out->error))
        return -1;
    out->memory_mb = memory_plan_mb(&f) - (double)f.batches / MB;
    return 0;
}

/* What this program knows of a run's configuration; NULL: not even model and size. */
static struct conf *conf_of(const struct run_row *row)
{
    struct err unused;
    struct json *j =
        row->config ? json_parse(row->config, strlen(row->config), "config", &unused) : NULL;
    bool known = j && json_get_text(j, "train.model") && json_get_text(j, "train.size");
    struct conf *c = known ? conf_new() : NULL;
    for (int key = 0; c && key < CONF_KEY_COUNT; key++) {
        const char *name = conf_info((enum conf_key)key)->name, *value = json_get_text(j, name);
        if (value)
            conf_set(c, name, value, "run", &unused);
    }
    json_free(j);
    return c;
}

/* Of the newest epoch that tells it: images of train.size a second, if the whole network learned.
 */
static double rate_of(struct store *s, const struct run_row *row, const struct conf *c)
{
    struct train_config_phases phases = train_config_phases(c);
    int n = 0, size = (int)conf_int(c, CONF_TRAIN_SIZE);
    struct epoch_row *epochs = NULL;
    struct err unused;
    double rate = NAN;
    if (!run_epochs(s, row->id, &epochs, &n, &unused))
        for (int i = 0; i < n; i++) {
            struct train_config_phase phase =
                train_config_phase(&phases, size, epochs[i].epoch - 1);
            if (epochs[i].images_per_second > 0 && !train_plan_keeps_features(c, &phase))
                rate = epochs[i].images_per_second * train_plan_cost(&phase, size);
        }
    free(epochs);
    return rate;
}

/* Takes the run's rate if it is better to judge by than what was found. */
static void look_at(struct store *s, const struct run_row *row, const struct conf *c,
                    const struct conf *wanted, struct resource_estimate *out)
{
    int64_t size = conf_int(c, CONF_TRAIN_SIZE), side = conf_int(wanted, CONF_TRAIN_SIZE);
    bool alike = !strcmp(conf_text(c, CONF_TRAIN_MODEL), conf_text(wanted, CONF_TRAIN_MODEL)) &&
                 conf_int(c, CONF_TRAIN_WIDTH) == conf_int(wanted, CONF_TRAIN_WIDTH);
    double rate = alike && (!out->like[0] || size == side) ? rate_of(s, row, c) : NAN;
    if (!isfinite(rate))
        return;
    out->scaled = size != side;
    out->images_per_second = rate * (double)(size * size) / (double)(side * side);
    snprintf(out->like, sizeof out->like, "%s", row->name);
}

/* Runs come newest first; one of another side only counts until one of the same is met. */
static void judge(struct store *s, const struct conf *wanted, struct resource_estimate *out)
{
    struct run_row *rows = NULL;
    int n = 0;
    if (run_list(s, &rows, &n, &out->error))
        return;
    for (int i = 0; i < n && (!out->like[0] || out->scaled); i++) {
        struct conf *c = conf_of(&rows[i]);
        if (c)
            look_at(s, &rows[i], c, wanted, out);
        conf_free(c);
    }
    run_list_free(rows, n);
}

/* Repeats are as frequent in the training part as in the whole table: folds are dealt by labels. */
static int count_dealt(const struct resource_estimate_ask *a, int64_t *samples, struct err *e)
{
    double times = 1;
    struct index *x = sampling_plan_repeats(a->conf) ? index_open_train(a->conf, e) : NULL;
    int failed =
        sampling_plan_repeats(a->conf) && (!x || sampling_plan_times(a->conf, x, &times, e));
    index_close(x);
    *samples = llround(times * a->train_samples);
    return failed ? -1 : 0;
}

static int check_split(const struct work *w, const struct conf *c, struct err *e)
{
    struct split_current current;
    bool found;
    return current_split_find(w, &current, &found, e) ||
                   (found && current_split_check(c, &current, e))
               ? -1
               : 0;
}

void resource_estimate_make(struct work *w, const struct resource_estimate_ask *a,
                            struct resource_estimate *out)
{
    int64_t samples;
    *out = (struct resource_estimate){.images_per_second = NAN, .seconds = NAN};
    if (check_split(w, a->conf, &out->error) || plan_memory(w, a, out) ||
        count_dealt(a, &samples, &out->error) || !file_exists(w->database))
        return;
    struct store *s = store_open(w->database, STORE_READ, &out->error);
    if (!s)
        return;
    judge(s, a->conf, out);
    store_close(s);
    if (isfinite(out->images_per_second))
        out->seconds = train_plan_work(a->conf, samples, a->val_samples) / out->images_per_second;
}

struct resource_estimate_desk {
    struct work *work;
    struct async_worker *worker;
};

/* One block, as a worker wants it. */
struct async_worker_ask {
    struct resource_estimate_ask ask; /* without its configuration */
    char conf[];                      /* JSON */
};

static void *answer(void *context, void *asked)
{
    const struct resource_estimate_desk *d = context;
    struct async_worker_ask *a = asked;
    struct resource_estimate *out = xcalloc(1, sizeof *out);
    struct conf *c = conf_new_beside(d->work->conf);
    struct json *j = json_parse(a->conf, strlen(a->conf), "form", &out->error);
    a->ask.conf = c;
    if (j && !conf_from_json(c, j, "the form", &out->error))
        resource_estimate_make(d->work, &a->ask, out);
    json_free(j);
    conf_free(c);
    return out;
}

static const struct async_worker_kind kind = {answer, free, false};

struct resource_estimate_desk *resource_estimate_open(struct work *work, struct wake *wake,
                                                      struct err *e)
{
    struct resource_estimate_desk *d = xcalloc(1, sizeof *d);
    d->work = work;
    d->worker = async_worker_new("hpa-resources", &kind, 1, d, wake, e);
    if (d->worker)
        return d;
    free(d);
    return NULL;
}

void resource_estimate_close(struct resource_estimate_desk *d)
{
    if (!d)
        return;
    async_worker_free(d->worker);
    free(d);
}

void resource_estimate_put_ask(struct resource_estimate_desk *d,
                               const struct resource_estimate_ask *ask)
{
    char *text = current_split_conf_text(ask->conf);
    size_t n = strlen(text) + 1;
    struct async_worker_ask *copy = xmalloc(sizeof *copy + n);
    copy->ask = *ask;
    memcpy(copy->conf, text, n);
    free(text);
    async_worker_ask(d->worker, 0, copy);
}

struct resource_estimate *resource_estimate_take(struct resource_estimate_desk *d)
{
    return async_worker_take(d->worker, 0);
}
