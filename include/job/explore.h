/* Looking at the data: questions of the Data tab that take longer than a frame, each on a thread of
 * its own, so that none waits for another. The newest question wins; answers may come in parts. */
#ifndef JOB_EXPLORE_H
#define JOB_EXPLORE_H

#include "base/wake.h"
#include "data/split.h"
#include "job/current_split.h"
#include "job/levels.h"
#include "job/samples.h"
#include "job/work.h"

enum { EXPLORE_SPLITS = 8 };

/* How good each way to deal samples is, with folds, seed and groups of the current split. */
struct explore_splits {
    struct err error; /* code ERR_NONE: the rest is valid */
    bool whole;       /* nothing more will come */
    int folds, n;
    char configured[24]; /* method of the current split, or split.method; "": of a table */
    char current[CURRENT_SPLIT_TEXT]; /* what the current split is, "" before there is one */
    struct {
        char method[24];
        double seconds;
        struct split_quality quality;
    } rows[EXPLORE_SPLITS];
};

struct explore;

struct explore *explore_new(struct work *work, struct wake *wake, struct err *e);
void explore_free(struct explore *x);

/* The table of samples: at first without folds, then with those that a training would use. */
void explore_ask_samples(struct explore *x);
void explore_ask_levels(struct explore *x, int class);
void explore_ask_splits(struct explore *x);

/* NULL: nothing has arrived. The taker frees it: samples_free, free, free. */
struct samples *explore_take_samples(struct explore *x);
struct levels *explore_take_levels(struct explore *x);
struct explore_splits *explore_take_splits(struct explore *x);

#endif
