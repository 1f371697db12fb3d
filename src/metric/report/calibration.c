/* Reliability bins and the Brier score (Brier 1950). */
#include "metric/calibration.h"

#include <math.h>
#include <string.h>

static void add(struct calibration *c, double p, bool positive)
{
    int bin = (int)(p * c->bins);
    struct calibration_bin *b = &c->bin[bin < c->bins ? bin : c->bins - 1];
    b->n++;
    b->mean += p;
    b->rate += positive;
    c->brier += (p - positive) * (p - positive);
}

void calibration_class(const struct scores *s, int class, int bins, struct calibration *out)
{
    memset(out, 0, sizeof *out);
    out->bins = bins;
    for (int i = 0; i < s->n; i++)
        add(out, s->p[(size_t)i * (size_t)s->k + (size_t) class], labels_has(&s->truth[i], class));
    out->brier = s->n ? out->brier / s->n : NAN;
    for (int i = 0; i < bins; i++) {
        struct calibration_bin *b = &out->bin[i];
        out->error += fabs(b->rate - b->mean) / (s->n ? s->n : 1);
        b->mean = b->n ? b->mean / b->n : NAN;
        b->rate = b->n ? b->rate / b->n : NAN;
    }
}
