/* The split that a run was trained on: its folds are runs/NAME/folds.csv, what they were made from
 * is split.json beside it, so that both outlive the store. */
#ifndef JOB_RUN_SPLIT_H
#define JOB_RUN_SPLIT_H

#include "base/file.h"
#include "job/work.h"
#include "store/split_rows.h"

int run_split_save(const struct work *w, const char *run, const struct split_row *r, struct err *e);
/* *found false, and *r as it was, for a run of an older program. */
int run_split_load(const struct work *w, const char *run, struct split_row *r, bool *found,
                   struct err *e);
/* A line in the log when the run's split is not the project's current one. */
void run_split_tell(const struct work *w, const char *run);
/* The folds of a run back into a store that has lost them; *id 0 when the run has none. */
int run_split_restore(const struct work *w, struct store *s, const char *run, int64_t *id,
                      struct err *e);
/* A store without a current split gets that of its newest run. */
int run_split_adopt(struct store *s, struct err *e);

/* The path of runs/NAME/folds.csv. ERR_NOINPUT: it is not there. */
int run_split_folds(const struct work *w, const char *run, char out[FILE_PATH_MAX], struct err *e);

#endif
