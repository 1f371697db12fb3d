/* Checkpoints: weights, buffers and optimiser state as tensors, counters and texts as metadata.
 *
 * Tensors lie in torch's layout under torch's names, so that any reader of safetensors can use the
 * weights. Counters are decimal text, sums hexadecimal floating point: both come back exactly, in
 * any locale. Loading believes the digests first, then goes through every tensor (name, shape,
 * finite values) before it changes the first number of the caller's. One owner. */
#include "nn/checkpoint.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "nn/safetensors.h"

#define VERSION      "1"
#define KEY_VERSION  "hpa.version"
#define KEY_SEED     "hpa.seed"
#define KEY_STATES   "hpa.optim_states" /* names with spaces between; empty: no optimiser */
#define KEY_STEPS    "hpa.optim_steps"
#define OPTIM_PREFIX "optim."

enum { NUMBER_TEXT = 48, STATES_TEXT = 64, TENSOR_NAME = 256, SHAPE_TEXT = 128, STATES_MAX = 4 };

struct field {
    const char *key;
    size_t offset;
};
static const struct field counters[4], sums[3], texts[4];

void checkpoint_fini(struct checkpoint *c)
{
    free(c->config);
    free(c->history);
    free(c->extra);
    memset(c, 0, sizeof *c);
}

/* As printf's %a, without the locale's decimal point. */
static void put_exact(double value, char out[NUMBER_TEXT])
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const char *sign = bits >> 63 ? "-" : "";
    int exponent = (int)(bits >> 52 & 0x7FF);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    if (exponent == 0x7FF)
        snprintf(out, NUMBER_TEXT, "%s%s", sign, fraction ? "nan" : "inf");
    else
        snprintf(out, NUMBER_TEXT, "%s0x%d.%013llxp%+d", sign, exponent > 0,
                 (unsigned long long)fraction, exponent ? exponent - 1023 : -1022);
}

/* Accepts only what put_exact writes. */
static bool get_exact(const char *text, double *value)
{
    char again[NUMBER_TEXT];
    const char *digits = text + (*text == '-');
    int lead, exponent;
    unsigned long long fraction;
    if (sscanf(digits, "0x%1d.%13llxp%5d", &lead, &fraction, &exponent) == 3)
        *value = ldexp((double)lead + (double)fraction * 0x1p-52, exponent);
    else
        *value = strcmp(digits, "inf") ? (double)NAN : (double)INFINITY;
    if (*text == '-')
        *value = -*value;
    put_exact(*value, again);
    return strcmp(again, text) == 0;
}

static bool get_unsigned(const char *text, uint64_t *value)
{
    char again[NUMBER_TEXT];
    *value = strtoull(text, NULL, 10);
    snprintf(again, sizeof again, "%llu", (unsigned long long)*value);
    return strcmp(again, text) == 0;
}

static void put_counter(struct safetensors_out *out, const char *key, int64_t value)
{
    char text[NUMBER_TEXT];
    snprintf(text, sizeof text, "%lld", (long long)value);
    safetensors_out_metadata(out, key, text);
}

static void states_text(const struct optim *o, char out[STATES_TEXT])
{
    out[0] = '\0';
    for (int i = 0, n = 0; o && i < optim_state_count(o); i++)
        n += snprintf(out + n, (size_t)(STATES_TEXT - n), "%s%s", i ? " " : "",
                      optim_state_name(o, i));
}

