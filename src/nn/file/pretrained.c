/* Weights from elsewhere. Matching looks at names and shapes alone and says of every tensor what
 * becomes of it; loading reads everything once to check it before it changes the first number. */
#include "nn/pretrained.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "nn/checkpoint.h"
#include "nn/safetensors.h"

#define STEM  "conv1.weight"
#define HEAD  "fc."
#define LAYER "layer"
#define FIRST "layer1.0.conv1.weight" /* with the stem it tells where the names begin */

enum { RGB = 3, SHAPE_TEXT = 56, PREFIX_MAX = 64 };

struct pretrained {
    struct safetensors *file;
    char *path;
    const struct params *params;
    struct pretrained_rule rule;
    char prefix[PREFIX_MAX]; /* of the names in the file */
    bool averaged;           /* the file's averaged weights are taken, not those that learned */
    struct pretrained_item *items;
    int count, room;
    int fates[PRETRAINED_FATES];
};

const char *pretrained_fate_name(enum pretrained_fate fate)
{
    static const char *const names[] = {"loaded", "adapted", "skipped", "missing"};
    return names[fate];
}

static bool begins(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

static bool ends(const char *text, const char *with)
{
    size_t n = strlen(text), m = strlen(with);
    return n >= m && !strcmp(text + n - m, with);
}

/* torch's DistributedDataParallel, Lightning and torch.compile put these in front, also combined.
 */
static bool is_of_wrappers(const char *prefix)
{
    static const char *const wrappers[] = {"module.", "model.", "_orig_mod."};
    for (size_t i = 0; *prefix;) {
        if (i == sizeof wrappers / sizeof *wrappers)
            return false;
        if (begins(prefix, wrappers[i])) {
            prefix += strlen(wrappers[i]);
            i = 0;
        } else {
            i++;
        }
    }
    return true;
}

/* Whether the first layers are there under names that begin with the n bytes at `prefix`. */
static bool network_under(const struct safetensors *f, const char *prefix, size_t n)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    char first[PREFIX_MAX + sizeof FIRST];
    if (n >= PREFIX_MAX || strspn(prefix, letters) < n || (n && prefix[n - 1] != '.'))
        return false;
    snprintf(first, sizeof first, "%.*s%s", (int)n, prefix, FIRST);
    return safetensors_find(f, first);
}

/* Names without anything in front come first, then those of a wrapper; of several others none is
 * guessed. */
static void find_prefix(const struct safetensors *f, char out[PREFIX_MAX])
{
    int others = 0;
    char found[PREFIX_MAX] = "";
    out[0] = '\0';
    if (safetensors_find(f, STEM))
        return;
    for (int i = 0; i < safetensors_count(f); i++) {
        const char *name = safetensors_at(f, i)->name;
        size_t n = ends(name, STEM) ? strlen(name) - strlen(STEM) : 0;
        if (!n || !network_under(f, name, n))
            continue;
        snprintf(found, sizeof found, "%.*s", (int)n, name);
        bool wrapped = is_of_wrappers(found);
        if (wrapped && (!*out || strlen(found) < strlen(out)))
            memcpy(out, found, sizeof found);
        others += !wrapped;
    }
    if (!*out && others == 1)
        memcpy(out, found, sizeof found);
}

static void put_shape(int rank, const int64_t *shape, char out[SHAPE_TEXT])
{
    int n = snprintf(out, SHAPE_TEXT, "[");
    for (int i = 0; i < rank && n < SHAPE_TEXT - 24; i++)
        n += snprintf(out + n, (size_t)(SHAPE_TEXT - n), "%s%lld", i ? ", " : "",
                      (long long)shape[i]);
    snprintf(out + n, (size_t)(SHAPE_TEXT - n), "]");
}

