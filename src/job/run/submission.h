/* The form of a submission: checked before the first image is read, written at the end. The form is
 * that of data.sample_submission, whose ids are the test set. The job's thread. */
#ifndef JOB_SUBMISSION_H
#define JOB_SUBMISSION_H

#include "data/csv_out.h"
#include "data/index.h"

/* Two columns, the first the id: what hpa can write. ERR_DATA names the columns there are, and what
 * helps. */
int submission_check(const struct conf *c, struct err *e);
/* Ids of the table against the images of data.test_dir: ids without images and images without ids
 * are counted and named in the log; ERR_NOINPUT when no id has its images. */
int submission_check_ids(const struct index *x, struct err *e);
/* The header of the sample submission. */
int submission_put_header(struct csv_out *out, const struct conf *c, struct err *e);

#endif
