/* In which state a run is, as its folder, its rows and its lock tell together, and what helps where
 * a command cannot use it. Any thread. */
#ifndef JOB_RUN_STATE_H
#define JOB_RUN_STATE_H

#include "job/work.h"
#include "store/run_rows.h"

enum run_state {
    RUN_STATE_NONE,          /* nothing has this name */
    RUN_STATE_NOT_A_FOLDER,  /* something else is in the place of its folder */
    RUN_STATE_BEGINS,        /* a process is starting it: there is no checkpoint yet */
    RUN_STATE_TRAINED,       /* a process trains it */
    RUN_STATE_WAITS,         /* in the queue */
    RUN_STATE_EMPTY,         /* a folder without any checkpoint; not listed in the store */
    RUN_STATE_NO_FOLDER,     /* listed, without a folder */
    RUN_STATE_NO_CHECKPOINT, /* a folder without the checkpoints that a training continues from */
    RUN_STATE_UNREADABLE,    /* all of these are damaged */
    RUN_STATE_UNSEEN,        /* permissions or a disk withhold them: they may be whole */
    RUN_STATE_OTHER_VERSION, /* the newest is of another version of this program */
    RUN_STATE_COPY,          /* a copy of the folder of a run that is listed under another name */
    RUN_STATE_LINKED,        /* that very folder: one of the two names is a link */
    RUN_STATE_RENAMED,       /* the same, but that name has no folder any more */
    RUN_STATE_UNLISTED,      /* all is well, but for the rows in the store */
    RUN_STATE_WHOLE
};

/* Of a run by its name. ERR_LOCKED, ERR_IO: the store cannot be read. */
int run_state_of(const struct work *w, const char *name, enum run_state *out, struct err *e);
/* With the store at hand (NULL: there is none). Checkpoints are not opened: one that cannot be read
 * counts as good. */
int run_state_look(const struct work *w, struct store *s, const char *name, enum run_state *out,
                   struct err *e);
/* What run_state_look found, after the checkpoints were opened. */
enum run_state run_state_read(const struct work *w, const char *name, enum run_state state);

/* Of a folder `name` with checkpoints of a run that is listed as `listed`: a copy of that one's
 * folder, that very folder, or the one that had the name before. */
enum run_state run_state_of_other(const struct work *w, const char *name, const char *listed);

/* Sets `e` to what is true of the run and what helps, with the code that fits; returns -1. Of a
 * state in which a training can continue or begin it says that. */
int run_state_fail(enum run_state state, const char *name, struct err *e);
/* ERR_DATA of a run whose rows are listed under another name: it may not continue by this one. */
int run_state_check_rows(const struct work *w, const char *name, struct err *e);
/* Where `e` says that there is no such run, or that it cannot be read, and its state tells more:
 * `e` says that instead. Returns -1. */
int run_state_explain(const struct work *w, const char *name, struct err *e);

/* The text that run_state_fail gives to all these states; NULL: there is nothing to say. */
bool run_state_is_odd(enum run_state state);

#endif
