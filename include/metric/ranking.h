/* Ranking measures of one class: average precision (sum of precision x step in recall, ties as one
 * step, as scikit-learn's average_precision_score) and ROC-AUC (ties count half). */
#ifndef METRIC_RANKING_H
#define METRIC_RANKING_H

#include "metric/scores.h"

/* NaN where undefined (no positives; for AUC also no negatives). ERR_NOMEM. */
int ranking_class(const struct scores *s, int class, double *ap, double *auc, struct err *e);

#endif
