/* Weights of samples and classes. Reading is strict, as of folds: each key exactly once, no others,
 * so that a slip is found before a training runs on it. */
#include "data/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/csv_file.h"
#include "data/csv_out.h"
#include "data/unmatched.h"

enum { SHOWN = 160 };

/* Samples of each class; the last entry: without a label. */
static void count_classes(const struct labels *labels, const int *rows, int n, int k,
                          int count[LABELS_MAX + 1])
{
    memset(count, 0, (LABELS_MAX + 1) * sizeof *count);
    for (int i = 0; i < n; i++) {
        const struct labels *set = &labels[rows[i]];
        for (int c = labels_next(set, 0); c >= 0 && c < k; c = labels_next(set, c + 1))
            count[c]++;
        count[LABELS_MAX] += labels_count(set) == 0;
    }
}

void weights_balanced(const struct labels *labels, const int *rows, int n, int k, float *weight)
{
    int count[LABELS_MAX + 1];
    count_classes(labels, rows, n, k, count);
    for (int i = 0; i < n; i++) {
        const struct labels *set = &labels[rows[i]];
        double sum = 0;
        for (int c = labels_next(set, 0); c >= 0 && c < k; c = labels_next(set, c + 1))
            sum += 1.0 / count[c];
        weight[i] = (float)(labels_count(set) ? sum / labels_count(set) : 1.0 / count[LABELS_MAX]);
    }
}

/* value[c] of the classes that have samples, scaled to a mean of 1. */
static void scale_seen(const double *value, const int *count, int k, float *weight)
{
    double sum = 0;
    int seen = 0;
    for (int c = 0; c < k; c++) {
        sum += count[c] ? value[c] : 0;
        seen += count[c] > 0;
    }
    for (int c = 0; c < k; c++)
        weight[c] = count[c] ? (float)(value[c] * seen / sum) : 1;
}

void weights_inverse(const struct labels *labels, const int *rows, int n, int k, float *weight)
{
    int count[LABELS_MAX + 1];
    double value[LABELS_MAX];
    count_classes(labels, rows, n, k, count);
    for (int c = 0; c < k; c++)
        value[c] = 1.0 / count[c];
    scale_seen(value, count, k, weight);
}

void weights_effective(const struct labels *labels, const int *rows, int n, int k, double beta,
                       float *weight)
{
    int count[LABELS_MAX + 1];
    double value[LABELS_MAX];
    count_classes(labels, rows, n, k, count);
    for (int c = 0; c < k; c++)
        value[c] = (1 - beta) / (1 - pow(beta, count[c]));
    scale_seen(value, count, k, weight);
}

/* A table of keys and weights. */
struct reading {
    const struct csv_file *table;
    const char *key; /* name of its column */
    int key_column, weight_column;
    int (*find)(const void *of, const char *key); /* -1: unknown */
    const char *(*name)(const void *of, int i);
    const void *of;
    int n;
    float *weight; /* [n] */
    int *line;     /* [n] where each stood, 0: not yet */
    bool (*leaves_out)(const struct index *x, const char *key); /* NULL: none of the keys is */
    struct unmatched strangers, left_out;
};

static int read_weight(struct reading *r, int row, struct err *e)
{
    const char *path = csv_file_path(r->table);
    const char *key = csv_file_cell(r->table, row, r->key_column);
    const char *text = csv_file_cell(r->table, row, r->weight_column);
    int line = csv_file_line(r->table, row), i = r->find(r->of, key);
    char shown[SHOWN];
    double weight;
    text_safe(text, shown, sizeof shown);
    if (i < 0) {
        bool left_out = r->leaves_out && r->leaves_out(r->of, key);
        unmatched_add(left_out ? &r->left_out : &r->strangers, key, line);
        return 0;
    }
    if (r->line[i])
        return err_set(e, ERR_DATA, "%s: line %d: %s %s stands already in line %d", path, line,
                       r->key, r->name(r->of, i), r->line[i]);
    if (!text_real(text, &weight) || weight < 0 || weight > 1e30)
        return err_set(e, ERR_DATA, "%s: line %d: weight \"%s\" is not a number from 0", path, line,
                       shown);
    r->weight[i] = (float)weight;
    r->line[i] = line;
    return 0;
}

