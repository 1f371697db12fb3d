/* Calibration by logistic regression on the logit (Platt 1999): the probability of a positive is
 * sigmoid(slope * logit + shift). A class with few positives is drawn towards a fit that all
 * classes share: maximum a posteriori with a normal prior on slope and shift. Pure; any thread. */
#ifndef METRIC_PLATT_H
#define METRIC_PLATT_H

#include "scores/logit_bins.h"

struct platt {
    double slope, shift;
};

/* One fit over all classes. */
struct platt platt_shared(const struct logit_bins *classes, int k);
/* Of one class: penalty / 2 * |difference to `prior`|^2 is added to the negative log-likelihood. */
struct platt platt_class(const struct logit_bins *b, const struct platt *prior, double penalty);
/* The cut that maximises expected F1 when the calibrated probabilities are true: half the optimum
 * on their scale (Lipton, Elkan 2014, doi:10.1007/978-3-662-44851-9_15), brought back to scores. */
double platt_cut(const struct logit_bins *b, const struct platt *fit);

#endif
