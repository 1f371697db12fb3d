/* What an epoch leaves and the disk did not take: its validation scores, and the weights of the
 * best. They are gone with the next step, so they are copied and wait, and no later checkpoint is
 * written before them: a run that is interrupted meanwhile does the epoch again, and writes the
 * same. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "trainer.h"

struct best {
    struct checkpoint point;
    struct params params; /* the network's table; values, buffers and average owned */
    struct scores *scores;
};

static void drop_best(struct trainer *s)
{
    struct best *b = s->best_held;
    if (!b)
        return;
    checkpoint_fini(&b->point);
    free(b->params.values);
    free(b->params.buffers);
    free(b->params.average);
    scores_free(b->scores);
    free(b);
    s->best_held = NULL;
}

static void drop_scores(struct trainer *s)
{
    scores_free(s->scores_held);
    s->scores_held = NULL;
}

void pending_checkpoint_close(struct trainer *s)
{
    drop_best(s);
    drop_scores(s);
}

static float *copy(const float *values, size_t n, struct err *e)
{
    float *to = mem_array(n, sizeof *to, "weights of the best epoch", e);
    if (to)
        memcpy(to, values, n * sizeof *to);
    return to;
}

static int fill(struct best *b, const struct params *p, const struct scores *scores, struct err *e)
{
    b->params = *p;
    b->params.gradients = NULL;
    b->params.values = copy(p->values, p->count, e);
    b->params.buffers = b->params.values ? copy(p->buffers, p->buffer_count, e) : NULL;
    b->params.average = NULL;
    if (!b->params.buffers || (p->average && !(b->params.average = copy(p->average, p->count, e))))
        return -1;
    b->scores = scores_copy(scores, e);
    return b->scores ? 0 : -1;
}

static void hold_best(struct trainer *s, const struct scores *scores)
{
    struct err e = {0};
    s->best_held = xcalloc(1, sizeof *s->best_held);
    trainer_save_point(s, &s->best_held->point);
    if (!fill(s->best_held, net_params(s->net), scores, &e))
        return;
    drop_best(s);
    log_error("run %s: epoch %lld is the best, but cannot be kept until the disk takes it: %s",
              s->row.name, (long long)s->epoch, e.text);
}

static int keep_best(struct trainer *s, const struct scores *scores, struct err *e)
{
    struct checkpoint p;
    drop_best(s);
    trainer_save_point(s, &p);
    int failed = trainer_save_best(s, &p, net_params(s->net), scores, e);
    checkpoint_fini(&p);
    if (failed && e->code != ERR_NUMERIC) /* what has diverged is never taken */
        hold_best(s, scores);
    return failed;
}

static int keep_scores(struct trainer *s, const struct scores *scores, struct err *e)
{
    drop_scores(s);
    if (!trainer_save_scores(s, scores, e))
        return 0;
    s->scores_held = scores_copy(scores, NULL);
    return -1;
}

int pending_checkpoint_keep(struct trainer *s, const struct scores *scores, struct err *e)
{
    struct err other;
    int64_t best = s->best_held ? s->best_held->point.epoch : s->best_kept;
    bool better = history_newest_beats(&s->history, best);
    int failed = keep_scores(s, scores, e);
    if (better && keep_best(s, scores, failed ? &other : e))
        failed = -1;
    return failed ? -1 : pending_checkpoint_save(s, e);
}

int pending_checkpoint_save(struct trainer *s, struct err *e)
{
    struct best *b = s->best_held;
    if (s->scores_held && trainer_save_scores(s, s->scores_held, e))
        return -1;
    drop_scores(s);
    if (!b)
        return 0;
    if (trainer_save_best(s, &b->point, &b->params, b->scores, e))
        return -1;
    log_info("run %s: epoch %lld, the best, is saved now", s->row.name, (long long)b->point.epoch);
    drop_best(s);
    return 0;
}
