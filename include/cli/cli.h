/* Commands: everything the screen can do, for a shell and for a batch queue. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/err.h"
#include "job/run_query_table.h"

/* The other side of floor 4, lent by main.c: the workbench, and one of its tabs as text, and its
 * keys as a Markdown table (free() it). */
struct cli_screen {
    int (*run)(const struct conf *c, bool start_training, const struct run_query_table *table,
               struct err *e);
    int (*print)(const struct conf *c, const char *tab, int columns, int rows,
                 const struct run_query_table *table, struct err *e);
    char *(*key_table)(void);
};

/* For the program's .preinit_array, which runs before the libraries' own start-up code: OpenBLAS's
 * starts a thread for each core, and ends the process where the system refuses one; its OpenMP
 * build takes memory, and waits for ever where there is too little. So this sets
 * OPENBLAS_NUM_THREADS=1, for which the program may have to start again, and ends it with a message
 * when memory is short. */
void cli_before_libraries(int argc, char **argv, char **env);

/* Called once, first thing in main. Where a system knows no .preinit_array, the program is started
 * again here. */
void cli_prepare(char **argv);

/* Run the command that the arguments name, without one the workbench; returns the exit code. */
int cli_run(int argc, char **argv, const struct cli_screen *screen);

#endif
