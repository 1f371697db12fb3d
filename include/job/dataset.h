/* The data of a job: index, folds, parts, pixels, statistics; each made when first needed, and the
 * log says so. */
#ifndef JOB_DATASET_H
#define JOB_DATASET_H

#include "data/cache.h"
#include "data/index.h"
#include "data/stats.h"
#include "job/job.h"
#include "store/split_rows.h"

struct dataset {
    struct index *index;
    bool test;                 /* the test set: no folds, a cache of its own */
    int folds;                 /* 0 until there is a split (job/dataset_split.h) */
    int held;                  /* the fold that validates */
    int *fold;                 /* [n] */
    struct split_row split;    /* what names these folds in the store */
    struct cache *cache;       /* NULL until dataset_pixels */
    struct cache *first_cache; /* NULL unless dataset_first_pixels was called */
    bool *left_out;            /* [n] what a run leaves out besides; NULL: nothing */
    int *train, *val, *all;    /* rows of the parts; bad samples left out once pixels are open */
    int train_n, val_n, all_n;
};

/* Zeroed on error. The test set has no folds: its rows are in `all`. */
int dataset_open(struct dataset *d, struct job *j, struct err *e);
int dataset_open_test(struct dataset *d, struct job *j, struct err *e);
void dataset_close(struct dataset *d);

/* Where the cache of this data at `size` lies. */
int dataset_cache_path(const struct dataset *d, const struct work *w, int size, char out[4096],
                       struct err *e);
/* Open the cache at `size`, building what is missing; bad samples are listed in the log. */
int dataset_pixels(struct dataset *d, struct job *j, int size, struct err *e);
/* The same samples at another size, after dataset_pixels: one that cannot be read at both is left
 * out of the parts. */
int dataset_first_pixels(struct dataset *d, struct job *j, int size, struct err *e);
/* Why a row of the open pixels cannot be used, "" when it can. */
const char *dataset_bad_reason(const struct dataset *d, int row);
/* Deal the parts again, after `left_out`, folds or pixels changed. */
int dataset_deal(struct dataset *d, struct err *e);
/* Only when they are all there already: for looking. */
bool dataset_look_pixels(struct dataset *d, const struct work *w, int size);
/* Rows by name: train, val, all; of the test set: test. ERR_USAGE; also before the pixels are open,
 * so that a wrong name does not cost a cache. */
int dataset_part(const struct dataset *d, const char *part, const int **rows, int *n,
                 struct err *e);

#endif
