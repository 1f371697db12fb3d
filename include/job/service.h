/* Services: questions that the screen asks and a low-priority thread answers with values.
 *
 * Ask as often as you like; of the same kind the newest question wins. An answer waits until it is
 * taken; the wake fd rings when one arrives. The screen never touches files or SQLite itself. */
#ifndef JOB_SERVICE_H
#define JOB_SERVICE_H

#include <stdbool.h>

#include "base/chan.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/labels.h"
#include "base/output.h"
#include "job/work.h"
#include "metric/f1.h"
#include "metric/scores.h"
#include "store/event_rows.h"
#include "store/run_rows.h"
#include "store/split_rows.h"
#include "store/threshold_rows.h"
#include "store/validation_rows.h"

/* Label distribution of the data set, and of its training and validation part when split. */
struct service_labels {
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
struct service_run {
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
void service_run_free(struct service_run *r);
/* As snapshot_epoch: a live run is at the epoch after its last complete one. */
int service_run_epoch(const struct service_run *r);

/* The named sets of a run, newest first; without the one that the sliders edit. */
struct service_sets {
    struct err error;
    int n;
    struct threshold_set set[]; /* [n] */
};

/* Cuts read from a JSON file: `set.name` is the file's. */
struct service_cuts {
    struct err error;
    struct threshold_set set;
};

struct service;

struct service *service_new(struct work *work, struct wake *wake, struct err *e);
void service_free(struct service *s);

void service_ask_labels(struct service *s);
/* A run by uuid or name; NULL: the newest. `known_epoch`: whose scores the asker has; others are
 * sent when there are newer ones of a live run, or the best ones of a run that ended, or when the
 * tables are not `known_tables` any more (0: it does not know). */
void service_ask_run(struct service *s, const char *which, int known_epoch, uint64_t known_tables);

void service_ask_sets(struct service *s, const char *run_uuid);
/* Cuts of the classes `names` from a file that hpa tune or the screen wrote. */
void service_ask_import(struct service *s, const struct service_labels *names, const char *path);

/* Take an answer (the taker frees it: free(), service_run_free); NULL when none has arrived. */
struct service_labels *service_take_labels(struct service *s);
struct service_run *service_take_run(struct service *s);
struct service_sets *service_take_sets(struct service *s);
struct service_cuts *service_take_import(struct service *s);

/* Queue for the store: the slider's set and one edit. Never blocks. */
void service_save_set(struct service *s, const char *run_uuid, const struct threshold_set *set);
void service_save_edit(struct service *s, const char *run_uuid, const char *set_name,
                       const struct threshold_edit *edit);
/* After these: the run's folder gets its sets, too. */
void service_keep_sets(struct service *s, const char *run_uuid);
/* Save the set into a JSON file (class name to cut); the answer is a line in the log. */
void service_export_set(struct service *s, const struct service_labels *names,
                        const struct threshold_set *set, const char *path, enum output_mode mode);

#endif
