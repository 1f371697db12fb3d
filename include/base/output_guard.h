/* Files that no output replaces, whatever the user allows: they are what the program reads and
 * keeps. Set when the program knows its configuration, before threads start; any thread asks. */
#ifndef BASE_OUTPUT_GUARD_H
#define BASE_OUTPUT_GUARD_H

#include "base/err.h"

enum { OUTPUT_GUARD_MAX = 16 };

struct output_guard {
    const char *path;  /* a file, or a folder with all in it */
    const char *what;  /* as a message names it, "the table of data.train_csv"; not copied */
    const char *names; /* of a folder only files with such names, as fnmatch has it; NULL: all */
};

/* In place of those before; paths and names are copied, what is too long or empty is left out. */
void output_guard_set(const struct output_guard *list, int n);
/* One more, what a command reads; NULL and "-" are no file. */
void output_guard_add(const char *path, const char *what);
/* ERR_CREATE when the existing file `path`, links followed, is one of them. */
int output_guard_check(const char *path, struct err *e);

#endif
