/* Exploration of labels. Counts are plain loops over the index; distinct label sets by sorting.
 * Pixel histograms are shown only when a cache is there already: exploring must not wait for
 * decoding. */
#include "job/job_eda.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "job/dataset.h"

static int compare_labels(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct labels));
}

static int count_sets(const struct index *x, struct eda *out, struct err *e)
{
    size_t n = (size_t)x->n;
    struct labels *sorted = mem_array(n, sizeof *sorted, "label sets", e);
    if (!sorted)
        return -1;
    memcpy(sorted, x->labels, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_labels);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && labels_equal(&sorted[i], &sorted[end]))
            end++;
        out->label_sets++;
        out->label_sets_single += end - i == 1;
        i = end;
    }
    free(sorted);
    return 0;
}

static void count_classes(const struct index *x, struct eda *out)
{
    for (int i = 0; i < x->n; i++) {
        const struct labels *set = &x->labels[i];
        int given = labels_count(set);
        out->labels += given;
        out->labels_per_sample[given]++;
        for (int a = labels_next(set, 0); a >= 0; a = labels_next(set, a + 1))
            for (int b = labels_next(set, 0); b >= 0; b = labels_next(set, b + 1))
                out->together[a][b]++;
    }
    for (int a = 0; a < x->k; a++) {
        out->count[a] = out->together[a][a];
        for (int b = 0; b < a; b++)
            out->pairs += out->together[a][b] > 0;
        snprintf(out->names[a], sizeof out->names[a], "%s", x->class_names[a]);
    }
}

/* A help only: without pixels to look at there are none. */
static void histograms(struct dataset *d, struct job *j, struct eda *out)
{
    struct stats stats;
    struct err e = {0};
    if (!dataset_look_pixels(d, j->work, (int)conf_int(j->work->conf, CONF_TRAIN_SIZE)))
        return;
    if (stats_measure(d->cache, d->all, d->all_n, j->work->workers, &stats, &e)) {
        log_warn("no histograms: %s", e.text);
        return;
    }
    out->has_histogram = true;
    out->histogram_samples = stats.samples;
    out->channels = stats.channels;
    memcpy(out->histogram, stats.histogram, sizeof out->histogram);
    memcpy(out->channel_names, d->index->channel_names, sizeof out->channel_names);
}

int job_eda(struct job *j, struct eda *out, struct err *e)
{
    struct dataset d;
    memset(out, 0, sizeof *out);
    if (dataset_open(&d, j, e))
        return -1;
    out->samples = d.index->n;
    out->k = d.index->k;
    count_classes(d.index, out);
    int failed = count_sets(d.index, out, e);
    if (!failed)
        histograms(&d, j, out);
    dataset_close(&d);
    return failed;
}
