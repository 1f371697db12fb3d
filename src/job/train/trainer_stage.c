/* The phases of a training: in which epochs a part of the network is frozen, and which see smaller
 * images. A function of configuration and epoch alone, entered anew by every epoch, so that a
 * resumed run finds itself in the same place. Where the batches of a phase come from belongs here
 * too: loaders of both sizes, or trunk features where nothing below the head learns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "feature_cache.h"
#include "nn/ema.h"
#include "train_plan.h"
#include "trainer.h"

static int full_size(const struct trainer *s)
{
    return (int)conf_int(s->conf, CONF_TRAIN_SIZE);
}

static struct train_config_phase phase_at(const struct trainer *s, int64_t epoch)
{
    return train_config_phase(&s->phases, full_size(s), epoch);
}

static struct loader_plan loader_plan(const struct trainer *s, struct cache *cache)
{
    int batch = (int)conf_int(s->conf, CONF_TRAIN_BATCH);
    struct loader_plan plan = {
        .cache = cache,
        .labels = s->data.index->labels,
        .rows = s->feed.rows,
        .sums = s->feed.sums,
        .n = s->feed.n,
        .k = s->data.index->k,
        .batch = batch,
        .shuffle = conf_flag(s->conf, CONF_TRAIN_SHUFFLE),
        .drop_last = train_plan_plan(s->conf, s->feed.n).drop_last,
        .augment = sampling_plan_augment(s->conf),
        .seed = (uint64_t)conf_int(s->conf, CONF_TRAIN_SEED),
        .threads = 1,
        .depth = MEMORY_PLAN_LOADER_DEPTH,
    };
    memcpy(plan.mean, s->mean, sizeof plan.mean);
    memcpy(plan.std, s->std, sizeof plan.std);
    return plan;
}

int trainer_stage_loaders(struct trainer *s, struct err *e)
{
    struct loader_plan plan = loader_plan(s, s->data.cache);
    s->loader = loader_new(&plan, e);
    if (!s->loader || !s->data.first_cache)
        return s->loader ? 0 : -1;
    plan = loader_plan(s, s->data.first_cache);
    s->first_loader = loader_new(&plan, e);
    return s->first_loader ? 0 : -1;
}

/* Of the trunk features that this run will keep, or 0. */
static size_t trunk_bytes(const struct trainer *s, const struct loader_plan *train,
                          const struct loader_plan *val)
{
    int width = net_feature_count(s->net);
    if (phase_at(s, s->epoch).frozen != NET_FROZEN_ALL)
        return 0;
    return feature_cache_memory(val, width) +
           (augment_any(&train->augment) ? 0 : feature_cache_memory(train, width));
}

size_t trainer_stage_memory(const struct trainer *s)
{
    struct loader_plan train = loader_plan(s, s->data.cache), val = trainer_stage_validation(s);
    size_t bytes = loader_memory(&train) + loader_memory(&val) + trunk_bytes(s, &train, &val);
    if (!s->data.first_cache)
        return bytes;
    train = loader_plan(s, s->data.first_cache);
    return bytes + loader_memory(&train);
}

/* Before there are pixels: as if all samples of the parts could be read. */
int trainer_stage_plan(const struct trainer *s, struct memory_plan *f, struct err *e)
{
    struct net_plan plan =
        train_config_net(s->conf, s->work.kern, s->data.index->channels, s->data.index->k, true);
    struct augment augment = sampling_plan_augment(s->conf);
    int64_t samples = s->data.val_n + (augment_any(&augment) ? 0 : s->data.train_n);
    size_t features = 0;
    if (memory_plan_training(f, s->conf, &plan, s->work.workers, e) ||
        (phase_at(s, s->epoch).frozen == NET_FROZEN_ALL &&
         memory_plan_features(&plan, samples, &features, e)))
        return -1;
    f->batches += features;
    return 0;
}

void trainer_stage_rest(struct trainer *s)
{
    net_freeze(s->net, s->phases.frozen_epochs > 0 ? s->phases.frozen : NET_FROZEN_NONE);
    optim_rest(s->optim, net_params(s->net), s->phases.frozen_epochs * s->steps_per_epoch);
    net_freeze(s->net, NET_FROZEN_NONE);
}

static void drop_trunk(struct trainer *s, bool val)
{
    feature_cache_free(s->train_trunk);
    s->train_trunk = NULL;
    if (val) {
        feature_cache_free(s->val_trunk);
        s->val_trunk = NULL;
    }
}

void trainer_stage_close(struct trainer *s)
{
    drop_trunk(s, true);
    loader_free(s->loader);
    loader_free(s->first_loader);
}

static void tell_cached(const struct trainer *s, int n, const char *what)
{
    log_info("trunk features of %d %ssamples cached, %.1f MB", n, what,
             4e-6 * n * net_feature_count(s->net));
}

/* Room for both before the first step, so that none is missing at the epoch's end. */
static int open_trunk(struct trainer *s, struct err *e)
{
    struct cache *cache = s->now.size == full_size(s) ? s->data.cache : s->data.first_cache;
    struct loader_plan train = loader_plan(s, cache), val = trainer_stage_validation(s);
    int width = net_feature_count(s->net);
    if (!s->val_trunk && !(s->val_trunk = feature_cache_new(&val, width, e)))
        return -1;
    if (!train_plan_keeps_features(s->conf, &s->now)) {
        log_info("trunk features are not cached: the augmentation shows samples in many ways "
                 "(augment.preset=none)");
        return 0;
    }
    if (!(s->train_trunk = feature_cache_new(&train, width, e)))
        return -1;
    job_phase(s->job, PHASE_FEATURES, train.n);
    if (feature_cache_make(s->train_trunk, s->job, s->net, e))
        return -1;
    tell_cached(s, train.n, "");
    return 0;
}

