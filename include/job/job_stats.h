/* Channel statistics of a part of the data at a size, from the cache (built when needed). */
#ifndef JOB_JOB_STATS_H
#define JOB_JOB_STATS_H

#include "data/stats.h"
#include "job/job.h"

/* `part`: train, val, all or test; `size` 0: train.size. `names` gets the channels' names. */
int job_stats(struct job *j, const char *part, int size, struct stats *out, char names[8][32],
              struct err *e);

#endif
