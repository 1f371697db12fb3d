/* hpa stats: channel means and standard deviations of a part of the data. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "errand.h"
#include "job/job_stats.h"
#include "print.h"

static struct json *numbers(const double *values, int n)
{
    struct json *list = json_new_array();
    for (int i = 0; i < n; i++)
        json_put_real(list, NULL, values[i]);
    return list;
}

static struct json *convention(const double *mean, const double *std, int n)
{
    struct json *j = json_new_object();
    json_put(j, "mean", numbers(mean, n));
    json_put(j, "std", numbers(std, n));
    return j;
}

static void show_json(const struct stats *s, const char *part, char names[8][32])
{
    struct json *j = json_new_object(), *channels = json_new_array();
    json_put_int(j, "size", s->size);
    json_put_text(j, "part", part);
    json_put_int(j, "samples", s->samples);
    for (int c = 0; c < s->channels; c++)
        json_put_text(channels, NULL, names[c]);
    json_put(j, "channels", channels);
    json_put(j, "pooled", convention(s->pooled_mean, s->pooled_std, s->channels));
    json_put(j, "per_image", convention(s->per_image_mean, s->per_image_std, s->channels));
    print_json(j);
}

static void show_text(const struct stats *s, const char *part, char names[8][32])
{
    printf("%s part, %d samples at %d px, scale 0..1\n", part, s->samples, s->size);
    struct print_table *t =
        print_table_new("channel|pooled mean|pooled std|per-image mean|per-image std");
    for (int c = 0; c < s->channels; c++) {
        print_text(t, names[c]);
        print_real(t, 6, s->pooled_mean[c]);
        print_real(t, 6, s->pooled_std[c]);
        print_real(t, 6, s->per_image_mean[c]);
        print_real(t, 6, s->per_image_std[c]);
    }
    print_table_end(t);
}

static int run(const struct call *call, struct err *e)
{
    char names[8][32];
    const char *part = options_text(call->options, "part");
    part = part ? part : "train";
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    struct stats *s = xcalloc(1, sizeof *s);
    int failed = job_stats(&d->job, part, 0, s, names, e);
    errand_close(d);
    if (!failed && call->json)
        show_json(s, part, names);
    else if (!failed)
        show_text(s, part, names);
    free(s);
    return failed;
}

static const struct option options[] = {
    {"size", 0, "PX", "train.size", NULL},
    {"part", 0, "NAME", NULL, "train, val, all or test (train)"},
};

const struct command cmd_stats = {
    .name = "stats",
    .args = "",
    .summary = "Mean and standard deviation of every channel",
    .more = "Pooled: over all pixels. Per image: mean over the images of each one's own figures.",
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "train !train.size loss augment tune predict",
    .run = run,
};
