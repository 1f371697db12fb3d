/* Label sets with the marginals of the Human Protein Atlas training set.
 *
 * First every class gets its share of the samples (rare ones a floor), split into samples where it
 * stands alone and samples where it has company, as in the real set. Then the samples with several
 * labels are filled, rarest class first: company is drawn in proportion to what a class still
 * needs, times how much more often than by chance it meets each label already there. Pairs that
 * never occur in the real set never occur here. The tables are counts over the 31,072 samples. */
#include "data/synth.h"

#include <stdlib.h>

#include "base/mem.h"

#include "synth_cell.h"

enum { REAL_SAMPLES = 31072, MOST_LABELS = 5 };

static const int class_count[SYNTH_CLASSES];
static const int alone_count[SYNTH_CLASSES];
static const int set_size_count[MOST_LABELS + 1];
static const short pair_count[SYNTH_CLASSES][SYNTH_CLASSES];

struct plan {
    int sizes[MOST_LABELS + 1]; /* samples with so many labels */
    int alone[SYNTH_CLASSES];   /* samples with this label only */
    int shared[SYNTH_CLASSES];  /* samples with this label among others, still to give */
};

/* Integers in proportion to `weight` that sum to `total` (largest remainders). */
static void apportion(const double *weight, int n, int total, int *out)
{
    double sum = 0, rest[SYNTH_CLASSES];
    int given = 0;
    for (int i = 0; i < n; i++)
        sum += weight[i];
    for (int i = 0; i < n; i++) {
        double share = sum > 0 ? weight[i] / sum * total : 0;
        out[i] = (int)share;
        rest[i] = share - out[i];
        given += out[i];
    }
    for (; given < total; given++) {
        int most = 0;
        for (int i = 1; i < n; i++)
            most = rest[i] > rest[most] ? i : most;
        out[most]++;
        rest[most] -= 2;
    }
}

/* A class is in every one of five folds once it has six samples; below 300 samples there is no
 * room for that. */
static int rare_floor(int n)
{
    int floor = n / 50 < 6 ? n / 50 : 6;
    return n / 100 > floor ? n / 100 : floor;
}

static void plan_classes(int n, struct plan *p)
{
    double weight[SYNTH_CLASSES], sizes[MOST_LABELS];
    int floor = rare_floor(n);
    for (int k = 0; k < MOST_LABELS; k++)
        sizes[k] = set_size_count[k + 1];
    apportion(sizes, MOST_LABELS, n, p->sizes + 1);
    p->sizes[0] = 0;
    for (int c = 0; c < SYNTH_CLASSES; c++) {
        double wanted = (double)class_count[c] / (double)REAL_SAMPLES * n;
        double share = (double)alone_count[c] / class_count[c];
        wanted = wanted < floor ? floor : wanted;
        weight[c] = wanted * share;
        p->shared[c] = (int)(wanted * (1 - share) + 0.5);
        if (share == 0 && p->shared[c] < floor)
            p->shared[c] = floor;
    }
    apportion(weight, SYNTH_CLASSES, p->sizes[1], p->alone);
    for (int c = 0; c < SYNTH_CLASSES; c++) /* what rounding took from a rare class */
        if (p->alone[c] + p->shared[c] < floor)
            p->shared[c] = floor - p->alone[c];
}

/* How much more often than by chance `class` meets the labels of `set`; 0 when it never does. */
static double affinity(const struct labels *set, int class)
{
    double lift = 1;
    if (labels_has(set, class))
        return 0;
    for (int c = labels_next(set, 0); c >= 0; c = labels_next(set, c + 1))
        lift *= (double)pair_count[c][class] * (double)REAL_SAMPLES /
                ((double)class_count[c] * class_count[class]);
    return lift;
}

static int draw_weighted(const double weight[SYNTH_CLASSES], struct rng *r)
{
    double sum = 0;
    int last = -1;
    for (int c = 0; c < SYNTH_CLASSES; c++)
        sum += weight[c];
    double at = rng_unit(r) * sum;
    for (int c = 0; c < SYNTH_CLASSES; c++) {
        if (weight[c] <= 0)
            continue;
        last = c;
        at -= weight[c];
        if (at < 0)
            break;
    }
    return last;
}

