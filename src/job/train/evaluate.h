/* Evaluation of a part: a network over the rows of a cache. The job's thread. */
#ifndef JOB_EVALUATE_H
#define JOB_EVALUATE_H

#include "core/train_config.h"
#include "data/loader.h"
#include "feature_cache.h"
#include "job/dataset.h"
#include "job/job.h"
#include "metric/scores.h"
#include "nn/net.h"

/* The plan of a loader over `rows`: normalised, in order, not augmented. */
struct loader_plan evaluate_plan(const struct dataset *d, const int *rows, int n, int batch,
                                 const float *mean, const float *std);

/* Probabilities of all rows of the plan, in its order, with their truth; `*loss` (may be NULL) the
 * loss over all of them. `views`: average the probabilities over so many flips and turns (1..8).
 * `known` (may be NULL, else views is 1): the trunk's features of these rows, so that only the head
 * is asked. Progress is told as the phase's done, from `done` on. Free with scores_free. */
struct scores *evaluate_rows(struct job *j, struct net *net, const struct loader_plan *plan,
                             int views, const struct loss *recipe, struct feature_cache *known,
                             double *loss, struct err *e);

#endif
