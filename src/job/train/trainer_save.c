/* The files of a run's folder: last.safetensors (everything needed to go on; checkpoint_retention.c
 * says what becomes of the one before), best.safetensors (weights of the best epoch),
 * best_scores.npy and val_scores.npy with val.csv (validation scores of the best and of the newest
 * epoch, and their truth), folds.csv (which sample belongs where, so that a run can go on without
 * the store), sample_weights.csv (as they were read, so that it can go on without their file),
 * excluded.csv (which samples could not be read) and pixels.csv (digests of what it was trained
 * on). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "core/run_files.h"
#include "data/csv_out.h"
#include "data/npy_file.h"
#include "data/split.h"
#include "data/weights.h"
#include "job/hold.h"
#include "run/run_pixels.h"
#include "run/run_split.h"
#include "run/saved_run.h"
#include "run/score_file.h"
#include "trainer.h"

void trainer_save_point(const struct trainer *s, struct checkpoint *p)
{
    struct json *conf = conf_to_json(s->conf);
    const struct saved_run_extra extra = {.uuid = s->row.uuid,
                                          .fingerprint = s->fingerprint,
                                          .channels = s->data.index->channels,
                                          .classes = s->data.index->k,
                                          .mean = s->mean,
                                          .std = s->std,
                                          .class_weights = s->class_weights,
                                          .started_ms = s->row.started_ms,
                                          .sequence = s->row.sequence,
                                          .events = &s->events,
                                          .engine = &s->row.engine};
    *p = (struct checkpoint){.epoch = s->epoch,
                             .step = s->step,
                             .step_in_epoch = s->step_in_epoch,
                             .seed = (uint64_t)conf_int(s->conf, CONF_TRAIN_SEED),
                             .epoch_loss_sum = s->loss_sum,
                             .epoch_norm_sum = s->norm_sum,
                             .config = json_print(conf, false),
                             .history = history_print(&s->history),
                             .extra = saved_run_extra_print(&extra)};
    json_free(conf);
}

static int save_last(struct trainer *s, struct err *e)
{
    char path[FILE_PATH_MAX];
    struct checkpoint p;
    if (work_run_path(&s->work, s->row.name, RUN_FILES_LAST, path, e))
        return -1;
    checkpoint_retention_previous(s);
    trainer_save_point(s, &p);
    int failed = checkpoint_save(path, &p, net_params(s->net), s->optim, e);
    checkpoint_fini(&p);
    return failed;
}

int trainer_save_last(struct trainer *s, struct err *e)
{
    hold_at(s->job, NULL, NULL, "save-%lld", (long long)s->step);
    s->saved_at = clock_seconds();
    if (pending_checkpoint_save(s, &s->unsaved) || save_last(s, &s->unsaved)) {
        *e = s->unsaved;
        return -1;
    }
    s->saved_step = s->step;
    err_clear(&s->unsaved);
    hold_at(s->job, NULL, NULL, "saved-%lld", (long long)s->step);
    return 0;
}

static int save_scores(struct trainer *s, const char *file, const struct scores *scores,
                       struct err *e)
{
    char path[FILE_PATH_MAX];
    return work_run_path(&s->work, s->row.name, file, path, e) ||
                   npy_file_write(path, OUTPUT_PRIVATE, scores->p, scores->n, scores->k, e)
               ? -1
               : 0;
}

int trainer_save_best(struct trainer *s, const struct checkpoint *p, const struct params *params,
                      const struct scores *scores, struct err *e)
{
    char path[FILE_PATH_MAX];
    if (save_scores(s, RUN_FILES_BEST_SCORES, scores, e) ||
        work_run_path(&s->work, s->row.name, RUN_FILES_BEST, path, e) ||
        checkpoint_save(path, p, params, NULL, e))
        return -1;
    s->best_kept = p->epoch;
    return 0;
}

int trainer_save_scores(struct trainer *s, const struct scores *scores, struct err *e)
{
    return save_scores(s, RUN_FILES_NEWEST_SCORES, scores, e);
}

static int save_truth(struct trainer *s, struct err *e)
{
    char path[FILE_PATH_MAX], targets[LABELS_MAX * 4];
    const struct dataset *d = &s->data;
    if (work_run_path(&s->work, s->row.name, RUN_FILES_TRUTH, path, e))
        return -1;
    struct csv_out *out = csv_out_new();
    csv_out_text(out, "Id");
    csv_out_text(out, "Target");
    csv_out_end_row(out);
    for (int i = 0; i < d->val_n; i++) {
        score_file_print_labels(&d->index->labels[d->val[i]], ' ', targets, sizeof targets);
        csv_out_text(out, d->index->ids[d->val[i]]);
        csv_out_text(out, targets);
        csv_out_end_row(out);
    }
    int failed = csv_out_save(out, path, e);
    csv_out_free(out);
    return failed;
}

static int save_weights(struct trainer *s, struct err *e)
{
    char path[FILE_PATH_MAX];
    if (!s->feed.table)
        return 0;
    return work_run_path(&s->work, s->row.name, RUN_FILES_SAMPLE_WEIGHTS, path, e) ||
                   weights_save_samples(path, s->data.index, s->feed.table, e)
               ? -1
               : 0;
}

int trainer_save_parts(struct trainer *s, struct err *e)
{
    char path[FILE_PATH_MAX];
    const struct dataset *d = &s->data;
    if (work_run_path(&s->work, s->row.name, RUN_FILES_FOLDS, path, e) ||
        split_save_csv(path, OUTPUT_PRIVATE, d->index->ids, d->fold, d->index->n, e))
        return -1;
    if (work_run_path(&s->work, s->row.name, RUN_FILES_EXCLUDED, path, e) ||
        excluded_save(path, s->excluded, s->excluded_n, e))
        return -1;
    return run_split_save(&s->work, s->row.name, &d->split, e) || save_weights(s, e) ||
                   save_truth(s, e) || run_pixels_save(&s->work, s->row.name, d, e)
               ? -1
               : 0;
}
