/* The sliders: cuts moved by hand and by optimiser, locked, taken back, saved, written out. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "act_table.h"
#include "act_tune.h"
#include "base/text.h"

static bool have_scores(struct app_model *b)
{
    return act_tune_ready(b) && b->selected < b->cuts.k;
}

static void move_to(struct app_model *b, double cut)
{
    if (b->cuts.locked[b->selected])
        app_model_say_locked(b);
    else
        cuts_move(&b->cuts, b->selected, cut);
}

/* On a grid of .001, so that steps up and down end where they began. */
static void cut_by(struct app_model *b, int thousandths, const char *argument)
{
    (void)argument;
    if (have_scores(b))
        move_to(b, rint(b->cuts.now[b->selected] * 1000 + thousandths) / 1000);
}

static void cut_step(struct app_model *b, int direction, const char *argument)
{
    (void)argument;
    if (have_scores(b))
        move_to(b, threshold_step(b->cuts.table, b->selected, b->cuts.now[b->selected], direction));
}

static void cut_to(struct app_model *b, int value, const char *argument)
{
    (void)value;
    double cut;
    if (!text_real(argument, &cut) || cut < 0 || cut > 1)
        app_model_say(b, INK_WARN, "cut \"%s\": a number from 0 to 1 is needed", argument);
    else if (have_scores(b))
        move_to(b, cut);
}

static void best(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    const double *cuts = have_scores(b) ? act_tune_cuts(b) : NULL;
    if (cuts)
        move_to(b, cuts[b->selected]);
}

static void best_all(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (have_scores(b))
        act_tune_all(b);
}

static void lock(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (have_scores(b))
        cuts_toggle_lock(&b->cuts, b->selected);
}

static void undo(struct app_model *b, int back, const char *argument)
{
    (void)argument;
    int class = back ? cuts_undo(&b->cuts) : cuts_redo(&b->cuts);
    if (class < 0) {
        app_model_say(b, INK_TEXT, "nothing to %s", back ? "undo" : "redo");
        return;
    }
    char name[48];
    b->selected = class;
    if (app_model_row(b) >= 0)
        app_model_scroll(b, b->page);
    else
        app_model_say(b, INK_TEXT, "the cut of %s changed; the filter hides it (Esc clears)",
                      app_model_class_name(b, class, name));
}

static void save(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (!have_scores(b))
        return;
    if (!*argument)
        prompt_ask(&b->prompt, ACTION_SAVE, "save cuts as: ", "");
    else if (strlen(argument) >= CUTS_NAME_MAX)
        app_model_say(b, INK_WARN, "a name has at most %d bytes", CUTS_NAME_MAX - 1);
    else if (strcmp(argument, "current") == 0)
        app_model_say(b, INK_WARN, "\"current\" is what the sliders edit: take another name");
    else
        app_model_wish(b, WISH_SAVE, argument);
}

/* Where cuts are written unless told otherwise: here, or beside the table of scores. */
static const char *beside_table(const struct app_model *b, char out[PROMPT_MAX])
{
    const char *slash = strrchr(b->table, '/');
    int folder = slash ? (int)(slash - b->table) + 1 : 0;
    snprintf(out, PROMPT_MAX, "%.*sthresholds.json", folder, b->table);
    return out;
}

static void export(struct app_model *b, int value, const char *argument)
{
    (void)value;
    char place[PROMPT_MAX];
    if (!have_scores(b))
        return;
    if (*argument)
        app_model_wish(b, WISH_EXPORT, argument);
    else
        prompt_ask(&b->prompt, ACTION_EXPORT, "write cuts to file: ", beside_table(b, place));
}

const struct act_handler act_cuts_table[] = {
    {ACTION_CUT_DOWN, cut_by, -10},
    {ACTION_CUT_UP, cut_by, 10},
    {ACTION_CUT_FINE_DOWN, cut_by, -1},
    {ACTION_CUT_FINE_UP, cut_by, 1},
    {ACTION_CUT_PREVIOUS, cut_step, -1},
    {ACTION_CUT_NEXT, cut_step, 1},
    {ACTION_CUT, cut_to, 0},
    {ACTION_BEST, best, 0},
    {ACTION_BEST_ALL, best_all, 0},
    {ACTION_LOCK, lock, 0},
    {ACTION_UNDO, undo, 1},
    {ACTION_REDO, undo, 0},
    {ACTION_SAVE, save, 0},
    {ACTION_EXPORT, export, 0},
    {ACTION_NONE, NULL, 0},
};
