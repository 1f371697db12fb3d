/* The recipe. Empty numbers of the configuration get their defaults here, since they depend on the
 * optimiser. */
#include "train_config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static bool uses_sgd(const struct conf *c)
{
    return !strcmp(conf_text(c, CONF_TRAIN_OPTIMIZER), "sgd");
}

/* NULL: by shape. */
static const char *convolution(const struct conf *c)
{
    const char *name = conf_text(c, CONF_TRAIN_CONVOLUTION);
    return strcmp(name, "auto") ? name : NULL;
}

struct net_plan train_config_net(const struct conf *c, const struct kern *kern, int channels,
                                 int classes, bool train)
{
    return (struct net_plan){.model = conf_text(c, CONF_TRAIN_MODEL),
                             .width = (int)conf_int(c, CONF_TRAIN_WIDTH),
                             .channels = channels,
                             .classes = classes,
                             .size = (int)conf_int(c, CONF_TRAIN_SIZE),
                             .other_size = train ? (int)conf_int(c, CONF_TRAIN_FIRST_SIZE) : 0,
                             .batch = (int)conf_int(c, CONF_TRAIN_BATCH),
                             .train = train,
                             .dropout = (float)conf_real(c, CONF_TRAIN_DROPOUT),
                             .convolution = convolution(c),
                             .kern = kern};
}

void train_config_model(const struct conf *c, char *out, size_t size)
{
    const char *width = conf_text(c, CONF_TRAIN_WIDTH);
    bool published = !strcmp(width, conf_info(CONF_TRAIN_WIDTH)->initial);
    snprintf(out, size, "%s%s%s", conf_text(c, CONF_TRAIN_MODEL), published ? "" : " of width ",
             published ? "" : width);
}

int train_config_channels(const struct conf *c)
{
    int n = 1;
    for (const char *p = conf_text(c, CONF_DATA_CHANNELS); *p; p++)
        n += *p == ',';
    return n;
}

struct optim_plan train_config_optim(const struct conf *c)
{
    struct optim_plan p = {.kind = uses_sgd(c) ? OPTIM_SGD : OPTIM_ADAMW,
                           .momentum = conf_real(c, CONF_TRAIN_MOMENTUM),
                           .beta1 = .9,
                           .beta2 = .999,
                           .epsilon = 1e-8,
                           .weight_decay = uses_sgd(c) ? 1e-4 : 1e-2,
                           .accumulate = conf_int(c, CONF_TRAIN_ACCUMULATE) > 1};
    if (conf_is_set(c, CONF_TRAIN_WEIGHT_DECAY))
        p.weight_decay = conf_real(c, CONF_TRAIN_WEIGHT_DECAY);
    return p;
}

static enum schedule_kind schedule_kind(const struct conf *c)
{
    const char *name = conf_text(c, CONF_TRAIN_SCHEDULE);
    return !strcmp(name, "constant")   ? SCHEDULE_CONSTANT
           : !strcmp(name, "restarts") ? SCHEDULE_RESTARTS
           : !strcmp(name, "onecycle") ? SCHEDULE_ONECYCLE
                                       : SCHEDULE_COSINE;
}

struct schedule train_config_schedule(const struct conf *c, int64_t steps_per_epoch, int64_t total)
{
    double epoch = (double)steps_per_epoch;
    struct schedule s = {.kind = schedule_kind(c),
                         .peak = uses_sgd(c) ? .05 : .001,
                         .total = total,
                         .growth = (int)conf_int(c, CONF_TRAIN_RESTART_FACTOR),
                         .rise = conf_real(c, CONF_TRAIN_ONECYCLE_RISE)};
    if (conf_is_set(c, CONF_TRAIN_LR))
        s.peak = conf_real(c, CONF_TRAIN_LR);
    s.warmup = llround(conf_real(c, CONF_TRAIN_WARMUP_EPOCHS) * epoch);
    if (s.warmup > total)
        s.warmup = total;
    s.cycle = llround(conf_real(c, CONF_TRAIN_RESTART_EPOCHS) * epoch);
    if (s.cycle < 1)
        s.cycle = 1;
    return s;
}

void train_config_scales(const struct conf *c, double scales[NET_DEPTHS])
{
    const char *usual =
        train_config_init(c) ? "0.1,0.3,1" : "1"; /* what a file knows is soon forgotten */
    bool set = conf_is_set(c, CONF_TRAIN_BACKBONE_LR_SCALE);
    const char *text = set ? conf_text(c, CONF_TRAIN_BACKBONE_LR_SCALE) : usual;
    int n = text_reals(text, scales, NET_DEPTHS);
    if (n == NET_DEPTHS)
        return;
    scales[NET_DEPTH_HIGH] = scales[NET_DEPTH_LOW];
    scales[NET_DEPTH_HEAD] = 1;
}

