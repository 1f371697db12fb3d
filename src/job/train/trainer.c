/* Opening and closing a training. A run's folder is its lock and its identity; its checkpoint holds
 * all it needs to go on, so a resumed run asks neither the store nor today's configuration. */
#define _GNU_SOURCE
#include "trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/version.h"
#include "core/class_weights.h"
#include "core/process_id.h"
#include "core/run_files.h"
#include "core/sequence.h"
#include "job/current_split.h"
#include "job/dataset_split.h"
#include "job/engine.h"
#include "job/unused_options.h"
#include "nn/ema.h"
#include "nn/safetensors.h"
#include "run/run_dir.h"
#include "run/run_pixels.h"
#include "run/run_split.h"
#include "run/run_state.h"
#include "run/saved_run.h"
#include "train_plan.h"

static const double STATUS_SECONDS = 2; /* until the store has the status of a run that failed */

/* s->lock is only set when the folder is ours: what is given back was ours, too. */
static int take_lock(struct trainer *s, struct err *e)
{
    char folder[FILE_PATH_MAX];
    if (run_dir_lock(&s->work, s->row.name, true, &s->lock, e) ||
        work_run_path(&s->work, s->row.name, NULL, folder, e))
        return -1;
    file_remove_temps(folder);
    return 0;
}

/* The job's and the trainer's copy of the work folder share one store. */
static int open_store(struct trainer *s, struct err *e)
{
    int failed = work_open_store(s->job_work, e);
    s->work.writer = s->job_work->writer;
    return failed;
}

/* What cannot be read when a run begins stays out of it for good; a run of an older program has no
 * list, and leaves out what cannot be read today. */
static int leave_out(struct trainer *s, bool resumed, struct err *e)
{
    char path[FILE_PATH_MAX];
    if (work_run_path(&s->work, s->row.name, RUN_FILES_EXCLUDED, path, e))
        return -1;
    if (!resumed || !file_exists(path))
        return excluded_find(&s->data, &s->excluded, &s->excluded_n, e);
    if (excluded_load(path, s->data.index, &s->excluded, &s->excluded_n, e))
        return -1;
    if (excluded_apply(&s->data, s->excluded, s->excluded_n, e))
        return err_prefix(e, "run %s", s->row.name);
    return 0;
}

/* The split of a run (its own, when it is resumed); NULL: the current one. */
static int open_split(struct trainer *s, const char *run, struct err *e)
{
    char folds[FILE_PATH_MAX];
    bool found;
    if (!run)
        return dataset_split(&s->data, s->job, e);
    return run_split_folds(&s->work, run, folds, e) ||
                   dataset_split_table(&s->data, s->conf, folds, e) ||
                   run_split_load(&s->work, run, &s->data.split, &found, e)
               ? -1
               : 0;
}

/* Before hours of packing pixels, and before anything large is allocated. A new run may
 * have no name yet. */
static int check_memory(const struct trainer *s, struct err *e)
{
    struct memory_plan f;
    char who[RUN_NAME_MAX + 16], lower[128];
    snprintf(who, sizeof who, "%s%s", s->row.name[0] ? "run " : "the new run", s->row.name);
    snprintf(lower, sizeof lower, "lower train.batch (%s), train.size (%s) or train.width (%s)",
             conf_text(s->conf, CONF_TRAIN_BATCH), conf_text(s->conf, CONF_TRAIN_SIZE),
             conf_text(s->conf, CONF_TRAIN_WIDTH));
    return trainer_stage_plan(s, &f, e) || memory_plan_check(&f, who, lower, s->job_work, e) ||
                   memory_plan_products(&f, who, lower, s->job_work, e)
               ? -1
               : 0;
}

/* `split_of`: as open_split has it; `weights_csv`: of a run that is resumed, else NULL. */
static int open_data(struct trainer *s, const char *split_of, const char *weights_csv,
                     struct err *e)
{
    bool resumed = weights_csv != NULL;
    int size = (int)conf_int(s->conf, CONF_TRAIN_SIZE);
    s->phases = train_config_phases(s->conf);
    if (dataset_open(&s->data, s->job, e) ||
        sampling_plan_open(&s->feed, s->conf, s->data.index, weights_csv, e) ||
        (!resumed && class_weights_open(s->conf, s->data.index, s->class_weights, e)) ||
        open_store(s, e) || open_split(s, split_of, e) || check_memory(s, e) ||
        dataset_pixels(&s->data, s->job, size, e) ||
        (s->phases.first_size && dataset_first_pixels(&s->data, s->job, s->phases.first_size, e)) ||
        leave_out(s, resumed, e) ||
        (resumed && run_pixels_tell(&s->work, s->row.name, &s->data, e)) ||
        sampling_plan_deal(&s->feed, s->conf, s->data.index, s->data.train, s->data.train_n, e))
        return -1;
    snprintf(s->fingerprint, sizeof s->fingerprint, "%016llx",
             (unsigned long long)s->data.index->fingerprint);
    if (!s->data.index->has_labels)
        return err_set(e, ERR_DATA, "%s: has no labels to train on",
                       conf_text(s->conf, CONF_DATA_TRAIN_CSV));
    return 0;
}

