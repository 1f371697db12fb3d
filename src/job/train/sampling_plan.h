/* The feed of a training: which samples an epoch shows and what may happen to their pictures, as
 * the configuration says. */
#ifndef JOB_SAMPLING_PLAN_H
#define JOB_SAMPLING_PLAN_H

#include <stdbool.h>

#include "base/conf.h"
#include "data/augment.h"
#include "data/index.h"

struct augment sampling_plan_augment(const struct conf *c);
/* "flip, turn, rotate 30, scale 0.9-1.1": all that is on; "none". */
void sampling_plan_augment_text(const struct augment *a, char *out, size_t size);

/* rows, n and sums are what a loader's plan wants; rows are the part's own, which must outlive the
 * feed, or the feed's. */
struct sampling_plan {
    const int *rows;    /* [n] */
    int n;              /* samples an epoch shows: as many as the part has, or all repeats */
    const double *sums; /* [n] or NULL */
    float *table;       /* [samples of the index] weights that were read; NULL: none */
    int *repeated;      /* owned, or NULL */
    double *own_sums;   /* owned, or NULL */
};

/* Zeroed, and what train.sampler needs is read, before hours of packing pixels. `table`: the file
 * of weights; NULL: as train.sample_weights says. ERR_CONFIG, ERR_NOINPUT, ERR_DATA. */
int sampling_plan_open(struct sampling_plan *f, const struct conf *c, const struct index *x,
                       const char *table, struct err *e);
/* The rows of the training part. */
int sampling_plan_deal(struct sampling_plan *f, const struct conf *c, const struct index *x,
                       const int *rows, int n, struct err *e);
void sampling_plan_close(struct sampling_plan *f);

/* Does an epoch repeat samples (train.sampler=oversample)? */
bool sampling_plan_repeats(const struct conf *c);
/* How often it then shows a sample, over the whole table. ERR_CONFIG. */
int sampling_plan_times(const struct conf *c, const struct index *x, double *times, struct err *e);

#endif
