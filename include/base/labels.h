/* A set of class labels: a fixed bit set of up to 128 classes. A value; any thread. */
#ifndef BASE_LABELS_H
#define BASE_LABELS_H

#include <stdbool.h>
#include <stdint.h>

enum { LABELS_MAX = 128 }; /* classes a data set can have */

struct labels {
    uint64_t bits[2];
};

static inline void labels_add(struct labels *set, int class)
{
    set->bits[class >> 6] |= UINT64_C(1) << (class & 63);
}

static inline bool labels_has(const struct labels *set, int class)
{
    return set->bits[class >> 6] >> (class & 63) & 1;
}

static inline int labels_count(const struct labels *set)
{
    return __builtin_popcountll(set->bits[0]) + __builtin_popcountll(set->bits[1]);
}

static inline bool labels_equal(const struct labels *a, const struct labels *b)
{
    return a->bits[0] == b->bits[0] && a->bits[1] == b->bits[1];
}

/* The smallest class >= `from` in the set, or -1: `for (c = labels_next(s, 0); c >= 0; ...)`. */
static inline int labels_next(const struct labels *set, int from)
{
    for (int word = from >> 6; word < 2; word++, from = word << 6) {
        uint64_t rest = set->bits[word] >> (from & 63);
        if (rest)
            return from + __builtin_ctzll(rest);
    }
    return -1;
}

#endif
