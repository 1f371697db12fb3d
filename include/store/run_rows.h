/* Rows about runs: the run itself, its epochs, thinned steps, per-class metrics, artifacts. Lists
 * are given to the caller: free() them (run_list_free for runs). Values; strings are UTF-8, cut to
 * the field. Times are milliseconds since 1970 UTC, 0: not yet.
 */
#ifndef STORE_RUN_ROWS_H
#define STORE_RUN_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/run_status.h"
#include "store/store.h"

enum { RUN_NAME_MAX = 64 };

/* What computes a run: it ends in the same bits only where all of it is the same. Each is "" where
 * it is not known. */
struct run_engine {
    char cpu_tier[16];              /* of our kernels: "avx512" */
    char blas[64], blas_kernel[64]; /* "OpenBLAS 0.3.21", "SkylakeX" */
    char c_library[32], build[64];  /* "glibc 2.36"; of this program: "hpa 0.1.0, gcc 12.2.0" */
};

struct run_row {
    int64_t id;              /* set by run_insert */
    char uuid[40];           /* given by the caller, unique */
    char name[RUN_NAME_MAX]; /* unique, [A-Za-z0-9._-]+ */
    enum run_status status;
    int64_t sequence; /* runs were begun in this order, whatever the clock said; 0: not known */
    int64_t started_ms, ended_ms, heartbeat_ms;
    char host[64], boot_id[40];
    int pid;
    int64_t seed;
    char version[32], fingerprint[20]; /* of the program; of the data */
    struct run_engine engine;          /* of who trains it, or trained it last */
    int64_t split_id;                  /* 0: none */
    char note[256];
    char tags[128];   /* words with blanks between; set by run_set_notes alone */
    char error[1024]; /* why it failed, "" otherwise */
    char *config;     /* JSON, owned by the row: run_row_fini */
    int epochs;       /* planned */
    /* derived when read: */
    int epochs_done, best_epoch; /* best_epoch 0: none yet; epochs count from 1 */
    double macro_f1;             /* of the best epoch at its best cuts, NaN when none */
};
void run_row_fini(struct run_row *r);

/* The tune method of an epoch's macro_f1 and held_out_f1: they are named with it wherever they are
 * shown. */
#define RUN_EPOCH_METHOD "exact"

struct epoch_row {
    int epoch; /* 1, 2, ... */
    double train_loss, val_loss;
    double macro_f1_half; /* at .5 */
    double macro_f1;      /* at this epoch's best thresholds, in-sample */
    double held_out_f1;   /* cross-validated estimate of the same, NaN when not computed */
    double lr, grad_norm; /* at the epoch's end; mean over its steps, before clipping */
    double images_per_second, data_wait_percent, seconds;
    double rss_mb; /* memory of the process at the epoch's end, in 10^6 bytes */
    int64_t steps; /* steps done since the run began */
};

struct step_row {
    int64_t step;
    double loss, lr;
    double grad_norm; /* before clipping */
};

struct class_row {
    int class_index;
    int support, tp, fp, fn;
    double precision, recall, f1, ap, auc, cut; /* NaN is stored as NULL */
};

int run_insert(struct store *s, struct run_row *r, struct err *e); /* ERR_LOCKED: name taken */
/* By uuid, name, or "last" (the one begun last). ERR_NOINPUT with the nearest names when there is
 * none. */
int run_find(struct store *s, const char *which, struct run_row *out, struct err *e);
int run_list(struct store *s, struct run_row **rows, int *n, struct err *e); /* begun last first */
int run_list_live(struct store *s, struct run_row **rows, int *n,
                  struct err *e); /* those marked running or paused */
void run_list_free(struct run_row *rows, int n);
/* The highest sequence of all runs, 0 when there is none. */
int run_last_sequence(struct store *s, int64_t *out, struct err *e);
int run_set_status(struct store *s, const char *uuid, enum run_status status, int64_t ended_ms,
                   const char *error, struct err *e);
/* This process now runs it (start and resume): host, pid, boot id, heartbeat, status running. */
int run_claim(struct store *s, const struct run_row *r, struct err *e);
int run_set_notes(struct store *s, const char *uuid, const char *note, const char *tags,
                  struct err *e);
int run_set_name(struct store *s, const char *uuid, const char *name, struct err *e);
/* With all rows that belong to it. */
int run_remove(struct store *s, const char *uuid, struct err *e);
int run_heartbeat(struct store *s, const char *uuid, int64_t now_ms, struct err *e);
/* A run that is as `r` was read, marked running or paused, becomes interrupted. `*changed`: it was.
 */
int run_interrupt(struct store *s, const struct run_row *r, bool *changed, struct err *e);

/* Replaces the row of the same epoch (a resumed run repeats none, but a crash may have). */
int run_put_epoch(struct store *s, const char *uuid, const struct epoch_row *row, struct err *e);
int run_epochs(struct store *s, int64_t run_id, struct epoch_row **rows, int *n, struct err *e);
int run_put_step(struct store *s, const char *uuid, const struct step_row *row, struct err *e);
int run_steps(struct store *s, int64_t run_id, struct step_row **rows, int *n, struct err *e);
int run_put_classes(struct store *s, const char *uuid, int epoch, const struct class_row *rows,
                    int n, struct err *e);
int run_classes(struct store *s, int64_t run_id, int epoch, struct class_row **rows, int *n,
                struct err *e);
int run_put_artifact(struct store *s, const char *uuid, const char *kind, const char *path,
                     int64_t bytes, uint64_t hash, struct err *e);

#endif
