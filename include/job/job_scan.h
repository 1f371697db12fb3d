/* Scanning: every image of the training or test set is looked at once; findings are stored. */
#ifndef JOB_JOB_SCAN_H
#define JOB_JOB_SCAN_H

#include "base/output.h"
#include "job/job.h"
#include "store/scan_rows.h"

struct scan_request {
    const char *part;      /* train, test */
    const char *csv;       /* write the findings as a table, NULL: no */
    enum output_mode mode; /* of what is written */
    const char *exclude;   /* write the ids of samples with errors, one a line, for data.exclude */
};

struct scan_result {
    struct scan_row row;
    int n, bad;                        /* bad: samples with errors */
    struct scan_finding_row *findings; /* [n], owned: free() */
};

int job_scan(struct job *j, const struct scan_request *request, struct scan_result *out,
             struct err *e);

#endif