/* What the training part alone decides; a resumed run has it in its checkpoint. */
static int measure_part(struct trainer *s, struct err *e)
{
    struct stats stats;
    job_phase(s->job, PHASE_STATS, s->data.train_n);
    if (stats_measure(s->data.cache, s->data.train, s->data.train_n, s->work.workers, &stats, e))
        return -1;
    for (int c = 0; c < stats.channels; c++) {
        s->mean[c] = (float)stats.pooled_mean[c];
        s->std[c] = stats.pooled_std[c] > 1e-6 ? (float)stats.pooled_std[c] : 1.0F;
    }
    class_weights_measure(s->conf, s->data.index, s->data.train, s->data.train_n, s->class_weights);
    return 0;
}

static void plan_steps(struct trainer *s)
{
    struct train_plan course = train_plan_plan(s->conf, s->feed.n);
    s->steps_per_epoch = course.steps;
    s->total_steps = course.total;
    s->schedule = train_config_schedule(s->conf, s->steps_per_epoch, s->total_steps);
    s->recipe = train_config_loss(s->conf);
    s->recipe.class_weights = s->class_weights;
}

static int build(struct trainer *s, struct err *e)
{
    struct optim_plan optim = train_config_optim(s->conf);
    s->steps = train_config_steps(s->conf);
    struct net_plan plan =
        train_config_net(s->conf, s->work.kern, s->data.index->channels, s->data.index->k, true);
    s->net = net_new(&plan, s->work.workers, e);
    if (!s->net || trainer_stage_loaders(s, e))
        return -1;
    plan_steps(s);
    s->optim = optim_new(&optim, net_params(s->net), e);
    if (!s->optim)
        return -1;
    trainer_stage_rest(s);
    size_t buffers = net_params(s->net)->buffer_count;
    if (s->steps.batches > 1 &&
        !(s->buffers = mem_array(buffers, sizeof *s->buffers, "running statistics", e)))
        return -1;
    return 0;
}

static int begin_average(struct trainer *s, struct err *e)
{
    return s->steps.ema > 0 ? ema_begin(net_params(s->net), e) : 0;
}

static void show_run(struct trainer *s)
{
    struct snapshot *now = &s->job->now;
    snprintf(now->run_name, sizeof now->run_name, "%s", s->row.name);
    snprintf(now->run_uuid, sizeof now->run_uuid, "%s", s->row.uuid);
    now->epochs = (int)((s->total_steps + s->steps_per_epoch - 1) / s->steps_per_epoch);
    now->epoch = (int)s->epoch + (s->step < s->total_steps);
    now->step = s->step;
    now->steps = s->total_steps;
    now->excluded = s->excluded_n;
    history_show(&s->history, now);
    now->sequence = 0;
}

static void describe_run(struct trainer *s)
{
    struct json *j = conf_to_json(s->conf);
    s->row.config = json_print(j, false);
    json_free(j);
    s->row.seed = conf_int(s->conf, CONF_TRAIN_SEED);
    s->row.epochs = s->job->now.epochs;
    snprintf(s->row.version, sizeof s->row.version, "%s", HPA_VERSION);
    snprintf(s->row.fingerprint, sizeof s->row.fingerprint, "%s", s->fingerprint);
    s->row.status = RUN_RUNNING;
    engine_here(s->work.kern, &s->row.engine);
    process_id_stamp(&s->row);
}

static void begin(struct trainer *s, struct job *j)
{
    memset(s, 0, sizeof *s);
    s->lock = -1;
    s->job = j;
    s->job_work = j->work;
    s->saved_at = clock_seconds();
}

/* From here on the job's data functions see this run's configuration. */
static void use_conf(struct trainer *s)
{
    s->work = *s->job_work;
    s->work.conf = s->conf;
    s->job->work = &s->work;
}

