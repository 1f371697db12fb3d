/* Images are taken evenly from each set, in an order that spreads from the first on, so that a part
 * of them is a fair sample already. What was counted stays: only another class is counted anew, and
 * what a cache that was built meanwhile holds. */
#include "job/intensity_histogram.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache_watch.h"
#include "data/image.h"
#include "job/dataset.h"

/* Images of a set: with a cache, without. */
enum { IMAGES_CACHED = 2048, IMAGES_READ = 96 };

struct intensity_histogram_reader {
    struct work *work;
    bool open;
    struct dataset data[2]; /* training, test; index NULL: none */
    struct cache_watch watch[2];
    struct intensity_histogram now;
    int *rows[INTENSITY_HISTOGRAM_SETS]; /* to read, in this order */
    int n[INTENSITY_HISTOGRAM_SETS], at[INTENSITY_HISTOGRAM_SETS];
    struct err first;   /* why an image could not be read */
    struct err damaged; /* why the cache could not, where it should hold the image */
};

struct intensity_histogram_reader *intensity_histogram_reader_new(struct work *work)
{
    struct intensity_histogram_reader *r = xcalloc(1, sizeof *r);
    r->work = work;
    r->now.class = -1;
    return r;
}

void intensity_histogram_reader_free(struct intensity_histogram_reader *r)
{
    for (int s = 0; s < INTENSITY_HISTOGRAM_SETS; s++)
        free(r->rows[s]);
    dataset_close(&r->data[0]);
    dataset_close(&r->data[1]);
    free(r);
}

static struct dataset *data_of(struct intensity_histogram_reader *r, int set)
{
    return &r->data[set == INTENSITY_HISTOGRAM_TEST];
}

/* The i-th of n numbers in an order in which any first part lies evenly: steps of the golden ratio,
 * made odd to n. */
static int spread(int i, int n)
{
    int64_t step = (int64_t)(n * 0.6180339887498949);
    for (step = step < 1 ? 1 : step;; step++) {
        int64_t a = n, b = step;
        while (b) {
            int64_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1)
            break;
    }
    return (int)(i * step % n);
}

static bool belongs(const struct intensity_histogram_reader *r, int set, int row)
{
    return set != INTENSITY_HISTOGRAM_CLASS ||
           labels_has(&r->data[0].index->labels[row], r->now.class);
}

static int choose(struct intensity_histogram_reader *r, int set, struct err *e)
{
    const struct dataset *d = data_of(r, set);
    int most = d->cache ? IMAGES_CACHED : IMAGES_READ, n = 0;
    r->at[set] = r->n[set] = 0;
    memset(&r->now.sets[set], 0, sizeof r->now.sets[set]);
    free(r->rows[set]);
    r->rows[set] = NULL;
    if (!d->index)
        return 0;
    int *all = mem_array((size_t)d->index->n, sizeof *all, "rows", e);
    r->rows[set] = mem_array((size_t)most, sizeof *r->rows[set], "rows", e);
    if (!all || !r->rows[set]) {
        free(all);
        return -1;
    }
    for (int row = 0; row < d->index->n; row++)
        if (belongs(r, set, row))
            all[n++] = row;
    r->n[set] = n < most ? n : most;
    for (int i = 0; i < r->n[set]; i++)
        r->rows[set][i] = all[spread(i, n)];
    r->now.sets[set].wanted = r->n[set];
    free(all);
    return 0;
}

/* A test set is welcome, but none is needed. */
static int open_reader(struct intensity_histogram_reader *r, struct err *e)
{
    struct job_control control = {0};
    struct job *j = xmalloc(sizeof *j);
    job_init(j, r->work, &control, (struct job_observer){0});
    int failed = dataset_open(&r->data[0], j, e);
    if (!failed)
        dataset_open_test(&r->data[1], j, NULL);
    free(j);
    if (failed)
        return -1;
    r->now.channels = r->data[0].index->channels;
    memcpy(r->now.names, r->data[0].index->channel_names, sizeof r->now.names);
    return 0;
}

/* What was read before there was this cache is counted anew: of a cache more images are read, and
 * they have its size. `fresh`: nothing was chosen yet. */
