/* Commands from a file, one a line; "#" begins a comment. "wait 2" goes on two seconds later,
 * "wait scores" when there are scores, "wait idle" when no training is at work. It
 * begins when the run shown and the list of runs have been read. A script may
 * continue with another one by "source FILE", or with itself. A line that is refused ends it. UI
 * thread. */
#ifndef TUI_SCRIPT_H
#define TUI_SCRIPT_H

#include <stdbool.h>

#include "base/err.h"
#include "model/app_model.h"

struct script {
    char *text;       /* NULL: none */
    const char *next; /* in text */
    char path[PROMPT_MAX];
    int line;     /* number of the last one that was run */
    int warnings; /* of the model, before it */
    double wait_until;
    bool wait_scores, wait_idle;
    bool postpones; /* its last line is carried out when answers are there */
    int depth;      /* scripts that sourced the next one since the last wait */
};

/* Lines that one turn of the loop may run, so that keys, frames and signals get theirs; scripts
 * that may source each other without a wait. */
enum { SCRIPT_LINES_MAX = 100, SCRIPT_DEPTH_MAX = 32 };

/* Replaces what was running. ERR_FAIL when a script was running and SCRIPT_DEPTH_MAX of them have
 * sourced each other. */
int script_open(struct script *s, const char *path, struct err *e);
void script_close(struct script *s);
void script_wait(struct script *s, const char *argument, double now);
/* Run what is due, at most `*lines` lines, which become fewer; true when a line was run. */
bool script_run(struct script *s, struct app_model *b, double now, int *lines);
/* Carries out the command that waits for answers, whose ever it is; true: it was. */
bool script_postponed(struct script *s, struct app_model *b);
/* After what a line wished is carried out: a warning that it led to ends the script. */
void script_check(struct script *s, struct app_model *b);
/* When to look again (clock_seconds): 0: lines are left over; infinity: only on events. */
double script_due(const struct script *s);

#endif