static void put_metadata(struct safetensors_out *out, const struct checkpoint *c,
                         const struct optim *o)
{
    const char *base = (const char *)c;
    char text[STATES_TEXT];
    safetensors_out_metadata(out, KEY_VERSION, VERSION);
    for (const struct field *f = counters; f->key; f++) {
        int64_t value;
        memcpy(&value, base + f->offset, sizeof value);
        put_counter(out, f->key, value);
    }
    for (const struct field *f = sums; f->key; f++) {
        double value;
        memcpy(&value, base + f->offset, sizeof value);
        put_exact(value, text);
        safetensors_out_metadata(out, f->key, text);
    }
    for (const struct field *f = texts; f->key; f++) {
        char *value;
        memcpy(&value, base + f->offset, sizeof value);
        safetensors_out_metadata(out, f->key, value ? value : "");
    }
    snprintf(text, sizeof text, "%llu", (unsigned long long)c->seed);
    safetensors_out_metadata(out, KEY_SEED, text);
    states_text(o, text);
    safetensors_out_metadata(out, KEY_STATES, text);
    put_counter(out, KEY_STEPS, o ? optim_steps(o) : 0);
}

static void fill_row(const void *context, int number, size_t first, size_t n, float *out)
{
    const struct params *p = context;
    params_part_to_torch(p, &p->table[number], first, n, out);
}

/* The trainable rows (all: also the buffers) of `p` under "PREFIXname". */
static void add_rows(struct safetensors_out *out, const char *prefix, const struct params *p,
                     bool all)
{
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        int64_t shape[PARAM_RANK_MAX];
        char name[TENSOR_NAME];
        if (row->buffer && !all)
            continue;
        for (int d = 0; d < row->rank; d++)
            shape[d] = row->shape[d];
        snprintf(name, sizeof name, "%s%s", prefix, row->name);
        safetensors_out_filled(out, name, row->rank, shape, fill_row, p, i);
    }
}

/* The parameter table over an array of optimiser state. */
static struct params state_view(const struct params *p, struct optim *o, int state,
                                char prefix[STATES_TEXT])
{
    struct params view = *p;
    view.values = optim_state(o, state);
    snprintf(prefix, STATES_TEXT, OPTIM_PREFIX "%s.", optim_state_name(o, state));
    return view;
}

static struct params average_view(const struct params *p)
{
    struct params view = *p;
    view.values = p->average;
    return view;
}

/* What checkpoint_load would refuse must not replace a good file. */
static int check_saved(const char *path, const char *prefix, const struct params *p, bool all,
                       struct err *e)
{
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        const float *values = (row->buffer ? p->buffers : p->values) + row->offset;
        for (size_t at = 0; at < row->count && (all || !row->buffer); at++)
            if (!isfinite(values[at]))
                return err_set(e, ERR_NUMERIC,
                               "%s: not saved: tensor '%s%s' holds %s: the training has diverged",
                               path, prefix, row->name, isnan(values[at]) ? "NaN" : "an infinity");
    }
    return 0;
}

int checkpoint_save(const char *path, const struct checkpoint *c, const struct params *p,
                    struct optim *o, struct err *e)
{
    struct params views[STATES_MAX], average = average_view(p);
    char prefix[STATES_TEXT];
    if (check_saved(path, "", p, true, e) ||
        (p->average && check_saved(path, CHECKPOINT_AVERAGED, &average, false, e)))
        return -1;
    for (int i = 0; o && i < optim_state_count(o); i++) {
        views[i] = state_view(p, o, i, prefix);
        if (check_saved(path, prefix, &views[i], false, e))
            return -1;
    }
    struct safetensors_out *out = safetensors_out_new();
    put_metadata(out, c, o);
    add_rows(out, "", p, true);
    if (p->average)
        add_rows(out, CHECKPOINT_AVERAGED, &average, false);
    for (int i = 0; o && i < optim_state_count(o); i++) {
        views[i] = state_view(p, o, i, prefix);
        add_rows(out, prefix, &views[i], false);
    }
    int failed = safetensors_out_save(out, path, e);
    safetensors_out_free(out);
    return failed;
}

static int bad_entry(const char *path, const char *key, struct err *e)
{
    return err_set(e, ERR_DATA, "%s: the entry '%s' of this checkpoint is missing or malformed",
                   path, key);
}