/* All is allocated by now, but for the batches of a validation. */
static void show_memory(struct trainer *s)
{
    struct memory_plan f = memory_plan_of(s->net, s->optim, trainer_stage_memory(s));
    s->job->now.planned_mb = memory_plan_mb(&f);
}

/* Before hours of packing pixels. */
static int check_init(const struct trainer *s, struct err *e)
{
    const char *path = train_config_init(s->conf);
    struct safetensors *f = path ? safetensors_open(path, e) : NULL;
    safetensors_close(f);
    return path && !f ? -1 : 0;
}

/* Random weights, then those of a file where one is given. */
static int init_weights(struct trainer *s, struct err *e)
{
    const char *path = train_config_init(s->conf);
    net_init(s->net, (uint64_t)conf_int(s->conf, CONF_TRAIN_SEED));
    if (!path && s->phases.frozen_epochs > 0)
        log_warn("train.frozen_epochs=%lld freezes random weights, from which the rest can learn "
                 "little: it is meant for train.init=FILE",
                 (long long)s->phases.frozen_epochs);
    if (!path)
        return 0;
    struct params *p = net_params(s->net);
    struct pretrained *t = pretrained_open(path, p, train_config_stem(s->conf), e);
    int failed = !t || pretrained_load(t, p, e);
    if (!failed)
        log_info("%sweights of %s: %d tensors loaded, %d adapted, %d skipped, %d missing "
                 "(hpa import weights lists them)",
                 pretrained_averaged(t) ? "averaged " : "", path,
                 pretrained_fate_count(t, PRETRAINED_LOADED),
                 pretrained_fate_count(t, PRETRAINED_ADAPTED),
                 pretrained_fate_count(t, PRETRAINED_SKIPPED),
                 pretrained_fate_count(t, PRETRAINED_MISSING));
    if (!failed && *pretrained_prefix(t))
        log_info("weights of %s: their names begin with '%s', which is taken off", path,
                 pretrained_prefix(t));
    pretrained_close(t);
    return failed ? -1 : 0;
}

/* What contradicts the split is said before anything is made; what nobody set follows it, so that
 * the run's configuration describes its split. */
static int choose_split(struct trainer *s, const struct train_request *request, struct err *e)
{
    struct split_current current;
    bool found;
    if (request->split_of)
        return 0; /* the settings are those of that run already */
    if (current_split_find(&s->work, &current, &found, e) ||
        (found && current_split_check(s->conf, &current, e)))
        return -1;
    if (!found)
        return 0;
    current_split_tell_overruled(s->conf, &current);
    current_split_apply(s->conf, &current);
    return 0;
}

/* What has a checkpoint is a run that can continue, though it could not begin now. */
static void tell_failed(struct trainer *s, struct err *e)
{
    char why[sizeof e->text];
    snprintf(why, sizeof why, "%s", e->text);
    if (s->told)
        trainer_rows_status(s, RUN_FAILED, why);
    writer_flush(s->work.writer, STATUS_SECONDS);
    err_set(e, e->code, "%s; hpa train --resume %s continues the run", why, s->row.name);
}

static enum run_dir_use use_of(const struct train_request *request)
{
    return request->of_queue ? RUN_DIR_OF_QUEUE : request->go_on ? RUN_DIR_CONTINUE : RUN_DIR_NEW;
}

int trainer_start(struct trainer *s, struct job *j, const struct train_request *request,
                  struct err *e)
{
    begin(s, j);
    s->conf = conf_copy(request->conf ? request->conf : j->work->conf);
    use_conf(s);
    if (choose_split(s, request, e) || conf_check(s->conf, e) ||
        run_dir_check(&s->work, request->name, use_of(request), e) ||
        train_config_check(s->conf, e) || check_init(s, e))
        goto fail;
    unused_options_tell(s->conf);
    snprintf(s->row.name, sizeof s->row.name, "%s", request->name ? request->name : "");
    if (open_data(s, request->split_of, NULL, e) || measure_part(s, e) || build(s, e) ||
        init_weights(s, e) || begin_average(s, e))
        goto fail;
    if (run_dir_reserve(&s->work, request->name, s->row.name, e) || take_lock(s, e))
        goto fail;
    process_id_new_uuid(s->row.uuid);
    s->row.started_ms = clock_unix_ms();
    s->row.sequence = sequence_next(&s->work);
    show_run(s);
    describe_run(s);
    if (trainer_save_parts(s, e) || trainer_save_last(s, e))
        goto fail;
    trainer_rows_run(s);
    if (trainer_control_open(s, e))
        goto fail;
    trainer_announce(s);
    show_memory(s);
    return 0;
fail:
    if (s->lock >= 0 && saved_run_exists(&s->work, s->row.name))
        tell_failed(s, e);
    else if (s->lock >= 0)
        run_dir_give_back(&s->work, s->row.name);
    trainer_close(s);
    return -1;
}

