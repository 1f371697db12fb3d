/* How fast samples come: from the cache through the loader, and from the image files, one thread
 * each, to the same normalised floats. The files are read once before, so that decoding is timed
 * and not the disk. Runs in the job's thread. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench_parts.h"
#include "data/augment.h"
#include "data/image.h"
#include "data/loader.h"
#include "job/dataset.h"
#include "train/sampling_plan.h"

enum { LOADER_DEPTH = 3, BATCHES_LEAST = 4 };
static const double LOOK_SECONDS = .2;

/* Decoding samples, one after the other, around the data set. */
struct decoder {
    const struct dataset *data;
    int size, next;
    uint8_t *planes; /* [channels,size,size] */
    float *table;    /* [channels,256] */
    float *x;        /* [size,size,channels] */
    double bytes;    /* decoded pixels */
};

static int open_loader(const struct dataset *d, const struct conf *c, struct loader **out,
                       struct err *e)
{
    struct loader_plan plan = {
        .cache = d->cache,
        .labels = d->index->labels,
        .rows = d->all,
        .n = d->all_n,
        .k = d->index->k,
        .batch = (int)conf_int(c, CONF_TRAIN_BATCH),
        .shuffle = true,
        .augment = sampling_plan_augment(c),
        .seed = 1,
        .threads = 1,
        .depth = LOADER_DEPTH,
    };
    for (int i = 0; i < d->index->channels; i++)
        plan.std[i] = 1;
    *out = loader_new(&plan, e);
    return *out ? 0 : -1;
}

/* The first batch of an epoch checks sums and wakes threads up; it counts, as in a training. */
static int look_at_cache(struct loader *l, int *epoch, double *rate, struct err *e)
{
    double start = clock_seconds(), took = 0;
    int64_t samples = 0;
    for (int batches = 0; took < LOOK_SECONDS || batches < BATCHES_LEAST; (*epoch)++) {
        const struct batch *b;
        if (loader_start(l, *epoch, 0, e))
            return -1;
        for (; (b = loader_next(l, e)); batches++)
            samples += b->n;
        if (e->code != ERR_NONE)
            return -1;
        took = clock_seconds() - start;
    }
    *rate = (double)samples / took;
    return 0;
}

static int bench_cache(struct job *j, const struct dataset *d, int rounds, double *median,
                       struct err *e)
{
    double rates[BENCH_ROUNDS_MAX], warm;
    struct loader *l;
    int epoch = 0, failed = open_loader(d, j->work->conf, &l, e);
    failed = failed || look_at_cache(l, &epoch, &warm, e);
    for (int i = 0; i < rounds && !failed; i++) {
        failed = job_cancelled(j) ? err_set(e, ERR_CANCELLED, "stopped on request")
                                  : look_at_cache(l, &epoch, &rates[i], e);
        job_progress(j, i + 1);
    }
    loader_free(l);
    if (!failed)
        *median = job_bench_median(rates, rounds);
    return failed;
}

static int decode_plane(struct decoder *t, int row, int channel, struct err *e)
{
    const struct index *x = t->data->index;
    char path[4096];
    struct image im = {0, 0, NULL};
    size_t plane = (size_t)t->size * (size_t)t->size;
    if (index_plane_path(x, row, channel, path, e) ||
        image_load_png(path, x->channel_names[channel], &im, e))
        return -1;
    t->bytes += (double)im.width * im.height;
    int failed = image_resize(&im, t->size, t->planes + (size_t)channel * plane, e);
    image_fini(&im);
    return failed;
}

static int decode_sample(struct decoder *t, struct err *e)
{
    int channels = t->data->index->channels;
    int row = t->data->all[t->next++ % t->data->all_n];
    for (int c = 0; c < channels; c++)
        if (decode_plane(t, row, c, e))
            return -1;
    augment_copy(t->planes, channels, t->size, 0, t->table, t->x);
    return 0;
}

static int look_at_images(struct decoder *t, double *rate, double *bytes, struct err *e)
{
    double start = clock_seconds(), took = 0;
    int first = t->next;
    t->bytes = 0;
    while (took < LOOK_SECONDS) {
        if (decode_sample(t, e))
            return -1;
        took = clock_seconds() - start;
    }
    *rate = (t->next - first) / took;
    *bytes = t->bytes / took;
    return 0;
}

/* Every look begins at the same sample; the first, untimed, brings their files into memory. */
static int time_images(struct job *j, struct decoder *t, int rounds, struct bench_loader *out,
                       struct err *e)
{
    double rates[BENCH_ROUNDS_MAX], bytes[BENCH_ROUNDS_MAX];
    if (look_at_images(t, &rates[0], &bytes[0], e))
        return -1;
    for (int i = 0; i < rounds; i++) {
        t->next = 0;
        if (job_cancelled(j))
            return err_set(e, ERR_CANCELLED, "stopped on request");
        if (look_at_images(t, &rates[i], &bytes[i], e))
            return -1;
        job_progress(j, i + 1);
    }
    out->images_samples_per_second = job_bench_median(rates, rounds);
    out->images_mb_per_second = job_bench_median(bytes, rounds) / 1e6;
    return 0;
}

static int bench_images(struct job *j, const struct dataset *d, int rounds,
                        struct bench_loader *out, struct err *e)
{
    struct decoder t = {.data = d, .size = out->size};
    size_t channels = (size_t)out->channels;
    size_t values = channels * (size_t)out->size * (size_t)out->size;
    const float mean[INDEX_CHANNELS_MAX] = {0}, std[INDEX_CHANNELS_MAX] = {1, 1, 1, 1, 1, 1, 1, 1};
    t.planes = mem_array(values, 1, "planes", e);
    t.table = t.planes ? mem_array(channels * 256, sizeof *t.table, "values", e) : NULL;
    t.x = t.table ? mem_aligned(values * sizeof *t.x, "a sample", e) : NULL;
    int failed = !t.x;
    if (!failed) {
        augment_table(mean, std, out->channels, t.table);
        failed = time_images(j, &t, rounds, out, e);
    }
    free(t.planes);
    free(t.table);
    mem_free_aligned(t.x);
    return failed ? -1 : 0;
}

int job_bench_loader(struct job *j, int rounds, struct bench_loader *out, struct err *e)
{
    struct dataset d;
    const struct conf *c = j->work->conf;
    memset(out, 0, sizeof *out);
    out->size = (int)conf_int(c, CONF_TRAIN_SIZE);
    out->batch = (int)conf_int(c, CONF_TRAIN_BATCH);
    out->rounds = rounds;
    if (job_bench_check_rounds(rounds, e) || dataset_open(&d, j, e))
        return -1;
    int failed = dataset_pixels(&d, j, out->size, e);
    if (!failed) {
        out->samples = d.all_n;
        out->channels = d.index->channels;
        job_phase(j, PHASE_EVAL, rounds);
        failed = bench_cache(j, &d, rounds, &out->cache_samples_per_second, e) ||
                 bench_images(j, &d, rounds, out, e);
    }
    dataset_close(&d);
    return failed || job_bench_machine(j->work->kern, NULL, true, &out->machine, e) ? -1 : 0;
}
