/* Trunk features, kept in the order of the plan's rows. A batch gathers what the loader's batch of
 * the same plan, epoch and step would show. */
#include "feature_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct feature_cache {
    struct loader_plan plan;
    int width; /* F */
    bool made;
    float *at;  /* [n,F] */
    int *place; /* [last row + 1]: of a row in `at` */
    int *order; /* [n] rows of the epoch at work */
    int *rows;  /* [n + batch] the plan's rows, then its first ones again */
    int step;   /* of the next batch */
    struct batch batch;
};

size_t feature_cache_memory(const struct loader_plan *plan, int width)
{
    return (size_t)plan->n * (size_t)width * sizeof(float);
}

static int steps_of(const struct loader_plan *p)
{
    return p->drop_last ? p->n / p->batch : (p->n - 1) / p->batch + 1;
}

static int last_row(const struct loader_plan *p)
{
    int last = 0;
    for (int i = 0; i < p->n; i++)
        last = p->rows[i] > last ? p->rows[i] : last;
    return last;
}

static int allocate(struct feature_cache *f, struct err *e)
{
    const char *what = "trunk features";
    size_t n = (size_t)f->plan.n, batch = (size_t)f->plan.batch, width = (size_t)f->width;
    struct batch *b = &f->batch;
    return !(f->at = mem_array(n * width, sizeof *f->at, what, e)) ||
                   !(f->place =
                         mem_array((size_t)last_row(&f->plan) + 1, sizeof *f->place, what, e)) ||
                   !(f->order = mem_array(n, sizeof *f->order, what, e)) ||
                   !(f->rows = mem_array(n + batch, sizeof *f->rows, what, e)) ||
                   !(b->x = mem_array(batch * width, sizeof *b->x, what, e)) ||
                   !(b->y = mem_array(batch * (size_t)f->plan.k, sizeof *b->y, what, e)) ||
                   !(b->row = mem_array(batch, sizeof *b->row, what, e))
               ? -1
               : 0;
}

struct feature_cache *feature_cache_new(const struct loader_plan *plan, int width, struct err *e)
{
    struct feature_cache *f = xcalloc(1, sizeof *f);
    f->plan = *plan;
    f->width = width;
    if (allocate(f, e)) {
        feature_cache_free(f);
        return NULL;
    }
    for (int i = 0; i < plan->n; i++)
        f->place[plan->rows[i]] = i;
    for (int i = 0; i < plan->n + plan->batch; i++)
        f->rows[i] = plan->rows[i % plan->n];
    return f;
}

void feature_cache_free(struct feature_cache *f)
{
    if (!f)
        return;
    free(f->at);
    free(f->place);
    free(f->order);
    free(f->rows);
    free(f->batch.x);
    free(f->batch.y);
    free(f->batch.row);
    free(f);
}

static int take_batch(struct feature_cache *f, struct job *j, struct net *net,
                      const struct batch *b, int first, struct err *e)
{
    int n = f->plan.n - first < b->n ? f->plan.n - first : b->n;
    if (job_cancelled(j))
        return err_set(e, ERR_CANCELLED, "stopped on request");
    if (net_features(net, b->x, b->n, f->batch.x, e))
        return -1;
    memcpy(f->at + (size_t)first * (size_t)f->width, f->batch.x,
           (size_t)n * (size_t)f->width * sizeof *f->at);
    job_progress(j, first + n);
    return 0;
}

/* In the plan's own order. Where a training leaves an incomplete last batch out, it is filled up,
 * since the size of a batch may show in the last bit. */
static struct loader_plan pass_of(const struct feature_cache *f)
{
    struct loader_plan p = f->plan;
    if (p.drop_last)
        p.n = (p.n + p.batch - 1) / p.batch * p.batch;
    p.rows = f->rows;
    p.sums = NULL;
    p.shuffle = p.drop_last = false;
    return p;
}

int feature_cache_make(struct feature_cache *f, struct job *j, struct net *net, struct err *e)
{
    struct loader_plan pass = pass_of(f);
    const struct batch *b;
    struct loader *l = loader_new(&pass, e);
    if (!l)
        return -1;
    int first = 0, failed = loader_start(l, 0, 0, e);
    err_clear(e);
    while (!failed && (b = loader_next(l, e))) {
        failed = take_batch(f, j, net, b, first, e);
        first += b->n;
    }
    loader_free(l);
    f->made = !failed && e->code == ERR_NONE;
    return f->made ? 0 : -1;
}

bool feature_cache_made(const struct feature_cache *f)
{
    return f->made;
}

void feature_cache_start(struct feature_cache *f, int epoch, int first_step)
{
    loader_order(&f->plan, epoch, f->order);
    f->step = first_step;
}

static void gather(struct feature_cache *f, int at, int row)
{
    size_t width = (size_t)f->width, k = (size_t)f->plan.k;
    const struct labels *labels = &f->plan.labels[row];
    memcpy(f->batch.x + (size_t)at * width, f->at + (size_t)f->place[row] * width,
           width * sizeof *f->at);
    for (size_t c = 0; c < k; c++)
        f->batch.y[(size_t)at * k + c] = labels_has(labels, (int)c) ? 1 : 0;
    f->batch.row[at] = row;
}

const struct batch *feature_cache_next(struct feature_cache *f)
{
    int first = f->step * f->plan.batch, left = f->plan.n - first;
    if (f->step >= steps_of(&f->plan))
        return NULL;
    f->step++;
    f->batch.n = left < f->plan.batch ? left : f->plan.batch;
    for (int i = 0; i < f->batch.n; i++)
        gather(f, i, f->order[first + i]);
    return &f->batch;
}
