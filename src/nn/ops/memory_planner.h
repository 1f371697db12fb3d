/* Memory planned by lifetimes: pieces of one arena that share room when they are not alive
 * together.
 *
 * Time is the number of a step: forward operations count up, backward operations go on counting.
 * A slot lives from the first to the last step that touches it. */
#ifndef NN_MEMORY_PLANNER_H
#define NN_MEMORY_PLANNER_H

#include <stddef.h>

struct slot {
    size_t floats;
    int first, last; /* steps, inclusive */
    size_t offset;   /* floats from the arena's start, after memory_planner_place */
};

struct memory_planner {
    struct slot *at;
    size_t n, capacity;
};

void memory_planner_fini(struct memory_planner *s);

/* A new slot, alive at `step`; its number. */
int memory_planner_add(struct memory_planner *s, size_t floats, int step);

/* Alive at `step` too. */
void memory_planner_touch(struct memory_planner *s, int slot, int step);

/* Choose all offsets (multiples of 16 floats); the floats that the arena needs. */
size_t memory_planner_place(struct memory_planner *s);

#endif
