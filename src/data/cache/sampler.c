/* Samplers. */
#include "data/sampler.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

void sampler_sums(const float *weight, int n, double *sums)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sums[i] = sum += (double)weight[i];
}

/* The first sum above a number below the last one: a weight of 0 leaves no such number. */
int sampler_pick(const double *sums, int n, struct rng *r)
{
    double at = rng_unit(r) * sums[n - 1];
    int low = 0, high = n - 1;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (sums[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* "8:4" */
static bool parse_item(char *item, int k, int64_t *class, int64_t *times)
{
    char *colon = strchr(item, ':');
    if (!colon)
        return false;
    *colon = '\0';
    bool good = text_int(item, class) && text_int(colon + 1, times) && *class >= 0 && *class < k &&
                *times >= 1 && *times <= SAMPLER_TIMES_MAX;
    *colon = ':';
    return good;
}

int sampler_times(const char *rule, int k, int *times, struct err *e)
{
    for (int c = 0; c < k; c++)
        times[c] = 0;
    for (const char *at = rule; *at;) {
        char item[32], shown[64];
        int64_t class, n;
        size_t length = strcspn(at, ",");
        snprintf(item, sizeof item, "%.*s", (int)length, at);
        if (length >= sizeof item || !parse_item(item, k, &class, &n)) {
            text_safe(item, shown, sizeof shown);
            return err_set(e, ERR_CONFIG,
                           "'%s' is not CLASS:TIMES with a class of 0..%d and 1 to %d times", shown,
                           k - 1, SAMPLER_TIMES_MAX);
        }
        if (times[class])
            return err_set(e, ERR_CONFIG, "class %d is named twice", (int)class);
        times[class] = (int)n;
        at += length + (at[length] == ',');
    }
    for (int c = 0; c < k; c++)
        times[c] = times[c] ? times[c] : 1;
    return 0;
}

static int times_of(const struct labels *set, int k, const int *times)
{
    int most = 1;
    for (int c = labels_next(set, 0); c >= 0 && c < k; c = labels_next(set, c + 1))
        most = times[c] > most ? times[c] : most;
    return most;
}

int64_t sampler_repeat(const struct labels *labels, const int *rows, int n, int k, const int *times,
                       int *out)
{
    int64_t count = 0;
    for (int i = 0; i < n; i++)
        for (int t = times_of(&labels[rows[i]], k, times); t > 0; t--, count++)
            if (out)
                out[count] = rows[i];
    return count;
}
