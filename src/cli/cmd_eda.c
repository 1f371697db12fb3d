/* hpa eda: what the labels look like. Needs only the table. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "errand.h"
#include "job/job_eda.h"
#include "print.h"

enum { PAIRS_SHOWN = 10 };

static struct json *classes_json(const struct eda *d)
{
    struct json *classes = json_new_array();
    for (int c = 0; c < d->k; c++) {
        struct json *row = json_new_object();
        json_put_int(row, "index", c);
        json_put_text(row, "name", d->names[c]);
        json_put_int(row, "count", d->count[c]);
        json_put(classes, NULL, row);
    }
    return classes;
}

static struct json *pairs_json(const struct eda *d)
{
    struct json *pairs = json_new_array();
    for (int a = 0; a < d->k; a++)
        for (int b = a + 1; b < d->k; b++) {
            if (!d->together[a][b])
                continue;
            struct json *pair = json_new_array();
            json_put_int(pair, NULL, a);
            json_put_int(pair, NULL, b);
            json_put_int(pair, NULL, d->together[a][b]);
            json_put(pairs, NULL, pair);
        }
    return pairs;
}

static struct json *histograms_json(const struct eda *d)
{
    struct json *all = json_new_object();
    for (int c = 0; c < d->channels; c++) {
        struct json *bins = json_new_array();
        for (int v = 0; v < 256; v++)
            json_put_int(bins, NULL, (int64_t)d->histogram[c][v]);
        json_put(all, d->channel_names[c], bins);
    }
    return all;
}

static void show_json(const struct eda *d)
{
    struct json *j = json_new_object(), *per_sample = json_new_object();
    char key[16];
    json_put_int(j, "samples", d->samples);
    json_put_int(j, "labels", d->labels);
    json_put_int(j, "label_sets", d->label_sets);
    json_put_int(j, "label_sets_single", d->label_sets_single);
    json_put_int(j, "pairs", d->pairs);
    for (int n = 0; n <= d->k; n++) {
        snprintf(key, sizeof key, "%d", n);
        if (d->labels_per_sample[n])
            json_put_int(per_sample, key, d->labels_per_sample[n]);
    }
    json_put(j, "labels_per_sample", per_sample);
    json_put(j, "classes", classes_json(d));
    json_put(j, "co_occurrence", pairs_json(d));
    if (d->has_histogram)
        json_put(j, "histograms", histograms_json(d));
    print_json(j);
}

static void show_classes(const struct eda *d)
{
    int most = 1;
    for (int c = 0; c < d->k; c++)
        most = d->count[c] > most ? d->count[c] : most;
    struct print_table *t = print_table_new("class|name|count|percent|");
    for (int c = 0; c < d->k; c++) {
        char bar[41] = "";
        int cells = (int)((int64_t)d->count[c] * 40 / most);
        for (int i = 0; i < cells; i++)
            bar[i] = '=';
        print_int(t, c);
        print_text(t, d->names[c]);
        print_int(t, d->count[c]);
        print_real(t, 2, d->samples ? 100.0 * d->count[c] / d->samples : NAN);
        print_text(t, bar);
    }
    print_table_end(t);
}

struct pair {
    int a, b, count;
};

static int by_count(const void *x, const void *y)
{
    const struct pair *a = x, *b = y;
    return a->count != b->count ? (a->count < b->count ? 1 : -1)
           : a->a != b->a       ? a->a - b->a
                                : a->b - b->b;
}

static void show_pairs(const struct eda *d)
{
    struct pair *pairs = xcalloc((size_t)d->pairs + 1, sizeof *pairs);
    int n = 0;
    for (int a = 0; a < d->k; a++)
        for (int b = a + 1; b < d->k; b++)
            if (d->together[a][b] && n < d->pairs)
                pairs[n++] = (struct pair){a, b, d->together[a][b]};
    qsort(pairs, (size_t)n, sizeof *pairs, by_count);
    struct print_table *t = print_table_new("most frequent pairs||samples");
    for (int i = 0; i < n && i < PAIRS_SHOWN; i++) {
        print_text(t, d->names[pairs[i].a]);
        print_text(t, d->names[pairs[i].b]);
        print_int(t, pairs[i].count);
    }
    print_table_end(t);
    free(pairs);
}

/* The value below which `part` of the pixels lie. */
static int quantile(const uint64_t histogram[256], double part)
{
    uint64_t all = 0, below = 0;
    for (int v = 0; v < 256; v++)
        all += histogram[v];
    for (int v = 0; v < 256; v++) {
        below += histogram[v];
        if ((double)below >= part * (double)all)
            return v;
    }
    return 255;
}

static void show_histograms(const struct eda *d)
{
    static const double parts[] = {.01, .25, .5, .75, .99, .999};
    struct print_table *t = print_table_new("channel|1%|25%|50%|75%|99%|99.9%");
    for (int c = 0; c < d->channels; c++) {
        print_text(t, d->channel_names[c]);
        for (int i = 0; i < 6; i++)
            print_int(t, quantile(d->histogram[c], parts[i]));
    }
    printf("\npixel values (0..255) of %d samples\n", d->histogram_samples);
    print_table_end(t);
}

static void show_text(const struct eda *d)
{
    printf("%d samples, %d labels, %d label sets (%d seen once), %d pairs of classes\n", d->samples,
           d->labels, d->label_sets, d->label_sets_single, d->pairs);
    printf("labels per sample:");
    for (int n = 0; n <= d->k; n++)
        if (d->labels_per_sample[n])
            printf("  %d: %d", n, d->labels_per_sample[n]);
    printf("\n\n");
    show_classes(d);
    printf("\n");
    show_pairs(d);
    if (d->has_histogram)
        show_histograms(d);
}

static int run(const struct call *call, struct err *e)
{
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    struct eda *result = xcalloc(1, sizeof *result);
    int failed = job_eda(&d->job, result, e);
    errand_close(d);
    if (!failed && call->json)
        show_json(result);
    else if (!failed)
        show_text(result);
    free(result);
    return failed;
}

const struct command cmd_eda = {
    .name = "eda",
    .args = "",
    .summary = "Explore the labels: counts, labels per sample, pairs, pixel values",
    .more = "Needs the table only; pixel values are shown when the packed images are there.",
    .ignores = "split train !train.size loss augment tune predict",
    .run = run,
};
