/* Commands from a file, one a line; "#" begins a comment. "wait 2" goes on two seconds later,
 * "wait scores" when there are scores, "wait idle" when no training is at work. UI thread. */
#ifndef TUI_SCRIPT_H
#define TUI_SCRIPT_H

#include <stdbool.h>

#include "base/err.h"
#include "board.h"

struct script {
    char *text;       /* NULL: none */
    const char *next; /* in text */
    double wait_until;
    bool wait_scores, wait_idle;
};

/* Replaces what was running. */
int script_open(struct script *s, const char *path, struct err *e);
void script_close(struct script *s);
void script_wait(struct script *s, const char *argument, double now);
/* Run what is due; true when a line was run. */
bool script_run(struct script *s, struct board *b, double now);
/* When to look again (clock_seconds), infinity: only on events. */
double script_due(const struct script *s);

#endif
