/* One step: the gradients of its batches, the optimiser, and what is shown and kept of it. A step
 * is a move of the weights: with train.accumulate it takes several batches, and schedule, max_steps
 * and the places of checkpoints count steps. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/run_files.h"
#include "nn/ema.h"
#include "run/saved_run.h"
#include "trainer.h"

enum { IDS_NAMED = 8, IDS_A_LINE = 8 };

struct step_loss {
    const float *y; /* [n,k] */
    int k;
    const struct loss *recipe;
};

static double focal(void *context, const float *logits, int n, float *dlogits)
{
    const struct step_loss *l = context;
    return loss_focal(l->recipe, logits, l->y, n, l->k, dlogits);
}

/* The whole batch goes into the log, a few ids a line, because a message holds but some. */
static void log_batch(const struct trainer *s, const struct batch *b)
{
    for (int i = 0; i < b->n; i += IDS_A_LINE) {
        char ids[LOG_TEXT_MAX] = "";
        size_t at = 0;
        for (int k = i; k < b->n && k < i + IDS_A_LINE && at < sizeof ids; k++)
            at += (size_t)snprintf(ids + at, sizeof ids - at, " %s", s->data.index->ids[b->row[k]]);
        log_error("batch of step %lld:%s", (long long)s->step + 1, ids);
    }
}

static void name_batch(const struct trainer *s, const struct batch *b, char *ids, size_t size)
{
    size_t at = (size_t)snprintf(ids, size, ". Batch:");
    int i = 0;
    for (; i < b->n && i < IDS_NAMED && at < size; i++)
        at += (size_t)snprintf(ids + at, size - at, " %s", s->data.index->ids[b->row[i]]);
    if (i < b->n && at < size)
        snprintf(ids + at, size - at, " and %d more (in the log)", b->n - i);
}

int trainer_step_not_finite(const struct trainer *s, const struct batch *b, const char *what,
                            struct err *e)
{
    char ids[512] = "";
    if (b) {
        log_batch(s, b);
        name_batch(s, b, ids, sizeof ids);
    }
    return err_set(
        e, ERR_NUMERIC,
        "step %lld, learning rate %.3g: the %s is not finite. The last good checkpoint is "
        "runs/%s/" RUN_FILES_LAST
        " (step %lld). Lower the learning rate: a new run with --lr %.2g, or "
        "hpa train --resume %s and hpa lr %s x.1 while it trains%s",
        (long long)s->step + (b != NULL), schedule_lr(&s->schedule, s->step - !b), what,
        s->row.name, (long long)s->saved_step, schedule_lr(&s->schedule, s->step) / 10, s->row.name,
        s->row.name, ids);
}

/* Losses for the curve: at most SNAPSHOT_STEPS, every second dropped when full. */
static void show_loss(struct snapshot *now, const struct step_row *row)
{
    int64_t stride = now->losses_n > 1 ? now->losses[1].step - now->losses[0].step : 1;
    if (now->losses_n && row->step - now->losses[now->losses_n - 1].step < stride)
        return;
    if (now->losses_n == SNAPSHOT_STEPS) {
        for (int i = 0; i < SNAPSHOT_STEPS / 2; i++)
            now->losses[i] = now->losses[2 * i];
        now->losses_n = SNAPSHOT_STEPS / 2;
    }
    now->losses[now->losses_n++] = *row;
}

/* A step lasts from the end of the one before, so nothing that slows a training down is left out.
 */
static void count_step(struct trainer *s, int n)
{
    struct snapshot *now = &s->job->now;
    double at = clock_seconds(), seconds = at - s->step_at, rate = n / seconds;
    double old = now->images_per_second;
    s->step_at = at;
    s->step_seconds += seconds;
    s->step_images += n;
    now->images_per_second = isfinite(old) ? .9 * old + .1 * rate : rate;
    now->data_wait_percent = 100 * trainer_stage_wait(s) / s->step_seconds;
}

