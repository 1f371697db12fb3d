/* Tables of scores and truth on disk. Probabilities: CSV (first column the id, then one column per
 * class in class order, header names free) or .npy (rows in the order of the truth). Truth: columns
 * Id and Target by name, or one 0/1 column per class. The job's thread. */
#ifndef JOB_SCORE_FILE_H
#define JOB_SCORE_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/labels.h"
#include "base/output.h"
#include "metric/scores.h"

/* Both together, matched by id: samples of `probs` without truth are an error, truth without scores
 * is left out with a log line. ERR_NOINPUT, ERR_DATA with file, line and column. */
struct scores *score_file_read(const char *probs, const char *truth, const struct conf *c,
                               struct err *e);

/* A .npy alone, without truth. */
struct scores *score_file_read_array(const char *path, int k, struct err *e);

/* The ids of its rows [*n], in their order; the list is the caller's, its strings the arena's. A
 * CSV has them itself, whatever else is in it: `truth` is read beside .npy alone. */
const char **score_file_ids(const char *probs, const char *truth, const struct conf *c,
                            struct arena *a, int *n, struct err *e);

/* Names of the configured classes, "class 7" beyond them. */
int score_file_names(const struct conf *c, int k, char names[LABELS_MAX][64], struct err *e);

/* By the ending of `path`: .npy, else CSV with the classes' indices as header. */
int score_file_write(const char *path, enum output_mode mode, const char *const *ids /* [n] */,
                     const float *p /* [n,k] */, int n, int k, struct err *e);

/* Cuts as JSON: {"method": ..., "thresholds": {class name: cut}, ...}. */
struct score_cuts {
    const char *method, *run; /* run NULL: from files */
    int k;
    const double *cuts;                       /* [k] */
    double in_sample, held_out, held_out_std; /* macro F1, NaN: unknown */
};
int score_file_write_cuts(const char *path, enum output_mode mode, const struct score_cuts *cuts,
                          char names[LABELS_MAX][64], struct err *e);
/* Every class must be there; unknown names are errors. */
int score_file_read_cuts(const char *path, int k, char names[LABELS_MAX][64], double *cuts,
                         struct err *e);

/* "3 17 25": the labels as targets are written. */
void score_file_print_labels(const struct labels *set, char separator, char *out, size_t size);

#endif
