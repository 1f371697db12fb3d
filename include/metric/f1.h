/* Precision, recall, F1 per class; macro and micro F1; average precision and ROC-AUC.
 *
 * A score >= cut is positive, both as float32 (base/float32.h). F1 of a class without positives and
 * without predictions is 0, as the competition counts it; macro F1 is the mean over classes (never
 * over samples). */
#ifndef METRIC_F1_H
#define METRIC_F1_H

#include "metric/scores.h"

struct class_report {
    int support, tp, fp, fn;
    double precision, recall, f1; /* 0 where undefined */
    double ap, auc;               /* NaN where undefined (no positives; no negatives) */
    double cut;
};

struct report {
    int n, k;
    double macro_f1, micro_f1;
    struct class_report classes[LABELS_MAX];
};

/* F1 from counts: 2tp / (2tp + fp + fn), 0 when the denominator is 0. */
double f1_of_counts(int tp, int fp, int fn);

/* Everything at the given cuts [k]. */
int f1_report(const struct scores *s, const double *cuts, struct report *out, struct err *e);

/* Predicted labels of one row at `cuts`; a row without any label follows `empty_row`: -1 none,
 * -2 the class with the largest score (ties: lowest class), else that class. */
struct labels f1_predict_row(const float *p /* [k] */, const double *cuts, int k, int empty_row);

#endif
