/* By class: how many samples each class misses, wrongly takes and rightly takes at the present
 * cuts. The cursor stands on one of the counts: Enter lists those samples. */
#include <stdio.h>
#include <string.h>

#include "draw/bars.h"
#include "draw/number_format.h"
#include "pane/pane.h"
#include "pane/pane_errors.h"

enum { COUNTS = 3, F1 = 5, BAR_LEAST = 6 };

static const struct {
    const char *name;
    enum errors_show column;
    enum ink ink;
} counts[COUNTS] = {{"FN", ERRORS_MISSED, INK_BAD},
                    {"FP", ERRORS_ADDED, INK_TRAIN},
                    {"TP", ERRORS_RIGHT, INK_GOOD}};

struct columns {
    int digits;             /* cells of a count and the blank before it */
    int name, n, count, f1; /* cells of the name; where the numbers end */
    int bar, cells;         /* 0 cells: no bar */
};

static int digits_of(const struct app_model *b)
{
    int digits = 4;
    char text[NUMBER_FORMAT_MAX];
    for (int c = 0; c < b->cuts.k; c++) {
        const struct threshold_counts *at = &b->cuts.at[c];
        int most = at->support > at->fp ? at->support : at->fp;
        int cells = (int)strlen(number_format_count(most, text)) + 1;
        digits = cells > digits ? cells : digits;
    }
    return digits;
}

static struct columns columns_of(const struct app_model *b, struct rect in)
{
    int digits = digits_of(b), fixed = PANE_ROW_FIXED + digits * (COUNTS + 1) + F1;
    int rest = in.w - fixed, name = pane_name_cells(b, rest, 9);
    struct columns w = {.digits = digits, .cells = rest - name - 1};
    if (w.cells < BAR_LEAST)
        w.cells = 0;
    w.name = w.cells ? name : rest;
    w.n = in.x + PANE_ROW_FIXED + w.name + w.digits - 1;
    w.count = w.n + w.digits;
    w.f1 = w.n + w.digits * COUNTS + F1;
    w.bar = w.f1 + 1;
    return w;
}

static void title(const struct app_model *b, struct pane_title *t)
{
    char text[NUMBER_FORMAT_MAX];
    if (!errors_view_ready(b))
        return;
    pane_title_add(t, INK_DIM, " sort %s ", app_model_sort_name(b->sort));
    pane_title_add(t, INK_SCORE, " macro F1 %s ", number_format_fraction(b->cuts.macro, 4, text));
}

static void draw_heading(const struct app_model *b, struct canvas *c, const struct columns *w,
                         int x, int y)
{
    canvas_text_right(c, x + 3, y, INK_DIM, "#");
    canvas_text_cut(c, x + 4, y, w->name, INK_DIM, glyphs_set(b->glyphs), "class");
    canvas_text_right(c, w->n, y, INK_DIM, "n");
    for (int i = 0; i < COUNTS; i++)
        canvas_text_right(c, w->count + w->digits * i, y,
                          b->errors.column == counts[i].column ? INK_FOCUS : INK_DIM,
                          counts[i].name);
    canvas_text_right(c, w->f1, y, INK_DIM, "F1");
    if (w->cells)
        canvas_text_cut(c, w->bar, y, w->cells, INK_DIM, glyphs_set(b->glyphs), "found of n");
}

static void draw_counts(const struct app_model *b, struct canvas *c, const struct columns *w, int y,
                        int class, bool focused)
{
    char text[NUMBER_FORMAT_MAX];
    const struct threshold_counts *at = &b->cuts.at[class];
    canvas_text_right(c, w->n, y, INK_DIM, number_format_count(at->support, text));
    for (int i = 0; i < COUNTS; i++) {
        int n = errors_view_count(b, counts[i].column, class), end = w->count + w->digits * i;
        int cells =
            canvas_text_right(c, end, y, n ? counts[i].ink : INK_DIM, number_format_count(n, text));
        if (focused && class == b->selected && counts[i].column == b->errors.column)
            canvas_attr(c, (struct rect){end - cells, y, cells, 1}, ATTR_REVERSE);
    }
    canvas_text_right(c, w->f1, y, INK_SCORE, number_format_share(at->f1, text));
    if (w->cells)
        bars_draw(c, w->bar, y, w->cells, at->support ? (double)at->tp / at->support : 0, INK_GOOD,
                  glyphs_set(b->glyphs));
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    if (!pane_errors_ready(b, c, in))
        return;
    struct columns w = columns_of(b, in);
    struct rect rows = pane_rows(&pane_class_errors_ops, in);
    int first = app_model_first_row(b, rows.h);
    draw_heading(b, c, &w, in.x, in.y);
    for (int i = 0; i < rows.h && first + i < b->shown; i++) {
        struct rect row = {in.x, rows.y + i, in.w, 1};
        int class = b->order[first + i];
        pane_row_begin(b, c, row, class, w.name);
        if (class < b->cuts.k)
            draw_counts(b, c, &w, row.y, class, focused);
        pane_row_end(b, c, row, class, focused);
    }
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    struct columns w = columns_of(b, in);
    (void)y;
    for (int i = 0; i < COUNTS; i++)
        if (x < w.count + w.digits * i && x >= w.count + w.digits * (i - 1))
            return pane_hit_row((int)counts[i].column);
    return pane_hit_none();
}

const struct pane_ops pane_class_errors_ops = {
    "By class", SCOPE_CLASS_ERRORS, LIST_HEADED, title, NULL, draw, hit};
