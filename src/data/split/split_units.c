/* Units with their features as compressed rows. Labels and pairs that do not occur get no feature,
 * so that a table of folds and features stays small for any number of classes. */
#include "split_units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { NONE = -1 };

struct building {
    struct split_units *u;
    const struct labels *labels; /* [samples] */
    int k;
    bool pairs;
    int *number;  /* [k,k] feature of a pair, on the diagonal of a label; NONE */
    int *first;   /* [n+1] where the members of a unit begin in `member` */
    int *member;  /* [samples] */
    int *count;   /* [features] of the unit at work */
    int *touched; /* [features] */
    size_t room;
};

/* Calls `meet` for every label and pair of a sample. */
typedef int meet_pair(struct building *b, int *number, struct err *e);

static int walk(struct building *b, int sample, meet_pair *meet, struct err *e)
{
    const struct labels *set = &b->labels[sample];
    for (int a = labels_next(set, 0); a >= 0; a = labels_next(set, a + 1))
        for (int c = a; c >= 0 && (b->pairs || c == a); c = labels_next(set, c + 1))
            if (meet(b, &b->number[a * b->k + c], e))
                return -1;
    return 0;
}

static int number_pair(struct building *b, int *number, struct err *e)
{
    (void)e;
    if (*number == NONE)
        *number = b->u->features++;
    return 0;
}

static int number_features(struct building *b, struct err *e)
{
    size_t cells = (size_t)b->k * (size_t)b->k;
    b->number = mem_array(cells, sizeof *b->number, "split", e);
    if (!b->number)
        return -1;
    for (size_t i = 0; i < cells; i++)
        b->number[i] = NONE;
    for (int i = 0; i < b->u->samples; i++)
        walk(b, i, number_pair, e);
    return 0;
}

/* Units in the order of their first samples. */
static int number_units(struct split_units *u, const int *group, struct err *e)
{
    int groups = 0;
    for (int i = 0; i < u->samples && group; i++)
        groups = group[i] >= groups ? group[i] + 1 : groups;
    int *seen = mem_array((size_t)groups, sizeof *seen, "groups", e);
    if (!seen)
        return -1;
    for (int i = 0; i < u->samples; i++) {
        int *known = group && group[i] != SPLIT_UNGROUPED ? &seen[group[i]] : NULL;
        if (!known || !*known)
            u->n++;
        if (known && !*known)
            *known = u->n;
        u->unit[i] = known ? *known - 1 : u->n - 1;
    }
    free(seen);
    return 0;
}

static int list_members(struct building *b, struct err *e)
{
    struct split_units *u = b->u;
    b->first = mem_array((size_t)u->n + 2, sizeof *b->first, "groups", e);
    b->member = b->first ? mem_array((size_t)u->samples, sizeof *b->member, "groups", e) : NULL;
    u->size = b->member ? mem_array((size_t)u->n, sizeof *u->size, "groups", e) : NULL;
    if (!u->size)
        return -1;
    for (int i = 0; i < u->samples; i++)
        u->size[u->unit[i]]++;
    for (int i = 0; i < u->n; i++)
        b->first[i + 2] = b->first[i + 1] + u->size[i];
    for (int i = 0; i < u->samples; i++)
        b->member[b->first[u->unit[i] + 1]++] = i;
    return 0;
}

static int count_pair(struct building *b, int *number, struct err *e)
{
    struct split_units *u = b->u;
    (void)e;
    if (!b->count[*number]++)
        b->touched[b->room++] = *number;
    u->total[*number]++;
    return 0;
}

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* The features of unit i, behind those of the units before it. */
static int fill_unit(struct building *b, int i, size_t capacity[2], struct err *e)
{
    struct split_units *u = b->u;
    b->room = 0;
    for (int m = b->first[i]; m < b->first[i + 1]; m++)
        walk(b, b->member[m], count_pair, e);
    qsort(b->touched, b->room, sizeof *b->touched, compare_ints);
    size_t at = (size_t)u->start[i], need = at + b->room;
    if (mem_grow(&u->feature, &capacity[0], need, sizeof *u->feature, "split", e) ||
        mem_grow(&u->times, &capacity[1], need, sizeof *u->times, "split", e))
        return -1;
    for (size_t f = 0; f < b->room; f++) {
        u->feature[at + f] = b->touched[f];
        u->times[at + f] = b->count[b->touched[f]];
        b->count[b->touched[f]] = 0;
    }
    u->start[i + 1] = (int)need;
    return 0;
}

