/* Channel statistics as a job. */
#include "job/job_stats.h"

#include <string.h>

#include "job/dataset_split.h"

static int measure(struct dataset *d, struct job *j, const char *part, int size, struct stats *out,
                   struct err *e)
{
    const int *rows;
    int n;
    if (strcmp(part, "test") && dataset_split_read(d, j->work, e))
        return -1;
    if (dataset_part(d, part, &rows, &n, e) || dataset_pixels(d, j, size, e) ||
        dataset_part(d, part, &rows, &n, e))
        return -1;
    job_phase(j, PHASE_STATS, n);
    return stats_measure(d->cache, rows, n, j->work->workers, out, e);
}

int job_stats(struct job *j, const char *part, int size, struct stats *out, char names[8][32],
              struct err *e)
{
    struct dataset d;
    if (size == 0)
        size = (int)conf_int(j->work->conf, CONF_TRAIN_SIZE);
    if (strcmp(part, "test") ? dataset_open(&d, j, e) : dataset_open_test(&d, j, e))
        return -1;
    work_tell_threads(j->work);
    memcpy(names, d.index->channel_names, sizeof d.index->channel_names);
    int failed = measure(&d, j, part, size, out, e);
    dataset_close(&d);
    return failed;
}