/* Is it ours, whole, and of a version that we know? */
static int check_kind(struct safetensors *f, const char *path, struct err *e)
{
    const char *version = safetensors_metadata(f, KEY_VERSION);
    char safe[32];
    if (!version || !safetensors_metadata(f, "digest") || !safetensors_metadata(f, "header_digest"))
        return err_set(e, ERR_DATA,
                       "%s: is no checkpoint of this program; weights alone are taken with "
                       "train.init",
                       path);
    if (safetensors_verify_header(f, e))
        return -1;
    if (strcmp(version, VERSION) == 0)
        return 0;
    text_safe(version, safe, sizeof safe);
    return err_set(e, ERR_DATA,
                   "%s: is a checkpoint of version %s; this program knows version " VERSION, path,
                   safe);
}

static int get_counter(const struct safetensors *f, const char *path, const char *key,
                       int64_t *value, struct err *e)
{
    const char *text = safetensors_metadata(f, key);
    if (!text || !text_int(text, value) || *value < 0)
        return bad_entry(path, key, e);
    return 0;
}

static int get_fields(const struct safetensors *f, const char *path, struct checkpoint *c,
                      struct err *e)
{
    char *base = (char *)c;
    for (const struct field *t = counters; t->key; t++) {
        int64_t value;
        if (get_counter(f, path, t->key, &value, e))
            return -1;
        memcpy(base + t->offset, &value, sizeof value);
    }
    for (const struct field *t = sums; t->key; t++) {
        const char *text = safetensors_metadata(f, t->key);
        double value;
        if (!text || !get_exact(text, &value))
            return bad_entry(path, t->key, e);
        memcpy(base + t->offset, &value, sizeof value);
    }
    for (const struct field *t = texts; t->key; t++) {
        const char *text = safetensors_metadata(f, t->key);
        if (!text)
            return bad_entry(path, t->key, e);
        char *value = xstrdup(text);
        memcpy(base + t->offset, &value, sizeof value);
    }
    const char *seed = safetensors_metadata(f, KEY_SEED);
    return seed && get_unsigned(seed, &c->seed) ? 0 : bad_entry(path, KEY_SEED, e);
}

bool checkpoint_is_averaged(const struct safetensors *f)
{
    if (!safetensors_metadata(f, KEY_VERSION))
        return false;
    for (int i = 0; i < safetensors_count(f); i++)
        if (!strncmp(safetensors_at(f, i)->name, CHECKPOINT_AVERAGED, strlen(CHECKPOINT_AVERAGED)))
            return true;
    return false;
}

static struct safetensors *open_checkpoint(const char *path, struct checkpoint *c, struct err *e)
{
    memset(c, 0, sizeof *c);
    struct safetensors *f = safetensors_open(path, e);
    if (f && !check_kind(f, path, e) && !get_fields(f, path, c, e)) {
        c->averaged = checkpoint_is_averaged(f);
        return f;
    }
    safetensors_close(f);
    checkpoint_fini(c);
    return NULL;
}

bool checkpoint_is_of_other_version(const char *path)
{
    struct safetensors *f = safetensors_open(path, NULL);
    const char *version = f ? safetensors_metadata(f, KEY_VERSION) : NULL;
    bool other = version && strcmp(version, VERSION) != 0 && !safetensors_verify_header(f, NULL);
    safetensors_close(f);
    return other;
}

int checkpoint_peek(const char *path, struct checkpoint *c, struct err *e)
{
    struct safetensors *f = open_checkpoint(path, c, e);
    if (!f)
        return -1;
    safetensors_close(f);
    return 0;
}

struct loading {
    struct safetensors *file;
    const char *path;
    float *values; /* scratch: the largest row */
    bool commit;   /* false: only check */
    bool averaged; /* averaged weights in the place of the weights */
};

static void shape_text(int rank, const int64_t *shape, char out[SHAPE_TEXT])
{
    int n = snprintf(out, SHAPE_TEXT, "[");
    for (int i = 0; i < rank && n < SHAPE_TEXT - 24; i++)
        n += snprintf(out + n, (size_t)(SHAPE_TEXT - n), "%s%lld", i ? ", " : "",
                      (long long)shape[i]);
    snprintf(out + n, (size_t)(SHAPE_TEXT - n), "]");
}