static int fill_units(struct building *b, struct err *e)
{
    struct split_units *u = b->u;
    size_t n = (size_t)u->n, features = (size_t)u->features, capacity[2] = {0, 0};
    if (!(u->start = mem_array(n + 1, sizeof *u->start, "split", e)) ||
        !(u->fold = mem_array(n, sizeof *u->fold, "split", e)) ||
        !(u->total = mem_array(features, sizeof *u->total, "split", e)) ||
        !(b->count = mem_array(features, sizeof *b->count, "split", e)) ||
        !(b->touched = mem_array(features, sizeof *b->touched, "split", e)))
        return -1;
    for (int i = 0; i < u->n; i++)
        if (fill_unit(b, i, capacity, e))
            return -1;
    return 0;
}

static void share_out(struct split_units *u, double val)
{
    int left = u->samples;
    for (int f = 0; f < u->folds; f++) {
        u->share[f] = val > 0 ? f ? 1 - val : val : 1.0 / u->folds;
        u->capacity[f] = u->samples / u->folds + (f < u->samples % u->folds);
    }
    if (val <= 0)
        return;
    int first = (int)lrint(val * left);
    u->capacity[0] = first < 1 ? 1 : first > left - 1 ? left - 1 : first;
    u->capacity[1] = left - u->capacity[0];
}

struct split_units *split_units_new(const struct split_plan *p, const struct labels *labels, int n,
                                    int k, bool pairs, struct err *e)
{
    struct split_units *u = xcalloc(1, sizeof *u);
    struct building b = {.u = u, .labels = labels, .k = k, .pairs = pairs};
    u->samples = n;
    u->folds = p->folds;
    share_out(u, p->val);
    u->unit = mem_array((size_t)n, sizeof *u->unit, "groups", e);
    int failed = !u->unit || number_units(u, p->group, e) || number_features(&b, e) ||
                 list_members(&b, e) || fill_units(&b, e);
    free(b.number);
    free(b.first);
    free(b.member);
    free(b.count);
    free(b.touched);
    if (!failed)
        return u;
    split_units_free(u);
    return NULL;
}

void split_units_free(struct split_units *u)
{
    if (!u)
        return;
    free(u->unit);
    free(u->size);
    free(u->start);
    free(u->feature);
    free(u->times);
    free(u->total);
    free(u->fold);
    free(u);
}

static int most_room(const struct split_units *u, const int *size)
{
    int best = 0;
    for (int f = 1; f < u->folds; f++)
        if (u->capacity[f] - size[f] > u->capacity[best] - size[best])
            best = f;
    return best;
}

static void deal_of_size(struct split_units *u, const int *order, int wanted, int *size)
{
    for (int i = 0; i < u->n; i++) {
        int unit = order[i];
        if (u->size[unit] != wanted)
            continue;
        u->fold[unit] = most_room(u, size);
        size[u->fold[unit]] += wanted;
    }
}

int split_units_random(struct split_units *u, struct rng *rng, struct err *e)
{
    int size[SPLIT_FOLDS_MAX] = {0}, largest = 0;
    int *order = mem_array((size_t)u->n, sizeof *order, "split order", e);
    bool *there = mem_array((size_t)u->samples + 1, sizeof *there, "split order", e);
    for (int i = 0; order && there && i < u->n; i++) {
        order[i] = i;
        there[u->size[i]] = true;
        largest = u->size[i] > largest ? u->size[i] : largest;
    }
    if (order && there)
        rng_shuffle(rng, order, u->n);
    for (int wanted = largest; wanted > 0; wanted--)
        if (there[wanted])
            deal_of_size(u, order, wanted, size);
    int failed = !order || !there;
    free(order);
    free(there);
    return failed ? -1 : 0;
}
