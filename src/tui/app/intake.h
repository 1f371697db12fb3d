/* What arrives from services and the runner, and how the model takes it in. */
#ifndef TUI_INTAKE_H
#define TUI_INTAKE_H

#include "model/board.h"

/* Each takes ownership of what it is given. */
void intake_labels(struct board *b, struct run_query_labels *labels);
void intake_run(struct board *b, struct run_query_run *run);
/* Another run will be shown: nothing of the one before counts. */
void intake_forget(struct board *b);
void intake_scores(struct board *b, struct scores *scores, int epoch);
/* The cuts that tune.method chooses on the scores of their epoch. */
void intake_cuts(struct board *b, const struct threshold_set *cuts);
void intake_import(struct board *b, struct run_query_cuts *cuts);
/* After `b->snap` was copied: `before` is its uuid and phase from before. True when the run to be
 * asked for has changed. */
bool intake_snapshot(struct board *b, const char *uuid_before, enum job_phase phase_before);
/* Epoch of the scores that are known of the run shown, for the next question. */
int intake_known_epoch(const struct board *b);

#endif