/* What learns in a frozen phase is new, or reads new channels: it learns at the full rate. */
static int scale_rates(struct trainer *s, struct err *e)
{
    const struct params *p = net_params(s->net);
    double by_depth[NET_DEPTHS], *scales = mem_array((size_t)p->n, sizeof *scales, "rates", e);
    if (!scales)
        return -1;
    train_config_scales(s->conf, by_depth);
    for (int i = 0; i < p->n; i++)
        scales[i] = s->now.frozen == NET_FROZEN_NONE ? by_depth[net_depth(&p->table[i])] : 1;
    optim_scale(s->optim, scales);
    free(scales);
    return 0;
}

static void tell_phase(const struct trainer *s)
{
    static const char *const parts[] = {[NET_FROZEN_NONE] = "the whole network learns",
                                        [NET_FROZEN_TRUNK] =
                                            "the first convolution and the head learn",
                                        [NET_FROZEN_ALL] = "the head alone learns"};
    bool phased = s->phases.frozen_epochs > 0 || s->phases.first_size_epochs > 0;
    if (phased)
        log_info("epoch %lld: %s, at %d px", (long long)s->epoch + 1, parts[s->now.frozen],
                 s->now.size);
}

int trainer_stage_enter(struct trainer *s, struct err *e)
{
    struct train_config_phase phase = phase_at(s, s->epoch);
    bool same = s->now.size == phase.size && s->now.frozen == phase.frozen;
    net_use_size(s->net, phase.size);
    if (same)
        return 0;
    s->now = phase;
    net_freeze(s->net, phase.frozen);
    drop_trunk(s, phase.frozen != NET_FROZEN_ALL);
    s->job->now.images_per_second = s->job->now.eta_seconds = NAN; /* of another phase */
    tell_phase(s);
    if (scale_rates(s, e))
        return -1;
    return phase.frozen == NET_FROZEN_ALL ? open_trunk(s, e) : 0;
}

static struct loader *loader_now(const struct trainer *s)
{
    return s->now.size == full_size(s) ? s->loader : s->first_loader;
}

int trainer_stage_start(struct trainer *s, struct err *e)
{
    int batch = (int)s->step_in_epoch * s->steps.batches;
    if (!s->train_trunk)
        return loader_start(loader_now(s), (int)s->epoch, batch, e);
    feature_cache_start(s->train_trunk, (int)s->epoch, batch);
    return 0;
}

const struct batch *trainer_stage_batch(struct trainer *s, struct err *e)
{
    return s->train_trunk ? feature_cache_next(s->train_trunk) : loader_next(loader_now(s), e);
}

double trainer_stage_wait(const struct trainer *s)
{
    return s->train_trunk ? 0 : loader_wait_seconds(loader_now(s));
}

int trainer_stage_learn(struct trainer *s, const struct batch *b, int part, net_loss *loss,
                        void *context, double *value, struct err *e)
{
    uint64_t seed = (uint64_t)conf_int(s->conf, CONF_TRAIN_SEED);
    int64_t draw = s->step * s->steps.batches + part; /* each batch drops out other features */
    return (s->train_trunk ? net_train_head : net_train)(s->net, b->x, b->n, seed, draw, loss,
                                                         context, value, e);
}

struct loader_plan trainer_stage_validation(const struct trainer *s)
{
    int batch = (int)conf_int(s->conf, CONF_TRAIN_BATCH);
    return evaluate_plan(&s->data, s->data.val, s->data.val_n, batch, s->mean, s->std);
}

static struct scores *validate(struct trainer *s, double *loss, struct err *e)
{
    struct loader_plan plan = trainer_stage_validation(s);
    job_phase(s->job, PHASE_EVAL, plan.n);
    net_use_size(s->net, full_size(s));
    if (s->val_trunk && !feature_cache_made(s->val_trunk)) {
        if (feature_cache_make(s->val_trunk, s->job, s->net, e))
            return NULL;
        tell_cached(s, plan.n, "validation ");
        s->job->now.done = 0;
    }
    return evaluate_rows(s->job, s->net, &plan, 1, &s->recipe, s->val_trunk, loss, e);
}

struct scores *trainer_stage_validate(struct trainer *s, double *loss, struct err *e)
{
    struct params *p = net_params(s->net);
    if (p->average)
        ema_swap(p, s->work.workers);
    struct scores *scores = validate(s, loss, e);
    if (p->average)
        ema_swap(p, s->work.workers);
    return scores;
}

double trainer_stage_steps_left(const struct trainer *s)
{
    int size = full_size(s);
    double left = 0, now = train_plan_cost(&s->now, size);
    int64_t step = s->step;
    for (int64_t epoch = s->epoch; step < s->total_steps; epoch++) {
        int64_t end = (epoch + 1) * s->steps_per_epoch;
        end = end < s->total_steps ? end : s->total_steps;
        struct train_config_phase phase = phase_at(s, epoch);
        left += (double)(end - step) * train_plan_cost(&phase, size) / now;
        step = end > step ? end : step;
    }
    return s->train_trunk ? NAN : left;
}
