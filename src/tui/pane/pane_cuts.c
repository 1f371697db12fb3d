/* Thresholds: the cut of every class, its slider, what the best cut would gain, locks. Macro F1 in
 * the title is that of the sliders as they stand; the cross-validated estimate beside it says what
 * to expect on new data. */
#include "pane_cuts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "draw/number_format.h"
#include "draw/slider.h"
#include "pane.h"
#include "score_axis.h"

enum {
    FIXED = PANE_ROW_FIXED + 11, /* cut, blanks, gain, lock */
    F1 = 5,
    WORD = sizeof "set " - 1,
    LONG = sizeof " macro F1  " - 1,
    SHORT = sizeof " mF1  " - 1
};

/* Macro F1 always; the set's name as long as there is room, and in any case when it is told from
 * "current": then with fewer words around it, at last shortened. */
static void title(const struct app_model *b, struct pane_title *t)
{
    char text[NUMBER_FORMAT_MAX], set[CUTS_NAME_MAX + 16];
    const struct cuts *c = &b->cuts;
    if (c->k == 0)
        return;
    number_format_fraction(c->macro, 4, text);
    snprintf(set, sizeof set, "set %s%s", c->name, cuts_differ_from_set(c) ? "*" : "");
    int room = t->end - t->x - text_width(text), width = text_width(set) + 2;
    bool named = strcmp(c->name, "current") != 0;
    bool whole = width + LONG <= room, brief = named && width - WORD + LONG > room;
    if (whole || named)
        pane_title_cut(t, room - (brief ? SHORT : LONG),
                       cuts_differ_from_set(c) ? INK_WARN : INK_DIM, set + (whole ? 0 : WORD));
    pane_title_add(t, INK_SCORE | ATTR_BOLD, brief ? " mF1 %s " : " macro F1 %s ", text);
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    char text[NUMBER_FORMAT_MAX], spread[NUMBER_FORMAT_MAX] = "";
    const char *method;
    double std, mean = app_model_held_out(b, &std, &method);
    if (b->cuts.k == 0 || !isfinite(mean))
        return;
    if (isfinite(std))
        number_format_fraction(std, 3, spread);
    pane_title_add(t, INK_DIM, " held-out %s%s%s %s ", number_format_fraction(mean, 3, text),
                   *spread ? glyphs_set(b->glyphs)->plus_minus : "", spread, method);
}

struct pane_cuts_columns pane_cuts_columns(const struct app_model *b, int width, bool f1,
                                           int parts_of_9)
{
    int fixed = FIXED + (f1 ? F1 : 0);
    struct pane_cuts_columns w = {.name = pane_name_cells(b, width - fixed, parts_of_9)};
    w.cut = PANE_ROW_FIXED + w.name + 4;
    w.slider = w.cut + 1;
    w.cells = width - fixed - w.name;
    w.f1 = f1 ? w.slider + w.cells + F1 : 0;
    return w;
}

void pane_cuts_row(const struct app_model *b, struct canvas *c, struct rect row, int class,
                   const struct pane_cuts_columns *w)
{
    char text[NUMBER_FORMAT_MAX];
    const struct cuts *cuts = &b->cuts;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    pane_row_begin(b, c, row, class, w->name);
    if (class >= cuts->k)
        return;
    double gain = cuts_gain(cuts, class);
    canvas_text_right(c, row.x + w->cut, row.y, cuts_touched(cuts, class) ? INK_TEXT : INK_DIM,
                      number_format_share(cuts->now[class], text));
    slider_draw(c, row.x + w->slider, row.y, w->cells,
                (struct slider){cuts->now[class], cuts->best[class], cuts->locked[class]}, g);
    if (w->f1)
        canvas_text_right(c, row.x + w->f1, row.y, INK_SCORE,
                          number_format_share(cuts->at[class].f1, text));
    if (gain >= 0.005)
        canvas_text_right(c, row.x + row.w - 1, row.y, INK_GOOD,
                          number_format_share_change(gain, text));
    if (cuts->locked[class])
        canvas_put(c, row.x + row.w - 1, row.y, INK_WARN, g->lock);
}

void pane_cuts_list(const struct app_model *b, struct canvas *c, struct rect in,
                    const struct pane_cuts_columns *w, bool focused)
{
    int first = app_model_first_row(b, in.h);
    for (int i = 0; i < in.h && first + i < b->shown; i++) {
        struct rect row = {in.x, in.y + i, in.w, 1};
        pane_cuts_row(b, c, row, b->order[first + i], w);
        pane_row_end(b, c, row, b->order[first + i], focused);
    }
}

/* A press on the rail takes the knob there; dragging carries it along, whatever the row below. */
struct pane_hit pane_cuts_hit(const struct app_model *b, struct rect in,
                              const struct pane_cuts_columns *w, int x, int y)
{
    struct pane_hit hit = pane_hit_none();
    int cell = x - (in.x + w->slider), row = y - in.y;
    hit.on_axis = row >= 0 && row < in.h && app_model_first_row(b, in.h) + row < b->shown &&
                  cell >= 0 && cell < w->cells;
    hit.value = slider_value(cell, w->cells);
    return hit;
}

void pane_cuts_nothing(const struct app_model *b, struct canvas *c, struct rect in)
{
    pane_message(c, in, INK_DIM, "no scores yet",
                 app_model_at_work(b) ? "Sliders appear after the first epoch's validation."
                                      : "t starts a training; the sliders appear after its first "
                                        "epoch.");
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    struct pane_cuts_columns w = pane_cuts_columns(b, in.w, false, 4);
    if (b->cuts.k == 0)
        pane_cuts_nothing(b, c, in);
    else
        pane_cuts_list(b, c, in, &w, focused);
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    struct pane_cuts_columns w = pane_cuts_columns(b, in.w, false, 4);
    return pane_cuts_hit(b, in, &w, x, y);
}

const struct pane_ops pane_cuts_ops = {"Thresholds", SCOPE_CUTS, LIST_PLAIN, title,
                                       foot,         draw,       hit};
