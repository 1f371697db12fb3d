/* Answers kept until a newer one comes. */
#include "tune_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void tune_view_init(struct tune_view *v)
{
    *v = (struct tune_view){.log_counts = true};
    tune_view_configure(v, "exact");
}

void tune_view_configure(struct tune_view *v, const char *method)
{
    snprintf(v->method, sizeof v->method, "%s", method);
    snprintf(v->configured, sizeof v->configured, "%s", method);
}

void tune_view_fini(struct tune_view *v)
{
    free(v->estimates);
    free(v->sets);
    free(v->rivals);
    *v = (struct tune_view){0};
}

void tune_view_forget(struct tune_view *v)
{
    free(v->estimates);
    free(v->sets);
    v->estimates = NULL;
    v->sets = NULL;
    v->set_row = 0;
}

const struct held_out_estimate *tune_view_estimates(const struct tune_view *v, uint64_t question)
{
    const struct held_out_estimate *t = v->estimates;
    return t && t->error.code == ERR_NONE && t->question == question ? t : NULL;
}

void tune_view_take_estimates(struct tune_view *v, struct held_out_estimate *fresh)
{
    bool given_up = fresh->error.code == ERR_CANCELLED;
    if (given_up || (v->estimates && v->estimates->question > fresh->question)) {
        free(fresh);
        return;
    }
    free(v->estimates);
    v->estimates = fresh;
}

const struct held_out_estimate_method *tune_view_method(const struct held_out_estimate *t,
                                                        const char *name)
{
    for (int i = 0; t && i < t->methods_n; i++)
        if (strcmp(t->methods[i].name, name) == 0)
            return &t->methods[i];
    return NULL;
}

void tune_view_take_sets(struct tune_view *v, struct run_query_sets *sets)
{
    free(v->sets);
    v->sets = sets;
    if (v->set_row >= sets->n)
        v->set_row = sets->n > 0 ? sets->n - 1 : 0;
}

int tune_view_sets_n(const struct tune_view *v)
{
    return v->sets ? v->sets->n : 0;
}

int tune_view_set_named(const struct tune_view *v, const char *name)
{
    for (int i = 0; i < tune_view_sets_n(v); i++)
        if (strcmp(v->sets->set[i].name, name) == 0)
            return i;
    return -1;
}

static const struct threshold_set *rival(const struct tune_view *v, const struct cuts *cuts)
{
    if (v->set_row < 0 || v->set_row >= tune_view_sets_n(v))
        return NULL;
    const struct threshold_set *set = &v->sets->set[v->set_row];
    return cuts->k > 0 && set->k == cuts->k ? set : NULL;
}

/* Is it the contest of that set with the cuts? */
static bool asked(const struct tune_view *v, const struct threshold_set *set,
                  const struct cuts *cuts, uint64_t scores)
{
    size_t size = (size_t)cuts->k * sizeof cuts->now[0];
    return v->contest.question && v->contest.scores == scores &&
           !memcmp(v->contest.set, set->cuts, size) && !memcmp(v->contest.now, cuts->now, size);
}

bool tune_view_new_contest(struct tune_view *v, const struct cuts *cuts, uint64_t scores)
{
    const struct threshold_set *set = rival(v, cuts);
    if (!set || asked(v, set, cuts, scores))
        return false;
    v->contest.question++;
    v->contest.scores = scores;
    memcpy(v->contest.set, set->cuts, sizeof v->contest.set);
    memcpy(v->contest.now, cuts->now, sizeof v->contest.now);
    return true;
}

void tune_view_take_rivals(struct tune_view *v, struct threshold_comparison *fresh)
{
    if (fresh->question != v->contest.question) {
        free(fresh);
        return;
    }
    free(v->rivals);
    v->rivals = fresh;
}

const struct threshold_comparison *tune_view_rivals(const struct tune_view *v,
                                                    const struct cuts *cuts, uint64_t scores)
{
    const struct threshold_set *set = rival(v, cuts);
    bool there = set && v->rivals && v->rivals->question == v->contest.question;
    return there && asked(v, set, cuts, scores) ? v->rivals : NULL;
}

void tune_view_keep_set(struct tune_view *v, const struct threshold_set *set)
{
    int n = tune_view_sets_n(v), old = tune_view_set_named(v, set->name);
    struct run_query_sets *sets = xcalloc(1, sizeof *sets + (size_t)(n + 1) * sizeof sets->set[0]);
    sets->set[sets->n++] = *set;
    for (int i = 0; i < n; i++)
        if (i != old)
            sets->set[sets->n++] = v->sets->set[i];
    tune_view_take_sets(v, sets);
}
