/* The cuts and their edits. All arithmetic on scores is the metric floor's; a move costs one table
 * look-up for its class and one mean over the classes, so a slider shows its macro F1 in the frame
 * in which it moves. */
#include "cuts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/float32.h"
#include "base/log.h"
#include "base/mem.h"

void cuts_init(struct cuts *c)
{
    *c = (struct cuts){.macro = NAN};
    snprintf(c->name, sizeof c->name, "current");
}

void cuts_fini(struct cuts *c)
{
    threshold_table_free(c->table);
    free(c->edits);
    *c = (struct cuts){0};
}

static void measure(struct cuts *c, int class)
{
    c->at[class] = threshold_at(c->table, class, c->now[class]);
    double sum = 0;
    for (int i = 0; i < c->k; i++)
        sum += c->at[i].f1;
    c->macro = sum / c->k;
}

static void measure_all(struct cuts *c)
{
    for (int i = 0; i < c->k; i++)
        measure(c, i);
}

bool cuts_touched(const struct cuts *c, int class)
{
    if (c->locked[class])
        return true;
    for (int i = 0; i < c->position; i++)
        if (c->edits[i].class_index == class)
            return true;
    return false;
}

/* Cuts that only follow the scores are not worth keeping: a stored set is preferred by predictions,
 * and theirs would be of an old epoch. */
static bool is_by_hand(const struct cuts *c)
{
    bool any = c->edits_n > 0;
    for (int i = 0; i < c->k; i++)
        any |= c->locked[i];
    return any;
}

/* What the change in the F1 pane is measured against. */
static void keep_before(struct cuts *c, const struct threshold_table *fresh, int k, int epoch)
{
    bool follows = c->k == k && c->epoch > 0 && epoch > c->epoch;
    c->before_epoch = follows ? c->epoch : 0;
    for (int i = 0; i < k; i++)
        c->before_f1[i] = follows ? c->at[i].f1 : threshold_at(fresh, i, 0.5).f1;
}

int cuts_take_scores(struct cuts *c, const struct scores *s, int epoch, struct err *e)
{
    struct threshold_table *fresh = threshold_table_new(s, e);
    if (!fresh)
        return -1;
    bool first = c->k != s->k;
    keep_before(c, fresh, s->k, epoch);
    threshold_table_free(c->table);
    c->table = fresh;
    c->k = s->k;
    c->n = s->n;
    c->epoch = epoch;
    for (int i = 0; i < c->k; i++) {
        c->best[i] = threshold_best(fresh, i, &c->best_f1[i]);
        if (first || !cuts_touched(c, i))
            c->now[i] = c->best[i];
    }
    snprintf(c->follows, sizeof c->follows, "exact");
    measure_all(c);
    c->changed = is_by_hand(c);
    return 0;
}

void cuts_follow(struct cuts *c, const double *to, const char *method)
{
    for (int i = 0; i < c->k; i++)
        if (!cuts_touched(c, i))
            c->now[i] = float32_round(to[i]);
    snprintf(c->follows, sizeof c->follows, "%s", method);
    measure_all(c);
    c->changed |= is_by_hand(c); /* the store has the set with others */
}

static int copy_edits(struct cuts *c, const struct threshold_edit *edits, int n, struct err *e)
{
    if (mem_grow(&c->edits, &c->edits_capacity, (size_t)n, sizeof *c->edits, "threshold edits", e))
        return -1;
    c->edits_n = 0;
    for (int i = 0; i < n; i++)
        if (edits[i].class_index >= 0 && edits[i].class_index < c->k)
            c->edits[c->edits_n++] = edits[i];
    return 0;
}

int cuts_restore(struct cuts *c, const struct threshold_set *set,
                 const struct threshold_edit *edits, int n, struct err *e)
{
    if (set->k != c->k)
        return 0; /* of another class list: the best cuts stay */
    if (copy_edits(c, edits, n, e))
        return -1;
    c->position = threshold_edit_position(c->edits, c->edits_n, set->cuts);
    c->stored = c->edits_n;
    for (int i = 0; i < c->k; i++) {
        c->locked[i] = set->locked[i];
        if (cuts_touched(c, i) || set->epoch >= c->epoch)
            c->now[i] = float32_round(set->cuts[i]);
    }
    measure_all(c);
    c->changed = false;
    return 0;
}

bool cuts_replace(struct cuts *c, const struct threshold_set *set,
                  const struct threshold_edit *edits, int n)
{
    double now[LABELS_MAX];
    bool locked[LABELS_MAX];
    struct err e;
    memcpy(now, c->now, sizeof now);
    memcpy(locked, c->locked, sizeof locked);
    c->slides = false;
    if (cuts_restore(c, set, edits, n, &e))
        log_error("%s", e.text);
    return memcmp(now, c->now, sizeof now) || memcmp(locked, c->locked, sizeof locked);
}

static int last_number(const struct cuts *c)
{
    return c->position ? (int)c->edits[c->position - 1].number : -1;
}

