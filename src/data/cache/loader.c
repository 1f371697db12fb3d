/* Batches from the cache, prefetched. A ring of `depth` slots; batch s of an epoch belongs to slot
 * s % depth. Loader threads claim batches in order, each fills one slot while it is theirs, and the
 * one consumer takes them in order, so who fills a slot never changes its bytes.
 *
 * A restart bumps `generation`; a thread that is in the middle of a batch sees it between two
 * samples and drops its work. Nothing is allocated after loader_new. */
#include "data/loader.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/workers.h"
#include "data/sampler.h"

enum { THREADS_MAX = 64, DEPTH_MAX = 64, THREAD_NICE = 5 };

enum slot_state { SLOT_EMPTY, SLOT_FILLING, SLOT_READY, SLOT_FAILED };

struct slot {
    enum slot_state state; /* under the lock */
    struct batch batch;    /* written by the filling thread, read by the consumer when READY */
    uint8_t *pixels;       /* [channels,size,size] of one sample, the filling thread's */
    struct err error;      /* when FAILED */
};

struct loader {
    struct loader_plan plan;
    int channels, size, steps;
    float *table; /* [channels,256] normalised values, read-only */

    pthread_mutex_t lock;   /* guards all below but `generation`, `order` and `before` */
    pthread_cond_t changed; /* a slot's state, claim, quit */
    struct slot *slots;     /* [depth] */
    int claim;              /* the next batch to fill; steps when there is none */
    int take;               /* the next batch the consumer gets */
    int held;               /* the slot the consumer reads, -1: none */
    bool quit;
    double waited;       /* seconds; consumer only */
    int epoch;           /* written by loader_start while no thread fills */
    int *order, *before; /* [n] likewise; showings of the same row before this position */
    int *shown;          /* [last row + 1] loader_start's */
    int last_row;
    atomic_uint generation; /* bumped under the lock, read anywhere */

    pthread_t threads[THREADS_MAX];
    int thread_count;
};

void loader_order(const struct loader_plan *plan, int epoch, int *order)
{
    struct rng r = rng_stream(plan->seed, RNG_SHUFFLE, (uint32_t)epoch, 0);
    for (int i = 0; i < plan->n; i++)
        order[i] = plan->rows[plan->sums ? sampler_pick(plan->sums, plan->n, &r) : i];
    if (plan->shuffle && !plan->sums)
        rng_shuffle(&r, order, plan->n);
}

/* `before`: how often the epoch has shown the row already. */
static struct augment_draw draw_of(const struct loader_plan *plan, int epoch, int row, int before)
{
    if (!augment_any(&plan->augment))
        return augment_view(plan->fixed_view);
    uint32_t showing = (uint32_t)epoch + ((uint32_t)before << 16);
    struct rng r = rng_stream(plan->seed, RNG_AUGMENT, showing, (uint32_t)row);
    return augment_draw(&plan->augment, &r);
}

/* The sample at `position` of the epoch, into place `at` of the batch. */
static int fill_sample(const struct loader *l, struct slot *s, int at, int position, struct err *e)
{
    int row = l->order[position];
    const struct loader_plan *p = &l->plan;
    struct batch *b = &s->batch;
    if (cache_read(p->cache, row, s->pixels, e))
        return -1;
    size_t values = (size_t)l->size * (size_t)l->size * (size_t)l->channels;
    struct augment_norm norm = {.mean = p->mean, .std = p->std, .table = l->table};
    struct augment_draw draw = draw_of(p, l->epoch, row, l->before[position]);
    augment_apply(s->pixels, l->channels, l->size, &draw, &norm, b->x + (size_t)at * values);
    float *y = b->y + (size_t)at * (size_t)p->k;
    for (int c = 0; c < p->k; c++)
        y[c] = p->labels && labels_has(&p->labels[row], c) ? 1.0f : 0.0f;
    b->row[at] = row;
    return 0;
}

/* Returns what the slot becomes; EMPTY when a restart made the batch useless. */
static enum slot_state fill_slot(struct loader *l, struct slot *s, int step, unsigned generation)
{
    const struct loader_plan *p = &l->plan;
    int first = step * p->batch;
    s->batch.n = p->n - first < p->batch ? p->n - first : p->batch;
    for (int i = 0; i < s->batch.n; i++) {
        if (atomic_load_explicit(&l->generation, memory_order_relaxed) != generation)
            return SLOT_EMPTY;
        if (fill_sample(l, s, i, first + i, &s->error))
            return SLOT_FAILED;
    }
    return SLOT_READY;
}

