/* Rows about scans: the newest one of each part of a data set, with its findings. */
#ifndef STORE_SCAN_ROWS_H
#define STORE_SCAN_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct scan_row {
    int64_t id; /* set by scan_rows_put and scan_rows_last */
    char fingerprint[20], part[8];
    int samples, files, errors, warnings;
    int64_t made_ms;
};

struct scan_finding_row {
    char sample[129], channel[32]; /* channel "": the whole sample */
    char severity[8], kind[24], detail[160];
};

/* Replaces earlier scans of the same fingerprint and part. */
int scan_rows_put(struct store *s, struct scan_row *row, const struct scan_finding_row *findings,
                  int n, struct err *e);
/* The newest scan of that fingerprint and part; free() the findings. */
int scan_rows_last(struct store *s, const char *fingerprint, const char *part, struct scan_row *row,
                   struct scan_finding_row **findings, int *n, bool *found, struct err *e);

#endif