struct train_config_steps train_config_steps(const struct conf *c)
{
    bool cycle = schedule_kind(c) == SCHEDULE_ONECYCLE && conf_flag(c, CONF_TRAIN_CYCLE_MOMENTUM);
    return (struct train_config_steps){.batches = (int)conf_int(c, CONF_TRAIN_ACCUMULATE),
                                       .clip = conf_real(c, CONF_TRAIN_CLIP),
                                       .ema = conf_real(c, CONF_TRAIN_EMA),
                                       .cycle_momentum = cycle,
                                       .patience = conf_int(c, CONF_TRAIN_PATIENCE),
                                       .validate = conf_int(c, CONF_TRAIN_VALIDATE_STEPS)};
}

const char *train_config_init(const struct conf *c)
{
    const char *init = conf_text(c, CONF_TRAIN_INIT);
    return strcmp(init, "he") ? init : NULL;
}

static int colour_of(const char *name, size_t length)
{
    static const char *const colours[] = {"red", "green", "blue"};
    for (int i = 0; i < 3; i++)
        if (strlen(colours[i]) == length && !memcmp(colours[i], name, length))
            return i;
    return -1;
}

/* Stains that are named after colours get the filters of these, in whatever order they stand. */
struct pretrained_rule train_config_stem(const struct conf *c)
{
    const char *stem = conf_text(c, CONF_TRAIN_STEM), *at = conf_text(c, CONF_DATA_CHANNELS);
    struct pretrained_rule rule = pretrained_by_position(!strcmp(stem, "repeat") ? PRETRAINED_REPEAT
                                                         : !strcmp(stem, "rb")   ? PRETRAINED_RB
                                                                                 : PRETRAINED_MEAN);
    struct pretrained_rule named = rule;
    bool any = false;
    for (int i = 0; i < PRETRAINED_CHANNELS_MAX; i++) {
        at += strspn(at, " \t");
        size_t length = strcspn(at, ",");
        named.colour[i] = colour_of(at, strcspn(at, ", \t"));
        any |= named.colour[i] >= 0;
        at += length + (at[length] == ',');
    }
    return any ? named : rule;
}

/* Random weights that are frozen teach nothing: only those of a file are, unless asked for. */
static int64_t frozen_epochs(const struct conf *c)
{
    if (conf_is_set(c, CONF_TRAIN_FROZEN_EPOCHS))
        return conf_int(c, CONF_TRAIN_FROZEN_EPOCHS);
    return train_config_init(c) ? 2 : 0;
}

struct train_config_phases train_config_phases(const struct conf *c)
{
    bool all = !strcmp(conf_text(c, CONF_TRAIN_FROZEN), "all");
    struct train_config_phases p = {.frozen_epochs = frozen_epochs(c),
                                    .frozen = all ? NET_FROZEN_ALL : NET_FROZEN_TRUNK,
                                    .first_size = (int)conf_int(c, CONF_TRAIN_FIRST_SIZE)};
    if (p.first_size)
        p.first_size_epochs = conf_is_set(c, CONF_TRAIN_FIRST_SIZE_EPOCHS)
                                  ? conf_int(c, CONF_TRAIN_FIRST_SIZE_EPOCHS)
                                  : conf_int(c, CONF_TRAIN_EPOCHS) / 2;
    return p;
}

struct train_config_phase train_config_phase(const struct train_config_phases *p, int size,
                                             int64_t epoch)
{
    return (struct train_config_phase){.size = epoch < p->first_size_epochs ? p->first_size : size,
                                       .frozen =
                                           epoch < p->frozen_epochs ? p->frozen : NET_FROZEN_NONE};
}

int train_config_check(const struct conf *c, struct err *e)
{
    struct train_config_phases p = train_config_phases(c);
    struct net_plan plan = train_config_net(c, NULL, 1, 1, false);
    const int64_t begins[] = {0, p.frozen_epochs, p.first_size_epochs};
    for (int i = 0; i < 3; i++) {
        struct train_config_phase phase =
            train_config_phase(&p, (int)conf_int(c, CONF_TRAIN_SIZE), begins[i]);
        plan.size = phase.size;
        if (begins[i] < conf_int(c, CONF_TRAIN_EPOCHS) &&
            net_check_training(&plan, phase.frozen, e))
            return -1;
    }
    return 0;
}

struct loss train_config_loss(const struct conf *c)
{
    bool sum = !strcmp(conf_text(c, CONF_LOSS_REDUCTION), "sum_classes");
    return (struct loss){.gamma = conf_real(c, CONF_LOSS_GAMMA),
                         .has_alpha = strcmp(conf_text(c, CONF_LOSS_ALPHA), "off") != 0,
                         .alpha = conf_real(c, CONF_LOSS_ALPHA),
                         .smoothing = conf_real(c, CONF_LOSS_LABEL_SMOOTHING),
                         .reduction = sum ? LOSS_SUM_CLASSES : LOSS_MEAN};
}
