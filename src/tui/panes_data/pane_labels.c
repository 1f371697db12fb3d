/* Label distribution: samples of each class in the training and the validation part, as numbers and
 * as one bar, its validation part drawn first in another ink and glyph. Before a split: all
 * samples. */
#include <string.h>

#include "base/text.h"
#include "draw/bars.h"
#include "draw/number_format.h"
#include "pane/pane.h"

static bool split(const struct run_query_labels *l)
{
    return l->train_samples + l->val_samples > 0;
}

static bool ready(const struct app_model *b)
{
    return b->labels && b->labels->error.code == ERR_NONE;
}

enum { PARTS_CELLS = 13 }; /* " train + val ": all of it, or nothing */

static void title(const struct app_model *b, struct pane_title *t)
{
    if (!ready(b))
        return;
    if (split(b->labels) && t->end - t->x < PARTS_CELLS)
        return;
    if (split(b->labels)) {
        pane_title_add(t, INK_TRAIN, " train");
        pane_title_add(t, INK_DIM, " + ");
        pane_title_add(t, INK_VAL, "val ");
    } else {
        pane_title_add(t, INK_TRAIN, " all ");
    }
    pane_title_add(t, INK_DIM, b->log_counts ? " log " : " linear ");
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    if (ready(b))
        pane_title_add(t, INK_DIM, " %d samples ", b->labels->samples);
}

static int largest(const int *counts, int k)
{
    int most = 1;
    for (int i = 0; i < k; i++)
        if (counts[i] > most)
            most = counts[i];
    return most;
}

struct columns {
    int name, first, second, bar; /* cells, each count with a blank behind */
    int most;                     /* samples of the largest class */
};

/* Wide enough for the largest count, so that numbers of any class stand below each other. */
static int count_cells(const int *counts, int k)
{
    char text[NUMBER_FORMAT_MAX];
    int width = text_width(number_format_count(largest(counts, k), text));
    return width < 4 ? 4 : width;
}

static struct columns columns_of(const struct app_model *b, int width)
{
    const struct run_query_labels *l = b->labels;
    struct columns w = {.most = largest(l->count, l->k)};
    w.first = count_cells(split(l) ? l->train : l->count, l->k) + 1;
    w.second = split(l) ? count_cells(l->val, l->k) + 1 : 0;
    int rest = width - PANE_ROW_FIXED - w.first - w.second;
    w.name = pane_name_cells(b, rest, 6);
    w.bar = rest - w.name;
    return w;
}

static void draw_row(const struct app_model *b, struct canvas *c, struct rect row, int class,
                     const struct columns *w)
{
    char text[NUMBER_FORMAT_MAX];
    const struct run_query_labels *l = b->labels;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    int x = pane_row_begin(b, c, row, class, w->name);
    int second = x + w->first, bar = second + w->second;
    double whole = bars_share(l->count[class], w->most, b->log_counts);
    if (!split(l)) {
        canvas_text_right(c, second - 1, row.y, INK_TRAIN,
                          number_format_count(l->count[class], text));
        bars_draw(c, bar, row.y, w->bar, whole, INK_TRAIN, g);
        return;
    }
    canvas_text_right(c, second - 1, row.y, INK_TRAIN, number_format_count(l->train[class], text));
    canvas_text_right(c, bar - 1, row.y, INK_VAL, number_format_count(l->val[class], text));
    bars_draw_parts(c, bar, row.y, w->bar, whole, INK_TRAIN,
                    bars_share(l->val[class], w->most, b->log_counts), INK_VAL,
                    strcmp(b->tier, "mono") == 0 ? g->shade : g->second, g);
}

/* Returns the rows it takes. */
static int draw_no_split(const struct app_model *b, struct canvas *c, struct rect in)
{
    const char *text = b->labels->split_error.text;
    int rows = pane_wrap(NULL, in, in.y, INK_WARN, text);
    if (rows >= in.h)
        return 0;
    pane_wrap(c, in, in.y + in.h - rows, INK_WARN, text);
    return rows;
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    if (!b->labels) {
        pane_message(c, in, INK_DIM, "reading the table", NULL);
        return;
    }
    if (!ready(b)) {
        bool missing = b->labels->error.code == ERR_NOINPUT;
        pane_message(c, in, INK_WARN, b->labels->error.text,
                     missing ? "Start hpa in a data folder, or say -s data.train_csv=FILE. "
                               "hpa synth DIR makes a demo set."
                             : NULL);
        return;
    }
    if (b->labels->split_error.code !=
        ERR_NONE) /* below the list, whose rows stay where they were */
        in.h -= draw_no_split(b, c, in);
    struct columns w = columns_of(b, in.w);
    int first = app_model_first_row(b, in.h);
    for (int i = 0; i < in.h && first + i < b->shown; i++) {
        struct rect row = {in.x, in.y + i, in.w, 1};
        draw_row(b, c, row, b->order[first + i], &w);
        pane_row_end(b, c, row, b->order[first + i], focused);
    }
}

const struct pane_ops pane_labels_ops = {
    "Label distribution", SCOPE_LABELS, true, title, foot, draw, NULL};
