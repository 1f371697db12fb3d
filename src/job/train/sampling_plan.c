/* The feed of a training. Draws with replacement go by running sums of weights; oversampling is a
 * longer list of rows. */
#include "sampling_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/sampler.h"
#include "data/weights.h"

struct augment sampling_plan_augment(const struct conf *c)
{
    struct augment a = {.flip = conf_flag(c, CONF_AUGMENT_FLIP),
                        .turn = conf_flag(c, CONF_AUGMENT_TURN),
                        .rotate = conf_real(c, CONF_AUGMENT_ROTATE),
                        .shift = conf_real(c, CONF_AUGMENT_SHIFT),
                        .brightness = conf_real(c, CONF_AUGMENT_BRIGHTNESS),
                        .contrast = conf_real(c, CONF_AUGMENT_CONTRAST),
                        .cutout = conf_real(c, CONF_AUGMENT_CUTOUT)};
    conf_scale(c, CONF_AUGMENT_SCALE, &a.scale_low, &a.scale_high);
    return a;
}

static void add_number(const char *name, double value, char *out, size_t size)
{
    size_t at = strlen(out);
    if (value > 0)
        snprintf(out + at, size - at, "%s%s %g", at ? ", " : "", name, value);
}

void sampling_plan_augment_text(const struct augment *a, char *out, size_t size)
{
    const struct augment scales = {.scale_low = a->scale_low, .scale_high = a->scale_high};
    snprintf(out, size, "%s%s%s", a->flip ? "flip" : "", a->flip && a->turn ? ", " : "",
             a->turn ? "turn" : "");
    add_number("rotate", a->rotate, out, size);
    size_t at = strlen(out);
    if (augment_any(&scales))
        snprintf(out + at, size - at, "%sscale %g-%g", at ? ", " : "", a->scale_low, a->scale_high);
    add_number("shift", a->shift, out, size);
    add_number("brightness", a->brightness, out, size);
    add_number("contrast", a->contrast, out, size);
    add_number("cutout", a->cutout, out, size);
    if (!*out)
        snprintf(out, size, "none");
}

static bool samples_by(const struct conf *c, const char *sampler)
{
    return !strcmp(conf_text(c, CONF_TRAIN_SAMPLER), sampler);
}

static int needs(enum conf_key key, const struct conf *c, struct err *e)
{
    return err_set(e, ERR_CONFIG, "train.sampler=%s needs %s: %s", conf_text(c, CONF_TRAIN_SAMPLER),
                   conf_info(key)->name, conf_info(key)->help);
}

static int read_times(const struct conf *c, int k, int *times, struct err *e)
{
    if (!conf_is_set(c, CONF_TRAIN_OVERSAMPLE))
        return needs(CONF_TRAIN_OVERSAMPLE, c, e);
    if (!sampler_times(conf_text(c, CONF_TRAIN_OVERSAMPLE), k, times, e))
        return 0;
    err_prefix(e, "train.oversample");
    return -1;
}

static int read_table(struct sampling_plan *f, const struct conf *c, const struct index *x,
                      const char *table, struct err *e)
{
    if (!table && !conf_is_set(c, CONF_TRAIN_SAMPLE_WEIGHTS))
        return needs(CONF_TRAIN_SAMPLE_WEIGHTS, c, e);
    f->table = mem_array((size_t)x->n, sizeof *f->table, "weights of samples", e);
    if (!f->table)
        return -1;
    return weights_load_samples(table ? table : conf_text(c, CONF_TRAIN_SAMPLE_WEIGHTS), x,
                                f->table, e);
}

bool sampling_plan_repeats(const struct conf *c)
{
    return samples_by(c, "oversample");
}

int sampling_plan_times(const struct conf *c, const struct index *x, double *times, struct err *e)
{
    int of_class[LABELS_MAX];
    int *rows = mem_array((size_t)x->n, sizeof *rows, "rows", e);
    if (!rows || read_times(c, x->k, of_class, e)) {
        free(rows);
        return -1;
    }
    for (int i = 0; i < x->n; i++)
        rows[i] = i;
    *times = (double)sampler_repeat(x->labels, rows, x->n, x->k, of_class, NULL) / x->n;
    free(rows);
    return 0;
}

int sampling_plan_open(struct sampling_plan *f, const struct conf *c, const struct index *x,
                       const char *table, struct err *e)
{
    int times[LABELS_MAX];
    memset(f, 0, sizeof *f);
    if (sampling_plan_repeats(c))
        return read_times(c, x->k, times, e);
    return samples_by(c, "weights") ? read_table(f, c, x, table, e) : 0;
}

static int deal_repeats(struct sampling_plan *f, const struct conf *c, const struct index *x,
                        const int *rows, int n, struct err *e)
{
    int times[LABELS_MAX];
    if (read_times(c, x->k, times, e))
        return -1;
    int64_t count = sampler_repeat(x->labels, rows, n, x->k, times, NULL);
    if (count > INT32_MAX)
        return err_set(e, ERR_CONFIG, "train.oversample: %lld samples an epoch are too many",
                       (long long)count);
    f->repeated = mem_array((size_t)count, sizeof *f->repeated, "rows of an epoch", e);
    if (!f->repeated)
        return -1;
    sampler_repeat(x->labels, rows, n, x->k, times, f->repeated);
    f->rows = f->repeated;
    f->n = (int)count;
    return 0;
}

static int deal_draws(struct sampling_plan *f, const struct index *x, struct err *e)
{
    float *weight = mem_array((size_t)f->n, sizeof *weight, "weights of samples", e);
    f->own_sums =
        weight ? mem_array((size_t)f->n, sizeof *f->own_sums, "sums of weights", e) : NULL;
    f->sums = f->own_sums;
    if (f->sums && f->table)
        for (int i = 0; i < f->n; i++)
            weight[i] = f->table[f->rows[i]];
    else if (f->sums)
        weights_balanced(x->labels, f->rows, f->n, x->k, weight);
    if (f->sums)
        sampler_sums(weight, f->n, f->own_sums);
    free(weight);
    if (!f->sums)
        return -1;
    return f->sums[f->n - 1] > 0 ? 0
                                 : err_set(e, ERR_DATA,
                                           "train.sample_weights: all samples of the "
                                           "training part have weight 0");
}

int sampling_plan_deal(struct sampling_plan *f, const struct conf *c, const struct index *x,
                       const int *rows, int n, struct err *e)
{
    f->rows = rows;
    f->n = n;
    if (sampling_plan_repeats(c))
        return deal_repeats(f, c, x, rows, n, e);
    return samples_by(c, "shuffle") ? 0 : deal_draws(f, x, e);
}

void sampling_plan_close(struct sampling_plan *f)
{
    free(f->table);
    free(f->repeated);
    free(f->own_sums);
    memset(f, 0, sizeof *f);
}
