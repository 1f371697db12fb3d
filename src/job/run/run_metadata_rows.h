/* Rows that the store alone would hold of a run, kept in its folder too, so that a lost store can
 * be built again: what every epoch gave of each class (classes.csv) and the threshold sets with
 * their edits (thresholds.json). Numbers are written with all their digits. Any thread; classes.csv
 * is written by the run's trainer alone, thresholds.json inside a transaction of the store. */
#ifndef JOB_RUN_METADATA_ROWS_H
#define JOB_RUN_METADATA_ROWS_H

#include "job/work.h"
#include "store/run_rows.h"

/* The classes of `epoch`, behind those of the epochs before it. */
int run_metadata_rows_classes(const struct work *w, const char *run, int epoch,
                              const struct class_row *rows, int n, struct err *e);
/* The sets of a run as the store has them; nothing is done for a run without a folder. */
int run_metadata_rows_sets(const struct work *w, struct store *s, const char *uuid, struct err *e);
/* Into a store that has just got the run: sets, and classes of epochs up to `epochs`. Of a run of
 * an older program there is nothing to put; a file that cannot be read is told in the log. -1: the
 * store does not take it. */
int run_metadata_rows_restore_classes(const struct work *w, struct store *s,
                                      const struct run_row *run, int64_t epochs, struct err *e);
int run_metadata_rows_restore(const struct work *w, struct store *s, const struct run_row *run,
                              int64_t epochs, struct err *e);

#endif
