/* Numbers in few cells. Values are rounded first and formatted after, so that .99999 with two
 * digits becomes 1.00 and never 1.0 of another width. */
#include "number_format.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "-0.50" -> "-.50" */
static char *drop_zero(char *text)
{
    char *digit = text + (*text == '-' || *text == '+');
    if (digit[0] == '0' && digit[1] == '.')
        memmove(digit, digit + 1, strlen(digit));
    return text;
}

/* "1e-04" -> "1e-4" */
static char *drop_exponent_zero(char *text)
{
    char *zero = strstr(text, "e-0");
    if (zero)
        memmove(zero + 2, zero + 3, strlen(zero + 2));
    return text;
}

char *number_format_fraction(double value, int digits, char out[NUMBER_FORMAT_MAX])
{
    if (!isfinite(value) || fabs(value) >= 1e9)
        return strcpy(out, "-");
    snprintf(out, NUMBER_FORMAT_MAX, "%.*f", digits, value);
    return drop_zero(out);
}

char *number_format_change(double value, int digits, char out[NUMBER_FORMAT_MAX])
{
    if (!isfinite(value) || fabs(value) >= 1e9)
        return strcpy(out, "-");
    double unit = pow(10, -digits);
    if (fabs(value) < unit / 2)
        value = 0;
    snprintf(out, NUMBER_FORMAT_MAX, "%+.*f", digits, value);
    return drop_zero(out);
}

char *number_format_share(double value, char out[NUMBER_FORMAT_MAX])
{
    return number_format_fraction(value, value < 0.9995 ? 3 : 2, out);
}

char *number_format_share_change(double value, char out[NUMBER_FORMAT_MAX])
{
    return number_format_change(value, fabs(value) < 0.995 ? 2 : 1, out);
}

char *number_format_count(int64_t value, char out[NUMBER_FORMAT_MAX])
{
    if (llabs(value) < 100000)
        snprintf(out, NUMBER_FORMAT_MAX, "%lld", (long long)value);
    else if (llabs(value) < 1000000)
        snprintf(out, NUMBER_FORMAT_MAX, "%lldk", (long long)(value / 1000));
    else
        snprintf(out, NUMBER_FORMAT_MAX, "%.3gM", (double)value / 1e6);
    return out;
}

char *number_format_tick(double value, char out[NUMBER_FORMAT_MAX])
{
    if (value == 0)
        return strcpy(out, "0");
    if (!isfinite(value))
        return strcpy(out, "-");
    if (fabs(value) < 1e-3 || fabs(value) >= 1e6)
        snprintf(out, NUMBER_FORMAT_MAX, "%.0e", value);
    else
        snprintf(out, NUMBER_FORMAT_MAX, "%.4g", value);
    return drop_zero(drop_exponent_zero(out));
}

/* Enough digits to tell `value` from the ticks `step` before and after it. */
static char *exact_tick(double value, double step, char out[NUMBER_FORMAT_MAX])
{
    int digits = (int)ceil(log10(fabs(value) / step) - 1e-9);
    if (fabs(value) >= 1e-3 && fabs(value) < 1e9) {
        double decimals = ceil(-log10(step) - 1e-9);
        snprintf(out, NUMBER_FORMAT_MAX, "%.*f", decimals < 0 ? 0 : (int)fmin(decimals, 12), value);
        return drop_zero(out);
    }
    snprintf(out, NUMBER_FORMAT_MAX, "%.*e", digits < 0 ? 0 : digits > 12 ? 12 : digits, value);
    return drop_exponent_zero(out);
}

char *number_format_on_axis(double value, double step, char out[NUMBER_FORMAT_MAX])
{
    bool plain = step > 0 && step < 1 && step >= 1e-3 && fabs(value) < 1e3;
    if (fabs(value) < step / 2)
        return number_format_tick(0, out);
    if (plain)
        return number_format_fraction(value, (int)ceil(-log10(step) - 1e-9), out);
    number_format_tick(value, out);
    bool rounded = step > 0 && isfinite(value) && fabs(strtod(out, NULL) - value) > step / 4;
    return rounded ? exact_tick(value, step, out) : out;
}

char *number_format_loss(double value, char out[NUMBER_FORMAT_MAX])
{
    if (!isfinite(value))
        return strcpy(out, "-");
    double size = fabs(value);
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4;
    if (size > 0 && size < 1e-3)
        snprintf(out, NUMBER_FORMAT_MAX, "%.2e", value);
    else
        snprintf(out, NUMBER_FORMAT_MAX, "%.*f", digits, value);
    return drop_zero(out);
}