static struct pretrained_item *add_item(struct pretrained *t, const char *name,
                                        enum pretrained_fate fate, const struct param *row)
{
    if (t->count == t->room) {
        t->room = t->room ? 2 * t->room : 256;
        t->items = xrealloc(t->items, (size_t)t->room * sizeof *t->items);
    }
    struct pretrained_item *item = &t->items[t->count++];
    *item = (struct pretrained_item){.fate = fate, .row = row};
    text_safe(name, item->name, sizeof item->name);
    t->fates[fate]++;
    return item;
}

/* Whether the shapes are the same, but for `from` channels of the file's in place of the row's. */
static bool fits(const struct tensor_info *i, const struct param *row, int64_t channels)
{
    bool same = i->rank == row->rank;
    for (int d = 0; same && d < row->rank; d++)
        same = i->shape[d] == (d == 1 && channels ? channels : row->shape[d]);
    return same;
}

static void note_shapes(struct pretrained_item *item, const struct tensor_info *i,
                        const struct param *row)
{
    char is[SHAPE_TEXT], wanted[SHAPE_TEXT];
    int64_t shape[PARAM_RANK_MAX];
    for (int d = 0; d < row->rank; d++)
        shape[d] = row->shape[d];
    put_shape(i->rank, i->shape, is);
    put_shape(row->rank, shape, wanted);
    snprintf(item->note, sizeof item->note, "has shape %s, not %s", is, wanted);
}

static void note_rule(const struct pretrained *t, struct pretrained_item *item, int channels)
{
    static const char *const rules[] = {"mean of red, green, blue", "red, green, blue repeated",
                                        "mean of red and blue"};
    snprintf(item->note, sizeof item->note, "from 3 to %d channels: %s", channels,
             rules[t->rule.stem]);
}

/* Running statistics are not averaged: there is one set of them. */
static const struct tensor_info *find_tensor(const struct pretrained *t, const struct param *row)
{
    char name[PREFIX_MAX + sizeof CHECKPOINT_AVERAGED + PARAM_NAME_MAX];
    bool averaged = t->averaged && !row->buffer;
    snprintf(name, sizeof name, "%s%s%s", t->prefix, averaged ? CHECKPOINT_AVERAGED : "",
             row->name);
    return safetensors_find(t->file, name);
}

static void match_row(struct pretrained *t, const struct param *row)
{
    const struct tensor_info *i = find_tensor(t, row);
    if (!i)
        add_item(t, row->name, PRETRAINED_MISSING, row);
    else if (fits(i, row, 0))
        add_item(t, row->name, PRETRAINED_LOADED, row);
    else if (!strcmp(row->name, STEM) && row->shape[1] > RGB && fits(i, row, RGB))
        note_rule(t, add_item(t, row->name, PRETRAINED_ADAPTED, row), row->shape[1]);
    else
        note_shapes(add_item(t, row->name, PRETRAINED_SKIPPED, row), i, row);
}

/* A name of the file as the network would call it; NULL: it is not among those that are taken. */
static const char *own_name(const struct pretrained *t, const char *name)
{
    if (!begins(name, t->prefix))
        return NULL;
    name += strlen(t->prefix);
    return t->averaged && begins(name, CHECKPOINT_AVERAGED) ? name + strlen(CHECKPOINT_AVERAGED)
                                                            : name;
}

static void note_useless(struct pretrained_item *item, const struct tensor_info *i)
{
    bool other = i->type == TENSOR_OTHER;
    char dtype[32];
    text_safe(i->dtype, dtype, sizeof dtype);
    snprintf(item->note, sizeof item->note, "belongs to no layer of this network%s%s%s",
             other ? " (type " : "", other ? dtype : "", other ? ")" : "");
}

static void match(struct pretrained *t)
{
    for (int i = 0; i < t->params->n; i++)
        match_row(t, &t->params->table[i]);
    for (int i = 0; i < safetensors_count(t->file); i++) {
        const struct tensor_info *tensor = safetensors_at(t->file, i);
        const char *own = own_name(t, tensor->name);
        if ((own && params_find(t->params, own)) || ends(tensor->name, ".num_batches_tracked"))
            continue;
        note_useless(add_item(t, tensor->name, PRETRAINED_SKIPPED, NULL), tensor);
    }
}

