/* Marks on samples as the screen has them: those of the store, changed at once when a user marks
 * something, with undo; what the store is still to be told waits in order. UI thread only. */
#ifndef TUI_MARKS_H
#define TUI_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/mark_rows.h"

struct marks_change {
    int step;                      /* what is undone together */
    bool had, has;                 /* before; afterwards */
    struct mark_row before, after; /* of the same sample and kind */
};

/* For the store. */
struct marks_order {
    bool remove;
    struct mark_row row;
};

struct marks {
    struct mark_row *rows; /* [n] oldest first */
    int n;
    struct marks_change *changes; /* oldest first; [position..] can be done again */
    int changes_n, position;
    struct marks_order *orders;
    int orders_n;
    size_t rows_capacity, changes_capacity, orders_capacity;
    uint64_t version; /* grows with every change made here */
    uint64_t drawn;   /* ... and with every list that was taken */
};

void marks_fini(struct marks *m);

/* The list of the store replaces ours; changes stay, to be undone. */
void marks_take(struct marks *m, const struct mark_row *rows, int n);

/* The i-th mark of a sample, NULL after the last. */
const struct mark_row *marks_of(const struct marks *m, const char *sample, int i);
/* The first letter of its kind, '*': several, 0: none. */
char marks_letter(const struct marks *m, const char *sample);

/* Replaces a mark of the same sample and kind. */
void marks_set(struct marks *m, const struct mark_row *row);
/* All marks of a sample; returns how many there were. */
int marks_remove(struct marks *m, const char *sample);
/* The sample of the step that was taken back or done again, NULL: there was none. */
const char *marks_undo(struct marks *m);
const char *marks_redo(struct marks *m);

/* The oldest that the store was not told yet; false: none. */
bool marks_next_order(struct marks *m, struct marks_order *out);

#endif
