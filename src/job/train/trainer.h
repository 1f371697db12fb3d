/* A training at work: everything between opening a run and closing it. Private to the training's
 * files; the job's thread owns it. */
#ifndef JOB_TRAINER_H
#define JOB_TRAINER_H

#include "control_server.h"
#include "core/events.h"
#include "core/excluded.h"
#include "core/history.h"
#include "core/memory_plan.h"
#include "core/train_config.h"
#include "data/loader.h"
#include "evaluate.h"
#include "feature_cache.h"
#include "job/dataset.h"
#include "job/job.h"
#include "job/train_request.h"
#include "nn/checkpoint.h"
#include "nn/net.h"
#include "nn/optim.h"
#include "nn/schedule.h"
#include "sampling_plan.h"

enum { TRAINER_LR_MAX = 100 }; /* as train.lr */

struct trainer {
    struct job *job;
    struct work work;      /* the job's, with this run's configuration */
    struct work *job_work; /* what job->work was: put back at the end */
    struct conf *conf;     /* of this run, owned */
    struct run_row row;    /* as last told to the store; row.config owned */
    char fingerprint[20];
    bool told; /* the store has its row, or will */
    int lock;  /* fd of runs/NAME/lock, held while the trainer lives */

    struct dataset data;
    struct sampling_plan feed;
    struct excluded_row *excluded; /* what this run leaves out, owned */
    int excluded_n;
    float mean[8], std[8];
    struct net *net;
    struct optim *optim;
    struct schedule schedule;
    struct loss recipe;
    float class_weights[LABELS_MAX]; /* 1 where none are asked for */
    struct train_config_steps steps;
    float *buffers; /* running statistics before a step of several batches; or NULL */
    struct train_config_phases phases;
    struct train_config_phase now;        /* of the epoch at work; size 0: none entered yet */
    struct loader *loader, *first_loader; /* at train.size; at train.first_size, or NULL */
    struct feature_cache *train_trunk;    /* instead of a loader's batches; or NULL */
    struct feature_cache *val_trunk;      /* while all but the head is frozen; or NULL */
    int64_t steps_per_epoch, total_steps;

    int64_t epoch, step, step_in_epoch; /* completed */
    double loss_sum, norm_sum;          /* over the completed steps of the epoch at work */
    struct history history;
    struct events events;
    struct control_server *listener; /* for requests of other processes */
    int64_t saved_step;              /* of last.safetensors */
    int64_t best_kept;               /* the epoch that best.safetensors holds, 0: none */
    struct best *best_held;          /* a better one that found no room there yet; or NULL */
    struct scores *scores_held;      /* of the newest epoch, the same; or NULL */
    struct err unsaved; /* why the newest epoch is not in last.safetensors; ERR_NONE: it is */
    double saved_at, shown_at; /* clock_seconds: last checkpoint, step row */
    double epoch_at;           /* when the epoch at work began */
    /* Of the steps of this epoch in this process, pauses apart. */
    double step_at;      /* when the newest step ended */
    double step_seconds; /* of the steps, with the waits for data and checkpoints between them */
    int64_t step_images;
};

/* A new run: name and folder reserved, data ready, network initialised, row in the store, first
 * checkpoint written. */
int trainer_start(struct trainer *s, struct job *j, const struct train_request *request,
                  struct err *e);
/* An existing run, from its last checkpoint. */
int trainer_resume(struct trainer *s, struct job *j, const char *which, struct err *e);
void trainer_close(struct trainer *s);
/* Flags of this call, `here`, that a run with the settings `its` does not take: named in the log.
 */
void trainer_tell_kept(const char *run, const struct conf *its, const struct conf *here);

/* trainer_save.c: files of the run's folder. */
/* After what is held: no checkpoint knows of a best epoch that is not on the disk. */
int trainer_save_last(struct trainer *s, struct err *e);
void trainer_save_point(const struct trainer *s, struct checkpoint *p); /* checkpoint_fini(p) */
int trainer_save_best(struct trainer *s, const struct checkpoint *p, const struct params *params,
                      const struct scores *scores, struct err *e);
int trainer_save_scores(struct trainer *s, const struct scores *scores, struct err *e);
/* folds.csv, split.json, val.csv, sample_weights.csv, excluded.csv: once. */
int trainer_save_parts(struct trainer *s, struct err *e);

/* pending_checkpoint.c: what the disk does not take waits in memory. */
/* After an epoch: its scores and, if it is the best, its weights. On an error they are held. */
int pending_checkpoint_keep(struct trainer *s, const struct scores *scores, struct err *e);
int pending_checkpoint_save(struct trainer *s, struct err *e); /* what is held, if anything */
void pending_checkpoint_close(struct trainer *s);

/* checkpoint_retention.c: which checkpoints stay. A failure is only said, but of the last. */
void checkpoint_retention_previous(
    struct trainer *s); /* before a save: what is last becomes previous */
