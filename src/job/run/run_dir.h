/* The folder of a run as its name: whoever makes it has the name. */
#ifndef JOB_RUN_DIR_H
#define JOB_RUN_DIR_H

#include <stdbool.h>

#include "job/work.h"
#include "store/run_rows.h"

/* As the store takes it; "last" means the newest run. */
bool run_dir_name_is_good(const char *name);
/* Could a new run have the name `wanted` (NULL: any)? A folder without a checkpoint is what a
 * process left that ended while it began: it is taken over; so is a place in the queue by the run
 * that waits there. ERR_USAGE, ERR_LOCKED: the name is taken; for who continues a run only while
 * that may pass, else ERR_NOINPUT or ERR_DATA. */
enum run_dir_use { RUN_DIR_NEW, RUN_DIR_CONTINUE, RUN_DIR_OF_QUEUE };
int run_dir_check(const struct work *w, const char *wanted, enum run_dir_use use, struct err *e);
/* Make it, after that check; NULL: run-1, run-2, ... */
int run_dir_reserve(const struct work *w, const char *wanted, char name[RUN_NAME_MAX],
                    struct err *e);
/* The lock of whoever trains the run, in *fd (close it to give it back). `make`: a file that is not
 * there is made; else *fd is -1 then. ERR_LOCKED: another process has it, or the folder has just
 * been removed. */
int run_dir_lock(const struct work *w, const char *name, bool make, int *fd, struct err *e);
/* Of a run that never had a checkpoint, by who has its lock. */
void run_dir_give_back(const struct work *w, const char *name);
/* The same by who had only reserved the name: it stays with a process that has taken it over. */
void run_dir_leave(const struct work *w, const char *name);

#endif
