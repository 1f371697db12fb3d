/* The work folder and what all jobs share: configuration, database, worker team. */
#ifndef JOB_WORK_H
#define JOB_WORK_H

#include <stdint.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/workers.h"
#include "store/writer.h"

struct kern;    /* kern/kern.h */
struct run_row; /* store/run_rows.h */

enum { WORK_SAID = 16 };

struct work {
    struct conf *conf;             /* read-only after work_open */
    struct workers *workers;       /* used by the thread that runs a job */
    const struct kern *kern;       /* run.cpu_tier's kernels, for every network made here */
    struct writer *_Atomic writer; /* NULL until work_open_store sets it; any thread reads */
    /* Digests of what work_say_once said, the newest so many; any thread. */
    _Atomic uint64_t said[WORK_SAID];
    _Atomic unsigned said_n;
    char folder[4096];   /* work.dir */
    char database[4096]; /* folder/hpa.db */
    char hold[4096];     /* run.hold, a folder; "": none */
};

/* How far the runner and its team step back for the screen; a command has none: 0. */
enum { WORK_BEHIND_SCREEN = 5 };

/* Takes a copy of the configuration, chooses the kernels and starts the worker team, with `nice`
 * added to its priority: as the thread that runs jobs has it, or that would wait for the others.
 * The folder is not touched. */
int work_open(struct work *w, const struct conf *c, int nice, struct err *e);
/* Make the folder and open the store for writing (starts the writer). Idempotent. */
int work_open_store(struct work *w, struct err *e);
/* Into the log: how many compute threads there are, and what decided it. */
void work_tell_threads(const struct work *w);
void work_tell_team(const struct conf *c, const struct workers *team);
/* A warning about the data that many may find at the same time: in the log once. NULL: none. */
void work_say_once(struct work *w, const char *text);
/* Runs whose process is gone become interrupted. Never fails: a store that cannot be written is
 * only looked at. Nothing happens where there is no store yet. */
void work_sweep(const char *database);
/* The same in rows [n] that were read, for a store that cannot be written. */
void work_sweep_rows(const char *database, struct run_row *rows, int n);
/* Writes what waits. ERR_IO: rows were lost, now or before. Then work_open_store may open it again.
 */
int work_close_store(struct work *w, struct err *e);
void work_close(struct work *w);

/* folder/runs/NAME[/FILE] */
int work_run_path(const struct work *w, const char *run, const char *file, char out[4096],
                  struct err *e);
/* folder/cache (or work.cache_dir)/NAME */
int work_cache_path(const struct work *w, const char *name, char out[4096], struct err *e);

#endif
