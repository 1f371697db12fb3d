/* Which pixels a run was trained on: runs/NAME/pixels.csv, Id,digest. The job's thread. */
#ifndef JOB_RUN_PIXELS_H
#define JOB_RUN_PIXELS_H

#include "job/dataset.h"

/* Of the open pixels. */
int run_pixels_save(const struct work *w, const char *run, const struct dataset *d, struct err *e);
/* Compare the open pixels with them; what changed is said in the log, once. Runs of older programs
 * have no such table. */
int run_pixels_tell(struct work *w, const char *run, const struct dataset *d, struct err *e);

#endif