static void show_step(struct trainer *s, const struct step_row *row)
{
    struct snapshot *now = &s->job->now;
    double images = (double)conf_int(s->conf, CONF_TRAIN_BATCH) * s->steps.batches;
    now->loss = isfinite(now->loss) ? .95 * now->loss + .05 * row->loss : row->loss;
    now->lr = row->lr;
    now->grad_norm = row->grad_norm;
    now->step = s->step;
    now->eta_seconds = trainer_stage_steps_left(s) * images / now->images_per_second;
    show_loss(now, row);
    now->done = s->step_in_epoch;
    job_tell(s->job); /* every step: a step costs far more than the copy */
}

/* Gradients of one batch, and their norm. */
static int learn(struct trainer *s, const struct batch *b, int part, double *loss, double *norm,
                 struct err *e)
{
    struct step_loss l = {.y = b->y, .k = s->data.index->k, .recipe = &s->recipe};
    struct params *p = net_params(s->net);
    if (trainer_stage_learn(s, b, part, focal, &l, loss, e))
        return e->code == ERR_NUMERIC ? trainer_step_not_finite(s, b, "output of the network", e)
                                      : -1;
    *norm = optim_gradient_norm(p, s->work.workers);
    if (!isfinite(*loss) || !isfinite(*norm))
        return trainer_step_not_finite(s, b, isfinite(*loss) ? "gradient" : "loss", e);
    return 0;
}

/* A step of several batches that was begun: only its running statistics have been changed. */
static void take_back(struct trainer *s)
{
    struct params *p = net_params(s->net);
    memcpy(p->buffers, s->buffers, p->buffer_count * sizeof *p->buffers);
    optim_forget_collected(s->optim);
}

/* Gradients of a step's batches, averaged; an epoch's last step may have fewer of them. Batch norm
 * sees each batch by itself. `*images` 0: cut. */
static int learn_together(struct trainer *s, const struct batch *b, struct step_row *row,
                          int *images, struct err *e)
{
    struct params *p = net_params(s->net);
    int part = 0;
    double loss, sum = 0;
    memcpy(s->buffers, p->buffers, p->buffer_count * sizeof *p->buffers);
    for (; b; b = part < s->steps.batches ? trainer_stage_batch(s, e) : NULL) {
        if (learn(s, b, part++, &loss, &row->grad_norm, e))
            return -1;
        sum += loss;
        *images += b->n;
        optim_collect(s->optim, p, s->work.workers);
        if (part < s->steps.batches && job_cancelled(s->job)) {
            take_back(s);
            *images = 0;
            return 0;
        }
    }
    if (e->code != ERR_NONE)
        return -1;
    optim_collected(s->optim, p, s->work.workers);
    row->loss = sum / part;
    row->grad_norm = optim_gradient_norm(p, s->work.workers);
    return 0;
}

static void move(struct trainer *s, const struct step_row *row)
{
    struct params *p = net_params(s->net);
    struct optim_pace pace = {.lr = row->lr, .clip = s->steps.clip, .norm = row->grad_norm};
    if (s->steps.cycle_momentum)
        pace.momentum = schedule_momentum(&s->schedule, s->step);
    optim_step(s->optim, p, &pace, s->work.workers);
    s->step++;
    s->step_in_epoch++;
    if (p->average)
        ema_step(p, s->steps.ema, s->step, s->work.workers);
}

int trainer_step(struct trainer *s, const struct batch *b, enum trainer_step *end, struct err *e)
{
    struct step_row row = {.step = s->step + 1, .lr = schedule_lr(&s->schedule, s->step)};
    bool together = s->steps.batches > 1;
    int images = together ? 0 : b->n;
    if (together ? learn_together(s, b, &row, &images, e)
                 : learn(s, b, 0, &row.loss, &row.grad_norm, e))
        return -1;
    *end = images ? TRAINER_STEP_DONE : TRAINER_STEP_CUT;
    if (!images)
        return 0;
    move(s, &row);
    s->loss_sum += row.loss;
    s->norm_sum += row.grad_norm;
    count_step(s, images);
    show_step(s, &row);
    trainer_rows_step(s, &row);
    return 0;
}
