/* Paths for the screen, whose thread touches no files: names that complete what was typed, what is
 * there already, and texts saved under a name. A worker; the newest question of each kind wins. */
#ifndef JOB_PATHS_H
#define JOB_PATHS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/output.h"
#include "base/wake.h"

enum { PATHS_TEXT = 240, PATHS_NAMES = 24 };

/* What begins as was typed. Names that hold control characters are left out. */
struct paths_names {
    char asked[PATHS_TEXT];
    char whole[PATHS_TEXT];             /* `asked`, longer by what all names have in common */
    int n;                              /* how many begin so */
    char name[PATHS_NAMES][PATHS_TEXT]; /* the first of them by name, folders end in '/' */
};

struct paths_saved {
    struct err error; /* code ERR_NONE: it was written */
    char path[PATHS_TEXT];
};

/* The same at once, in the caller's thread. A leading "~/" is the home folder. */
void paths_complete(const char *typed, struct paths_names *out);
/* "~/x" as a path below the home folder; all else as it is. */
void paths_expand(const char *typed, char out[4096]);

/* Can a file be written there, or a threshold set be stored under that name? */
struct paths_place {
    struct err error; /* code ERR_NONE: yes */
    bool taken;       /* a file or set is there */
};
/* Has the run a set of that name? At once, in the caller's thread. */
void paths_look_set(const char *database, const char *run_uuid, const char *name,
                    struct paths_place *out);

struct paths;

struct paths *paths_open(struct wake *wake, struct err *e);
void paths_close(struct paths *p);

void paths_ask_names(struct paths *p, const char *typed);
/* NULL when none has come; free() it. */
struct paths_names *paths_take_names(struct paths *p);
/* Copies `text`. Done also when the worker closes. */
void paths_save(struct paths *p, const char *path, enum output_mode mode, const char *text);
struct paths_saved *paths_take_saved(struct paths *p);
void paths_ask_place(struct paths *p, const char *path);
void paths_ask_set(struct paths *p, const char *database, const char *run_uuid, const char *name);
/* The answer to either question, the newest of both. */
struct paths_place *paths_take_place(struct paths *p);

#endif
