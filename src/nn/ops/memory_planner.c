/* The plan of the arena: which slot lies where.
 *
 * The graph adds slots and touches them while it walks its operations once, before any memory
 * exists. Placement is greedy: largest first, each at the lowest offset where no slot with an
 * overlapping lifetime lies. Pure arithmetic, so the same network always gets the same plan. */
#include "memory_planner.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

enum { ALIGN_FLOATS = 16 };

void memory_planner_fini(struct memory_planner *s)
{
    free(s->at);
    *s = (struct memory_planner){0};
}

int memory_planner_add(struct memory_planner *s, size_t floats, int step)
{
    if (s->n == s->capacity) {
        s->capacity = s->capacity ? s->capacity * 2 : 64;
        s->at = xrealloc(s->at, s->capacity * sizeof *s->at);
    }
    floats = (floats + ALIGN_FLOATS - 1) / ALIGN_FLOATS * ALIGN_FLOATS;
    s->at[s->n] = (struct slot){.floats = floats, .first = step, .last = step};
    return (int)s->n++;
}

void memory_planner_touch(struct memory_planner *s, int slot, int step)
{
    assert(slot >= 0 && (size_t)slot < s->n);
    struct slot *t = &s->at[slot];
    t->first = step < t->first ? step : t->first;
    t->last = step > t->last ? step : t->last;
}

static bool live_together(const struct slot *a, const struct slot *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* The end of a placed slot that stands in the way of `t` at `offset`; 0 when the room is free. */
static size_t obstacle_end(struct slot *const *placed, size_t n, const struct slot *t,
                           size_t offset)
{
    for (size_t i = 0; i < n; i++) {
        const struct slot *p = placed[i];
        if (live_together(p, t) && offset < p->offset + p->floats && p->offset < offset + t->floats)
            return p->offset + p->floats;
    }
    return 0;
}

static size_t lowest_offset(struct slot *const *placed, size_t n, const struct slot *t)
{
    size_t best = obstacle_end(placed, n, t, 0) ? (size_t)-1 : 0;
    for (size_t i = 0; i < n && best; i++) {
        size_t offset = placed[i]->offset + placed[i]->floats;
        if (offset < best && live_together(placed[i], t) && !obstacle_end(placed, n, t, offset))
            best = offset;
    }
    return best;
}

static int by_size(const void *a, const void *b)
{
    const struct slot *x = *(struct slot *const *)a, *y = *(struct slot *const *)b;
    if (x->floats != y->floats)
        return x->floats < y->floats ? 1 : -1;
    return x < y ? -1 : x > y; /* both lie in one array: a total order */
}

size_t memory_planner_place(struct memory_planner *s)
{
    struct slot **order = xcalloc(s->n, sizeof *order);
    for (size_t i = 0; i < s->n; i++)
        order[i] = &s->at[i];
    if (s->n)
        qsort(order, s->n, sizeof *order, by_size);
    size_t total = 0;
    for (size_t i = 0; i < s->n; i++) {
        order[i]->offset = lowest_offset(order, i, order[i]);
        size_t end = order[i]->offset + order[i]->floats;
        total = end > total ? end : total;
    }
    free(order);
    return total;
}
