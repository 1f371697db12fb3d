/* Set and edits are one operation: either all of a change is stored or nothing of it. */
#include "job/threshold_change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

struct submitted {
    char uuid[40];
    struct threshold_change change;
    struct threshold_edit edits[]; /* [change.n] */
};

static void refuse(const struct submitted *o)
{
    struct threshold_refusal *r = o->change.refusal;
    if (o->change.edited) {
        log_warn("another process changed the thresholds of this run: the change made here is not "
                 "stored");
        atomic_store(&r->why, THRESHOLD_REFUSED_EDITED);
    } else {
        int stored = THRESHOLD_STORED;
        atomic_compare_exchange_strong(&r->why, &stored, THRESHOLD_REFUSED);
    }
    wake_ring(r->wake);
}

static int apply(struct store *s, void *data, struct err *e)
{
    const struct submitted *o = data;
    bool replaced;
    if (threshold_set_replace(s, o->uuid, &o->change.set, o->change.known_ms, &replaced, e))
        return -1;
    for (int i = 0; replaced && i < o->change.n; i++)
        if (threshold_edit_put(s, o->uuid, o->change.set.name, &o->edits[i], e))
            return -1;
    if (!replaced)
        refuse(o);
    return 0;
}

void threshold_change_submit(const struct work *w, const char *run_uuid,
                             const struct threshold_change *change)
{
    if (!w->writer)
        return;
    size_t edits = (size_t)change->n * sizeof *change->edits;
    struct submitted *o = xcalloc(1, sizeof *o + edits);
    snprintf(o->uuid, sizeof o->uuid, "%s", run_uuid);
    o->change = *change;
    o->change.edits = NULL;
    if (edits)
        memcpy(o->edits, change->edits, edits);
    writer_submit(w->writer, "threshold set", apply, o, sizeof *o + edits, NULL);
    free(o);
}