/* The best epoch that was kept; one that is missing or damaged is made good by the next epoch. */
static int find_kept_best(struct trainer *s, struct err *e)
{
    char path[FILE_PATH_MAX];
    struct checkpoint best;
    struct err why;
    s->best_kept = 0;
    if (work_run_path(&s->work, s->row.name, RUN_FILES_BEST, path, e))
        return -1;
    if (checkpoint_peek(path, &best, &why)) {
        bool damaged = saved_run_is_damaged(&why);
        if (!damaged && e)
            *e = why;
        return damaged ? 0 : -1;
    }
    s->best_kept = best.epoch;
    checkpoint_fini(&best);
    return 0;
}

/* From a newest checkpoint that is damaged to the one before. One of another version can be read by
 * that version, and one that a disk or its permissions withhold may be whole: nothing may take the
 * place of these. */
static bool falls_back(const struct err *e, const struct work *w, const char *name)
{
    char path[FILE_PATH_MAX];
    return saved_run_is_damaged(e) && !work_run_path(w, name, RUN_FILES_LAST, path, NULL) &&
           !checkpoint_is_of_other_version(path);
}

/* Texts and counters of the newest checkpoint, or of the one before when it cannot be read. */
static int open_point(struct saved_run *t, const struct work *w, const char *name, struct err *e)
{
    if (!saved_run_open(t, w, name, RUN_FILES_LAST, e))
        return 0;
    return falls_back(e, w, name) ? saved_run_open(t, w, name, RUN_FILES_PREVIOUS, NULL) : -1;
}

static int read_point(struct trainer *s, struct checkpoint *point, char path[FILE_PATH_MAX],
                      struct err *e)
{
    if (work_run_path(&s->work, s->row.name, RUN_FILES_LAST, path, e))
        return -1;
    return checkpoint_load(path, point, net_params(s->net), s->optim, e);
}

/* The one before stays where it is until all of it was read. */
static int read_previous(struct trainer *s, struct checkpoint *point, struct err *e)
{
    char path[FILE_PATH_MAX];
    struct err why = *e;
    if (work_run_path(&s->work, s->row.name, RUN_FILES_PREVIOUS, path, NULL) ||
        checkpoint_load(path, point, net_params(s->net), s->optim, NULL))
        return -1;
    if (!checkpoint_retention_fall_back(s, &why, e))
        return 0;
    checkpoint_fini(point);
    return -1;
}

static int load_point(struct trainer *s, struct err *e)
{
    char path[FILE_PATH_MAX];
    struct checkpoint point;
    if (begin_average(s, e) ||
        (read_point(s, &point, path, e) &&
         (!falls_back(e, &s->work, s->row.name) || read_previous(s, &point, e))))
        return -1;
    s->epoch = point.epoch;
    s->step = s->saved_step = point.step;
    s->step_in_epoch = point.step_in_epoch;
    s->loss_sum = point.epoch_loss_sum;
    s->norm_sum = point.epoch_norm_sum;
    int failed =
        find_kept_best(s, e) || history_parse(&s->history, point.history, path, e) ? -1 : 0;
    if (isfinite(events_lr(&s->events)))
        s->schedule.peak = events_lr(&s->events);
    checkpoint_fini(&point);
    return failed;
}

static int take_over(struct trainer *s, struct saved_run *t, struct err *e)
{
    snprintf(s->row.name, sizeof s->row.name, "%s", t->name);
    snprintf(s->row.uuid, sizeof s->row.uuid, "%s", t->uuid);
    memcpy(s->mean, t->mean, sizeof s->mean);
    memcpy(s->std, t->std, sizeof s->std);
    s->row.started_ms = t->started_ms;
    s->row.sequence = t->sequence ? t->sequence : sequence_stored(&s->work, t->uuid);
    s->events = t->events;
    memset(&t->events, 0, sizeof t->events);
    memcpy(s->class_weights, t->class_weights, sizeof s->class_weights);
    s->conf = t->conf;
    t->conf = NULL;
    use_conf(s);
    return take_lock(s, e);
}

/* Keys of this process and its screen, and those that no training reads: a run keeps none of them.
 */
