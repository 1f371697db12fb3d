/* Memory planned by lifetimes: pieces of one arena that share room when they are not alive
 * together.
 *
 * Time is the number of a step: forward operations count up, backward operations go on counting.
 * A slot lives from the first to the last step that touches it. */
#ifndef NN_SLOTS_H
#define NN_SLOTS_H

#include <stddef.h>

struct slot {
    size_t floats;
    int first, last; /* steps, inclusive */
    size_t offset;   /* floats from the arena's start, after slots_place */
};

struct slots {
    struct slot *at;
    size_t n, capacity;
};

void slots_fini(struct slots *s);

/* A new slot, alive at `step`; its number. */
int slots_add(struct slots *s, size_t floats, int step);

/* Alive at `step` too. */
void slots_touch(struct slots *s, int slot, int step);

/* Choose all offsets (multiples of 16 floats); the floats that the arena needs. */
size_t slots_place(struct slots *s);

#endif
