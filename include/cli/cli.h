/* Commands: everything the screen can do, for a shell and for a batch queue. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/err.h"
#include "job/service_table.h"

/* The other side of floor 4, lent by main.c: the workbench, and one of its tabs as text, and its
 * keys as a Markdown table (free() it). */
struct cli_screen {
    int (*run)(const struct conf *c, bool start_training, const struct service_table *table,
               struct err *e);
    int (*print)(const struct conf *c, const char *tab, int columns, int rows,
                 const struct service_table *table, struct err *e);
    char *(*key_table)(void);
};

/* Called once, first thing: sets OPENBLAS_NUM_THREADS=1 and starts the program again when it was
 * not set, because the pthread build of OpenBLAS starts its threads while it is loaded. */
void cli_prepare(char **argv);

/* Run the command that the arguments name, without one the workbench; returns the exit code. */
int cli_run(int argc, char **argv, const struct cli_screen *screen);

#endif
