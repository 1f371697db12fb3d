/* The record: what the store knows of a run and its checkpoints do not, as small JSON files in its
 * folder, so that a lost store can be built again. run.json is written by the run's trainer,
 * notes.json by who notes. */
#ifndef JOB_RUN_METADATA_H
#define JOB_RUN_METADATA_H

#include "base/json.h"
#include "job/work.h"
#include "store/run_rows.h"

/* Status, place in the order of runs, times, host, version, engine and planned epochs. ERR_NOINPUT:
 * the run was removed meanwhile. */
int run_metadata_save(const struct work *w, const struct run_row *run, struct err *e);
int run_metadata_save_notes(const struct work *w, const struct run_row *run, struct err *e);
/* Of runs/NAME into `run`: what the files hold; a file that is not there changes nothing. */
int run_metadata_load(const struct work *w, const char *name, struct run_row *run, struct err *e);

/* A small JSON file of the run's folder. Writing takes `j`; reading gives NULL without an error
 * when there is none, ERR_DATA when it is longer than `most` bytes. */
int run_metadata_put(const struct work *w, const char *name, const char *file, struct json *j,
                     struct err *e);
struct json *run_metadata_get(const struct work *w, const char *name, const char *file, size_t most,
                              struct err *e);

#endif
