/* Channel statistics in one pass. Every sample gives a histogram of its bytes per channel; sums of
 * histograms are integers and therefore exact in any order, and the few floating-point sums run
 * over samples in row order, so any number of workers gives the same bits. */
#include "data/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/room.h"

enum { LEVELS = 256, LANES = 4, BLOCK = 16 };

struct moments {
    double mean, std; /* scale 0..255 */
};

struct measuring {
    struct cache *cache;
    const int *rows; /* [n] good ones */
    int n, channels;
    size_t plane;
    uint8_t *pixels;        /* [workers][channels][plane] of the sample at hand */
    uint64_t *histograms;   /* [workers][channels][LEVELS] */
    struct moments *images; /* [n][channels] */
    bool *failed;           /* [n] */
};

/* Four tables, since dark images would queue up at one counter. */
void stats_count(const uint8_t *pixels, size_t n, uint32_t counts[LEVELS])
{
    uint32_t lanes[LANES][LEVELS] = {{0}};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int lane = 0; lane < LANES; lane++)
            lanes[lane][pixels[i + (size_t)lane]]++;
    for (; i < n; i++)
        lanes[0][pixels[i]]++;
    for (int v = 0; v < LEVELS; v++)
        counts[v] = lanes[0][v] + lanes[1][v] + lanes[2][v] + lanes[3][v];
}

static struct moments moments_of(const uint64_t counts[LEVELS])
{
    uint64_t pixels = 0, sum = 0;
    for (int v = 0; v < LEVELS; v++) {
        pixels += counts[v];
        sum += counts[v] * (uint64_t)v;
    }
    struct moments m = {(double)sum / (double)pixels, 0};
    double squares = 0;
    for (int v = 0; v < LEVELS; v++)
        squares += (double)counts[v] * (v - m.mean) * (v - m.mean);
    m.std = sqrt(squares / (double)pixels);
    return m;
}

static void measure_sample(struct measuring *m, int i, uint8_t *pixels, uint64_t *histogram)
{
    m->failed[i] = cache_read(m->cache, m->rows[i], pixels, NULL) != 0;
    for (int c = 0; !m->failed[i] && c < m->channels; c++) {
        uint32_t counts[LEVELS];
        uint64_t wide[LEVELS];
        stats_count(pixels + (size_t)c * m->plane, m->plane, counts);
        for (int v = 0; v < LEVELS; v++) {
            wide[v] = counts[v];
            histogram[c * LEVELS + v] += counts[v];
        }
        m->images[(size_t)i * (size_t)m->channels + (size_t)c] = moments_of(wide);
    }
}

static void measure_block(void *context, int block, int worker)
{
    struct measuring *m = context;
    uint64_t *histogram = m->histograms + (size_t)worker * (size_t)m->channels * LEVELS;
    uint8_t *pixels = m->pixels + (size_t)worker * cache_sample_bytes(m->cache);
    int end = m->n - block * BLOCK < BLOCK ? m->n : (block + 1) * BLOCK;
    for (int i = block * BLOCK; i < end; i++)
        measure_sample(m, i, pixels, histogram);
}

static void sum_up(const struct measuring *m, int team, struct stats *out)
{
    for (int c = 0; c < m->channels; c++) {
        for (int w = 0; w < team; w++)
            for (int v = 0; v < LEVELS; v++)
                out->histogram[c][v] += m->histograms[(w * m->channels + c) * LEVELS + v];
        struct moments pooled = moments_of(out->histogram[c]), images = {0, 0};
        for (int i = 0; i < m->n; i++) {
            images.mean += m->images[(size_t)i * (size_t)m->channels + (size_t)c].mean;
            images.std += m->images[(size_t)i * (size_t)m->channels + (size_t)c].std;
        }
        out->pooled_mean[c] = pooled.mean / 255;
        out->pooled_std[c] = pooled.std / 255;
        out->per_image_mean[c] = images.mean / m->n / 255;
        out->per_image_std[c] = images.std / m->n / 255;
    }
}

/* The message of the first sample that could not be read, the same for any team. */
static int check_failures(const struct measuring *m, struct err *e)
{
    for (int i = 0; i < m->n; i++) {
        if (!m->failed[i])
            continue;
        if (!cache_read(m->cache, m->rows[i], m->pixels, e))
            err_set(e, ERR_IO, "the cache could not be read reliably: check the disk");
        return -1;
    }
    return 0;
}

static int measure(struct measuring *m, struct workers *w, struct stats *out, struct err *e)
{
    size_t team = (size_t)workers_count(w), channels = (size_t)m->channels;
    uint64_t each = cache_sample_bytes(m->cache) + channels * LEVELS * sizeof *m->histograms;
    int failed = -1;
    int blocks = (m->n + BLOCK - 1) / BLOCK, busy = (int)team < blocks ? (int)team : blocks;
    if (room_for_threads("statistics", busy, each, e))
        return -1;
    m->pixels = mem_array(team, cache_sample_bytes(m->cache), "pixels of a sample", e);
    m->histograms = mem_array(team * channels, LEVELS * sizeof *m->histograms, "histograms", e);
    m->images = mem_array((size_t)m->n * channels, sizeof *m->images, "image statistics", e);
    m->failed = mem_array((size_t)m->n, sizeof *m->failed, "image marks", e);
    if (m->pixels && m->histograms && m->images && m->failed) {
        workers_run(w, blocks, measure_block, m);
        failed = check_failures(m, e);
    }
    if (!failed)
        sum_up(m, (int)team, out);
    free(m->failed);
    free(m->images);
    free(m->histograms);
    free(m->pixels);
    return failed;
}

int stats_measure(struct cache *c, const int *rows, int n, struct workers *w, struct stats *out,
                  struct err *e)
{
    size_t side = (size_t)cache_size(c);
    struct measuring m = {.cache = c, .channels = cache_channels(c), .plane = side * side};
    memset(out, 0, sizeof *out);
    int *good = mem_array((size_t)n, sizeof *good, "good samples", e);
    if (!good)
        return -1;
    for (int i = 0; i < n; i++)
        if (cache_state(c, rows[i]) == CACHE_GOOD)
            good[m.n++] = rows[i];
    m.rows = good;
    int failed = m.n ? measure(&m, w, out, e)
                     : err_set(e, ERR_DATA, "there is no readable sample to measure");
    out->samples = m.n;
    out->channels = m.channels;
    out->size = cache_size(c);
    free(good);
    return failed;
}
