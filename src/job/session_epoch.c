/* One epoch: steps with their control points, then validation and what is kept of it. Everything
 * that reaches a weight is a function of (seed, epoch, step), so where a run was interrupted never
 * shows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/host.h"
#include "base/log.h"
#include "base/mem.h"
#include "metric/threshold.h"
#include "session.h"
#include "trained.h"

enum { IDS_NAMED = 8, IDS_A_LINE = 8, HELD_OUT_REPEATS = 2 };

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
static void log_batch(const struct session *s, const struct batch *b)
{
    for (int i = 0; i < b->n; i += IDS_A_LINE) {
        char ids[LOG_TEXT_MAX] = "";
        size_t at = 0;
        for (int k = i; k < b->n && k < i + IDS_A_LINE && at < sizeof ids; k++)
            at += (size_t)snprintf(ids + at, sizeof ids - at, " %s", s->data.index->ids[b->row[k]]);
        log_error("batch of step %lld:%s", (long long)s->step + 1, ids);
    }
}

static void name_batch(const struct session *s, const struct batch *b, char *ids, size_t size)
{
    size_t at = (size_t)snprintf(ids, size, ". Batch:");
    int i = 0;
    for (; i < b->n && i < IDS_NAMED && at < size; i++)
        at += (size_t)snprintf(ids + at, size - at, " %s", s->data.index->ids[b->row[i]]);
    if (i < b->n && at < size)
        snprintf(ids + at, size - at, " and %d more (in the log)", b->n - i);
}

/* `b`: the batch at work, NULL in the validation after the last step. */
static int not_finite(const struct session *s, const struct batch *b, const char *what,
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
        "runs/%s/" TRAINED_LAST
        " (step %lld). Lower the learning rate: a new run with --lr %.2g, or "
        "hpa train --resume %s and hpa lr %s x.1 while it trains%s",
        (long long)s->step + (b != NULL), schedule_lr(&s->schedule, s->step - !b), what,
        s->row.name, (long long)s->saved_step, schedule_lr(&s->schedule, s->step) / 10, s->row.name,
        s->row.name, ids);
}

/* Losses for the curve: at most SNAPSHOT_STEPS, every second dropped when full. */
static void show_loss(struct snapshot *now, int64_t step, double loss, double lr)
{
    int64_t stride = now->losses_n > 1 ? now->losses[1].step - now->losses[0].step : 1;
    if (now->losses_n && step - now->losses[now->losses_n - 1].step < stride)
        return;
    if (now->losses_n == SNAPSHOT_STEPS) {
        for (int i = 0; i < SNAPSHOT_STEPS / 2; i++)
            now->losses[i] = now->losses[2 * i];
        now->losses_n = SNAPSHOT_STEPS / 2;
    }
    now->losses[now->losses_n++] = (struct step_row){.step = step, .loss = loss, .lr = lr};
}

/* A step lasts from the end of the one before, so nothing that slows a training down is left out.
 */
static void count_step(struct session *s, int n)
{
    struct snapshot *now = &s->job->now;
    double at = clock_seconds(), seconds = at - s->step_at, rate = n / seconds;
    double old = now->images_per_second;
    s->step_at = at;
    s->step_seconds += seconds;
    s->step_images += n;
    now->images_per_second = isfinite(old) ? .9 * old + .1 * rate : rate;
    now->data_wait_percent = 100 * session_phase_wait(s) / s->step_seconds;
}

static void show_step(struct session *s, double loss, double lr)
{
    struct snapshot *now = &s->job->now;
    now->loss = isfinite(now->loss) ? .95 * now->loss + .05 * loss : loss;
    now->lr = lr;
    now->step = s->step;
    now->eta_seconds = session_phase_steps_left(s) * (double)conf_int(s->conf, CONF_TRAIN_BATCH) /
                       now->images_per_second;
    show_loss(now, s->step, loss, lr);
    now->done = s->step_in_epoch;
    job_tell(s->job); /* every step: a step costs far more than the copy */
}

static int one_step(struct session *s, const struct batch *b, struct err *e)
{
    struct step_loss l = {.y = b->y, .k = s->data.index->k, .recipe = &s->recipe};
    double loss, lr = schedule_lr(&s->schedule, s->step);
    if (session_phase_learn(s, b, focal, &l, &loss, e))
        return e->code == ERR_NUMERIC ? not_finite(s, b, "output of the network", e) : -1;
    double norm = optim_gradient_norm(net_params(s->net), s->work.workers);
    if (!isfinite(loss) || !isfinite(norm))
        return not_finite(s, b, isfinite(loss) ? "gradient" : "loss", e);
    optim_step(s->optim, net_params(s->net), &(struct optim_pace){.lr = lr}, s->work.workers);
    s->step++;
    s->step_in_epoch++;
    s->loss_sum += loss;
    s->norm_sum += norm;
    count_step(s, b->n);
    show_step(s, loss, lr);
    session_rows_step(s, loss, lr);
    session_rows_beat(s);
    return 0;
}