static int check_shape(const struct loading *l, const struct tensor_info *t,
                       const struct param *row, struct err *e)
{
    int64_t wanted[PARAM_RANK_MAX];
    char is[SHAPE_TEXT], should[SHAPE_TEXT];
    bool same = t->rank == row->rank;
    for (int i = 0; i < row->rank; i++) {
        wanted[i] = row->shape[i];
        same = same && t->shape[i] == wanted[i];
    }
    if (same)
        return 0;
    shape_text(t->rank, t->shape, is);
    shape_text(row->rank, wanted, should);
    return err_set(e, ERR_DATA, "%s: tensor '%s' has shape %s; this network needs %s", l->path,
                   t->name, is, should);
}

static int take_row(const struct loading *l, const char *prefix, struct params *p,
                    const struct param *row, struct err *e)
{
    char name[TENSOR_NAME];
    snprintf(name, sizeof name, "%s%s", prefix, row->name);
    const struct tensor_info *t = safetensors_find(l->file, name);
    if (!t)
        return err_set(e, ERR_DATA, "%s: has no tensor '%s', which this network needs", l->path,
                       name);
    if (check_shape(l, t, row, e) || safetensors_read_f32(l->file, t, l->values, row->count, e))
        return -1;
    for (size_t i = 0; i < row->count; i++)
        if (!isfinite(l->values[i]))
            return err_set(e, ERR_DATA,
                           "%s: tensor '%s' holds %s at %zu: the training had diverged", l->path,
                           name, isnan(l->values[i]) ? "NaN" : "an infinity", i);
    if (l->commit)
        params_from_torch(p, row, l->values);
    return 0;
}

/* Trainable rows, or buffers. */
static int take_rows(const struct loading *l, const char *prefix, struct params *p, bool buffers,
                     struct err *e)
{
    for (int i = 0; i < p->n; i++)
        if (p->table[i].buffer == buffers && take_row(l, prefix, p, &p->table[i], e))
            return -1;
    return 0;
}

static int take_all(const struct loading *l, struct params *p, struct optim *o, struct err *e)
{
    struct params average = average_view(p);
    if (take_rows(l, l->averaged ? CHECKPOINT_AVERAGED : "", p, false, e) ||
        take_rows(l, "", p, true, e) ||
        (p->average && take_rows(l, CHECKPOINT_AVERAGED, &average, false, e)))
        return -1;
    for (int i = 0; o && i < optim_state_count(o); i++) {
        char prefix[STATES_TEXT];
        struct params view = state_view(p, o, i, prefix);
        if (take_rows(l, prefix, &view, false, e))
            return -1;
    }
    return 0;
}

/* Every tensor of the file belongs to the network or to its optimiser's state. */
static int check_names(const struct loading *l, const struct params *p, struct err *e)
{
    size_t length = strlen(OPTIM_PREFIX);
    for (int i = 0; i < safetensors_count(l->file); i++) {
        const char *name = safetensors_at(l->file, i)->name, *row = name;
        char safe[TENSOR_NAME];
        if (strncmp(name, CHECKPOINT_AVERAGED, strlen(CHECKPOINT_AVERAGED)) == 0)
            row = name + strlen(CHECKPOINT_AVERAGED);
        if (strncmp(name, OPTIM_PREFIX, length) == 0 && strchr(name + length, '.'))
            row = strchr(name + length, '.') + 1;
        if (params_find(p, row))
            continue;
        text_safe(name, safe, sizeof safe);
        return err_set(e, ERR_DATA, "%s: tensor '%s' belongs to no layer of this network", l->path,
                       safe);
    }
    return 0;
}

