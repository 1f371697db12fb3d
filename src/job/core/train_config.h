/* The recipe: what the configuration means for network, optimiser, schedule and loss. Pure. */
#ifndef JOB_TRAIN_CONFIG_H
#define JOB_TRAIN_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "nn/loss.h"
#include "nn/net.h"
#include "nn/optim.h"
#include "nn/pretrained.h"
#include "nn/schedule.h"

/* Epochs that differ from the rest; 0 epochs: none do. */
struct train_config_phases {
    int64_t frozen_epochs; /* the first so many leave a part as it is... */
    enum net_frozen frozen;
    int64_t first_size_epochs; /* the first so many see images of... */
    int first_size;            /* 0: none */
};

/* What sets some epochs apart. */
struct train_config_phase {
    int size;
    enum net_frozen frozen;
};

/* What a step is, and what follows some of them; 0: none. */
struct train_config_steps {
    int batches; /* of a step: their gradients are averaged */
    double clip;
    double ema;
    bool cycle_momentum;
    int64_t patience; /* epochs */
    int64_t validate; /* steps */
};

/* A network that trains can change to train.first_size. `kern`: the vector kernels, of this process
 * and not of the run. */
struct net_plan train_config_net(const struct conf *c, const struct kern *kern, int channels,
                                 int classes, bool train);
/* "resnet18"; of another width than published: "resnet18 of width 16". */
void train_config_model(const struct conf *c, char *out, size_t size);
struct optim_plan train_config_optim(const struct conf *c);
struct schedule train_config_schedule(const struct conf *c, int64_t steps_per_epoch, int64_t total);
int train_config_channels(const struct conf *c); /* of data.channels */
/* Parts of the rate by depth, for when nothing is frozen. */
void train_config_scales(const struct conf *c, double scales[NET_DEPTHS]);
struct train_config_steps train_config_steps(const struct conf *c);
/* The file of train.init; NULL: random weights. */
const char *train_config_init(const struct conf *c);
struct pretrained_rule train_config_stem(const struct conf *c);
struct train_config_phases train_config_phases(const struct conf *c);
/* Of epoch 0, 1, ...; `size`: train.size. */
struct train_config_phase train_config_phase(const struct train_config_phases *p, int size,
                                             int64_t epoch);
/* Whether the network can learn in every phase: before hours of packing pixels. */
int train_config_check(const struct conf *c, struct err *e);
/* Without class weights: those belong to the training part (class_weights.h). */
struct loss train_config_loss(const struct conf *c);

#endif
