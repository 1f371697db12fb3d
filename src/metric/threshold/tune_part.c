/* Parts of a table, and how their samples are dealt to folds. */
#include "tune_part.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct tune_part_space *tune_part_space_new(int n, int k, struct err *e)
{
    struct tune_part_space *s = xcalloc(1, sizeof *s);
    int **arrays[] = {&s->order, &s->group, &s->place, &s->draw, &s->inner_fold, &s->inner};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (!(*arrays[i] = mem_array((size_t)n, sizeof **arrays[i], "tuning", e)))
            goto fail;
    for (int m = 0; m < THRESHOLD_METHODS; m++)
        if (!(s->predicted[m] = mem_array((size_t)n, sizeof **s->predicted, "tuning", e)))
            goto fail;
    if (!(s->bins = mem_array((size_t)k, sizeof *s->bins, "tuning", e)))
        goto fail;
    return s;
fail:
    tune_part_space_free(s);
    return NULL;
}

void tune_part_space_free(struct tune_part_space *s)
{
    if (!s)
        return;
    free(s->order);
    free(s->group);
    free(s->place);
    free(s->draw);
    free(s->inner_fold);
    free(s->inner);
    free(s->bins);
    for (int m = 0; m < THRESHOLD_METHODS; m++)
        free(s->predicted[m]);
    free(s);
}

void tune_part_init(struct tune_part *p, const struct sorted_scores *r, const int *weight,
                    uint64_t seed, int draws)
{
    *p = (struct tune_part){.ranked = r, .weight = weight, .seed = seed, .draws = draws};
    for (int i = 0; i < r->n; i++)
        p->rows += weight[i];
    for (int c = 0; c < r->k; c++)
        p->support[c] = sorted_scores_support(r, c, weight);
}

/* The rarest class of a sample (ties: lowest), k when it has no label. */
static int rarest(const struct labels *set, const int *support, int k)
{
    int best = k;
    for (int c = labels_next(set, 0); c >= 0 && c < k; c = labels_next(set, c + 1))
        if (best == k || support[c] < support[best])
            best = c;
    return best;
}

void tune_part_prepare(const struct tune_part *p, struct tune_part_space *s)
{
    const struct scores *scores = p->ranked->scores;
    for (int i = 0; i < scores->n; i++)
        s->group[i] = rarest(&scores->truth[i], p->support, scores->k);
}

void tune_part_deal(const struct tune_part *p, struct tune_part_space *s, struct rng *rng,
                    int folds, int *fold)
{
    int n = p->ranked->n, m = 0, start[LABELS_MAX + 2] = {0};
    for (int i = 0; i < n; i++) {
        fold[i] = TUNE_PART_OUT;
        if (!p->weight[i])
            continue;
        s->order[m++] = i;
        start[s->group[i] + 1]++;
    }
    rng_shuffle(rng, s->order, m);
    for (int g = 0; g <= p->ranked->k; g++)
        start[g + 1] += start[g];
    for (int i = 0; i < m; i++)
        s->place[start[s->group[s->order[i]]]++] = s->order[i];
    for (int i = 0; i < m; i++)
        fold[s->place[i]] = i % folds;
}
