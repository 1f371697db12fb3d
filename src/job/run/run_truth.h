/* The truth of a run's validation scores: the labels that its table holds today, for every command
 * and the screen alike. The job's thread. */
#ifndef JOB_RUN_TRUTH_H
#define JOB_RUN_TRUTH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/labels.h"
#include "data/index.h"
#include "data/unmatched.h"
#include "job/work.h"

struct run_truth {
    int stored;                     /* rows of the scores, as the run wrote them */
    int n;                          /* those whose samples are still in the table */
    int *row;                       /* [n] where each is among the stored ones, ascending */
    const char **ids;               /* [n] */
    struct labels *labels;          /* [n] of today */
    struct unmatched changed, gone; /* samples with other labels; samples that are not there */
    bool no_table; /* there is none today: the labels are those that the run wrote */
    struct arena *arena;
};

/* Of a run with this configuration and number of classes (0: not known). What changed is said in
 * the log, once. ERR_NOINPUT: no val.csv; ERR_DATA: the table of today cannot be read, or has none
 * of the samples. */
int run_truth_open(struct run_truth *t, struct work *w, const char *run, const struct conf *c,
                   int classes, struct err *e);
/* The same with the table of today given (NULL: there is none) and without a word. */
int run_truth_look(struct run_truth *t, const struct work *w, const char *run, const struct conf *c,
                   const struct index *today, struct err *e);
void run_truth_close(struct run_truth *t);

/* What changed, in words: "3 of its 120 validation samples have other labels in train.csv now ...".
 * False: nothing did. */
bool run_truth_text(const struct run_truth *t, const struct conf *c, char *out, size_t size);

#endif