int session_epoch_run(struct session *s, enum session_end *end, struct err *e)
{
    const struct batch *b;
    *end = SESSION_EPOCH_DONE;
    s->job->now.epoch = (int)s->epoch + 1;
    if (session_phase_enter(s, e) || session_phase_start(s, e))
        return -1;
    job_phase(s->job, PHASE_TRAIN, s->steps_per_epoch);
    s->job->now.done = s->step_in_epoch;
    err_clear(e);
    s->epoch_at = s->step_at = clock_seconds();
    s->step_seconds = 0;
    s->step_images = 0;
    while (s->step < s->total_steps && (b = session_phase_batch(s, e))) {
        if (one_step(s, b, e))
            return -1;
        if (session_control(s)) {
            *end = SESSION_STOPPED;
            session_control_stopped(s);
            return session_save_last(s, e);
        }
    }
    return e->code == ERR_NONE ? 0 : -1;
}

static void class_rows(const struct report *r, struct class_row *rows)
{
    for (int c = 0; c < r->k; c++) {
        const struct class_report *k = &r->classes[c];
        rows[c] = (struct class_row){.class_index = c,
                                     .support = k->support,
                                     .tp = k->tp,
                                     .fp = k->fp,
                                     .fn = k->fn,
                                     .precision = k->precision,
                                     .recall = k->recall,
                                     .f1 = k->f1,
                                     .ap = k->ap,
                                     .auc = k->auc,
                                     .cut = k->cut};
    }
}

static int measure(const struct scores *scores, struct epoch_row *row, struct class_row *classes,
                   struct err *e)
{
    double cuts[LABELS_MAX], deviation;
    struct report *r = xmalloc(sizeof *r);
    int failed = -1;
    if (threshold_choose("fixed", scores, cuts, e) || f1_report(scores, cuts, r, e))
        goto done;
    row->macro_f1_half = r->macro_f1;
    if (threshold_choose("exact", scores, cuts, e) || f1_report(scores, cuts, r, e))
        goto done;
    row->macro_f1 = r->macro_f1;
    class_rows(r, classes);
    failed =
        threshold_held_out("exact", scores, HELD_OUT_REPEATS, 1, &row->held_out_f1, &deviation, e);
done:
    free(r);
    return failed;
}

/* Best first, and nothing after a failure: when the process dies in between, or the disk was full,
 * the epoch is done again and writes the same. */
static void keep_epoch(struct session *s, const struct scores *scores)
{
    struct err e = {0};
    if (!session_held_keep(s, scores, &e) && !session_save_last(s, &e)) {
        session_keep_epoch(s);
        return;
    }
    s->unsaved = e;
    log_error("epoch %lld not saved, training goes on: %s", (long long)s->epoch, e.text);
}

static void show_epoch(struct session *s, struct scores *scores, const struct epoch_row *row)
{
    struct job *j = s->job;
    char rate[64] = ""; /* an epoch resumed behind its last step has none */
    if (isfinite(row->images_per_second))
        snprintf(rate, sizeof rate, ", %.1f img/s, data wait %.2f%%", row->images_per_second,
                 row->data_wait_percent);
    log_info("epoch %d/%d: loss %.4f, validation %.4f, macro F1 %.4f (at .5: %.4f)%s", row->epoch,
             j->now.epochs, row->train_loss, row->val_loss, row->macro_f1, row->macro_f1_half,
             rate);
    history_show(&s->history, &j->now);
    j->now.scores_epoch = row->epoch;
    if (j->observer.scores)
        j->observer.scores(j->observer.context, scores, row->epoch);
    else
        scores_free(scores);
    job_tell(j);
}

int session_epoch_finish(struct session *s, struct err *e)
{
    struct class_row classes[LABELS_MAX];
    bool stepped = s->step_images > 0;
    struct epoch_row row = {.epoch = (int)s->epoch + 1,
                            .train_loss = s->loss_sum / (double)s->step_in_epoch,
                            .grad_norm = s->norm_sum / (double)s->step_in_epoch,
                            .lr = schedule_lr(&s->schedule, s->step - 1),
                            .steps = s->step,
                            .images_per_second =
                                stepped ? (double)s->step_images / s->step_seconds : NAN,
                            .data_wait_percent = stepped ? s->job->now.data_wait_percent : NAN,
                            .seconds = clock_seconds() - s->epoch_at,
                            .rss_mb = (double)host_process_bytes() / 1e6};
    struct scores *scores = session_phase_validate(s, &row.val_loss, e);
    if (!scores)
        return e->code == ERR_NUMERIC ? not_finite(s, NULL, "output on validation samples", e) : -1;
    if (measure(scores, &row, classes, e) || history_add(&s->history, &row, e)) {
        scores_free(scores);
        return -1;
    }
    s->epoch++;
    s->step_in_epoch = 0;
    s->loss_sum = s->norm_sum = 0;
    keep_epoch(s, scores);
    session_rows_epoch(s, &row, classes, scores->k);
    show_epoch(s, scores, &row);
    return 0;
}
