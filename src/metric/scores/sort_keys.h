/* Sorting scores: a score, its class and whether it is a positive packed into one 64-bit key.
 *
 * Probabilities 0..1 order as their IEEE bits do (30 of them are used), so a radix sort puts a
 * column in order in three passes. Among equal scores the order is unspecified. Pure. */
#ifndef METRIC_SORT_KEYS_H
#define METRIC_SORT_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "metric/scores.h"

/* p in 0..1, class in 0..127. */
uint64_t sort_keys_pack(float p, int class, bool positive);
float sort_keys_score(uint64_t key);
int sort_keys_class(uint64_t key);
bool sort_keys_positive(uint64_t key);

/* A key may carry a number below SORT_KEYS_ROWS, too. */
enum { SORT_KEYS_ROWS = 1 << 26 };
uint64_t sort_keys_with_row(uint64_t key, int row);
int sort_keys_row(uint64_t key);

/* Ascending by score; `scratch` holds n keys as well. */
void sort_keys(uint64_t *keys, uint64_t *scratch, size_t n);

/* Room for `n` keys and as many of scratch, free() it. */
uint64_t *sort_keys_new(size_t n, struct err *e);
/* The n keys of one class, sorted into keys[0..n); `keys` as from sort_keys_new(n). */
void sort_keys_column(const struct scores *s, int class, uint64_t *keys);

#endif
