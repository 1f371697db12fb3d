/* The history of a training: one row an epoch, and one for each validation inside an epoch, as JSON
 * inside checkpoints and as curves. Pure. */
#ifndef JOB_HISTORY_H
#define JOB_HISTORY_H

#include "base/err.h"
#include "job/snapshot.h"
#include "store/run_rows.h"
#include "store/validation_rows.h"

struct history {
    struct epoch_row *rows; /* [n], oldest first */
    size_t n, capacity;
    struct validation_row *inside; /* [inside_n], oldest first */
    size_t inside_n, inside_capacity;
};

void history_fini(struct history *h);
/* Appends with every figure rounded to what JSON keeps, so that a resumed run compares the very
 * same numbers as an uninterrupted one. */
int history_add(struct history *h, const struct epoch_row *row, struct err *e);
int history_add_inside(struct history *h, const struct validation_row *row, struct err *e);
/* The step of the newest validation inside an epoch, 0: none. */
int64_t history_inside_step(const struct history *h);
char *history_print(const struct history *h); /* free() it */
int history_parse(struct history *h, const char *text, const char *path, struct err *e);
/* Has the newest epoch a larger macro F1 than `epoch` (ties: a lower validation loss)? True when
 * that one is not in the history. */
bool history_newest_beats(const struct history *h, int64_t epoch);
/* The epoch that none beats; 0: none yet. */
int history_best(const struct history *h);
/* The curves of a snapshot, every second epoch dropped when there are too many. */
void history_show(const struct history *h, struct snapshot *s);

#endif