/* A head is skipped as a whole: a bias of the right size means nothing without its weights. */
static void skip_head(struct pretrained *t)
{
    bool whole = true;
    for (int i = 0; i < t->params->n; i++)
        whole &= !begins(t->items[i].name, HEAD) || t->items[i].fate == PRETRAINED_LOADED;
    for (int i = 0; i < t->params->n; i++) {
        struct pretrained_item *item = &t->items[i];
        if (whole || !begins(item->name, HEAD) || item->fate != PRETRAINED_LOADED)
            continue;
        t->fates[PRETRAINED_LOADED]--;
        t->fates[item->fate = PRETRAINED_SKIPPED]++;
        snprintf(item->note, sizeof item->note, "the rest of the head does not fit");
    }
}

struct pretrained *pretrained_open(const char *path, const struct params *p,
                                   struct pretrained_rule rule, struct err *e)
{
    struct safetensors *file = safetensors_open(path, e);
    if (!file)
        return NULL;
    struct pretrained *t = xcalloc(1, sizeof *t);
    *t = (struct pretrained){.file = file,
                             .path = xstrdup(path),
                             .params = p,
                             .rule = rule,
                             .averaged = checkpoint_is_averaged(file)};
    find_prefix(file, t->prefix);
    match(t);
    skip_head(t);
    return t;
}

void pretrained_close(struct pretrained *t)
{
    if (!t)
        return;
    safetensors_close(t->file);
    free(t->path);
    free(t->items);
    free(t);
}

int pretrained_count(const struct pretrained *t)
{
    return t->count;
}

const struct pretrained_item *pretrained_at(const struct pretrained *t, int i)
{
    return &t->items[i];
}

const char *pretrained_prefix(const struct pretrained *t)
{
    return t->prefix;
}

bool pretrained_averaged(const struct pretrained *t)
{
    return t->averaged;
}

int pretrained_fate_count(const struct pretrained *t, enum pretrained_fate fate)
{
    return t->fates[fate];
}

struct pretrained_rule pretrained_by_position(enum pretrained_stem stem)
{
    struct pretrained_rule rule = {.stem = stem};
    for (int c = 0; c < PRETRAINED_CHANNELS_MAX; c++)
        rule.colour[c] = c < RGB ? c : -1;
    return rule;
}

/* How much of red, green and blue each channel's filter takes. */
static void stem_shares(const struct pretrained_rule *rule, size_t channels,
                        double share[PRETRAINED_CHANNELS_MAX][RGB])
{
    static const double mean[RGB] = {1. / 3, 1. / 3, 1. / 3}, rb[RGB] = {.5, 0, .5};
    bool repeat = rule->stem == PRETRAINED_REPEAT;
    size_t others = 0;
    memset(share, 0, PRETRAINED_CHANNELS_MAX * sizeof *share);
    for (size_t c = 0; c < channels && c < PRETRAINED_CHANNELS_MAX; c++)
        if (repeat)
            share[c][rule->colour[c] < 0 ? others++ % RGB : (size_t)rule->colour[c]] =
                (double)RGB / (double)channels;
        else if (rule->colour[c] >= 0)
            share[c][rule->colour[c]] = 1;
        else
            memcpy(share[c], rule->stem == PRETRAINED_MEAN ? mean : rb, sizeof mean);
}

/* [K,3,R,S] to [K,C,R,S] */
static void adapt_stem(const struct pretrained_rule *rule, const struct param *row, const float *in,
                       float *out)
{
    double share[PRETRAINED_CHANNELS_MAX][RGB];
    size_t channels = (size_t)row->shape[1], taps = (size_t)row->shape[2] * (size_t)row->shape[3];
    stem_shares(rule, channels, share);
    for (size_t k = 0; k < (size_t)row->shape[0]; k++, in += RGB * taps)
        for (size_t c = 0; c < channels; c++)
            for (size_t t = 0; t < taps; t++)
                *out++ = (float)(share[c][0] * in[t] + share[c][1] * in[taps + t] +
                                 share[c][2] * in[2 * taps + t]);
}

