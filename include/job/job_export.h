/* Export of a trained run for other programs. */
#ifndef JOB_JOB_EXPORT_H
#define JOB_JOB_EXPORT_H

#include "job/job.h"

/* Weights of `checkpoint` (best, last) with torchvision's names, as safetensors. */
int job_export_safetensors(struct job *j, const char *run, const char *checkpoint, const char *path,
                           struct err *e);

#endif
