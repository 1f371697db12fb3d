/* hpa train for several runs: those that are put into the queue, and those of all folds. */
#ifndef CLI_TRAIN_MANY_H
#define CLI_TRAIN_MANY_H

#include "errand.h"

int train_many_queue(const struct call *call, struct errand *d, struct err *e);
int train_many_folds(const struct call *call, struct errand *d, struct err *e);

#endif
