/* Exploration: what the labels look like. Needs the table only, no images. */
#ifndef JOB_JOB_EDA_H
#define JOB_JOB_EDA_H

#include "base/labels.h"
#include "job/job.h"

struct eda {
    int samples, k, labels;                /* labels: given in all, over all samples */
    int label_sets, label_sets_single;     /* distinct; seen in exactly one sample */
    int pairs;                             /* class pairs that occur */
    int labels_per_sample[LABELS_MAX + 1]; /* samples with so many labels */
    int count[LABELS_MAX];
    char names[LABELS_MAX][64];
    int together[LABELS_MAX][LABELS_MAX]; /* samples with both; the diagonal is `count` */
    bool has_histogram; /* a cache of train.size is there: pixel values of each channel */
    int channels, histogram_samples;
    char channel_names[8][32];
    uint64_t histogram[8][256];
};

int job_eda(struct job *j, struct eda *out, struct err *e);

#endif
