/* Float sums of p/n are above 1 for some n: .1F ten times is 1.0000001. A double holds the sum of
 * 2^29 floats of one size exactly. */
#include "metric/mean.h"

#include <stdlib.h>

#include "base/mem.h"

int mean_open(struct mean *m, size_t entries, struct err *e)
{
    m->entries = entries;
    m->sum = mem_array(entries, sizeof *m->sum, "mean of scores", e);
    return m->sum ? 0 : -1;
}

void mean_close(struct mean *m)
{
    free(m->sum);
    *m = (struct mean){0};
}

void mean_add(struct mean *m, size_t first, const float *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        m->sum[first + i] += (double)p[i];
}

void mean_take(const struct mean *m, int tables, float *out)
{
    for (size_t i = 0; i < m->entries; i++)
        out[i] = (float)(m->sum[i] / tables);
}
