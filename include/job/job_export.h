/* Export of a trained run for other programs. */
#ifndef JOB_JOB_EXPORT_H
#define JOB_JOB_EXPORT_H

#include "base/file.h"
#include "base/output.h"
#include "job/job.h"

/* Weights of `checkpoint` (best, last) with torchvision's names, as safetensors. */
int job_export_safetensors(struct job *j, const char *run, const char *checkpoint, const char *path,
                           enum output_mode mode, struct err *e);
/* The history of a run for TensorBoard: one file DIR/RUN/events.out.tfevents.*, whose name goes
 * into `path`; a second export appends to it. */
int job_export_tfevents(struct job *j, const char *run, const char *folder,
                        char path[FILE_PATH_MAX], struct err *e);

#endif
