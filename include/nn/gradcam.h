/* Grad-CAM: where in an image a network sees a class (Selvaraju et al. 2017,
 * doi:10.1109/ICCV.2017.74, arXiv:1610.02391).
 *
 * With A_k the channels of the last block's output, [h,w], and y_c the logit of class c:
 *   a_k = mean over the positions of d y_c / d A_k,  map = max(0, sum over k of a_k A_k).
 * As net_infer computes y: running statistics, no dropout. Same input, same bits for any number of
 * workers. One owner: the thread that owns the network. */
#ifndef NN_GRADCAM_H
#define NN_GRADCAM_H

#include <stdatomic.h>

#include "base/err.h"
#include "nn/net.h"

/* Sides of a map. */
void gradcam_size(const struct net *net, int *h, int *w);

/* Of one image x[1,S,S,C]: maps[h,w,K] and logits[K] of all classes, in one pass. `cancel` (may be
 * NULL) is looked at between operations: ERR_CANCELLED. ERR_NUMERIC when a logit is not finite. */
int gradcam_maps(struct net *net, const float *x, float *maps, float *logits,
                 const atomic_bool *cancel, struct err *e);

#endif
