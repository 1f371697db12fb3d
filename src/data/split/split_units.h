/* What is dealt to folds: a unit is a sample, or a group of samples that must stay together. Its
 * features are the labels of its members (and the pairs of labels, when asked), each with the
 * number of members that carry it. Private to the methods of split_make. */
#ifndef DATA_SPLIT_UNITS_H
#define DATA_SPLIT_UNITS_H

#include "base/rng.h"
#include "data/split.h"

struct split_units {
    int samples, n, folds, features;
    double share[SPLIT_FOLDS_MAX]; /* of all samples, that a fold should get */
    int capacity[SPLIT_FOLDS_MAX]; /* the same as whole samples; they sum up to `samples` */
    int *unit;                     /* [samples] the unit of a sample */
    int *size;                     /* [n] samples in a unit */
    int *start;                    /* [n+1] its features are start[i] to start[i+1] */
    int *feature, *times;          /* ascending within a unit; members that carry it */
    int *total;                    /* [features] over all units */
    int *fold;                     /* [n] what a method fills */
};

struct split_units *split_units_new(const struct split_plan *p, const struct labels *labels, int n,
                                    int k, bool pairs, struct err *e);
void split_units_free(struct split_units *u);

/* At random: larger units first, each to the fold with most room, so that sizes come out even. */
int split_units_random(struct split_units *u, struct rng *rng, struct err *e);

#endif
