/* Per-class F1 on the validation scores at the cuts under the sliders, its change against the
 * epoch before (or against cut .5 when there was none), and where the best cut would bring it. */
#include <stdio.h>

#include "draw/bars.h"
#include "draw/number_format.h"
#include "pane/pane.h"

enum { WIDE = 66 }; /* from here on with precision, recall and positives */

static void title(const struct app_model *b, struct pane_title *t)
{
    char set[CUTS_NAME_MAX + 16];
    const struct cuts *c = &b->cuts;
    if (c->k == 0)
        return;
    snprintf(set, sizeof set, "val, at set %s%s", c->name, cuts_differ_from_set(c) ? "*" : "");
    pane_title_cut(t, t->end - t->x, INK_DIM, set);
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    const struct cuts *c = &b->cuts;
    if (c->k && c->before_epoch)
        pane_title_add(t, INK_DIM, " change since epoch %d ", c->before_epoch);
    else if (c->k)
        pane_title_add(t, INK_DIM, " change against cut .5 ");
}

static void draw_details(const struct threshold_counts *at, struct canvas *c, int x, int y)
{
    char text[NUMBER_FORMAT_MAX];
    canvas_text(c, x, y, INK_DIM, "P");
    canvas_text_right(c, x + 6, y, INK_TEXT, number_format_fraction(at->precision, 2, text));
    canvas_text(c, x + 7, y, INK_DIM, "R");
    canvas_text_right(c, x + 13, y, INK_TEXT, number_format_fraction(at->recall, 2, text));
    canvas_text(c, x + 14, y, INK_DIM, "n");
    canvas_text_right(c, x + 20, y, INK_TEXT, number_format_count(at->support, text));
}

static void draw_bar(const struct app_model *b, struct canvas *c, int x, int y, int cells,
                     int class)
{
    const struct glyph_set *g = glyphs_set(b->glyphs);
    double f1 = b->cuts.at[class].f1, best = b->cuts.best_f1[class];
    if (cells > 0 && best > f1)
        canvas_put(c, x + bars_cell(cells, best, g), y, INK_BEST, g->best);
    bars_draw(c, x, y, cells, f1, INK_SCORE, g);
}

static void draw_row(const struct app_model *b, struct canvas *c, struct rect row, int class,
                     int name)
{
    char text[NUMBER_FORMAT_MAX];
    int x = pane_row_begin(b, c, row, class, name), details = row.w >= WIDE ? 21 : 0;
    if (class >= b->cuts.k)
        return;
    const struct threshold_counts *at = &b->cuts.at[class];
    double change = at->f1 - b->cuts.before_f1[class];
    canvas_text_right(c, x + 4, row.y, INK_TEXT, number_format_share(at->f1, text));
    enum ink ink = change > 0.005 ? INK_GOOD : change < -0.005 ? INK_BAD : INK_DIM;
    canvas_text_right(c, x + 9, row.y, ink, number_format_share_change(change, text));
    draw_bar(b, c, x + 10, row.y, row.x + row.w - x - 10 - details, class);
    if (details)
        draw_details(at, c, row.x + row.w - details + 1, row.y);
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    if (b->cuts.k == 0) {
        pane_message(c, in, INK_DIM, "no scores yet",
                     app_model_at_work(b) ? "The validation of the first epoch brings them."
                                          : "t starts a training.");
        return;
    }
    int name = pane_name_cells(b, in.w - PANE_ROW_FIXED - 10 - (in.w >= WIDE ? 21 : 0), 6);
    int first = app_model_first_row(b, in.h);
    for (int i = 0; i < in.h && first + i < b->shown; i++) {
        struct rect row = {in.x, in.y + i, in.w, 1};
        draw_row(b, c, row, b->order[first + i], name);
        pane_row_end(b, c, row, b->order[first + i], focused);
    }
}

const struct pane_ops pane_f1_ops = {"Per-class F1", SCOPE_F1, true, title, foot, draw, NULL};
