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
#include "job/hold.h"
#include "metric/threshold.h"
#include "run/run_metadata_rows.h"
#include "run/saved_run.h"
#include "trainer.h"

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

/* `classes` NULL: an epoch's figures alone, without the held-out estimate. */
static int measure(const struct scores *scores, struct epoch_row *row, struct class_row *classes,
                   struct err *e)
{
    double cuts[LABELS_MAX], deviation;
    struct report *r = xmalloc(sizeof *r);
    int failed = -1;
    if (threshold_choose("fixed", scores, cuts, e) || f1_report(scores, cuts, r, e))
        goto done;
    row->macro_f1_half = r->macro_f1;
    if (threshold_choose(RUN_EPOCH_METHOD, scores, cuts, e) || f1_report(scores, cuts, r, e))
        goto done;
    row->macro_f1 = r->macro_f1;
    failed = 0;
    if (!classes)
        goto done;
    class_rows(r, classes);
    failed = threshold_held_out(RUN_EPOCH_METHOD, scores, threshold_held_out_repeats(scores->n), 1,
                                &row->held_out_f1, &deviation, e);
done:
    free(r);
    return failed;
}

static struct scores *validate(struct trainer *s, struct epoch_row *row, struct err *e)
{
    struct scores *scores = trainer_stage_validate(s, &row->val_loss, e);
    if (!scores && e->code == ERR_NUMERIC)
        trainer_step_not_finite(s, NULL, "output on validation samples", e);
    return scores;
}

/* A validation inside the epoch that is due and was not done before the training was interrupted.
 */
static bool validation_due(const struct trainer *s)
{
    return s->steps.validate > 0 && s->step % s->steps.validate == 0 && s->step_in_epoch > 0 &&
           s->step_in_epoch < s->steps_per_epoch && s->step < s->total_steps &&
           history_inside_step(&s->history) < s->step;
}

static int validate_inside(struct trainer *s, struct err *e)
{
    struct epoch_row row = {0};
    double began = clock_seconds();
    struct scores *scores = validate(s, &row, e);
    if (!scores)
        return -1;
    int failed = measure(scores, &row, NULL, e);
    scores_free(scores);
    struct validation_row inside = {s->step, row.val_loss, row.macro_f1_half, row.macro_f1};
    if (failed || history_add_inside(&s->history, &inside, e))
        return -1;
    log_info("step %lld: validation %.4f, macro F1 %.4f (at .5: %.4f)", (long long)s->step,
             row.val_loss, row.macro_f1, row.macro_f1_half);
    trainer_rows_inside(s, &inside);
    history_show(&s->history, &s->job->now);
    s->step_at += clock_seconds() - began; /* the steps are as fast as they were */
    return trainer_stage_enter(s, e);
}

/* Between two steps: to be called before each, since that is where a resumed training begins. */
static int validate_if_due(struct trainer *s, struct err *e)
{
    if (!validation_due(s))
        return 0;
    if (validate_inside(s, e))
        return -1;
    job_phase(s->job, PHASE_TRAIN, s->steps_per_epoch);
    s->job->now.done = s->step_in_epoch;
    err_clear(e);
    return 0;
}

static void begin_epoch(struct trainer *s)
{
    job_phase(s->job, PHASE_TRAIN, s->steps_per_epoch);
    s->job->now.done = s->step_in_epoch;
    s->epoch_at = s->step_at = clock_seconds();
    s->step_seconds = 0;
    s->step_images = 0;
}

int trainer_epoch_run(struct trainer *s, enum trainer_end *end, struct err *e)
{
    const struct batch *b;
    enum trainer_step step;
    *end = TRAINER_EPOCH_DONE;
    s->job->now.epoch = (int)s->epoch + 1;
    if (trainer_stage_enter(s, e) || trainer_stage_start(s, e))
        return -1;
    begin_epoch(s);
    trainer_control_hold(s, "epoch", s->epoch + 1);
    err_clear(e);
    while (s->step < s->total_steps) {
        if (validate_if_due(s, e))
            return -1;
        if (!(b = trainer_stage_batch(s, e)))
            break;
        if (trainer_step(s, b, &step, e))
            return -1;
        if (trainer_control(s) || step == TRAINER_STEP_CUT) {
            *end = TRAINER_STOPPED;
            trainer_control_stopped(s);
            return trainer_save_last(s, e);
        }
    }
    return e->code == ERR_NONE ? 0 : -1;
}

/* Best first, and nothing after a failure: when the process dies in between, or the disk was full,
 * the epoch is done again and writes the same. */
static void keep_epoch(struct trainer *s, const struct scores *scores)
{
    struct err e = {0};
    if (!pending_checkpoint_keep(s, scores, &e) && !trainer_save_last(s, &e)) {
        checkpoint_retention_epoch(s);
        return;
    }
    s->unsaved = e;
    log_error("epoch %lld not saved, training goes on: %s", (long long)s->epoch, e.text);
}

/* Before the checkpoint: no epoch that counts as done lacks them when the store is built again. */
static void keep_classes(const struct trainer *s, const struct class_row *classes, int n)
{
    struct err e = {0};
    if (run_metadata_rows_classes(&s->work, s->row.name, (int)s->epoch, classes, n, &e))
        log_warn("run %s: what epoch %lld gave of each class is in the store alone: %s",
                 s->row.name, (long long)s->epoch, e.text);
}

static void show_epoch(struct trainer *s, struct scores *scores, const struct epoch_row *row)
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

int trainer_epoch_finish(struct trainer *s, struct err *e)
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
    hold_at(s->job, NULL, NULL, "validate-%d", row.epoch);
    struct scores *scores = validate(s, &row, e);
    if (!scores)
        return -1;
    if (measure(scores, &row, classes, e) || history_add(&s->history, &row, e)) {
        scores_free(scores);
        return -1;
    }
    s->epoch++;
    s->step_in_epoch = 0;
    s->loss_sum = s->norm_sum = 0;
    keep_classes(s, classes, scores->k);
    keep_epoch(s, scores);
    trainer_rows_epoch(s, &row, classes, scores->k);
    show_epoch(s, scores, &row);
    return 0;
}

bool trainer_epoch_idle(const struct trainer *s)
{
    return s->steps.patience > 0 && s->epoch - history_best(&s->history) >= s->steps.patience;
}