static void *thread_main(void *argument)
{
    struct loader *l = argument;
    workers_thread_setup("hpa-loader", THREAD_NICE);
    pthread_mutex_lock(&l->lock);
    while (!l->quit) {
        struct slot *s = &l->slots[l->claim % l->plan.depth];
        if (l->claim >= l->steps || s->state != SLOT_EMPTY) {
            pthread_cond_wait(&l->changed, &l->lock);
            continue;
        }
        int step = l->claim++;
        unsigned generation = atomic_load(&l->generation);
        s->state = SLOT_FILLING;
        pthread_mutex_unlock(&l->lock);
        enum slot_state state = fill_slot(l, s, step, generation);
        pthread_mutex_lock(&l->lock);
        s->state = state;
        pthread_cond_broadcast(&l->changed);
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

static int check_plan(const struct loader_plan *p, struct err *e)
{
    if (p->n < 1)
        return err_set(e, ERR_DATA, "there is no sample to load: the part is empty");
    if (p->batch < 1 || p->k < 0 || p->k > LABELS_MAX || p->fixed_view < 0 ||
        p->fixed_view >= AUGMENT_VIEWS)
        return err_set(e, ERR_BUG, "loader: batch %d, %d classes, view %d", p->batch, p->k,
                       p->fixed_view);
    if (p->drop_last && p->n < p->batch)
        return err_set(e, ERR_CONFIG,
                       "a batch of %d is more than the %d samples there are: make train.batch "
                       "smaller",
                       p->batch, p->n);
    for (int c = 0; c < cache_channels(p->cache); c++)
        if (!(p->std[c] >= 0))
            return err_set(e, ERR_BUG, "loader: std of stain %d is %g", c, (double)p->std[c]);
    return 0;
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static int alloc_slots(struct loader *l, struct err *e)
{
    const struct loader_plan *p = &l->plan;
    size_t values = (size_t)l->size * (size_t)l->size * (size_t)l->channels,
           batch = (size_t)p->batch;
    l->slots = mem_array((size_t)p->depth, sizeof *l->slots, "batch slots", e);
    for (int i = 0; l->slots && i < p->depth; i++) {
        struct batch *b = &l->slots[i].batch;
        b->x = mem_aligned(batch * values * sizeof *b->x, "batch of images", e);
        b->y = b->x ? mem_array(batch * (size_t)p->k, sizeof *b->y, "batch of targets", e) : NULL;
        b->row = b->y ? mem_array(batch, sizeof *b->row, "batch rows", e) : NULL;
        l->slots[i].pixels =
            b->row ? mem_array(values, sizeof *l->slots->pixels, "pixels of a sample", e) : NULL;
        if (!l->slots[i].pixels)
            return -1;
    }
    return l->slots ? 0 : -1;
}

static int alloc_order(struct loader *l, struct err *e)
{
    size_t n = (size_t)l->plan.n;
    for (int i = 0; i < l->plan.n; i++)
        l->last_row = l->plan.rows[i] > l->last_row ? l->plan.rows[i] : l->last_row;
    l->order = mem_array(n, sizeof *l->order, "sample order", e);
    l->before = l->order ? mem_array(n, sizeof *l->before, "sample showings", e) : NULL;
    l->shown =
        l->before ? mem_array((size_t)l->last_row + 1, sizeof *l->shown, "sample counts", e) : NULL;
    return l->shown ? 0 : -1;
}

static int start_threads(struct loader *l, struct err *e)
{
    for (int i = 0; i < l->plan.threads; i++, l->thread_count++) {
        int failed = pthread_create(&l->threads[i], NULL, thread_main, l);
        if (failed)
            return err_set_errno(e, ERR_FAIL, failed, "cannot start loader thread %d of %d", i + 1,
                                 l->plan.threads);
    }
    return 0;
}

struct loader *loader_new(const struct loader_plan *plan, struct err *e)
{
    struct loader *l = check_plan(plan, e) ? NULL : mem_array(1, sizeof *l, "loader", e);
    if (!l)
        return NULL;
    l->plan = *plan;
    l->plan.threads = clamp(plan->threads, 1, THREADS_MAX);
    l->plan.depth = clamp(plan->depth, 2, DEPTH_MAX);
    l->channels = cache_channels(plan->cache);
    l->size = cache_size(plan->cache);
    l->steps = plan->drop_last ? plan->n / plan->batch : (plan->n - 1) / plan->batch + 1;
    l->claim = l->take = l->steps; /* nothing to do before loader_start */
    l->held = -1;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);
    if (alloc_order(l, e))
        goto fail;
    l->table = mem_array((size_t)l->channels * 256, sizeof *l->table, "values", e);
    if (!l->table || alloc_slots(l, e))
        goto fail;
    augment_table(plan->mean, plan->std, l->channels, l->table);
    if (start_threads(l, e))
        goto fail;
    return l;
fail:
    loader_free(l);
    return NULL;
}

static void stop_threads(struct loader *l)
{
    pthread_mutex_lock(&l->lock);
    l->quit = true;
    atomic_fetch_add(&l->generation, 1);
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    for (int i = 0; i < l->thread_count; i++)
        pthread_join(l->threads[i], NULL);
}

void loader_free(struct loader *l)
{
    if (!l)
        return;
    stop_threads(l);
    for (int i = 0; l->slots && i < l->plan.depth; i++) {
        mem_free_aligned(l->slots[i].batch.x);
        free(l->slots[i].batch.y);
        free(l->slots[i].batch.row);
        free(l->slots[i].pixels);
    }
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    free(l->slots);
    free(l->table);
    free(l->order);
    free(l->before);
    free(l->shown);
    free(l);
}

size_t loader_memory_of(int size, int channels, int k, int batch, int depth)
{
    size_t values = (size_t)size * (size_t)size * (size_t)channels;
    size_t sample = (values + (size_t)k) * sizeof(float);
    return (size_t)clamp(depth, 2, DEPTH_MAX) * ((size_t)batch * sample + values);
}

size_t loader_memory(const struct loader_plan *p)
{
    return loader_memory_of(cache_size(p->cache), cache_channels(p->cache), p->k, p->batch,
                            p->depth);
}

/* Under the lock: no thread may touch a slot any more, and every slot becomes empty. */
static void drop_batches(struct loader *l)
{
    atomic_fetch_add(&l->generation, 1);
    l->claim = l->steps;
    for (int i = 0; i < l->plan.depth; i++) {
        while (l->slots[i].state == SLOT_FILLING)
            pthread_cond_wait(&l->changed, &l->lock);
        l->slots[i].state = SLOT_EMPTY;
    }
    l->held = -1;
}

/* No thread fills meanwhile. */
static void order_epoch(struct loader *l, int epoch)
{
    l->epoch = epoch;
    loader_order(&l->plan, epoch, l->order);
    memset(l->shown, 0, ((size_t)l->last_row + 1) * sizeof *l->shown);
    for (int i = 0; i < l->plan.n; i++)
        l->before[i] = l->shown[l->order[i]]++;
}

int loader_start(struct loader *l, int epoch, int first_step, struct err *e)
{
    if (first_step < 0 || first_step > l->steps)
        return err_set(e, ERR_DATA, "batch %d of an epoch of %d batches: the data has changed",
                       first_step, l->steps);
    pthread_mutex_lock(&l->lock);
    drop_batches(l);
    order_epoch(l, epoch);
    l->claim = l->take = first_step;
    l->waited = 0;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    return 0;
}

/* Under the lock. */
static void release_held(struct loader *l)
{
    if (l->held < 0)
        return;
    l->slots[l->held].state = SLOT_EMPTY;
    l->held = -1;
    pthread_cond_broadcast(&l->changed);
}

static struct slot *wait_for_slot(struct loader *l)
{
    struct slot *s = &l->slots[l->take % l->plan.depth];
    if (s->state == SLOT_READY || s->state == SLOT_FAILED)
        return s;
    double start = clock_seconds();
    while (s->state != SLOT_READY && s->state != SLOT_FAILED)
        pthread_cond_wait(&l->changed, &l->lock);
    l->waited += clock_seconds() - start;
    return s;
}

const struct batch *loader_next(struct loader *l, struct err *e)
{
    const struct batch *batch = NULL;
    if (e)
        err_clear(e);
    pthread_mutex_lock(&l->lock);
    release_held(l);
    if (l->take < l->steps) {
        struct slot *s = wait_for_slot(l);
        if (s->state == SLOT_READY) {
            l->held = l->take++ % l->plan.depth;
            batch = &s->batch;
        } else if (e) {
            *e = s->error;
        }
    }
    pthread_mutex_unlock(&l->lock);
    return batch;
}

double loader_wait_seconds(const struct loader *l)
{
    return l->waited;
}
