/* How good each way of dealing the samples is: a line for each method, the configured one marked.
 * Smaller is better in every column. */
#include <stdio.h>
#include <string.h>

#include "draw/number_format.h"
#include "job/current_split.h"
#include "pane/pane.h"
#include "pane/pane_data.h"

/* Columns from the right, the least important first. */
struct column {
    const char *name;
    int cells; /* a blank before included */
};
static const struct column columns[] = {{"LD", 7},   {"LPD", 7}, {"pairs", 6},
                                        {"gone", 5}, {"ED", 6},  {"s", 6}};
enum { COLUMNS = sizeof columns / sizeof *columns, METHOD_CELLS = 11, FOOT_SPLIT = 60 };

static int columns_that_fit(int width)
{
    int n = 0;
    for (width -= METHOD_CELLS; n < COLUMNS && width >= columns[n].cells; n++)
        width -= columns[n].cells;
    return n;
}

static void value_text(const struct dataset_query_splits *s, int row, int column,
                       char out[NUMBER_FORMAT_MAX])
{
    const struct split_quality *q = &s->rows[row].quality;
    if (column == 0)
        number_format_fraction(q->ld, 4, out);
    else if (column == 1)
        number_format_fraction(q->lpd, 4, out);
    else if (column == 2)
        snprintf(out, NUMBER_FORMAT_MAX, "%.0f%%", q->pairs_missing_percent);
    else if (column == 3)
        snprintf(out, NUMBER_FORMAT_MAX, "%d", q->classes_missing);
    else if (column == 4)
        snprintf(out, NUMBER_FORMAT_MAX, "%.1f", q->ed);
    else
        snprintf(out, NUMBER_FORMAT_MAX, "%.1f", s->rows[row].seconds);
}

/* What is gone from a fold stands out where anything is. */
static enum ink ink_of(const struct split_quality *q, int column)
{
    bool gone =
        (column == 2 && q->pairs_missing_percent > 0) || (column == 3 && q->classes_missing > 0);
    return gone ? INK_BAD : column >= 4 ? INK_DIM : INK_SCORE;
}

static void draw_row(const struct app_model *b, struct canvas *c, struct rect r, int row, int n)
{
    char text[NUMBER_FORMAT_MAX];
    const struct dataset_query_splits *s = b->data.splits;
    bool configured = strcmp(s->rows[row].method, s->configured) == 0;
    if (configured)
        canvas_put(c, r.x, r.y, INK_FOCUS, glyphs_set(b->glyphs)->mark);
    canvas_text(c, r.x + 1, r.y, configured ? INK_FOCUS : INK_TEXT, s->rows[row].method);
    int end = r.x + METHOD_CELLS;
    for (int i = 0; i < n; i++) {
        end += columns[i].cells;
        value_text(s, row, i, text);
        canvas_text_right(c, end, r.y, ink_of(&s->rows[row].quality, i), text);
    }
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct dataset_query_splits *s = b->data.splits;
    (void)focused;
    if (!pane_data_ready(b, c, in))
        return;
    if (!s) {
        pane_message(c, in, INK_DIM, "dealing the samples by every method", NULL);
        return;
    }
    if (s->error.code != ERR_NONE) {
        pane_message(c, in, INK_WARN, s->error.text, NULL);
        return;
    }
    int n = columns_that_fit(in.w), end = in.x + METHOD_CELLS;
    for (int i = 0; i < n; i++)
        canvas_text_right(c, end += columns[i].cells, in.y, INK_DIM, columns[i].name);
    for (int i = 0; i < s->n; i++)
        draw_row(b, c, (struct rect){in.x, in.y + 1 + i, in.w, 1}, i, n);
}

static void title(const struct app_model *b, struct pane_title *t)
{
    if (b->data.splits && b->data.splits->folds)
        pane_title_add(t, INK_DIM, " %d folds, smaller is better ", b->data.splits->folds);
}

/* The split that trainings use, before what the columns mean. */
static void foot(const struct app_model *b, struct pane_title *t)
{
    const struct dataset_query_splits *s = b->data.splits;
    char current[CURRENT_SPLIT_TEXT] = "", text[CURRENT_SPLIT_TEXT + 16];
    if (b->labels && b->labels->has_split)
        current_split_text(&b->labels->split.split, current);
    else if (s)
        snprintf(current, sizeof current, "%s", s->current);
    snprintf(text, sizeof text, "current: %s", current);
    if (b->labels && b->labels->split_error.code != ERR_NONE)
        pane_title_add(t, INK_WARN, " current split does not fit the data ");
    else if (*current)
        pane_title_cut(t, FOOT_SPLIT, INK_FOCUS, text);
    if (s && !s->whole)
        pane_title_add(t, INK_DIM, " measuring ");
    else
        pane_title_add(t, INK_DIM, " pairs, classes gone from a fold ");
}

const struct pane_ops pane_splits_ops = {
    .name = "Split", .scope = SCOPE_SPLITS, .title = title, .foot = foot, .draw = draw};
