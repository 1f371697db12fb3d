/* Thresholds: the cut of every class, its slider, what the best cut would gain, locks. Macro F1 in
 * the title is that of the sliders as they stand; the cross-validated estimate beside it says what
 * to expect on new data. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "figures.h"
#include "pane.h"
#include "slider.h"

enum {
    FIXED = PANE_ROW_FIXED + 11, /* cut, blanks, gain, lock */
    WORD = sizeof "set " - 1,
    LONG = sizeof " macro F1  " - 1,
    SHORT = sizeof " mF1  " - 1
};

/* Macro F1 always; the set's name as long as there is room, and in any case when it is told from
 * "current": then with fewer words around it, at last shortened. */
static void title(const struct board *b, struct pane_title *t)
{
    char text[FIGURES_MAX], set[CUTS_NAME_MAX + 16];
    const struct cuts *c = &b->cuts;
    if (c->k == 0)
        return;
    figures_fraction(c->macro, 4, text);
    snprintf(set, sizeof set, "set %s%s", c->name, c->edited ? "*" : "");
    int room = t->end - t->x - text_width(text), width = text_width(set) + 2;
    bool named = strcmp(c->name, "current") != 0;
    bool whole = width + LONG <= room, brief = named && width - WORD + LONG > room;
    if (whole || named)
        pane_title_cut(t, room - (brief ? SHORT : LONG), c->edited ? INK_WARN : INK_DIM,
                       set + (whole ? 0 : WORD));
    pane_title_add(t, INK_SCORE | ATTR_BOLD, brief ? " mF1 %s " : " macro F1 %s ", text);
}

static void foot(const struct board *b, struct pane_title *t)
{
    char text[FIGURES_MAX], spread[FIGURES_MAX] = "";
    if (b->cuts.k == 0 || !isfinite(b->held_out) || b->held_out_epoch != b->cuts.epoch)
        return;
    if (isfinite(b->held_out_std))
        figures_fraction(b->held_out_std, 3, spread);
    pane_title_add(t, INK_DIM, " held-out %s%s%s ", figures_fraction(b->held_out, 3, text),
                   *spread ? glyphs_set(b->glyphs)->plus_minus : "", spread);
}

static void draw_row(const struct board *b, struct canvas *c, struct rect row, int class, int name)
{
    char text[FIGURES_MAX];
    const struct cuts *cuts = &b->cuts;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    int x = pane_row_begin(b, c, row, class, name), slider = row.w - FIXED - name;
    if (class >= cuts->k)
        return;
    double gain = cuts_gain(cuts, class);
    canvas_text_right(c, x + 4, row.y, cuts_touched(cuts, class) ? INK_TEXT : INK_DIM,
                      figures_share(cuts->now[class], text));
    slider_draw(c, x + 5, row.y, slider,
                (struct slider){cuts->now[class], cuts->best[class], cuts->locked[class]}, g);
    if (gain >= 0.005)
        canvas_text_right(c, row.x + row.w - 1, row.y, INK_GOOD, figures_share_change(gain, text));
    if (cuts->locked[class])
        canvas_put(c, row.x + row.w - 1, row.y, INK_WARN, g->lock);
}

static void draw(const struct board *b, struct canvas *c, struct rect in, bool focused)
{
    if (b->cuts.k == 0) {
        pane_message(c, in, INK_DIM, "no scores yet",
                     board_busy(b) ? "Sliders appear after the first epoch's validation."
                                   : "t starts a training; the sliders appear after its first "
                                     "epoch.");
        return;
    }
    int name = pane_name_cells(b, in.w - FIXED, 4);
    int first = board_first_row(b, in.h);
    for (int i = 0; i < in.h && first + i < b->shown; i++) {
        struct rect row = {in.x, in.y + i, in.w, 1};
        draw_row(b, c, row, b->order[first + i], name);
        pane_row_end(b, c, row, b->order[first + i], focused);
    }
}

/* A press on the rail takes the knob there; dragging carries it along, whatever the row below. */
static void mouse(struct board *b, struct rect in, struct mouse m)
{
    int name = pane_name_cells(b, in.w - FIXED, 4), cells = in.w - FIXED - name;
    int cell = m.x - (in.x + PANE_ROW_FIXED + name + 5), row = m.y - in.y;
    bool on_rail = row >= 0 && row < in.h && board_first_row(b, in.h) + row < b->shown &&
                   cell >= 0 && cell < cells;
    if (m.kind == MOUSE_RELEASE || b->cuts.k == 0 || b->selected >= b->cuts.k)
        b->sliding = false;
    else if (m.kind == MOUSE_PRESS)
        b->sliding = on_rail;
    if (b->sliding && b->cuts.locked[b->selected])
        board_say_locked(b);
    else if (b->sliding && (m.kind == MOUSE_PRESS || m.kind == MOUSE_DRAG))
        cuts_slide(&b->cuts, b->selected, slider_value(cell, cells), m.kind == MOUSE_PRESS);
}

const struct pane_ops pane_cuts_ops = {"Thresholds", SCOPE_CUTS, true, title, foot, draw, mouse};
