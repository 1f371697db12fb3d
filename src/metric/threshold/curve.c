/* Curves of a class: the plateaus between neighbouring distinct scores, one point each. */
#include "metric/curve.h"

#include <math.h>
#include <string.h>

static struct curve_point point_at(const struct threshold_table *t, int class, double cut)
{
    struct threshold_counts c = threshold_at(t, class, cut);
    int predicted = c.tp + c.fp;
    return (struct curve_point){cut, c.f1, predicted ? c.precision : 1, c.recall, predicted};
}

int curve_class(const struct threshold_table *t, int class, struct curve_point *points)
{
    double cut = threshold_step(t, class, 0, 1); /* leaves the lowest scores out */
    double lowest = threshold_step(t, class, cut, -1);
    int n = 0;
    if (lowest != cut)
        points[n++] = point_at(t, class, lowest);
    for (double next = cut;; cut = next) {
        points[n++] = point_at(t, class, cut);
        next = threshold_step(t, class, cut, 1);
        if (next == cut)
            return n;
    }
}
