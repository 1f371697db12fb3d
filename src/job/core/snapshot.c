/* The mailbox between a job and the screen: one value under one lock, copied in and out. A publish
 * replaces what was there: a slow reader misses states in between, never the newest one. */
#include "job/snapshot.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

struct snapshot_box {
    struct wake *wake;
    pthread_mutex_t lock;      /* guards all below */
    struct snapshot newest;    /* written by the job's thread, copied by the screen */
    struct scores *scores;     /* put by the job's thread, taken by the screen */
    struct threshold_set cuts; /* of these scores, with their epoch */
    struct findings *findings; /* the same */
};

struct snapshot_box *snapshot_box_new(struct wake *wake)
{
    struct snapshot_box *b = xcalloc(1, sizeof *b);
    b->wake = wake;
    pthread_mutex_init(&b->lock, NULL);
    return b;
}

void snapshot_box_free(struct snapshot_box *b)
{
    if (!b)
        return;
    pthread_mutex_destroy(&b->lock);
    scores_free(b->scores);
    free(b->findings);
    free(b);
}

void snapshot_publish(struct snapshot_box *b, const struct snapshot *s)
{
    pthread_mutex_lock(&b->lock);
    uint64_t sequence = b->newest.sequence + 1;
    b->newest = *s;
    b->newest.sequence = sequence;
    pthread_mutex_unlock(&b->lock);
    if (b->wake)
        wake_ring(b->wake);
}

bool snapshot_copy(struct snapshot_box *b, struct snapshot *out)
{
    pthread_mutex_lock(&b->lock);
    bool newer = b->newest.sequence != out->sequence;
    if (newer)
        *out = b->newest;
    pthread_mutex_unlock(&b->lock);
    return newer;
}

void snapshot_put_scores(struct snapshot_box *b, struct scores *scores,
                         const struct threshold_set *cuts)
{
    pthread_mutex_lock(&b->lock);
    struct scores *old = b->scores;
    b->scores = scores;
    b->cuts = *cuts;
    pthread_mutex_unlock(&b->lock);
    scores_free(old);
    if (b->wake)
        wake_ring(b->wake);
}

struct scores *snapshot_take_scores(struct snapshot_box *b, struct threshold_set *cuts)
{
    pthread_mutex_lock(&b->lock);
    struct scores *taken = b->scores;
    *cuts = b->cuts;
    b->scores = NULL;
    pthread_mutex_unlock(&b->lock);
    return taken;
}

static struct findings *swap_findings(struct snapshot_box *b, struct findings *findings)
{
    pthread_mutex_lock(&b->lock);
    struct findings *old = b->findings;
    b->findings = findings;
    pthread_mutex_unlock(&b->lock);
    return old;
}

void snapshot_put_findings(struct snapshot_box *b, struct findings *findings)
{
    free(swap_findings(b, findings));
    if (b->wake)
        wake_ring(b->wake);
}

struct findings *snapshot_take_findings(struct snapshot_box *b)
{
    return swap_findings(b, NULL);
}

bool snapshot_busy(enum job_phase phase)
{
    return phase != PHASE_IDLE && phase != PHASE_DONE && phase != PHASE_FAILED;
}

int snapshot_epoch(const struct snapshot *s)
{
    if (snapshot_busy(s->phase))
        return s->epoch;
    return s->points_n ? s->points[s->points_n - 1].epoch : 0;
}

const char *snapshot_phase_name(enum job_phase phase)
{
    static const char *const names[] = {
        [PHASE_IDLE] = "idle",     [PHASE_INDEX] = "index", [PHASE_SCAN] = "scan",
        [PHASE_CACHE] = "cache",   [PHASE_STATS] = "stats", [PHASE_FEATURES] = "features",
        [PHASE_TRAIN] = "train",   [PHASE_EVAL] = "eval",   [PHASE_PREDICT] = "predict",
        [PHASE_PAUSED] = "paused", [PHASE_DONE] = "done",   [PHASE_FAILED] = "failed",
    };
    return names[phase];
}
