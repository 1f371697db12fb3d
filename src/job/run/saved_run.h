/* A trained run opened for use: its configuration, channel statistics and weights. The job's
 * thread.
 */
#ifndef JOB_SAVED_RUN_H
#define JOB_SAVED_RUN_H

#include "core/events.h"
#include "core/train_config.h"
#include "data/index.h"
#include "job/job.h"
#include "nn/checkpoint.h"
#include "nn/net.h"
#include "store/run_rows.h"

enum { SAVED_RUN_FILE_MAX = 48 };

struct saved_run {
    char name[RUN_NAME_MAX], uuid[40];
    struct conf *conf;       /* of the run */
    struct checkpoint point; /* its counters and texts */
    char fingerprint[20];    /* of the data it was trained on */
    int channels, classes;
    float mean[8], std[8];
    float class_weights[LABELS_MAX]; /* 1 where the loss has none */
    int64_t started_ms, sequence;    /* of the run, as in its row; 0: not known */
    struct events events;            /* of the run, up to this checkpoint */
    struct run_engine engine;        /* that computed it */
    int batch;       /* images at a time: the run's train.batch, or that of a flag of this call */
    struct net *net; /* NULL until saved_run_load */
};

/* The folder name of a run given by name, uuid or "last". ERR_NOINPUT names the nearest. */
int saved_run_find(const struct work *w, const char *which, char name[RUN_NAME_MAX], struct err *e);

/* Is there a checkpoint to go on from? Also true where that cannot be seen (permissions, a disk
 * that fails): saved_run_open then says why. */
bool saved_run_exists(const struct work *w, const char *name);
/* Of a checkpoint that could not be opened or loaded: is the file missing or damaged? False: it may
 * be whole, but cannot be read now. */
bool saved_run_is_damaged(const struct err *why);

/* Is a key this process's own, whatever a run says that it goes on with? */
bool saved_run_decides_here(const struct conf *here, int key);

/* Flags of this call, and samples that the configuration names, that a run of the configuration
 * `is` does not take are named in the log, not silently dropped. `sections`: where the run decides,
 * "train loss". Inference takes train.batch from this call. */
enum saved_run_use { SAVED_RUN_TRAINS, SAVED_RUN_INFERS };
void saved_run_tell_unused(const char *run, const struct conf *is, const struct conf *here,
                           const char *sections, enum saved_run_use use);

/* The same about the data set of a run whose stored scores are looked at. */
void saved_run_tell_unused_data(const struct work *w, const char *run);

/* The configuration of a run from its JSON, with work.*, run.* and ui.* of the work folder; which
 * checkpoints are made and kept is the run's, unless a flag says otherwise. `what` names it in
 * messages. */
struct conf *saved_run_conf(const char *config, const struct work *w, const char *what,
                            struct err *e);

/* The same for looking at its data: what is not known here, as a key of a newer program or a run
 * without a configuration (NULL), is as in this process. */
struct conf *saved_run_data(const char *config, const struct work *w);

/* Read texts and counters of runs/NAME/`file` ("best.safetensors"). The configuration is the run's,
 * with work.*, run.* and ui.* of the work folder. */
int saved_run_open(struct saved_run *t, const struct work *w, const char *name, const char *file,
                   struct err *e);
/* Does the network for inference, of so many images at a time, fit into the memory that this
 * process may use? To be asked before pixels are packed; ERR_NOMEM. */
int saved_run_check_memory(const struct saved_run *t, const struct work *w, int batch,
                           struct err *e);
/* Build the network for inference and load the weights: the averaged ones where there are any and
 * not `raw`. */
int saved_run_load(struct saved_run *t, const struct work *w, const char *file, bool raw,
                   struct err *e);
/* The same for one image at a time, which takes less memory. */
int saved_run_load_one(struct saved_run *t, const struct work *w, const char *file, struct err *e);
void saved_run_close(struct saved_run *t);

/* Does the data have the classes and channels that it was trained on? ERR_DATA. */
int saved_run_fits(const struct saved_run *t, const struct index *x, struct err *e);

/* File of a checkpoint given as best (also NULL), last, previous or the number of an epoch that was
 * kept; ERR_USAGE. */
int saved_run_file(const char *checkpoint, char file[SAVED_RUN_FILE_MAX], struct err *e);
void saved_run_epoch_file(int64_t epoch, char file[SAVED_RUN_FILE_MAX]);

/* What a checkpoint holds for the job beside counters and weights: who it is, how its input is
 * normalised, and what happened to it. All is borrowed. */
struct saved_run_extra {
    const char *uuid, *fingerprint;
    int channels, classes;
    const float *mean, *std;    /* [channels] */
    const float *class_weights; /* [classes] */
    int64_t started_ms, sequence;
    const struct events *events;
    const struct run_engine *engine;
};
/* As the text `extra` of struct checkpoint; free() it. */
char *saved_run_extra_print(const struct saved_run_extra *x);
/* The loss it was trained with; its class weights are borrowed from the run. */
struct loss saved_run_loss(const struct saved_run *t);

#endif
