/* Sorting scores by radix: every ranking measure and every cut starts from a sorted column, and
 * held-out estimates sort thousands of them. Key: bits 38..63 a row, 8..37 the score's IEEE bits,
 * 1..7 the class, 0 the truth. Pure functions on the caller's storage; any thread. */
#include "sort_keys.h"

#include <string.h>

#include "base/mem.h"

enum {
    SCORE_SHIFT = 8,
    ROW_SHIFT = 38,
    SCORE_MASK = (1 << 30) - 1,
    PASSES = 3,
    DIGIT_BITS = 10,
    DIGITS = 1 << DIGIT_BITS
};

uint64_t sort_keys_pack(float p, int class, bool positive)
{
    float value = p + 0.0f; /* -0 becomes +0 */
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint64_t)bits << SCORE_SHIFT | (uint64_t) class << 1 | positive;
}

float sort_keys_score(uint64_t key)
{
    uint32_t bits = (uint32_t)(key >> SCORE_SHIFT) & SCORE_MASK;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

int sort_keys_class(uint64_t key)
{
    return (int)(key >> 1 & 127);
}

bool sort_keys_positive(uint64_t key)
{
    return key & 1;
}

uint64_t sort_keys_with_row(uint64_t key, int row)
{
    return key | (uint64_t)row << ROW_SHIFT;
}

int sort_keys_row(uint64_t key)
{
    return (int)(key >> ROW_SHIFT);
}

static void sort_pass(const uint64_t *from, uint64_t *to, size_t n, int shift)
{
    size_t place[DIGITS] = {0};
    for (size_t i = 0; i < n; i++)
        place[from[i] >> shift & (DIGITS - 1)]++;
    size_t sum = 0;
    for (int d = 0; d < DIGITS; d++) {
        size_t count = place[d];
        place[d] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        to[place[from[i] >> shift & (DIGITS - 1)]++] = from[i];
}

void sort_keys(uint64_t *keys, uint64_t *scratch, size_t n)
{
    uint64_t *from = keys, *to = scratch;
    for (int pass = 0; pass < PASSES; pass++) {
        sort_pass(from, to, n, SCORE_SHIFT + pass * DIGIT_BITS);
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    memcpy(keys, scratch, n * sizeof *keys); /* the third pass ended in scratch */
}

uint64_t *sort_keys_new(size_t n, struct err *e)
{
    return mem_array(2 * n, sizeof(uint64_t), "sorted scores", e);
}

void sort_keys_column(const struct scores *s, int class, uint64_t *keys)
{
    size_t n = (size_t)s->n, k = (size_t)s->k;
    for (size_t i = 0; i < n; i++)
        keys[i] =
            sort_keys_pack(s->p[i * k + (size_t) class], class, labels_has(&s->truth[i], class));
    sort_keys(keys, keys + n, n);
}