void checkpoint_retention_epoch(struct trainer *s); /* after an epoch was saved: run.keep */
/* The newest checkpoint cannot be read (`why`): the one before it takes its place. */
int checkpoint_retention_fall_back(struct trainer *s, const struct err *why, struct err *e);

/* trainer_stage.c: what sets some epochs apart, and the batches of each. */
int trainer_stage_loaders(struct trainer *s, struct err *e);
size_t trainer_stage_memory(const struct trainer *s); /* bytes of batches and features */
/* What the training will hold, before anything large is allocated. */
int trainer_stage_plan(const struct trainer *s, struct memory_plan *f, struct err *e);
void trainer_stage_rest(struct trainer *s); /* tell the optimiser which rows join late */
void trainer_stage_close(struct trainer *s);
int trainer_stage_enter(struct trainer *s, struct err *e); /* at an epoch's begin, or inside it */
int trainer_stage_start(struct trainer *s, struct err *e); /* batches from step_in_epoch on */
const struct batch *trainer_stage_batch(struct trainer *s, struct err *e); /* as loader_next */
double trainer_stage_wait(const struct trainer *s); /* seconds, for data, of this epoch */
/* As net_train, on batch `part` (0, 1, ...) of a step. */
int trainer_stage_learn(struct trainer *s, const struct batch *b, int part, net_loss *loss,
                        void *context, double *value, struct err *e);
/* Steps to the run's end, counted in steps of this phase; NaN: cannot be compared. */
double trainer_stage_steps_left(const struct trainer *s);
/* Scores of the validation part, at train.size in every phase: what `hpa eval` will find. */
struct loader_plan trainer_stage_validation(const struct trainer *s);
struct scores *trainer_stage_validate(struct trainer *s, double *loss, struct err *e);

/* trainer_announce.c: one line each in the log for network, split, samples and loss. */
void trainer_announce(const struct trainer *s);

/* trainer_rows.c: rows for the store. Never fails: the writer keeps what it cannot write yet. */
void trainer_rows_run(struct trainer *s); /* insert, or claim when it exists */
void trainer_rows_status(struct trainer *s, enum run_status status, const char *error);
void trainer_rows_epoch(struct trainer *s, const struct epoch_row *row,
                        const struct class_row *classes, int n);
void trainer_rows_inside(struct trainer *s, const struct validation_row *row);
void trainer_rows_step(struct trainer *s, const struct step_row *row);
void trainer_rows_event(struct trainer *s, const struct event_row *row);

/* trainer_control.c: what is asked of a training at work. */
int trainer_control_open(struct trainer *s, struct err *e); /* listen to other processes */
/* Between two steps: pause, rate, checkpoint. True: the training is to stop now. */
bool trainer_control(struct trainer *s);
/* Wait there for a test (hold.h), and carry out what is asked meanwhile. */
void trainer_control_hold(struct trainer *s, const char *step, int64_t number);
void trainer_control_stopping(struct trainer *s); /* a wish to stop is shown and answered */
void trainer_control_stopped(struct trainer *s);  /* noted before the last checkpoint */
/* What was trained to its end waits in memory for a disk that takes it, unless it is to stop or the
 * run's folder was removed. */
void trainer_control_until_saved(struct trainer *s);
/* Was the run's folder removed under the training? */
bool trainer_control_folder_removed(const struct trainer *s);
/* So do the rows that say so, for a store that another process holds. */
void trainer_control_until_written(struct trainer *s);
void trainer_control_close(struct trainer *s, enum run_status status);
/* Note what happened, here and in the store. */
void trainer_control_event(struct trainer *s, const char *kind, double value, const char *format,
                           ...) __attribute__((format(printf, 4, 5)));

/* trainer_epoch.c: one epoch. */
enum trainer_end { TRAINER_EPOCH_DONE, TRAINER_STOPPED };
/* Steps until the epoch's end, a stop (checkpoint written) or an error. */
int trainer_epoch_run(struct trainer *s, enum trainer_end *end, struct err *e);
/* Validate, record, tell and save; to be called after TRAINER_EPOCH_DONE. */
int trainer_epoch_finish(struct trainer *s, struct err *e);
/* Has train.patience run out? To be asked between epochs. */
bool trainer_epoch_idle(const struct trainer *s);

/* trainer_step.c: one step. */
enum trainer_step { TRAINER_STEP_DONE, TRAINER_STEP_CUT };
/* On `b` and the batches after it that belong to the step. Cut: a stop came between two of them,
 * and the step, of which nothing is left, must be done again. */
int trainer_step(struct trainer *s, const struct batch *b, enum trainer_step *end, struct err *e);
/* ERR_NUMERIC. `b`: the batch at work, NULL in a validation. */
int trainer_step_not_finite(const struct trainer *s, const struct batch *b, const char *what,
                            struct err *e);

#endif
