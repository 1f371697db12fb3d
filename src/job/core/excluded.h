/* Samples that a run leaves out because they cannot be read: found once, when it starts, listed in
 * runs/NAME/excluded.csv, and the same ever after. The job's thread. */
#ifndef JOB_EXCLUDED_H
#define JOB_EXCLUDED_H

#include "job/dataset.h"
#include "store/excluded_rows.h"

/* Those of the open pixels; `*rows` is the caller's to free(). */
int excluded_find(const struct dataset *d, struct excluded_row **rows, int *n, struct err *e);
/* Write or read the list: Id,reason. ERR_DATA: no such id in the index (NULL: any will do). */
int excluded_save(const char *path, const struct excluded_row *rows, int n, struct err *e);
int excluded_load(const char *path, const struct index *x, struct excluded_row **rows, int *n,
                  struct err *e);
/* The pixels are open: leave out those of the list. One that cannot be read now and is not on the
 * list was trained on: ERR_DATA names it. */
int excluded_apply(struct dataset *d, const struct excluded_row *rows, int n, struct err *e);

#endif
