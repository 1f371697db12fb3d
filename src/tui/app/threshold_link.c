#include "threshold_link.h"

#include "workbench.h"

/* The time of the last save tells one stored set from the next, so it has to grow. */
static struct threshold_set next_set(const struct cuts *c)
{
    struct threshold_set set = cuts_set(c, "current");
    if (set.saved_ms <= c->stored_ms)
        set.saved_ms = c->stored_ms + 1;
    return set;
}

static void submit(struct workbench *w, const char *uuid)
{
    struct cuts *c = &w->board.cuts;
    int edits = c->position > c->stored ? c->position - c->stored : 0;
    struct threshold_change change = {.set = next_set(c),
                                      .known_ms = c->stored_ms,
                                      .edits = edits ? c->edits + c->stored : NULL,
                                      .n = edits,
                                      .edited = c->unstored,
                                      .refusal = &w->refusal};
    threshold_change_submit(&w->work, uuid, &change);
    run_query_keep_sets(w->service, uuid);
    c->stored += edits;
    c->stored_ms = change.set.saved_ms;
    c->changed = c->unstored = false;
}

void threshold_link_save(struct workbench *w)
{
    struct cuts *c = &w->board.cuts;
    const char *uuid = app_model_run_uuid(&w->board);
    if (!c->changed || !uuid[0])
        return;
    if (!w->board.read_only) {
        submit(w, uuid);
        return;
    }
    c->changed = false;
    app_model_say(&w->board, INK_WARN, "thresholds are not kept: %s is read-only (e writes a file)",
                  w->work.folder);
}

bool threshold_link_refused(struct workbench *w)
{
    struct cuts *c = &w->board.cuts;
    int why = atomic_exchange(&w->refusal.why, THRESHOLD_STORED);
    if (why == THRESHOLD_STORED)
        return false;
    c->stored_ms = -1; /* whatever the store has is newer */
    c->refused = true;
    c->unstored |= why == THRESHOLD_REFUSED_EDITED;
    return true;
}
