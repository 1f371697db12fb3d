/* Focal loss on logits (Lin et al. 2017, doi:10.1109/ICCV.2017.324) for several labels.
 *
 * positive(p) = -(1-p)^gamma log(p), negative(p) = -p^gamma log(1-p), p = sigmoid(logit): gamma 0
 * is binary cross-entropy. An entry's loss is class_weights[c] (t a positive(p) + (1-t) b
 * negative(p)), where t is y, with label smoothing e: y (1-e) + e/2, the middle being 1/2 since a
 * target is binary; and a, b are 1, 1 or, as torchvision's sigmoid_focal_loss, alpha, 1 - alpha.
 * Stable for any finite logit; accumulated in double. Any thread. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include <stdbool.h>

enum loss_reduction {
    LOSS_MEAN,       /* over all n*k entries */
    LOSS_SUM_CLASSES /* sum over classes, mean over samples */
};

struct loss {
    double gamma;
    bool has_alpha;
    double alpha;               /* 0..1 */
    double smoothing;           /* e, 0..1 */
    const float *class_weights; /* [k], borrowed; NULL: all 1 */
    enum loss_reduction reduction;
};

/* Returns the reduced loss; dlogits[n,k] (may be NULL) gets its gradient. */
double loss_focal(const struct loss *l, const float *logits /* [n,k] */,
                  const float *y /* [n,k], 0 or 1 */, int n, int k, float *dlogits);

/* p = sigmoid(logit), elementwise. */
void loss_sigmoid(const float *logits, float *p, int count);

#endif
