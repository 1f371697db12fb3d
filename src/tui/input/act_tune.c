/* The Tune tab: which lists are shown, which method o and O apply, sets loaded and compared. */
#include "act_tune.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "act.h"
#include "act_table.h"

bool act_tune_ready(struct app_model *b)
{
    if (b->cuts.k == 0)
        app_model_say(b, INK_WARN, "no scores yet: the validation of the first epoch brings them");
    return b->cuts.k > 0;
}

/* The list takes the focus; a second time it gives it back. */
/* The cursor of the methods begins at the one in force, so that O changes nothing unasked. */
static void to_chosen_method(struct app_model *b)
{
    const struct held_out_estimate *t = tune_view_estimates(&b->tune, b->scores_taken);
    const struct held_out_estimate_method *m = t ? tune_view_method(t, b->tune.method) : NULL;
    if (m)
        b->tune.method_row = (int)(m - t->methods);
}

static void show_list(struct app_model *b, int pane, const char *argument)
{
    (void)argument;
    if (pane == PANE_METHODS)
        to_chosen_method(b);
    app_model_show_tab(b, TAB_TUNE);
    b->focus = b->focus == (enum pane)pane ? PANE_CLASSES : (enum pane)pane;
    b->zoomed = false;
}

static void log_scores(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->tune.log_counts = !b->tune.log_counts;
    app_model_say(b, INK_DIM, "counts of scores: %s",
                  b->tune.log_counts ? "logarithmic" : "linear");
}

const double *act_tune_cuts(struct app_model *b)
{
    const struct held_out_estimate *t = tune_view_estimates(&b->tune, b->scores_taken);
    const struct held_out_estimate_method *m = tune_view_method(t, b->tune.method);
    if (strcmp(b->tune.method, "exact") == 0)
        return b->cuts.best;
    if (!m)
        app_model_say(b, INK_WARN, "%s is still being estimated on the newest scores",
                      b->tune.method);
    return m ? m->cuts : NULL;
}

void act_tune_all(struct app_model *b)
{
    const double *cuts = act_tune_cuts(b);
    if (cuts)
        app_model_say(b, INK_TEXT, "%d cuts moved to %s", cuts_move_all(&b->cuts, cuts),
                      strcmp(b->tune.method, "exact") == 0 ? "their best" : b->tune.method);
}

static void choose(struct app_model *b, const char *name)
{
    snprintf(b->tune.method, sizeof b->tune.method, "%s", name);
}

static void method_by(struct app_model *b, int rows, const char *argument)
{
    (void)argument;
    const struct held_out_estimate *t = tune_view_estimates(&b->tune, b->scores_taken);
    int last = t ? t->methods_n - 1 : 0, row = b->tune.method_row + rows;
    b->tune.method_row = row > last ? last : row < 0 ? 0 : row;
}

static bool choose_row(struct app_model *b)
{
    const struct held_out_estimate *t = tune_view_estimates(&b->tune, b->scores_taken);
    if (!act_tune_ready(b) || !t || b->tune.method_row >= t->methods_n)
        return false;
    choose(b, t->methods[b->tune.method_row].name);
    return true;
}

static void method_all(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (choose_row(b))
        act_tune_all(b);
}

static void method_one(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (choose_row(b))
        act_do(b, ACTION_BEST, "");
}

static void method_named(struct app_model *b, int value, const char *argument)
{
    (void)value;
    const struct held_out_estimate *t = tune_view_estimates(&b->tune, b->scores_taken);
    const struct held_out_estimate_method *m = tune_view_method(t, argument);
    if (!m && strcmp(argument, "exact") != 0) {
        app_model_say(b, INK_WARN,
                      t ? "method \"%s\": m lists the methods"
                        : "method \"%s\": the "
                          "methods are still being estimated",
                      argument);
        return;
    }
    choose(b, argument);
    if (m)
        b->tune.method_row = (int)(m - t->methods);
    app_model_say(b, INK_TEXT, "o and O apply %s", argument);
}

static void set_by(struct app_model *b, int rows, const char *argument)
{
    (void)argument;
    int last = tune_view_sets_n(&b->tune) - 1, row = b->tune.set_row + rows;
    b->tune.set_row = row > last ? last : row;
    if (b->tune.set_row < 0)
        b->tune.set_row = 0;
}

void act_tune_apply(struct app_model *b, const struct threshold_set *set, const char *what)
{
    if (!act_tune_ready(b))
        return;
    if (set->k != b->cuts.k) {
        app_model_say(b, INK_WARN, "%s has %d classes, these scores have %d", what, set->k,
                      b->cuts.k);
        return;
    }
    int locked = 0, moved = cuts_move_all(&b->cuts, set->cuts);
    for (int i = 0; i < b->cuts.k; i++)
        locked += b->cuts.locked[i] && b->cuts.now[i] != set->cuts[i];
    cuts_name(&b->cuts, set->name, set->cuts);
    b->cuts.edited = locked > 0;
    if (locked)
        app_model_say(b, INK_TEXT, "%s: %d cuts moved, %d locked ones stay", what, moved, locked);
    else
        app_model_say(b, INK_TEXT, "%s: %d cuts moved", what, moved);
}

static void apply_row(struct app_model *b)
{
    char what[CUTS_NAME_MAX + 8];
    const struct threshold_set *set = &b->tune.sets->set[b->tune.set_row];
    snprintf(what, sizeof what, "set %s", set->name);
    act_tune_apply(b, set, what);
}

static void set_load(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (tune_view_sets_n(&b->tune) > 0)
        apply_row(b);
}

/* The set is under the cursor of the list then. */
static bool find_set(struct app_model *b, const char *name)
{
    int at = tune_view_set_named(&b->tune, name);
    if (at >= 0)
        b->tune.set_row = at;
    else if (!b->tune.sets)
        app_model_say(b, INK_WARN, "the sets of this run were not read yet: again in a moment");
    else
        app_model_say(b, INK_WARN, "set \"%s\": there is none of that name; n lists them", name);
    return at >= 0;
}

static void set_named(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (find_set(b, argument))
        apply_row(b);
}

static void compare(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (!find_set(b, argument))
        return;
    app_model_show_tab(b, TAB_TUNE);
    b->focus = PANE_SETS;
}

static void import(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (!act_tune_ready(b))
        return;
    if (*argument)
        app_model_wish(b, WISH_IMPORT, argument);
    else
        prompt_ask(&b->prompt, ACTION_IMPORT, "read cuts from file: ", "thresholds.json");
}

const struct act_handler act_tune_table[] = {
    {ACTION_METHODS, show_list, PANE_METHODS},
    {ACTION_SETS, show_list, PANE_SETS},
    {ACTION_LOG_SCORES, log_scores, 0},
    {ACTION_METHOD, method_named, 0},
    {ACTION_METHOD_DOWN, method_by, 1},
    {ACTION_METHOD_UP, method_by, -1},
    {ACTION_METHOD_ALL, method_all, 0},
    {ACTION_METHOD_ONE, method_one, 0},
    {ACTION_SET, set_named, 0},
    {ACTION_SET_DOWN, set_by, 1},
    {ACTION_SET_UP, set_by, -1},
    {ACTION_SET_LOAD, set_load, 0},
    {ACTION_COMPARE, compare, 0},
    {ACTION_IMPORT, import, 0},
    {ACTION_NONE, NULL, 0},
};
