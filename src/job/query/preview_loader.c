/* A worker with one kind of question, and a shelf of decoded samples. The index is opened with the
 * first question, the cache when one is there; ids are looked up, because a table may be read anew
 * elsewhere. */
#include "job/preview_loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async_worker.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache_watch.h"
#include "data/image.h"
#include "job/dataset.h"

enum { SHELF_MAX = 128, SHELF_BYTES = 64 << 20 }; /* three samples of 2048 px and more */
static const double SHARE_SECONDS = 0.01;         /* after so long what is there goes out */

struct held {
    char id[INDEX_ID_MAX + 1]; /* "": free */
    bool full;
    struct image planes[INDEX_CHANNELS_MAX];
    size_t bytes;
    uint64_t used;
};

struct preview_loader {
    struct work *work;
    struct preview_loader_ops ops;
    struct async_worker *worker;
    /* the worker's thread alone: */
    struct dataset data; /* index NULL: not open */
    struct cache_watch watch;
    struct held shelf[SHELF_MAX];
    size_t bytes;
    uint64_t clock;
};

struct ask {
    struct preview_loader_view view;
    int n;
    char ids[PREVIEW_LOADER_MAX][INDEX_ID_MAX + 1];
    struct heatmap heat; /* its values are those below */
    float values[];
};

static void drop(struct preview_loader *g, struct held *h)
{
    for (int c = 0; c < INDEX_CHANNELS_MAX; c++)
        image_fini(&h->planes[c]);
    g->bytes -= h->bytes;
    *h = (struct held){0};
}

static struct held *oldest(struct preview_loader *g, bool taken)
{
    struct held *best = NULL;
    for (int i = 0; i < SHELF_MAX; i++) {
        struct held *h = &g->shelf[i];
        if ((!taken || h->id[0]) && (!best || h->used < best->used))
            best = h;
    }
    return best;
}

/* A free place, with room for `bytes` more unless they are more than all. */
static struct held *make_room(struct preview_loader *g, size_t bytes)
{
    while (g->bytes && g->bytes + bytes > SHELF_BYTES)
        drop(g, oldest(g, true));
    struct held *h = oldest(g, false);
    drop(g, h);
    return h;
}

static struct held *find(struct preview_loader *g, const char *id)
{
    for (int i = 0; i < SHELF_MAX; i++)
        if (strcmp(g->shelf[i].id, id) == 0)
            return &g->shelf[i];
    return NULL;
}

static void drop_all(struct preview_loader *g)
{
    for (int i = 0; i < SHELF_MAX; i++)
        drop(g, &g->shelf[i]);
}

/* Of another cache all pictures may be other ones. */
static void look_for_cache(struct preview_loader *g)
{
    bool had = g->data.cache;
    if (cache_watch_look(&g->watch, &g->data, g->work) && had)
        drop_all(g);
}

static int open_data(struct preview_loader *g, struct err *e)
{
    if (g->data.index)
        return 0;
    struct job_control control = {0};
    struct job *j = xmalloc(sizeof *j);
    job_init(j, g->work, &control, (struct job_observer){0});
    int failed = dataset_open(&g->data, j, e);
    free(j);
    return failed;
}

static int copy_cached(struct preview_loader *g, int row, struct image planes[], struct err *e)
{
    int size = cache_size(g->data.cache);
    size_t plane = (size_t)size * (size_t)size;
    uint8_t *pixels = mem_array(cache_sample_bytes(g->data.cache), 1, "picture", e);
    int failed = !pixels || cache_read(g->data.cache, row, pixels, e);
    for (int c = 0; !failed && c < g->data.index->channels; c++) {
        failed = image_alloc(&planes[c], size, size, "picture", e);
        if (!failed)
            memcpy(planes[c].pixels, pixels + (size_t)c * plane, plane);
    }
    free(pixels);
    return failed;
}

static int load_files(struct preview_loader *g, int row, struct image planes[], struct err *e)
{
    const struct index *x = g->data.index;
    char path[4096];
    for (int c = 0; c < x->channels; c++) {
        if (index_plane_path(x, row, c, path, e) ||
            image_load_png(path, x->channel_names[c], &planes[c], e))
            return -1;
        if (planes[c].width != planes[0].width || planes[c].height != planes[0].height)
            return err_set(e, ERR_DATA, "%s: %d x %d pixels, but %s has %d x %d", path,
                           planes[c].width, planes[c].height, x->channel_names[0], planes[0].width,
                           planes[0].height);
    }
    return 0;
}

static struct held *shelve(struct preview_loader *g, const char *id, bool full,
                           struct image planes[])
{
    size_t bytes = 0;
    for (int c = 0; c < g->data.index->channels; c++)
        bytes += (size_t)planes[c].width * (size_t)planes[c].height;
    struct held *less = find(g, id);
    if (less)
        drop(g, less);
    struct held *h = make_room(g, bytes);
    snprintf(h->id, sizeof h->id, "%s", id);
    memcpy(h->planes, planes, sizeof h->planes);
    h->full = full;
    h->bytes = bytes;
    g->bytes += bytes;
    return h;
}

static struct held *decode(struct preview_loader *g, const char *id, bool full, struct err *e)
{
    struct image planes[INDEX_CHANNELS_MAX] = {{0}};
    int row = index_find(g->data.index, id);
    if (row < 0) {
        err_set(e, ERR_DATA, "the table has no sample %s any more", id);
        return NULL;
    }
    if (full ? !load_files(g, row, planes, e) : !copy_cached(g, row, planes, e))
        return shelve(g, id, full, planes);
    for (int c = 0; c < INDEX_CHANNELS_MAX; c++)
        image_fini(&planes[c]);
    return NULL;
}

