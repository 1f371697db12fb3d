/* The list of samples to leave out: one id a line, or the name of one of its images. Private to
 * data/. One owner, who zeroes it. */
#ifndef DATA_EXCLUDE_H
#define DATA_EXCLUDE_H

#include <stdbool.h>
#include <stddef.h>

#include "data/index.h"

struct exclude_entry {
    const char *id;
    int line;
    bool is_image; /* the line names an image of this id */
    bool used;     /* a sample has this id */
};

struct exclude {
    struct exclude_entry *entries; /* [n] by id */
    size_t n, capacity;
    bool is_read; /* there is a list */
};

/* `x` has pattern and channels; its arena gets the ids. ERR_NOINPUT, ERR_DATA. */
int exclude_read(struct exclude *l, const char *path, struct index *x, struct err *e);
/* Is this sample to be left out? Its entries count as used from then on. */
bool exclude_has(struct exclude *l, const char *id);
/* What of the list names no sample, in a sentence of the arena's; NULL: nothing. */
const char *exclude_note(const struct exclude *l, const char *path, struct arena *a);
void exclude_fini(struct exclude *l);

#endif