static int check_known(const struct reading *r, struct err *e)
{
    char names[560];
    const struct unmatched *u = &r->strangers;
    unmatched_text(u, names);
    if (u->n == 1)
        return err_set(e, ERR_DATA, "%s: line %d: %s \"%s\" is not known", csv_file_path(r->table),
                       u->line, r->key, names);
    if (u->n > 1)
        return err_set(e, ERR_DATA, "%s: line %d: %d entries of %s are not known: %s",
                       csv_file_path(r->table), u->line, u->n, r->key, names);
    return 0;
}

static int check_weights(const struct reading *r, struct err *e)
{
    char names[560];
    struct unmatched missing = {0};
    bool any = false;
    for (int i = 0; i < r->n; i++) {
        if (!r->line[i])
            unmatched_add(&missing, r->name(r->of, i), 0);
        any |= r->weight[i] > 0;
    }
    if (missing.n)
        return err_set(e, ERR_DATA, "%s: %s %s %s no weight", csv_file_path(r->table), r->key,
                       unmatched_text(&missing, names), missing.n == 1 ? "has" : "have");
    return any ? 0 : err_set(e, ERR_DATA, "%s: all weights are 0", csv_file_path(r->table));
}

static int read_table(struct reading *r, struct err *e)
{
    r->key_column = csv_file_column(r->table, r->key, e);
    r->weight_column = r->key_column < 0 ? -1 : csv_file_column(r->table, "weight", e);
    if (r->weight_column < 0)
        return -1;
    for (int row = 0; row < csv_file_rows(r->table); row++)
        if (read_weight(r, row, e))
            return -1;
    if (check_known(r, e) || check_weights(r, e))
        return -1;
    unmatched_tell_left_out(csv_file_path(r->table), &r->left_out);
    return 0;
}

static int load(const char *path, struct reading *r, struct err *e)
{
    struct csv_file *table = csv_file_open(path, e);
    r->table = table;
    r->line = table ? mem_array((size_t)r->n, sizeof *r->line, "lines of weights", e) : NULL;
    int failed = !r->line || read_table(r, e);
    free(r->line);
    csv_file_close(table);
    return failed ? -1 : 0;
}

static int find_sample(const void *of, const char *key)
{
    return index_find(of, key);
}

static const char *name_sample(const void *of, int i)
{
    const struct index *x = of;
    return x->ids[i];
}

int weights_load_samples(const char *path, const struct index *x, float *weight, struct err *e)
{
    struct reading r = {.key = "Id",
                        .find = find_sample,
                        .name = name_sample,
                        .leaves_out = index_leaves_out,
                        .of = x,
                        .n = x->n,
                        .weight = weight};
    return load(path, &r, e);
}

static int find_class(const void *of, const char *key)
{
    const struct index *x = of;
    int64_t number;
    if (text_int(key, &number))
        return number >= 0 && number < x->k ? (int)number : -1;
    for (int c = 0; c < x->k; c++)
        if (!strcmp(x->class_names[c], key))
            return c;
    return -1;
}

static const char *name_class(const void *of, int i)
{
    const struct index *x = of;
    return x->class_names[i];
}

int weights_load_classes(const char *path, const struct index *x, float *weight, struct err *e)
{
    struct reading r = {.key = "class",
                        .find = find_class,
                        .name = name_class,
                        .of = x,
                        .n = x->k,
                        .weight = weight};
    double sum = 0;
    if (load(path, &r, e))
        return -1;
    for (int c = 0; c < x->k; c++)
        sum += (double)weight[c];
    for (int c = 0; c < x->k; c++)
        weight[c] = (float)((double)weight[c] * x->k / sum);
    return 0;
}

int weights_save_samples(const char *path, const struct index *x, const float *weight,
                         struct err *e)
{
    struct csv_out *o = csv_out_new();
    csv_out_text(o, "Id");
    csv_out_text(o, "weight");
    csv_out_end_row(o);
    for (int i = 0; i < x->n; i++) {
        csv_out_text(o, x->ids[i]);
        csv_out_real(o, weight[i]); /* nine digits: exact for a float */
        csv_out_end_row(o);
    }
    int failed = csv_out_save(o, path, e);
    csv_out_free(o);
    return failed;
}