static bool add_edit(struct cuts *c, int class, double before, double after)
{
    int number = last_number(c) + (c->step_open ? 1 : 2);
    size_t need = (size_t)c->position + 1;
    struct err e;
    if (mem_grow(&c->edits, &c->edits_capacity, need, sizeof *c->edits, "threshold edits", &e))
        return false;
    c->edits[c->position++] = (struct threshold_edit){number, class, before, after};
    c->edits_n = c->position;
    if (c->stored >= c->position)
        c->stored = c->position - 1;
    return true;
}

bool cuts_move(struct cuts *c, int class, double cut)
{
    if (class < 0 || class >= c->k || c->locked[class] || isnan(cut))
        return false;
    cut = float32_round(fmin(fmax(cut, 0), 1));
    if (cut == c->now[class] || !add_edit(c, class, c->now[class], cut))
        return false;
    c->now[class] = cut;
    measure(c, class);
    c->changed = c->edited = c->unstored = true;
    c->slides = false;
    return true;
}

static void slide_on(struct cuts *c, struct threshold_edit *edit, double cut)
{
    edit->after = cut;
    if (c->stored >= c->position)
        c->stored = c->position - 1;
    if (edit->after == edit->before)
        c->edits_n = --c->position;
    c->slides = edit->after != edit->before;
    c->now[edit->class_index] = cut;
    measure(c, edit->class_index);
    c->changed = c->edited = c->unstored = true;
}

bool cuts_slide(struct cuts *c, int class, double cut, bool begin)
{
    struct threshold_edit *last = c->position ? &c->edits[c->position - 1] : NULL;
    bool goes_on = !begin && c->slides && last && last->class_index == class;
    if (!goes_on)
        return c->slides = cuts_move(c, class, cut);
    cut = float32_round(fmin(fmax(cut, 0), 1));
    if (cut == c->now[class])
        return false;
    slide_on(c, last, cut);
    return true;
}

int cuts_move_all(struct cuts *c, const double *to)
{
    int moved = 0;
    for (int i = 0; i < c->k; i++)
        if (cuts_move(c, i, to[i])) {
            moved++;
            c->step_open = true;
        }
    c->step_open = false;
    return moved;
}

static void put_back(struct cuts *c, int class, double cut)
{
    c->now[class] = cut;
    measure(c, class);
    c->changed = c->edited = c->unstored = true;
    c->slides = false;
}

static bool same_step(const struct cuts *c, int earlier)
{
    return c->edits[earlier + 1].number == c->edits[earlier].number + 1;
}

int cuts_undo(struct cuts *c)
{
    if (c->position == 0)
        return -1;
    do {
        const struct threshold_edit *edit = &c->edits[--c->position];
        put_back(c, edit->class_index, edit->before);
    } while (c->position > 0 && same_step(c, c->position - 1));
    return c->edits[c->position].class_index;
}

int cuts_redo(struct cuts *c)
{
    if (c->position == c->edits_n)
        return -1;
    int first = c->edits[c->position].class_index;
    do {
        const struct threshold_edit *edit = &c->edits[c->position++];
        put_back(c, edit->class_index, edit->after);
    } while (c->position < c->edits_n && same_step(c, c->position - 1));
    return first;
}

int cuts_undo_depth(const struct cuts *c)
{
    int steps = 0;
    for (int i = 0; i < c->position; i++)
        steps += i == 0 || !same_step(c, i - 1);
    return steps;
}

void cuts_toggle_lock(struct cuts *c, int class)
{
    if (class < 0 || class >= c->k)
        return;
    c->locked[class] = !c->locked[class];
    c->changed = c->edited = c->unstored = true;
}

void cuts_name(struct cuts *c, const char *name, const double *thresholds)
{
    snprintf(c->name, sizeof c->name, "%s", name);
    c->named_k = c->k;
    for (int i = 0; i < c->k; i++)
        c->named[i] = float32_round(thresholds[i]);
    c->edited = false;
}

bool cuts_differ_from_set(const struct cuts *c)
{
    bool differ = c->edited;
    for (int i = 0; i < c->named_k && i < c->k; i++)
        differ |= c->now[i] != c->named[i];
    return differ;
}

double cuts_gain(const struct cuts *c, int class)
{
    return c->best_f1[class] - c->at[class].f1;
}

struct threshold_set cuts_set(const struct cuts *c, const char *name)
{
    struct threshold_set set = {.epoch = c->epoch, .k = c->k, .macro_f1 = c->macro};
    snprintf(set.name, sizeof set.name, "%s", name);
    snprintf(set.method, sizeof set.method, "%s", c->position > 0 ? "hand" : c->follows);
    set.held_out_f1 = set.held_out_std = NAN;
    set.saved_ms = clock_unix_ms();
    memcpy(set.cuts, c->now, sizeof set.cuts);
    memcpy(set.locked, c->locked, sizeof set.locked);
    return set;
}

struct threshold_set *cuts_by_hand(struct cuts *c, struct threshold_set *out)
{
    if (!is_by_hand(c))
        return NULL;
    c->changed = true; /* so that hpa predict finds what was predicted with */
    *out = cuts_set(c, "current");
    return out;
}
