/* What a scan found, as a value: of the newest one that the store keeps, or so far of one that is
 * at work. Read-only; any thread. */
#ifndef JOB_FINDINGS_H
#define JOB_FINDINGS_H

#include "job/work.h"
#include "store/scan_rows.h"

struct findings {
    struct scan_row scan; /* made_ms 0: it is at work, more may come */
    int n;
    struct scan_finding_row rows[]; /* [n] in the order of the table */
};

/* Copies; NULL when that takes more memory than there is. free() it. */
struct findings *findings_new(const struct scan_row *scan, const struct scan_finding_row *rows,
                              int n);
/* Of the training images of this data set; NULL: no scan was made, or the store cannot be read. */
struct findings *findings_stored(const struct work *w, uint64_t fingerprint);

#endif
