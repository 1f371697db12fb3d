/* Focal loss on logits (Lin et al. 2017, doi:10.1109/ICCV.2017.324) for several labels.
 *
 * loss = -(1-p)^gamma log(p) for y=1, -p^gamma log(1-p) for y=0, p = sigmoid(logit): gamma 0 is
 * binary cross-entropy. Stable for any finite logit; accumulated in double. Any thread. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

enum loss_reduction {
    LOSS_MEAN,       /* over all n*k entries */
    LOSS_SUM_CLASSES /* sum over classes, mean over samples */
};

/* Returns the reduced loss; dlogits[n,k] (may be NULL) gets its gradient. */
double loss_focal(const float *logits /* [n,k] */, const float *y /* [n,k] */, int n, int k,
                  double gamma, enum loss_reduction reduction, float *dlogits);

/* p = sigmoid(logit), elementwise. */
void loss_sigmoid(const float *logits, float *p, int count);

#endif
