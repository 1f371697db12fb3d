/* Looking at the data: questions of the Data tab that take longer than a frame, each on a thread of
 * its own, so that none waits for another. The newest question wins; answers may come in parts. */
#ifndef JOB_DATASET_QUERY_H
#define JOB_DATASET_QUERY_H

#include "base/wake.h"
#include "data/split.h"
#include "job/current_split.h"
#include "job/intensity_histogram.h"
#include "job/samples.h"
#include "job/work.h"

enum { DATASET_QUERY_SPLITS = 8 };

/* How good each way to deal samples is, with folds, seed and groups of the current split. */
struct dataset_query_splits {
    struct err error; /* code ERR_NONE: the rest is valid */
    bool whole;       /* nothing more will come */
    int folds, n;
    char configured[24]; /* method of the current split, or split.method; "": of a table */
    char current[CURRENT_SPLIT_TEXT]; /* what the current split is, "" before there is one */
    struct {
        char method[24];
        double seconds;
        struct split_quality quality;
    } rows[DATASET_QUERY_SPLITS];
};

struct dataset_query;

struct dataset_query *dataset_query_new(struct work *work, struct wake *wake, struct err *e);
void dataset_query_free(struct dataset_query *x);

/* The table of samples: at first without folds, then with those that a training would use. */
void dataset_query_ask_samples(struct dataset_query *x);
void dataset_query_ask_levels(struct dataset_query *x, int class);
void dataset_query_ask_splits(struct dataset_query *x);

/* NULL: nothing has arrived. The taker frees it: samples_free, free, free. */
struct samples *dataset_query_take_samples(struct dataset_query *x);
struct intensity_histogram *dataset_query_take_levels(struct dataset_query *x);
struct dataset_query_splits *dataset_query_take_splits(struct dataset_query *x);

#endif
