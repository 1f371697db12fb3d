/* A changed threshold set on its way into the store: it replaces only the set that it was made
 * from. Two processes that edit the thresholds of one run would overwrite each other otherwise. */
#ifndef JOB_THRESHOLD_CHANGE_H
#define JOB_THRESHOLD_CHANGE_H

#include <stdatomic.h>

#include "base/wake.h"
#include "job/work.h"
#include "store/threshold_rows.h"

enum threshold_refused {
    THRESHOLD_STORED,
    THRESHOLD_REFUSED,        /* new scores alone had changed the set */
    THRESHOLD_REFUSED_EDITED, /* the user had */
};

/* Written by the writer's thread, which rings; read and reset by who submits. */
struct threshold_refusal {
    struct wake *wake;
    atomic_int why; /* enum threshold_refused */
};

struct threshold_change {
    struct threshold_set set;
    int64_t known_ms; /* `saved_ms` of the stored set it was made from, 0: there was none */
    const struct threshold_edit *edits; /* [n] made since; copied */
    int n;
    bool edited;                       /* by the user; if refused, the log says so */
    struct threshold_refusal *refusal; /* has to live as long as the writer */
};

/* Queue it for the store. Never blocks. */
void threshold_change_submit(const struct work *w, const char *run_uuid,
                             const struct threshold_change *change);

#endif
