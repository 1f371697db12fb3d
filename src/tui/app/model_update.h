/* What arrives from services and the runner, and how the model takes it in. */
#ifndef TUI_MODEL_UPDATE_H
#define TUI_MODEL_UPDATE_H

#include "model/app_model.h"

/* Each takes ownership of what it is given. */
void model_update_labels(struct app_model *b, struct run_query_labels *labels);
void model_update_run(struct app_model *b, struct run_query_run *run);
/* Another run will be shown: nothing of the one before counts. */
void model_update_forget(struct app_model *b);
void model_update_scores(struct app_model *b, struct scores *scores, int epoch);
/* The cuts that tune.method chooses on the scores of their epoch. */
void model_update_cuts(struct app_model *b, const struct threshold_set *cuts);
void model_update_import(struct app_model *b, struct run_query_cuts *cuts);
/* After `b->snap` was copied: `before` is its uuid and phase from before. True when the run to be
 * asked for has changed. */
bool model_update_snapshot(struct app_model *b, const char *uuid_before,
                           enum job_phase phase_before);
/* Epoch of the scores that are known of the run shown, for the next question. */
int model_update_known_epoch(const struct app_model *b);

#endif
