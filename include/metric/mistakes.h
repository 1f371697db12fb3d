/* What a table of scores gets wrong: losses of samples. Pure; any thread. */
#ifndef METRIC_MISTAKES_H
#define METRIC_MISTAKES_H

#include "metric/scores.h"

/* Focal loss of every sample, mean over its classes; gamma 0 is binary cross entropy. Scores are
 * clamped to 1e-7 from both ends. */
void mistakes_losses(const struct scores *s, double gamma, double *loss /* [n] */);
/* Rows by falling value (ties: the lower row first). */
int mistakes_rank(const double *value, int n, int *rows /* [n] */, struct err *e);

#endif
