/* F1 of every class at the best epoch of each compared run, and what the second gains over the
 * first. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "draw/number_format.h"
#include "pane/pane.h"

enum { CELLS = 5 };

static int columns_of(const struct runs_query_study *s)
{
    return s->n + (s->n == 2);
}

static void title(const struct app_model *b, struct pane_title *t)
{
    const struct runs_query_study *s = runs_view_study(&b->runs);
    for (int i = 0; s && i < s->n; i++) {
        char text[NUMBER_FORMAT_MAX];
        pane_title_add(t, runs_view_style(i), " %c %s ", runs_view_letter(i),
                       number_format_fraction(s->side[i].macro_f1, 4, text));
    }
}

static void draw_row(const struct runs_query_study *s, struct canvas *c, int x, int y, int class)
{
    char text[NUMBER_FORMAT_MAX];
    for (int i = 0; i < s->n; i++, x += CELLS)
        canvas_text_right(c, x + CELLS - 1, y, runs_view_style(i),
                          number_format_share(s->side[i].f1[class], text));
    double gain = s->n == 2 ? s->side[1].f1[class] - s->side[0].f1[class] : NAN;
    if (s->n == 2 && isfinite(gain))
        canvas_text_right(c, x + CELLS - 1, y,
                          gain > 0.005    ? INK_GOOD
                          : gain < -0.005 ? INK_BAD
                                          : INK_DIM,
                          number_format_share_change(gain, text));
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct runs_query_study *s = runs_view_study(&b->runs);
    bool any = false;
    for (int i = 0; s && i < s->n; i++)
        any |= s->side[i].k > 0;
    if (!any || b->k == 0) {
        pane_message(c, in, INK_DIM, s ? "no epoch was validated yet" : "no run", NULL);
        return;
    }
    int cells = columns_of(s) * CELLS;
    int name = pane_name_cells(b, in.w - PANE_ROW_FIXED - cells, 9);
    int first = app_model_first_row(b, in.h);
    for (int i = 0; i < in.h && first + i < b->shown; i++) {
        struct rect row = {in.x, in.y + i, in.w, 1};
        int x = pane_row_begin(b, c, row, b->order[first + i], name);
        draw_row(s, c, x, row.y, b->order[first + i]);
        pane_row_end(b, c, row, b->order[first + i], focused);
    }
}

const struct pane_ops pane_f1_delta_ops = {"F1 by run", SCOPE_F1_DELTA, LIST_PLAIN, title,
                                           NULL,        draw,           NULL};