/* The file has the state that `o` needs; `*steps` gets its count. */
static int check_states(const struct loading *l, const struct optim *o, int64_t *steps,
                        struct err *e)
{
    char wanted[STATES_TEXT], safe[STATES_TEXT];
    const char *has = safetensors_metadata(l->file, KEY_STATES);
    if (!has || get_counter(l->file, l->path, KEY_STEPS, steps, e))
        return bad_entry(l->path, has ? KEY_STEPS : KEY_STATES, e);
    states_text(o, wanted);
    if (!o || strcmp(has, wanted) == 0)
        return 0;
    text_safe(has, safe, sizeof safe);
    return err_set(e, ERR_DATA,
                   "%s: was saved with optimiser state '%s', but '%s' is needed to go on; use "
                   "another checkpoint or the optimiser it was trained with",
                   l->path, safe, wanted);
}

static size_t largest_row(const struct params *p)
{
    size_t largest = 0;
    for (int i = 0; i < p->n; i++)
        if (p->table[i].count > largest)
            largest = p->table[i].count;
    return largest;
}

static int load(const char *path, bool averaged, struct checkpoint *c, struct params *p,
                struct optim *o, struct err *e)
{
    struct loading l = {.path = path, .file = open_checkpoint(path, c, e), .averaged = averaged};
    int64_t steps;
    if (!l.file)
        return -1;
    l.values = mem_array(largest_row(p), sizeof *l.values, "tensor to be loaded", e);
    if (!l.values || check_states(&l, o, &steps, e) || check_names(&l, p, e) ||
        safetensors_verify(l.file, e) || take_all(&l, p, o, e))
        goto fail;
    l.commit = true;
    if (take_all(&l, p, o, e))
        goto fail;
    if (o)
        optim_set_steps(o, steps);
    free(l.values);
    safetensors_close(l.file);
    return 0;
fail:
    free(l.values);
    safetensors_close(l.file);
    checkpoint_fini(c);
    return -1;
}

int checkpoint_load(const char *path, struct checkpoint *c, struct params *p, struct optim *o,
                    struct err *e)
{
    return load(path, false, c, p, o, e);
}

int checkpoint_load_averaged(const char *path, struct checkpoint *c, struct params *p,
                             struct err *e)
{
    return load(path, true, c, p, NULL, e);
}

/* The counter that torch keeps with each batch norm; used there only without a momentum. */
static void add_batch_counter(struct safetensors_out *out, const struct param *row,
                              const int64_t *batches)
{
    static const char suffix[] = "running_var";
    size_t n = strlen(row->name), length = sizeof suffix - 1;
    char name[TENSOR_NAME];
    if (!row->buffer || n < length || strcmp(row->name + n - length, suffix))
        return;
    snprintf(name, sizeof name, "%.*snum_batches_tracked", (int)(n - length), row->name);
    safetensors_out_i64(out, name, 0, NULL, batches);
}

int checkpoint_export(const char *path, enum output_mode mode, const struct params *p,
                      struct checkpoint_batches batches, struct err *e)
{
    struct safetensors_out *out = safetensors_out_new();
    add_rows(out, "", p, true);
    for (int i = 0; i < p->n; i++)
        add_batch_counter(out, &p->table[i], p->table[i].frozen ? &batches.frozen : &batches.all);
    int failed = safetensors_out_write(out, path, mode, e);
    safetensors_out_free(out);
    return failed;
}

static const struct field counters[] = {
    {"hpa.epoch", offsetof(struct checkpoint, epoch)},
    {"hpa.step", offsetof(struct checkpoint, step)},
    {"hpa.step_in_epoch", offsetof(struct checkpoint, step_in_epoch)},
    {NULL, 0},
};

static const struct field sums[] = {
    {"hpa.epoch_loss_sum", offsetof(struct checkpoint, epoch_loss_sum)},
    {"hpa.epoch_norm_sum", offsetof(struct checkpoint, epoch_norm_sum)},
    {NULL, 0},
};

static const struct field texts[] = {
    {"hpa.config", offsetof(struct checkpoint, config)},
    {"hpa.history", offsetof(struct checkpoint, history)},
    {"hpa.extra", offsetof(struct checkpoint, extra)},
    {NULL, 0},
};
