/* Estimates behind the sliders: what every tune method chooses and is worth on samples it has not
 * seen, and how far each class's best cut moves with the samples.
 *
 * A worker of its own, so that pictures and questions to the store do not wait for it. The newest
 * scores win: what is being estimated on older ones is given up. An answer comes in parts; each
 * holds what the one before held. */
#ifndef JOB_HELD_OUT_ESTIMATE_H
#define JOB_HELD_OUT_ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/wake.h"
#include "metric/scores.h"

enum { HELD_OUT_ESTIMATE_METHODS = 16, HELD_OUT_ESTIMATE_FOLDS = 5 };

struct held_out_estimate_method {
    char name[24];
    double cuts[LABELS_MAX];
    double in_sample, held_out, held_out_std; /* macro F1; NaN: not yet */
};

struct held_out_estimate {
    struct err error;  /* code ERR_NONE: the rest is valid */
    uint64_t question; /* which scores it is about */
    int k;
    bool whole;                                       /* nothing more will come */
    bool spread;                                      /* the next three are there */
    double fold[LABELS_MAX][HELD_OUT_ESTIMATE_FOLDS]; /* best cut of each fold's samples */
    double low[LABELS_MAX], high[LABELS_MAX];         /* of the best cut: 90% of the bootstraps */
    int methods_n;
    struct held_out_estimate_method methods[HELD_OUT_ESTIMATE_METHODS];
};

struct held_out_estimate_desk;

struct held_out_estimate_desk *held_out_estimate_open(struct wake *wake, struct err *e);
void held_out_estimate_close(struct held_out_estimate_desk *d);
/* Copies the scores. `question`: told again in the answers. */
void held_out_estimate_ask(struct held_out_estimate_desk *d, const struct scores *s,
                           uint64_t question);
/* The newest answer, NULL when none has come; free() it. */
struct held_out_estimate *held_out_estimate_take(struct held_out_estimate_desk *d);

#endif
