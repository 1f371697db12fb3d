/* The network: ResNet-18 or ResNet-34 as torchvision defines them (He et al. 2016,
 * doi:10.1109/CVPR.2016.90), any number of input channels, NHWC, dropout before the head.
 *
 * One arena, planned once; no allocation inside a step. Same input, same bits for any number of
 * workers. One owner: the thread that runs the job; compute is spread over `workers`. */
#ifndef NN_NET_H
#define NN_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/workers.h"
#include "nn/params.h"

struct kern; /* kern/kern.h */

struct net_plan {
    const char *model; /* "resnet18", "resnet34" */
    int channels;      /* C of the input, 1..8 */
    int classes;       /* K of the output */
    int size;          /* S: side of the input in pixels, >= 32 */
    int other_size;    /* a second size that net_use_size can choose; 0: none */
    int batch;         /* most samples in a call */
    int like_batch;    /* computes as a network planned for this batch does; 0: batch */
    bool train;        /* false: no gradients, less memory */
    bool plan_only; /* no memory is taken: net_memory and the counts of net_params tell, no more */
    float dropout;  /* probability, 0..1 */
    int width;      /* channels of the first stage; 0: 64, as published */
    /* Convolution: NULL: chosen by shape; "gemm", "winograd", "winograd-strided", "winograd-stem":
     * wherever that is possible. */
    const char *convolution;
    const struct kern *kern; /* vector kernels; NULL: the fastest of this CPU */
};

struct net;

struct net *net_new(const struct net_plan *plan, struct workers *workers, struct err *e);
void net_free(struct net *net);

/* He-normal (fan out) convolutions, batch norm weight 1 and bias 0, head uniform +-1/sqrt(C): as
 * torchvision does it. Pure function of the seed. */
void net_init(struct net *net, uint64_t seed);

/* What a training leaves as it is: weights and running statistics, which its batch norms use in
 * training too. */
enum net_frozen {
    NET_FROZEN_NONE,
    NET_FROZEN_TRUNK, /* all but the first convolution, its batch norm and the head */
    NET_FROZEN_ALL    /* all but the head */
};

/* Whether the plan's network can learn at its size from its batches while `what` is frozen: where
 * batch norm would see a single value, there is no variance (ERR_CONFIG). By the shapes alone. */
int net_check_training(const struct net_plan *plan, enum net_frozen what, struct err *e);

/* The side of the images from now on: `size` of the plan (as it begins) or `other_size`. Both work
 * in the same memory on the same parameters. */
void net_use_size(struct net *net, int size);

void net_freeze(struct net *net, enum net_frozen what);

/* How deep a tensor lies, for rates that differ. */
enum net_depth {
    NET_DEPTH_LOW,  /* first convolution, its batch norm, layer1, layer2 */
    NET_DEPTH_HIGH, /* layer3, layer4 */
    NET_DEPTH_HEAD,
    NET_DEPTHS
};
enum net_depth net_depth(const struct param *row);

struct params *net_params(struct net *net);
size_t net_memory(const struct net *net); /* bytes planned: arena, parameters, gradients */

/* logits[n,K] from x[n,S,S,C]; batch norm by running statistics, no dropout. */
int net_infer(struct net *net, const float *x, int n, float *logits, struct err *e);

/* One training pass: forward in training mode (batch statistics, running statistics updated with
 * momentum .1 and the unbiased variance, dropout drawn from (seed, step)), then the loss's gradient
 * from `loss_gradient`, then backward into gradients (overwritten). ERR_NUMERIC when a logit is not
 * finite. */
typedef double net_loss(void *context, const float *logits /* [n,K] */, int n,
                        float *dlogits /* [n,K] */);
int net_train(struct net *net, const float *x, int n, uint64_t seed, int64_t step, net_loss *loss,
              void *context, double *loss_value, struct err *e);

/* The head alone. Its features are what it reads: F numbers of an image, that depend on nothing
 * but the image while all but the head is frozen. */
int net_feature_count(const struct net *net);
int net_features(struct net *net, const float *x, int n, float *features /* [n,F] */,
                 struct err *e);
/* As net_infer, and as net_train with NET_FROZEN_ALL, on the images of these features. */
int net_infer_head(struct net *net, const float *features, int n, float *logits, struct err *e);
int net_train_head(struct net *net, const float *features, int n, uint64_t seed, int64_t step,
                   net_loss *loss, void *context, double *loss_value, struct err *e);

/* Forward work of one image in GFLOP (2 per multiply-add, direct count). */
double net_gflop(const struct net *net);

#endif