static int look_for_caches(struct intensity_histogram_reader *r, bool fresh, struct err *e)
{
    bool train = cache_watch_look(&r->watch[0], &r->data[0], r->work);
    bool test = r->data[1].index && cache_watch_look(&r->watch[1], &r->data[1], r->work);
    r->now.cached = r->data[0].cache;
    if (train || test)
        r->damaged = (struct err){0};
    if ((train || fresh) && choose(r, INTENSITY_HISTOGRAM_ALL, e))
        return -1;
    if (train && r->now.class >= 0 && choose(r, INTENSITY_HISTOGRAM_CLASS, e))
        return -1;
    return (test || fresh) && choose(r, INTENSITY_HISTOGRAM_TEST, e) ? -1 : 0;
}

static int make_ready(struct intensity_histogram_reader *r, struct err *e)
{
    bool fresh = !r->open;
    if (fresh && open_reader(r, e))
        return -1;
    r->open = true;
    return look_for_caches(r, fresh, e);
}

static void count(struct intensity_histogram_reader *r, int set, int channel, const uint8_t *pixels,
                  size_t n)
{
    uint32_t counts[256];
    stats_count(pixels, n, counts);
    for (int v = 0; v < 256; v++)
        r->now.sets[set].counts[channel][v] += counts[v];
}

static int count_cached(struct intensity_histogram_reader *r, int set, int row, struct err *e)
{
    const struct cache *c = data_of(r, set)->cache;
    size_t plane = (size_t)cache_size(c) * (size_t)cache_size(c);
    uint8_t *pixels = mem_array(cache_sample_bytes(c), 1, "picture", e);
    int failed = !pixels || cache_read(c, row, pixels, e);
    for (int channel = 0; !failed && channel < r->now.channels; channel++)
        count(r, set, channel, pixels + (size_t)channel * plane, plane);
    free(pixels);
    if (failed && cache_state(c, row) == CACHE_GOOD)
        r->damaged = *e;
    return failed;
}

static int load(const struct index *x, int row, struct image planes[INDEX_CHANNELS_MAX],
                struct err *e)
{
    char path[4096];
    for (int c = 0; c < x->channels; c++)
        if (index_plane_path(x, row, c, path, e) ||
            image_load_png(path, x->channel_names[c], &planes[c], e))
            return -1;
    return 0;
}

/* All planes or none: one that is missing must not count for the others. */
static int count_read(struct intensity_histogram_reader *r, int set, int row, struct err *e)
{
    const struct index *x = data_of(r, set)->index;
    struct image planes[INDEX_CHANNELS_MAX] = {{0}};
    int failed = load(x, row, planes, e);
    for (int c = 0; c < x->channels; c++) {
        if (!failed)
            count(r, set, c, planes[c].pixels, (size_t)planes[c].width * (size_t)planes[c].height);
        image_fini(&planes[c]);
    }
    return failed;
}

static void read_next(struct intensity_histogram_reader *r, int set)
{
    struct err e = {0};
    int row = r->rows[set][r->at[set]++];
    int failed =
        data_of(r, set)->cache ? count_cached(r, set, row, &e) : count_read(r, set, row, &e);
    if (!failed)
        r->now.sets[set].images++;
    else if (r->first.code == ERR_NONE)
        r->first = e;
}

/* The set that is least far, so that all can be compared soon; -1: nothing is left. */
static int next_set(const struct intensity_histogram_reader *r)
{
    int best = -1;
    for (int s = 0; s < INTENSITY_HISTOGRAM_SETS; s++)
        if (r->at[s] < r->n[s] && (best < 0 || r->at[s] < r->at[best]))
            best = s;
    return best;
}

static struct intensity_histogram *told(struct intensity_histogram_reader *r, const struct err *e)
{
    struct intensity_histogram *out = xmalloc(sizeof *out);
    r->now.whole = next_set(r) < 0;
    *out = r->now;
    out->error = *e;
    if (out->error.code == ERR_NONE)
        out->error = r->damaged;
    if (out->error.code == ERR_NONE && r->now.whole && !r->now.sets[INTENSITY_HISTOGRAM_ALL].images)
        out->error = r->first;
    return out;
}

struct intensity_histogram *intensity_histogram_read(struct intensity_histogram_reader *r,
                                                     int class, double seconds)
{
    struct err e = {0};
    double end = clock_seconds() + seconds;
    if (make_ready(r, &e))
        return told(r, &e);
    if (class != r->now.class) {
        r->now.class = class;
        if (choose(r, INTENSITY_HISTOGRAM_CLASS, &e))
            return told(r, &e);
    }
    for (int set; (set = next_set(r)) >= 0 && clock_seconds() < end;)
        read_next(r, set);
    return told(r, &e);
}
