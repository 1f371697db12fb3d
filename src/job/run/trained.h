/* A trained run opened for use: its configuration, channel statistics and weights. The job's
 * thread.
 */
#ifndef JOB_TRAINED_H
#define JOB_TRAINED_H

#include "core/events.h"
#include "core/train_config.h"
#include "data/index.h"
#include "job/job.h"
#include "nn/checkpoint.h"
#include "nn/net.h"
#include "store/run_rows.h"

#define TRAINED_LAST     "last.safetensors"
#define TRAINED_PREVIOUS "previous.safetensors"
#define TRAINED_BEST     "best.safetensors"
#define TRAINED_EXCLUDED "excluded.csv"

enum { TRAINED_FILE_MAX = 48 };

struct trained {
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
    struct net *net; /* NULL until trained_load */
};

/* The folder name of a run given by name, uuid or "last". ERR_NOINPUT names the nearest. */
int trained_find(const struct work *w, const char *which, char name[RUN_NAME_MAX], struct err *e);

/* Is there a checkpoint to go on from? Also true where that cannot be seen (permissions, a disk
 * that fails): trained_open then says why. */
bool trained_exists(const struct work *w, const char *name);
/* Of a checkpoint that could not be opened or loaded: is the file missing or damaged? False: it may
 * be whole, but cannot be read now. */
bool trained_is_damaged(const struct err *why);

/* Is a key this process's own, whatever a run says that it goes on with? */
bool trained_decides_here(const struct conf *here, int key);

/* Flags of this call, and samples that the configuration names, that a run of the configuration
 * `is` does not take are named in the log, not silently dropped. `sections`: where the run decides,
 * "train loss". Inference takes train.batch from this call. */
enum trained_use { TRAINED_TRAINS, TRAINED_INFERS };
void trained_tell_unused(const char *run, const struct conf *is, const struct conf *here,
                         const char *sections, enum trained_use use);

/* The same about the data set of a run whose stored scores are looked at. */
void trained_tell_unused_data(const struct work *w, const char *run);

/* The configuration of a run from its JSON, with work.*, run.* and ui.* of the work folder; which
 * checkpoints are made and kept is the run's, unless a flag says otherwise. `what` names it in
 * messages. */
struct conf *trained_conf(const char *config, const struct work *w, const char *what,
                          struct err *e);

/* The same for looking at its data: what is not known here, as a key of a newer program or a run
 * without a configuration (NULL), is as in this process. */
struct conf *trained_data(const char *config, const struct work *w);

/* Read texts and counters of runs/NAME/`file` ("best.safetensors"). The configuration is the run's,
 * with work.*, run.* and ui.* of the work folder. */
int trained_open(struct trained *t, const struct work *w, const char *name, const char *file,
                 struct err *e);
/* Does the network for inference, of so many images at a time, fit into the memory that this
 * process may use? To be asked before pixels are packed; ERR_NOMEM. */
int trained_check_memory(const struct trained *t, const struct work *w, int batch, struct err *e);
/* Build the network for inference and load the weights: the averaged ones where there are any and
 * not `raw`. */
int trained_load(struct trained *t, const struct work *w, const char *file, bool raw,
                 struct err *e);
/* The same for one image at a time, which takes less memory. */
int trained_load_one(struct trained *t, const struct work *w, const char *file, struct err *e);
void trained_close(struct trained *t);

/* Does the data have the classes and channels that it was trained on? ERR_DATA. */
int trained_fits(const struct trained *t, const struct index *x, struct err *e);

/* File of a checkpoint given as best (also NULL), last, previous or the number of an epoch that was
 * kept; ERR_USAGE. */
int trained_file(const char *checkpoint, char file[TRAINED_FILE_MAX], struct err *e);
void trained_epoch_file(int64_t epoch, char file[TRAINED_FILE_MAX]);

/* What a checkpoint holds for the job beside counters and weights: who it is, how its input is
 * normalised, and what happened to it. All is borrowed. */
struct trained_extra {
    const char *uuid, *fingerprint;
    int channels, classes;
    const float *mean, *std;    /* [channels] */
    const float *class_weights; /* [classes] */
    int64_t started_ms, sequence;
    const struct events *events;
    const struct run_engine *engine;
};
/* As the text `extra` of struct checkpoint; free() it. */
char *trained_extra_print(const struct trained_extra *x);
/* The loss it was trained with; its class weights are borrowed from the run. */
struct loss trained_loss(const struct trained *t);

#endif
