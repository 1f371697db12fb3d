/* Services: questions that the screen asks and a low-priority thread answers with values.
 *
 * Ask as often as you like; of the same kind the newest question wins. An answer waits until it is
 * taken; the wake fd rings when one arrives. The screen never touches files or SQLite itself. */
#ifndef JOB_RUN_QUERY_H
#define JOB_RUN_QUERY_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/labels.h"
#include "base/output.h"
#include "base/wake.h"
#include "job/work.h"
#include "metric/f1.h"
#include "metric/scores.h"
#include "store/event_rows.h"
#include "store/run_rows.h"
#include "store/split_rows.h"
#include "store/threshold_rows.h"
#include "store/validation_rows.h"

/* Label distribution of the data set, and of its training and validation part when split. */
struct run_query_labels {
    struct err error; /* code ERR_NONE: the rest is valid */
    int samples, k;
    char names[LABELS_MAX][64];
    int count[LABELS_MAX], train[LABELS_MAX], val[LABELS_MAX];
    int train_samples, val_samples; /* 0, 0 before a split, or when `split_error` says why */
    bool has_split;                 /* a split is stored as the current one */
    struct split_current split;
    struct err split_error;
};

/* A run as the store and its folder have it. `scores` NULL when no epoch was validated. */
struct run_query_run {
    struct err error;
    struct run_row row; /* row.config is NULL here */
    bool live;          /* its process is alive (this one, or another) */
    int64_t split_ms;   /* when the project's current split was made, 0: none; also with an error */
    int epochs_n;
    struct epoch_row *epochs;
    int events_n;
    struct event_row *events; /* oldest first */
    int steps_n;
    struct step_row *steps;
    int validations_n;
    struct validation_row *validations; /* inside epochs */
    struct scores *scores; /* validation scores: newest epoch of a live run, else the best; with
                              the labels of today */
    int scores_epoch;
    int labels_changed, samples_gone; /* validation samples since the run wrote `scores` */
    uint64_t tables; /* stands for the tables that these labels are of, with `scores` */
    bool relabelled; /* they were written since the asker's scores: sent again */
    bool has_set;
    struct threshold_set set; /* the set "current" */
    int edits_n;
    struct threshold_edit *edits;     /* of that set, oldest first */
    char method[24];                  /* tune.method; "" without scores */
    double cuts[LABELS_MAX];          /* by that method, of `scores`: what a prediction takes */
    double held_out_f1, held_out_std; /* of exact cuts of `scores`, as epochs have it; or NaN */
};
void run_query_run_free(struct run_query_run *r);
/* As snapshot_epoch: a live run is at the epoch after its last complete one. */
int run_query_run_epoch(const struct run_query_run *r);

/* The named sets of a run, newest first; without the one that the sliders edit. */
struct run_query_sets {
    struct err error;
    int n;
    struct threshold_set set[]; /* [n] */
};

/* Cuts read from a JSON file: `set.name` is the file's. */
struct run_query_cuts {
    struct err error;
    struct threshold_set set;
};

struct run_query;

struct run_query *run_query_new(struct work *work, struct wake *wake, struct err *e);
void run_query_free(struct run_query *s);

void run_query_ask_labels(struct run_query *s);
/* A run by uuid or name; NULL: the newest. `known_epoch`: whose scores the asker has; others are
 * sent when there are newer ones of a live run, or the best ones of a run that ended, or when the
 * tables are not `known_tables` any more (0: it does not know). */
void run_query_ask_run(struct run_query *s, const char *which, int known_epoch,
                       uint64_t known_tables);

void run_query_ask_sets(struct run_query *s, const char *run_uuid);
/* Cuts of the classes `names` from a file that hpa tune or the screen wrote. */
void run_query_ask_import(struct run_query *s, const struct run_query_labels *names,
                          const char *path);

/* Take an answer (the taker frees it: free(), run_query_run_free); NULL when none has arrived. */
struct run_query_labels *run_query_take_labels(struct run_query *s);
struct run_query_run *run_query_take_run(struct run_query *s);
struct run_query_sets *run_query_take_sets(struct run_query *s);
struct run_query_cuts *run_query_take_import(struct run_query *s);

/* Queue a named set for the store. Never blocks. */
void run_query_save_set(struct run_query *s, const char *run_uuid, const struct threshold_set *set);
/* After sets and edits: the run's folder gets them, too. */
void run_query_keep_sets(struct run_query *s, const char *run_uuid);
/* Save the set into a JSON file (class name to cut); the answer is a line in the log. */
void run_query_export_set(struct run_query *s, const struct run_query_labels *names,
                          const struct threshold_set *set, const char *path, enum output_mode mode);

#endif
