/* Rounding to float32 and the decimals that stand for float32 numbers. Nine digits are enough: a
 * unit of the ninth digit is at most 1e-8 of the value, half the distance of two float32 numbers at
 * least 2^-25, three times as much, so that even the decimal just below reads as the same number.
 */
#include "base/float32.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum { DIGITS_MAX = 9 };

double float32_round(double value)
{
    return (double)(float)value;
}

void float32_round_all(double *values, int n)
{
    for (int i = 0; i < n; i++)
        values[i] = float32_round(values[i]);
}

double float32_between(double low, double high)
{
    double middle = float32_round((low + high) / 2);
    return middle > low ? middle : high;
}

/* The decimal number digits * 10^exponent, as the nearest double. */
static double decimal(long digits, int exponent)
{
    char text[40];
    double value = 0;
    snprintf(text, sizeof text, "%lde%d", digits, exponent);
    text_real(text, &value);
    return value;
}

/* The largest decimal of so many digits that is not above `value` > 0. */
static double decimal_below(double value, int count)
{
    char text[40], *mark;
    long digits = 0, least = 1;
    snprintf(text, sizeof text, "%.*e", count - 1, value);
    for (const char *c = text; *c && *c != 'e'; c++)
        if (*c >= '0' && *c <= '9')
            digits = digits * 10 + (*c - '0');
    mark = text;
    while (*mark != 'e')
        mark++;
    int exponent = (int)strtol(mark + 1, NULL, 10) - (count - 1);
    double nearest = decimal(digits, exponent);
    if (nearest <= value)
        return nearest;
    for (int i = 1; i < count; i++)
        least *= 10;
    if (digits == least) /* 1.00 is above: .999 is the next below, not .99 */
        return decimal(least * 10 - 1, exponent - 1);
    return decimal(digits - 1, exponent);
}

double float32_to_write(double threshold)
{
    double value = float32_round(threshold);
    if (!(value > 0))
        return value;
    for (int count = 1; count <= DIGITS_MAX; count++) {
        double written = decimal_below(value, count);
        if (float32_round(written) == value)
            return written;
    }
    return decimal_below(value, DIGITS_MAX);
}
