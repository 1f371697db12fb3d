/* Planned memory, put together from what each part says of itself. */
#include "memory_plan.h"

#include <stdio.h>

#include "base/log.h"
#include "base/room.h"
#include "data/loader.h"
#include "kern/gemm.h"
#include "train_config.h"

static const double MB = 1e6;
/* What comes on top of a plan: libraries, buffers of files and of the BLAS, stacks. */
static const double MARGIN_MB = 60;
static const uint64_t LEAST_BUFFERS = 32 << 20; /* of the BLAS */

struct memory_plan memory_plan_of(struct net *net, const struct optim *optim, size_t batches)
{
    const struct params *p = net_params(net);
    size_t weights = ((p->gradients ? 2 : 1) * p->count + p->buffer_count) * sizeof(float);
    return (struct memory_plan){.activations = net_memory(net) - weights,
                                .weights = weights,
                                .optimiser = optim ? optim_memory(optim) : 0,
                                .batches = batches,
                                .averaged = p->average ? p->count * sizeof(float) : 0};
}

static struct net *plan_net(const struct net_plan *plan, struct workers *workers, struct err *e)
{
    struct net_plan p = *plan;
    p.plan_only = true;
    return net_new(&p, workers, e);
}

static size_t loader_bytes(const struct net_plan *p, int size)
{
    return loader_memory_of(size, p->channels, p->classes, p->batch, MEMORY_PLAN_LOADER_DEPTH);
}

/* Loaders of the training part, at one or two sizes, and of the validation part. */
int memory_plan_training(struct memory_plan *f, const struct conf *c, const struct net_plan *plan,
                         struct workers *workers, struct err *e)
{
    struct optim_plan optim = train_config_optim(c);
    struct net *net = plan_net(plan, workers, e);
    if (!net)
        return -1;
    size_t count = net_params(net)->count;
    *f = memory_plan_of(net, NULL, 2 * loader_bytes(plan, plan->size));
    f->weights = (2 * count + net_params(net)->buffer_count) * sizeof(float);
    f->activations = net_memory(net) - f->weights;
    f->optimiser = optim_memory_of(&optim, count);
    f->averaged = train_config_steps(c).ema > 0 ? count * sizeof(float) : 0;
    if (plan->other_size)
        f->batches += loader_bytes(plan, plan->other_size);
    net_free(net);
    return 0;
}

int memory_plan_inference(struct memory_plan *f, const struct net_plan *plan,
                          struct workers *workers, struct err *e)
{
    struct net *net = plan_net(plan, workers, e);
    if (!net)
        return -1;
    *f = memory_plan_of(net, NULL, loader_bytes(plan, plan->size));
    net_free(net);
    return 0;
}

int memory_plan_features(const struct net_plan *plan, int64_t samples, size_t *bytes, struct err *e)
{
    struct net *net = plan_net(plan, NULL, e);
    if (!net)
        return -1;
    *bytes = (size_t)samples * (size_t)net_feature_count(net) * sizeof(float);
    net_free(net);
    return 0;
}

static uint64_t memory_plan_bytes(const struct memory_plan *f)
{
    return f->activations + f->weights + f->optimiser + f->batches + f->averaged;
}

int memory_plan_fits(const struct memory_plan *f, const char *who, const char *lower,
                     const struct limits_memory *limit, struct err *e)
{
    char text[160], used[96];
    double room = (double)limits_room(limit) / MB;
    struct room_plan p = {who, text, memory_plan_bytes(f), lower};
    memory_plan_text(f, text, sizeof text);
    if (room_fits(&p, limit, e))
        return -1;
    room_used_text(limit, used, sizeof used);
    if (limit->bytes != UINT64_MAX && memory_plan_mb(f) + MARGIN_MB > room)
        log_warn("%s: memory is scarce: it plans %.0f MB and %s, of the %.0f MB that %s allows; "
                 "should it be killed, %s",
                 who, memory_plan_mb(f), used, (double)limit->bytes / MB, limit->by,
                 lower ? lower : "raise that limit");
    return 0;
}

int memory_plan_check(const struct memory_plan *f, const char *who, const char *lower,
                      const struct work *w, struct err *e)
{
    char text[160];
    struct limits_memory limit;
    limits_memory("", &limit);
    memory_plan_text(f, text, sizeof text);
    log_info("%s: plans %s", who, text);
    if (limit.bytes != UINT64_MAX)
        log_info("%s: memory is limited to %.0f MB by %s", who, (double)limit.bytes / MB, limit.by);
    work_tell_threads(w);
    return memory_plan_fits(f, who, lower, &limit, e);
}

int memory_plan_products(const struct memory_plan *f, const char *who, const char *lower,
                         const struct work *w, struct err *e)
{
    struct limits_memory before, after;
    limits_memory("", &before);
    if (gemm_reserve(workers_count(w->workers), e))
        return err_prefix(e, "%s", who);
    limits_memory("", &after);
    /* of address space only: a control group does not count what nobody has touched */
    return after.own > before.own + LEAST_BUFFERS ? memory_plan_fits(f, who, lower, &after, e) : 0;
}

double memory_plan_mb(const struct memory_plan *f)
{
    return (double)memory_plan_bytes(f) / MB;
}

void memory_plan_text(const struct memory_plan *f, char *out, size_t size)
{
    int n = snprintf(
        out, size,
        "%.0f MB: activations %.0f, weights and gradients %.0f, optimiser %.0f, batches %.0f",
        memory_plan_mb(f), (double)f->activations / MB, (double)f->weights / MB,
        (double)f->optimiser / MB, (double)f->batches / MB);
    if (f->averaged && n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, ", averaged weights %.0f", (double)f->averaged / MB);
}