static struct composite_planes planes_of(const struct preview_loader *g, const struct held *h)
{
    const struct index *x = g->data.index;
    struct composite_planes p = {x->channels, h->planes[0].width, h->planes[0].height, {0}, {0}};
    for (int c = 0; c < x->channels; c++) {
        p.pixels[c] = h->planes[c].pixels;
        p.names[c] = x->channel_names[c];
    }
    return p;
}

static double scale_of(const struct preview_loader *g, const struct held *h,
                       const struct preview_loader_view *v)
{
    struct composite_planes p = planes_of(g, h);
    return composite_scale(&p, &v->view, v->columns * g->ops.cell_width,
                           v->rows * g->ops.cell_height);
}

/* Sharp enough is what has a pixel for each of the picture's. Without the files the cache does. */
static struct held *fetch(struct preview_loader *g, const char *id,
                          const struct preview_loader_view *v, struct err *e)
{
    struct held *h = find(g, id);
    if (!h && g->data.cache)
        h = decode(g, id, false, e);
    if (!h || (!h->full && scale_of(g, h, v) > 1)) {
        struct held *sharp = decode(g, id, true, e);
        h = sharp ? sharp : h;
    }
    if (h)
        h->used = ++g->clock;
    return h;
}

static void *draw(struct preview_loader *g, const struct held *h, const struct ask *ask,
                  struct err *e)
{
    const struct preview_loader_view *v = &ask->view;
    int width = v->columns * g->ops.cell_width, height = v->rows * g->ops.cell_height;
    size_t pixels = (size_t)width * (size_t)height;
    struct composite_planes p = planes_of(g, h);
    void *drawn = NULL;
    uint8_t *rgb = mem_array(pixels, 3, "picture", e);
    float *levels = rgb && v->heat ? mem_array(pixels, sizeof *levels, "picture", e) : NULL;
    if (rgb && (levels || !v->heat)) {
        composite_draw(&p, &v->view, width, height, rgb);
        if (levels)
            heatmap_levels(&ask->heat, &p, &v->view, width, height, levels);
        struct preview_loader_pixels seen = {width, height, rgb, levels};
        drawn = g->ops.draw(&seen, v->columns, v->rows, v->look);
    }
    free(levels);
    free(rgb);
    return drawn;
}

/* `unready`: why there are no data, if there are none. */
static void shoot(struct preview_loader *g, const struct ask *ask, const char *id,
                  const struct err *unready, struct preview_loader_shot *out)
{
    const struct preview_loader_view *v = &ask->view;
    snprintf(out->id, sizeof out->id, "%s", id);
    struct err e = *unready;
    struct held *h = e.code == ERR_NONE ? fetch(g, id, v, &e) : NULL;
    if (h) {
        e = (struct err){0}; /* the cache may have stood in for a file */
        out->full = h->full;
        out->scale = scale_of(g, h, v);
        out->drawn = draw(g, h, ask, &e);
    }
    out->error = e;
}

static void *answer(void *context, void *asked)
{
    struct preview_loader *g = context;
    const struct ask *ask = asked;
    struct preview_loader_answer *a = xcalloc(1, sizeof *a);
    struct err e = {0};
    double end = clock_seconds() + SHARE_SECONDS;
    if (!open_data(g, &e))
        look_for_cache(g);
    a->view = ask->view;
    a->release = g->ops.release;
    do {
        shoot(g, ask, ask->ids[a->n], &e, &a->shots[a->n]);
        a->n++;
    } while (a->n < ask->n && clock_seconds() < end && !async_worker_superseded(g->worker, 0));
    return a;
}

void preview_loader_answer_free(struct preview_loader_answer *a)
{
    for (int i = 0; a && i < a->n; i++)
        if (a->shots[i].drawn)
            a->release(a->shots[i].drawn);
    free(a);
}

static void free_answer(void *a)
{
    preview_loader_answer_free(a);
}

static const struct async_worker_kind kinds[] = {{answer, free_answer, false}};

struct preview_loader *preview_loader_new(struct work *work, struct wake *wake,
                                          const struct preview_loader_ops *ops, struct err *e)
{
    struct preview_loader *g = xcalloc(1, sizeof *g);
    g->work = work;
    g->ops = *ops;
    g->worker = async_worker_new("hpa-previews", kinds, 1, g, wake, e);
    if (g->worker)
        return g;
    free(g);
    return NULL;
}

void preview_loader_free(struct preview_loader *g)
{
    if (!g)
        return;
    async_worker_free(g->worker);
    drop_all(g);
    dataset_close(&g->data);
    free(g);
}

static void copy_heat(struct ask *ask, const struct heatmap *from, int places)
{
    for (int i = 0; i < places; i++)
        ask->values[i] = from->values[(size_t)i * (size_t)from->step];
    ask->heat = (struct heatmap){from->h, from->w, 1, ask->values};
}

void preview_loader_ask(struct preview_loader *g, const struct preview_loader_view *view,
                        const struct heatmap *heat, const char *const *ids, int n)
{
    int places = view->heat ? heat->h * heat->w : 0;
    struct ask *ask = xcalloc(1, sizeof *ask + (size_t)places * sizeof *ask->values);
    ask->view = *view;
    if (view->heat)
        copy_heat(ask, heat, places);
    ask->n = n < PREVIEW_LOADER_MAX ? n : PREVIEW_LOADER_MAX;
    for (int i = 0; i < ask->n; i++)
        snprintf(ask->ids[i], sizeof ask->ids[i], "%s", ids[i]);
    async_worker_ask(g->worker, 0, ask);
}

struct preview_loader_answer *preview_loader_take(struct preview_loader *g)
{
    return async_worker_take(g->worker, 0);
}