/* Company for `set`: a class that still needs samples, else any that occurs with it; -1: none. */
static int draw_company(const struct plan *p, const struct labels *set, struct rng *r)
{
    double needed[SYNTH_CLASSES], any[SYNTH_CLASSES];
    for (int c = 0; c < SYNTH_CLASSES; c++) {
        double lift = affinity(set, c);
        needed[c] = lift * (p->shared[c] > 0 ? p->shared[c] : 0);
        any[c] = lift * class_count[c];
    }
    int class = draw_weighted(needed, r);
    return class >= 0 ? class : draw_weighted(any, r);
}

static void fill_set(struct plan *p, struct labels *set, int first, int size, struct rng *r)
{
    int class = first;
    for (int k = 0; k < size && class >= 0; k++) {
        labels_add(set, class);
        p->shared[class]--;
        class = draw_company(p, set, r);
    }
}

/* The class with needs that is rarest, or the one in most need when only common ones are left. */
static int next_first(const struct plan *p)
{
    int best = -1;
    for (int c = 0; c < SYNTH_CLASSES; c++)
        if (p->shared[c] > 0 && (best < 0 || class_count[c] < class_count[best]))
            best = c;
    return best < 0 ? 0 : best;
}

/* Sizes of the samples with several labels, in random order. */
static int shared_sizes(const struct plan *p, int *sizes, struct rng *r)
{
    int n = 0;
    for (int k = 2; k <= MOST_LABELS; k++)
        for (int i = 0; i < p->sizes[k]; i++)
            sizes[n++] = k;
    rng_shuffle(r, sizes, n);
    return n;
}

static void shuffle_sets(struct labels *labels, int n, struct rng *r)
{
    for (int i = n - 1; i > 0; i--) {
        int j = (int)rng_below(r, (uint32_t)i + 1);
        struct labels t = labels[i];
        labels[i] = labels[j];
        labels[j] = t;
    }
}

int synth_labels(uint64_t seed, int n, struct labels *labels, struct err *e)
{
    struct plan p;
    struct rng r = rng_stream(seed, RNG_SYNTH, 0, SYNTH_USE_LABELS << 8);
    int done = 0;
    int *sizes = mem_array((size_t)(n > 0 ? n : 1), sizeof *sizes, "label sets", e);
    if (!sizes)
        return -1;
    plan_classes(n, &p);
    int shared = shared_sizes(&p, sizes, &r);
    for (int i = 0; i < n; i++)
        labels[i] = (struct labels){{0, 0}};
    for (; done < shared; done++)
        fill_set(&p, &labels[done], next_first(&p), sizes[done], &r);
    for (int c = 0; c < SYNTH_CLASSES; c++)
        for (int i = 0; i < p.alone[c] && done < n; i++)
            labels_add(&labels[done++], c);
    shuffle_sets(labels, n, &r);
    free(sizes);
    return 0;
}

static const int set_size_count[MOST_LABELS + 1] = {0, 15126, 12485, 3160, 299, 2};

static const int class_count[SYNTH_CLASSES] = {
    12885, 1254, 3621, 1561, 1858, 2513, 1008, 2822, 53,  45,   28,  1093, 688, 537,
    1066,  21,   530,  210,  902,  1482, 172,  3777, 802, 2965, 322, 8228, 328, 11};

static const int alone_count[SYNTH_CLASSES] = {
    2414, 271, 808, 654, 1077, 983, 622, 1163, 31,  17,   0,   601,  232, 157,
    484,  0,   27,  0,   314,  522, 98,  1058, 213, 1653, 122, 1470, 134, 1};

