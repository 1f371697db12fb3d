/* The last step of every fit: the methods themselves, then the one that `best` takes. */
#include "tune_choose.h"

#include <string.h>

#include "tune_best.h"
#include "tune_fit.h"

enum { DRAWS = 100, DRAWS_LARGE = 25, LARGE = 4096 };

int tune_choose_draws(int n)
{
    return n > LARGE ? DRAWS_LARGE : DRAWS;
}

void tune_choose(const struct tune_part *p, struct tune_part_space *s, unsigned wanted,
                 enum threshold_method *chosen)
{
    unsigned best = wanted & 1U << THRESHOLD_BEST;
    enum threshold_method method = best ? tune_best_choose(p, s) : THRESHOLD_BEST;
    tune_fit(p, s, best ? wanted | 1U << method : wanted, s->cuts);
    if (best)
        memcpy(s->cuts[THRESHOLD_BEST], s->cuts[method], sizeof s->cuts[method]);
    if (chosen)
        *chosen = method;
}
