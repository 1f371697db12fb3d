/* Ids of a table that name nothing: how many there are, and the first few, ready to show. One
 * owner. */
#ifndef DATA_UNMATCHED_H
#define DATA_UNMATCHED_H

enum { UNMATCHED_SHOWN = 5 };

struct unmatched {
    int n;         /* of all */
    int line;      /* where the first of them is, 0: there is none */
    char ids[512]; /* "d, e, f": the first UNMATCHED_SHOWN, made safe to show */
};

/* `u` is zeroed to begin with; `line` may be 0. */
void unmatched_add(struct unmatched *u, const char *id, int line);
/* "d, e, f and 4 more" */
const char *unmatched_text(const struct unmatched *u, char out[560]);

/* Says in the log that rows of this table belong to samples that data.exclude leaves out. */
void unmatched_tell_left_out(const char *path, const struct unmatched *u);

#endif
