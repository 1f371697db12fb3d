/* The workbench on a terminal. */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/err.h"
#include "job/run_query_table.h"

/* Show the workbench until the user leaves; `start_training` begins a run at once,
 * `table` names scores to be shown instead of the work folder's. 0 when left in
 * order; ERR_USAGE without a terminal (the text names commands to use instead); ERR_CANCELLED when
 * ended by a signal. A training outlives a lost terminal as run.on_hangup says. Call from the main
 * thread, before other threads are started. */
int tui_run(const struct conf *c, bool start_training, const struct run_query_table *table,
            struct err *e);

/* One frame as text on standard output: "board", "log" or "help". */
int tui_print(const struct conf *c, const char *tab, int columns, int rows,
              const struct run_query_table *table, struct err *e);

/* The table of keys and commands as README holds it (Markdown); free() it. */
char *tui_key_table(void);

#endif