static bool is_of_process(int key)
{
    const char *name = conf_info(key)->name;
    return key == CONF_RUN_THREADS || key == CONF_RUN_CPU_TIER || !strncmp(name, "ui.", 3) ||
           !strncmp(name, "tune.", 5) || !strncmp(name, "predict.", 8);
}

void trainer_tell_kept(const char *run, const struct conf *its, const struct conf *here)
{
    for (int key = 0; key < CONF_KEY_COUNT; key++) {
        const char *is = conf_text(its, key), *asked = conf_text(here, key);
        if (!is_of_process(key) && *conf_origin(here, key) == '-' && strcmp(is, asked) != 0)
            log_warn("run %s keeps its %s=%s: %s=%s is for a new run", run, conf_info(key)->name,
                     *is ? is : "default", conf_info(key)->name, asked);
    }
}

static int check_data(const struct trainer *s, const struct saved_run *t, struct err *e)
{
    if (strcmp(s->fingerprint, t->fingerprint))
        return err_set(e, ERR_DATA,
                       "run %s was trained on other data than %s holds now (ids or labels "
                       "changed): restore the table, or start a new run",
                       t->name, conf_text(s->conf, CONF_DATA_TRAIN_CSV));
    return 0;
}

static bool is_over(const struct trainer *s)
{
    return s->step_in_epoch == 0 && (s->step >= s->total_steps || trainer_epoch_idle(s));
}

/* A run promises the bits of one that was never interrupted only where all that computes is the
 * same; the event keeps what changed. */
static void tell_engine(struct trainer *s, const struct saved_run *t)
{
    char differs[ENGINE_TEXT];
    bool same = !engine_differs(&t->engine, &s->row.engine, differs);
    trainer_control_event(s, "continue", NAN, "process %d takes it up%s%s", (int)getpid(),
                          same ? "" : "; ", differs);
    if (same || is_over(s))
        return;
    log_warn("run %s: %s: it will be as good, but may not end in the same bits as a run that was "
             "never interrupted",
             s->row.name, differs);
}

int trainer_resume(struct trainer *s, struct job *j, const char *which, struct err *e)
{
    struct saved_run t = {0};
    char name[RUN_NAME_MAX], weights[FILE_PATH_MAX];
    begin(s, j);
    /* before any reading: a killed process may have left the store half written */
    if ((file_exists(j->work->database) && work_open_store(j->work, e)) ||
        saved_run_find(j->work, which, name, e))
        goto fail;
    if (open_point(&t, j->work, name, e)) {
        run_state_explain(j->work, name, e);
        goto fail;
    }
    s->epoch = t.point.epoch;
    if (run_state_check_rows(j->work, name, e) || take_over(s, &t, e) ||
        work_run_path(&s->work, name, RUN_FILES_SAMPLE_WEIGHTS, weights, e) ||
        open_data(s, name, weights, e) || check_data(s, &t, e) || build(s, e) || load_point(s, e))
        goto fail;
    show_run(s);
    describe_run(s);
    trainer_rows_run(s);
    tell_engine(s, &t);
    if (trainer_control_open(s, e)) {
        tell_failed(s, e);
        goto fail;
    }
    trainer_announce(s);
    show_memory(s);
    run_split_tell(&s->work, name);
    trainer_tell_kept(s->row.name, s->conf, s->job_work->conf);
    if (s->step_in_epoch == 0 && trainer_epoch_idle(s))
        log_info("run %s: ended early after epoch %lld", name, (long long)s->epoch);
    else if (!is_over(s))
        log_info("run %s: goes on at epoch %lld, step %lld of %lld", name, (long long)s->epoch + 1,
                 (long long)s->step, (long long)s->total_steps);
    else
        log_info("run %s: all its %lld epochs are done", name, (long long)s->epoch);
    saved_run_close(&t);
    return 0;
fail:
    saved_run_close(&t);
    trainer_close(s);
    return -1;
}

void trainer_close(struct trainer *s)
{
    trainer_stage_close(s);
    pending_checkpoint_close(s);
    free(s->buffers);
    optim_free(s->optim);
    net_free(s->net);
    sampling_plan_close(&s->feed);
    dataset_close(&s->data);
    history_fini(&s->history);
    events_fini(&s->events);
    free(s->excluded);
    conf_free(s->conf);
    run_row_fini(&s->row);
    if (s->lock >= 0)
        close(s->lock);
    if (s->job)
        s->job->work = s->job_work;
    memset(s, 0, sizeof *s);
    s->lock = -1;
}