static size_t count_of(const struct tensor_info *i)
{
    size_t count = 1;
    for (int d = 0; d < i->rank; d++)
        count *= (size_t)i->shape[d];
    return count;
}

static size_t largest_row(const struct params *p)
{
    size_t largest = 0;
    for (int i = 0; i < p->n; i++)
        largest = p->table[i].count > largest ? p->table[i].count : largest;
    return largest;
}

static int check_finite(const struct pretrained *t, const char *name, const float *values,
                        size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return err_set(e, ERR_DATA, "%s: tensor '%s' holds %s at %zu", t->path, name,
                           isnan(values[i]) ? "NaN" : "an infinity", i);
    return 0;
}

/* `from`, `to`: room for the largest row. `p` NULL: only check. */
static int take(const struct pretrained *t, const struct pretrained_item *item, float *from,
                float *to, struct params *p, struct err *e)
{
    const struct param *row = item->row;
    const struct tensor_info *i = find_tensor(t, row);
    size_t count = count_of(i);
    if (safetensors_read_f32(t->file, i, from, count, e) ||
        check_finite(t, i->name, from, count, e))
        return -1;
    if (item->fate == PRETRAINED_ADAPTED)
        adapt_stem(&t->rule, row, from, to);
    if (p)
        params_from_torch(p, row, item->fate == PRETRAINED_ADAPTED ? to : from);
    return 0;
}

static int take_all(const struct pretrained *t, float *from, float *to, struct params *p,
                    struct err *e)
{
    for (const struct pretrained_item *i = t->items; i < t->items + t->count; i++)
        if ((i->fate == PRETRAINED_LOADED || i->fate == PRETRAINED_ADAPTED) &&
            take(t, i, from, to, p, e))
            return -1;
    return 0;
}

/* A file with more layers is one of another model, whose first ones alone compute nothing that it
 * was trained for. */
static int check_layers(const struct pretrained *t, struct err *e)
{
    const char *first = NULL;
    int more = 0;
    for (const struct pretrained_item *i = t->items; i < t->items + t->count; i++) {
        const char *own = i->row ? NULL : own_name(t, i->name);
        if (!own || !begins(own, LAYER))
            continue;
        first = first ? first : i->name;
        more++;
    }
    if (!first)
        return 0;
    return err_set(e, ERR_DATA,
                   "%s: %d of its tensors are of layers that the network does not have; the first: "
                   "'%s'; are these weights of another model (train.model)?",
                   t->path, more, first);
}

/* Everything below the head must be there. */
static int check_trunk(const struct pretrained *t, struct err *e)
{
    const struct pretrained_item *first = NULL;
    int lacking = 0;
    for (const struct pretrained_item *i = t->items; i < t->items + t->count; i++) {
        bool taken = i->fate == PRETRAINED_LOADED || i->fate == PRETRAINED_ADAPTED;
        if (!i->row || taken || begins(i->name, HEAD))
            continue;
        first = first ? first : i;
        lacking++;
    }
    if (!first)
        return 0;
    return err_set(e, ERR_DATA,
                   "%s: %d of the network's tensors below the head are not there or do not fit; "
                   "the first: '%s' %s; are these weights of the same model?",
                   t->path, lacking, first->name, *first->note ? first->note : "is missing");
}

int pretrained_load(struct pretrained *t, struct params *p, struct err *e)
{
    size_t largest = largest_row(p);
    if (check_trunk(t, e) || check_layers(t, e) || safetensors_verify(t->file, e))
        return -1;
    float *room = mem_array(2 * largest, sizeof *room, "weights to be loaded", e);
    int failed = !room || take_all(t, room, room + largest, NULL, e) ||
                 take_all(t, room, room + largest, p, e);
    free(room);
    return failed ? -1 : 0;
}
