/* Thresholds and scores as single-precision numbers.
 *
 * A score is a float32, so a threshold is one, too: every threshold is rounded to float32 when it
 * enters (set by hand, tuned, imported, read from the store), and a score reaches it when
 * score >= threshold as float32. Thus .70 reaches .7, whatever types the numbers went through.
 *
 * For other programs a threshold is written as the shortest decimal of at most nine digits that is
 * not above it and that float32 reads as the same value. Scores are written with nine digits. Read
 * as float32 or as double, by either type's comparison, a score then reaches a threshold exactly
 * where it does here. Pure. */
#ifndef BASE_FLOAT32_H
#define BASE_FLOAT32_H

#include <stdbool.h>

/* The nearest float32. */
double float32_round(double value);
void float32_round_all(double *values, int n);

/* Is the score positive at this threshold? */
static inline bool float32_reaches(float score, double threshold)
{
    return score >= (float)threshold;
}

/* The middle of two float32 numbers as a threshold that `high` reaches and, when it is another
 * number, `low` does not. */
double float32_between(double low, double high);

/* What to write for a threshold: a number that nine significant digits hold. */
double float32_to_write(double threshold);

#endif
