/* The snapshot: what a job shows while it works. A value; the job publishes, the screen copies once
 * per loop, so a slow screen never holds up a job. */
#ifndef JOB_SNAPSHOT_H
#define JOB_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/wake.h"
#include "job/findings.h"
#include "metric/scores.h"
#include "store/run_rows.h"
#include "store/threshold_rows.h"
#include "store/validation_rows.h"

enum job_phase {
    PHASE_IDLE,     /* nothing runs */
    PHASE_INDEX,    /* reading the table */
    PHASE_SCAN,     /* looking at every image */
    PHASE_CACHE,    /* packing pixels */
    PHASE_STATS,    /* channel statistics */
    PHASE_FEATURES, /* trunk features of a frozen phase */
    PHASE_TRAIN,    /* steps of an epoch */
    PHASE_EVAL,     /* validation at an epoch's end */
    PHASE_PREDICT,
    PHASE_PAUSED,
    PHASE_DONE,  /* ended as asked (all epochs, or stopped: see `stopped`) */
    PHASE_FAILED /* ended with `error` */
};
/* A job that is no training. */
enum job_aside { ASIDE_NONE, ASIDE_PREDICTION, ASIDE_SCAN };

const char *snapshot_phase_name(enum job_phase phase); /* "train" */
bool snapshot_busy(enum job_phase phase);              /* a job is at work (or paused) */

enum { SNAPSHOT_EPOCHS = 400, SNAPSHOT_STEPS = 512 };

struct snapshot {
    uint64_t sequence; /* grows with every publish */
    enum job_phase phase;
    char run_name[RUN_NAME_MAX];
    char run_uuid[40];
    bool from_queue;      /* the run is one that waited, or the next is */
    bool stopped;         /* ended early on request; resumable */
    bool stopping;        /* a stop was requested and is being carried out */
    enum job_aside aside; /* set: the rest is of the run before */
    char told[200];       /* what such a job that is done has to say */
    int64_t done, total;  /* of the phase: samples or steps */
    int64_t done_before;  /* of `done`: what an earlier process left, no work now */
    int epoch, epochs;    /* the epoch at work, from 1 */
    int64_t step, steps;  /* of the whole run */
    double images_per_second, eta_seconds; /* NaN: unknown */
    double data_wait_percent;              /* of the steps of this epoch; NaN: unknown */
    double lr, loss;                       /* loss: smoothed over recent steps, NaN: none yet */
    int excluded;                          /* samples that cannot be read and are left out */
    double grad_norm;                      /* of all gradients before clipping, NaN: none yet */
    double planned_mb;                     /* memory laid out before the first step, 0: not yet */
    double macro_f1;  /* newest validated epoch at its best cuts, NaN: none yet */
    int best_epoch;   /* of all validated ones; 0: none yet */
    double best_f1;   /* its macro F1, NaN: none yet */
    int scores_epoch; /* epoch of the newest scores in the box, 0: none */
    int points_n;
    struct epoch_row points[SNAPSHOT_EPOCHS]; /* thinned when a run is longer */
    int validations_n;
    struct validation_row validations[SNAPSHOT_EPOCHS]; /* inside epochs; thinned too */
    int losses_n;
    struct step_row losses[SNAPSHOT_STEPS]; /* thinned evenly over the run */
    struct err error;                       /* of PHASE_FAILED */
};

/* The mailbox. Written by the job's thread, read by the screen. */
struct snapshot_box;
struct snapshot_box *snapshot_box_new(struct wake *wake /* may be NULL; rung on publish */);
void snapshot_box_free(struct snapshot_box *b);
void snapshot_publish(struct snapshot_box *b, const struct snapshot *s);
/* Copy the newest; false (and no copy) when out->sequence is already the newest. */
bool snapshot_copy(struct snapshot_box *b, struct snapshot *out);
/* Hand over validation scores (the box takes ownership), their epoch, and the cuts that a method
 * chooses on them (k 0: none)... */
void snapshot_put_scores(struct snapshot_box *b, struct scores *scores,
                         const struct threshold_set *cuts);
/* ...and take them: NULL when none came since the last take. The taker frees them. */
struct scores *snapshot_take_scores(struct snapshot_box *b, struct threshold_set *cuts);
/* The same of what a scan finds: free() it. */
void snapshot_put_findings(struct snapshot_box *b, struct findings *findings);
struct findings *snapshot_take_findings(struct snapshot_box *b);

/* Where a run is: the epoch at work, or its last complete one when none is, as the store counts. */
int snapshot_epoch(const struct snapshot *s);

#endif
