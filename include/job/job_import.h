/* Weights from elsewhere: what a training would take of a file. No data set is needed. */
#ifndef JOB_JOB_IMPORT_H
#define JOB_JOB_IMPORT_H

#include "job/job.h"
#include "nn/pretrained.h"

struct import_result {
    char model[24];
    int channels, classes; /* of the network: data.channels, data.classes */
    char prefix[64];       /* what its names begin with, in front of the network's; "": nothing */
    bool averaged;         /* the averaged weights of a checkpoint of this program are taken */
    int fates[PRETRAINED_FATES];
    int n;
    struct pretrained_item *items; /* [n], owned; `row` is NULL */
    struct err refusal;            /* why train.init would not take it; ERR_NONE: it would */
};
void job_import_fini(struct import_result *r);

/* Match a safetensors file with train.model by train.stem, and try to load it. ERR_NOINPUT,
 * ERR_DATA: it cannot be read as such a file. */
int job_import_weights(struct job *j, const char *path, struct import_result *out, struct err *e);

#endif
