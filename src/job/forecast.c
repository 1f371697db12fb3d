/* The network is planned without its memory. The rate is that of the newest run of the same model
 * and width: best of the same image side, else scaled by the area of the image, to which the work
 * is nearly proportional. */
#include "job/forecast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "desk.h"
#include "nn/net.h"
#include "store/run_rows.h"

static const double MB = 1e6, VALIDATION_SHARE = 1. / 3; /* a forward pass of a step's three */

static int plan_memory(const struct work *w, const struct forecast_ask *a, struct forecast *out)
{
    struct net_plan plan = {.model = a->model,
                            .width = a->width,
                            .channels = a->channels,
                            .classes = a->classes,
                            .size = a->size,
                            .other_size = a->first_size,
                            .batch = a->batch,
                            .train = true,
                            .plan_only = true,
                            .kern = w->kern};
    if (net_check_training(&plan, a->head_alone ? NET_FROZEN_ALL : NET_FROZEN_NONE, &out->error))
        return -1;
    struct net *net = net_new(&plan, NULL, &out->error);
    if (!net)
        return -1;
    size_t arrays = (size_t)(a->sgd ? 1 : 2) + a->average + a->accumulate;
    size_t states = arrays * net_params(net)->count * sizeof(float);
    out->memory_mb = (double)(net_memory(net) + states) / MB;
    net_free(net);
    return 0;
}

static bool is_like(const struct run_row *row, const struct forecast_ask *a, int *size)
{
    struct err unused;
    struct json *config =
        row->config ? json_parse(row->config, strlen(row->config), "config", &unused) : NULL;
    const char *model = config ? json_get_text(config, "train.model") : NULL;
    const char *side = config ? json_get_text(config, "train.size") : NULL;
    const char *width = config ? json_get_text(config, "train.width") : NULL;
    if (!width) /* of an older program */
        width = conf_info(CONF_TRAIN_WIDTH)->initial;
    bool like = model && side && !strcmp(model, a->model) && atoi(width) == a->width;
    *size = like ? atoi(side) : 0;
    json_free(config);
    return like && *size > 0;
}

static double rate_of(struct store *s, const struct run_row *row)
{
    struct epoch_row *epochs = NULL;
    struct err unused;
    int n = 0;
    double rate = NAN;
    if (!run_epochs(s, row->id, &epochs, &n, &unused))
        for (int i = 0; i < n; i++)
            if (epochs[i].images_per_second > 0)
                rate = epochs[i].images_per_second;
    free(epochs);
    return rate;
}

/* Runs come newest first; one of another side only counts until one of the same is met. */
static void judge(struct store *s, const struct forecast_ask *a, struct forecast *out)
{
    struct run_row *rows = NULL;
    int n = 0, size;
    if (run_list(s, &rows, &n, &out->error))
        return;
    for (int i = 0; i < n && (!out->like[0] || out->scaled); i++) {
        if (!is_like(&rows[i], a, &size) || (out->like[0] && size != a->size))
            continue;
        double rate = rate_of(s, &rows[i]);
        if (!isfinite(rate))
            continue;
        out->scaled = size != a->size;
        out->images_per_second = rate * size * size / ((double)a->size * a->size);
        snprintf(out->like, sizeof out->like, "%s", rows[i].name);
    }
    run_list_free(rows, n);
}

static double seconds_of(const struct forecast_ask *a, double rate)
{
    double small = (double)a->first_size * a->first_size / ((double)a->size * a->size);
    int first = a->first_size ? a->first_size_epochs : 0;
    first = first < a->epochs ? first : a->epochs;
    double full = a->epochs - first + first * small;
    return (a->train_samples * full + a->val_samples * VALIDATION_SHARE * a->epochs) / rate;
}

void forecast_make(struct work *w, const struct forecast_ask *a, struct forecast *out)
{
    *out = (struct forecast){.images_per_second = NAN, .seconds = NAN};
    if (plan_memory(w, a, out) || !file_exists(w->database))
        return;
    struct store *s = store_open(w->database, STORE_READ, &out->error);
    if (!s)
        return;
    judge(s, a, out);
    store_close(s);
    if (isfinite(out->images_per_second))
        out->seconds = seconds_of(a, out->images_per_second);
}

struct forecast_desk {
    struct work *work;
    struct desk *desk;
};

static void *answer(void *context, void *ask)
{
    const struct forecast_desk *d = context;
    struct forecast *out = xmalloc(sizeof *out);
    forecast_make(d->work, ask, out);
    return out;
}

static const struct desk_kind kind = {answer, free, false};

struct forecast_desk *forecast_open(struct work *work, struct wake *wake, struct err *e)
{
    struct forecast_desk *d = xcalloc(1, sizeof *d);
    d->work = work;
    d->desk = desk_new("hpa-forecast", &kind, 1, d, wake, e);
    if (d->desk)
        return d;
    free(d);
    return NULL;
}

void forecast_close(struct forecast_desk *d)
{
    if (!d)
        return;
    desk_free(d->desk);
    free(d);
}

void forecast_put_ask(struct forecast_desk *d, const struct forecast_ask *ask)
{
    struct forecast_ask *copy = xmalloc(sizeof *copy);
    *copy = *ask;
    desk_ask(d->desk, 0, copy);
}

struct forecast *forecast_take(struct forecast_desk *d)
{
    return desk_take(d->desk, 0);
}
