/* A grid of settings: every combination of some values of some keys. Pure. */
#ifndef JOB_GRID_H
#define JOB_GRID_H

#include <stddef.h>

#include "base/conf.h"

enum { GRID_KEYS_MAX = 8, GRID_VALUES_MAX = 64, GRID_TEXT_MAX = 256 };

struct grid_key {
    char text[GRID_TEXT_MAX]; /* what the others point into */
    const char *key, *values[GRID_VALUES_MAX];
    int n;
};

struct grid {
    struct grid_key key[GRID_KEYS_MAX];
    int n, count; /* keys; combinations, 1 without keys */
};

/* "train.lr=.001,.0003" for each key. ERR_USAGE. */
int grid_parse(struct grid *g, const char *const *specs, int n, struct err *e);
/* Set the values of combination 0..count-1; the first key changes slowest. `name` gets what tells
 * it from the others: "-lr.001-gamma2", of characters that a run's name may have. */
int grid_apply(const struct grid *g, int index, struct conf *c, char *name, size_t size,
               struct err *e);

#endif
