/* Numbers in few cells. Values are rounded first and formatted after, so that .99999 with two
 * digits becomes 1.00 and never 1.0 of another width. */
#include "figures.h"

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

char *figures_fraction(double value, int digits, char out[FIGURES_MAX])
{
    if (!isfinite(value) || fabs(value) >= 1e9)
        return strcpy(out, "-");
    snprintf(out, FIGURES_MAX, "%.*f", digits, value);
    return drop_zero(out);
}

char *figures_change(double value, int digits, char out[FIGURES_MAX])
{
    if (!isfinite(value) || fabs(value) >= 1e9)
        return strcpy(out, "-");
    double unit = pow(10, -digits);
    if (fabs(value) < unit / 2)
        value = 0;
    snprintf(out, FIGURES_MAX, "%+.*f", digits, value);
    return drop_zero(out);
}

char *figures_share(double value, char out[FIGURES_MAX])
{
    return figures_fraction(value, value < 0.9995 ? 3 : 2, out);
}

char *figures_share_change(double value, char out[FIGURES_MAX])
{
    return figures_change(value, fabs(value) < 0.995 ? 2 : 1, out);
}

char *figures_count(int64_t value, char out[FIGURES_MAX])
{
    if (llabs(value) < 100000)
        snprintf(out, FIGURES_MAX, "%lld", (long long)value);
    else if (llabs(value) < 1000000)
        snprintf(out, FIGURES_MAX, "%lldk", (long long)(value / 1000));
    else
        snprintf(out, FIGURES_MAX, "%.3gM", (double)value / 1e6);
    return out;
}

char *figures_tick(double value, char out[FIGURES_MAX])
{
    if (value == 0)
        return strcpy(out, "0");
    if (!isfinite(value))
        return strcpy(out, "-");
    if (fabs(value) < 1e-3 || fabs(value) >= 1e6)
        snprintf(out, FIGURES_MAX, "%.0e", value);
    else
        snprintf(out, FIGURES_MAX, "%.4g", value);
    char *zero = strstr(out, "e-0");
    if (zero)
        memmove(zero + 2, zero + 3, strlen(zero + 2));
    return drop_zero(out);
}

char *figures_on_axis(double value, double step, char out[FIGURES_MAX])
{
    bool plain = step > 0 && step < 1 && step >= 1e-3 && fabs(value) < 1e3;
    if (!plain || fabs(value) < step / 2)
        return figures_tick(fabs(value) < step / 2 ? 0 : value, out);
    return figures_fraction(value, (int)ceil(-log10(step) - 1e-9), out);
}

char *figures_loss(double value, char out[FIGURES_MAX])
{
    if (!isfinite(value))
        return strcpy(out, "-");
    double size = fabs(value);
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4;
    if (size > 0 && size < 1e-3)
        snprintf(out, FIGURES_MAX, "%.2e", value);
    else
        snprintf(out, FIGURES_MAX, "%.*f", digits, value);
    return drop_zero(out);
}