static const short pair_count[SYNTH_CLASSES][SYNTH_CLASSES] = {
    {0,   600, 1735, 571, 97,  806, 89, 1092, 5,   0,   0,  259,  200, 178,
     217, 12,  286,  75,  279, 614, 58, 1343, 325, 802, 78, 3631, 115, 7},
    {600, 0, 147, 19, 52, 39, 21, 56, 0, 0,  0, 13,  7, 14,
     4,   0, 0,   0,  11, 19, 0,  76, 7, 45, 1, 261, 0, 0},
    {1735, 147, 0,  4, 48, 59, 79, 189, 11, 0,   0,  81,  25, 14,
     74,   10,  48, 7, 18, 56, 6,  216, 52, 226, 12, 782, 11, 1},
    {571, 19, 4, 0, 23, 14, 24, 40, 4,  0,  0, 14,  4,  8,
     17,  0,  5, 0, 5,  20, 0,  35, 16, 51, 3, 272, 12, 0},
    {97, 52, 48, 23, 0,  5,  2, 42,  0,  0,  0, 15,  24, 11,
     18, 0,  10, 0,  16, 16, 2, 135, 24, 44, 8, 329, 17, 1},
    {806, 39, 59, 14, 5,  0,  14, 80,  0,  0,  0,  25,  20, 9,
     30,  8,  20, 3,  13, 27, 0,  120, 20, 45, 30, 555, 11, 4},
    {89, 21, 79, 24, 2, 14, 0, 24, 0, 11, 11, 1, 2, 2, 6, 0, 9, 0, 6, 4, 6, 31, 2, 5, 0, 151, 0, 0},
    {1092, 56, 189, 40, 42, 80, 24, 0,   1,  0, 0, 5,   15, 21,
     14,   0,  37,  6,  9,  22, 0,  139, 29, 7, 5, 411, 1,  0},
    {5, 0, 11, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0},
    {0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 11, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {259, 13, 81, 14, 15, 25, 1, 5,  0, 0, 0,  0,   3, 9,
     9,   0,  5,  0,  1,  22, 0, 22, 9, 5, 18, 139, 0, 0},
    {200, 7, 25, 4, 24, 20, 2, 15,  0, 0,  0, 3,   0, 18,
     11,  0, 2,  0, 4,  15, 0, 132, 5, 18, 0, 156, 7, 0},
    {178, 14, 14, 8, 11, 9,  2, 21,  0,  0, 0, 9,   18, 0,
     2,   0,  0,  0, 12, 11, 0, 111, 11, 3, 0, 126, 0,  0},
    {217, 4, 74,  17, 18, 30, 6, 14, 0, 0, 0, 9,   11, 2,
     0,   0, 102, 46, 8,  12, 0, 42, 3, 3, 0, 157, 0,  0},
    {12, 0, 10, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {286, 0, 48, 5,  10, 20, 9, 37, 0,  0, 0, 5,   2, 0,
     102, 9, 0,  77, 26, 13, 0, 38, 14, 9, 6, 150, 2, 0},
    {75, 0, 7, 0, 0, 3, 0, 6, 0, 0, 0, 0, 0, 0, 46, 0, 77, 0, 49, 10, 0, 27, 1, 3, 0, 76, 0, 0},
    {279, 11, 18, 5,  16, 13, 6, 9,  0,  0,  0,  1,   4, 12,
     8,   0,  26, 49, 0,  0,  0, 62, 11, 15, 10, 258, 2, 0},
    {614, 19, 56, 20, 16, 27, 4, 22, 0,  0,  0, 22,  15, 11,
     12,  0,  13, 10, 0,  0,  0, 74, 14, 35, 1, 276, 0,  1},
    {58, 0, 6, 0, 2, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 17, 0, 9, 0, 0},
    {1343, 76, 216, 35, 135, 120, 31, 139, 2,   0,  0, 22,  132, 111,
     42,   0,  38,  27, 62,  74,  0,  0,   125, 69, 9, 921, 16,  0},
    {325, 7, 52, 16, 24, 20, 2, 29,  0, 0,  0, 9,   5, 11,
     3,   0, 14, 1,  11, 14, 0, 125, 0, 18, 5, 109, 0, 0},
    {802, 45, 226, 51, 44, 45, 5,  7,  0,  0, 0, 5,   18, 3,
     3,   0,  9,   3,  15, 35, 17, 69, 18, 0, 4, 197, 3,  2},
    {78, 1, 12, 3, 8, 30, 0, 5, 0, 0, 0, 18, 0, 0, 0, 0, 6, 0, 10, 1, 0, 9, 5, 4, 0, 53, 0, 0},
    {3631, 261, 782, 272, 329, 555, 151, 411, 2,   0,   0,  139, 156, 126,
     157,  0,   150, 76,  258, 276, 9,   921, 109, 197, 53, 0,   54,  0},
    {115, 0, 11, 12, 17, 11, 0, 1, 0, 0, 0, 0, 7, 0, 0, 0, 2, 0, 2, 0, 0, 16, 0, 3, 0, 54, 0, 0},
    {7, 0, 1, 0, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0},
};
