/* The history of a training: one row an epoch, as JSON inside checkpoints and as curves. Pure. */
#ifndef JOB_HISTORY_H
#define JOB_HISTORY_H

#include "base/err.h"
#include "job/snapshot.h"
#include "store/run_rows.h"

struct history {
    struct epoch_row *rows; /* [n], oldest first */
    size_t n, capacity;
};

void history_fini(struct history *h);
/* Appends with every figure rounded to what JSON keeps, so that a resumed run compares the very
 * same numbers as an uninterrupted one. */
int history_add(struct history *h, const struct epoch_row *row, struct err *e);
char *history_print(const struct history *h); /* free() it */
int history_parse(struct history *h, const char *text, const char *path, struct err *e);
/* Has the newest epoch a larger macro F1 than `epoch` (ties: a lower validation loss)? True when
 * that one is not in the history. */
bool history_newest_beats(const struct history *h, int64_t epoch);
/* The curves of a snapshot, every second epoch dropped when there are too many. */
void history_show(const struct history *h, struct snapshot *s);

#endif
