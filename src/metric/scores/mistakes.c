/* Losses and lists of mistakes. Focal loss: Lin et al. 2017, doi:10.1109/ICCV.2017.324, without
 * alpha. */
#include "metric/mistakes.h"

#include <math.h>
#include <stdlib.h>

#include "base/float32.h"
#include "base/mem.h"

#define CLAMP 1e-7

void mistakes_losses(const struct scores *s, double gamma, double *loss)
{
    for (int i = 0; i < s->n; i++) {
        loss[i] = 0;
        for (int c = 0; c < s->k; c++) {
            double p = s->p[(size_t)i * (size_t)s->k + (size_t)c];
            double right = labels_has(&s->truth[i], c) ? p : 1 - p;
            right = right < CLAMP ? CLAMP : right > 1 - CLAMP ? 1 - CLAMP : right;
            loss[i] -= pow(1 - right, gamma) * log(right) / s->k;
        }
    }
}

struct ranked_row {
    double value;
    int row;
};

static int compare_rows(const void *a, const void *b)
{
    const struct ranked_row *x = a, *y = b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

int mistakes_rank(const double *value, int n, int *rows, struct err *e)
{
    struct ranked_row *order = mem_array((size_t)n, sizeof *order, "ranking", e);
    if (!order)
        return -1;
    for (int i = 0; i < n; i++)
        order[i] = (struct ranked_row){value[i], i};
    qsort(order, (size_t)n, sizeof *order, compare_rows);
    for (int i = 0; i < n; i++)
        rows[i] = order[i].row;
    free(order);
    return 0;
}
