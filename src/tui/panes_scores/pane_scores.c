/* Scores of the selected class by truth, as two histograms from one base line: at each column the
 * smaller count stands in front. The rail below is the class's slider. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "draw/bars.h"
#include "draw/number_format.h"
#include "pane/pane.h"
#include "pane/pane_cuts.h"
#include "pane/score_axis.h"

struct bins {
    int n, most;      /* most: of any count, at least 1 */
    int *pos, *neg;   /* [n] */
    struct rect area; /* a column for each */
    bool logarithmic;
};

static void title(const struct app_model *b, struct pane_title *t)
{
    char name[48], text[80];
    if (b->cuts.k == 0 || b->selected >= b->cuts.k)
        return;
    const char *scale = b->tune.log_counts ? " log " : " linear ";
    snprintf(text, sizeof text, "%d %s", b->selected, app_model_class_name(b, b->selected, name));
    pane_title_cut(t, t->end - t->x - (b->tune.log_counts ? 5 : 8), INK_TEXT, text);
    pane_title_add(t, INK_DIM, "%s", scale);
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    char text[NUMBER_FORMAT_MAX], sign[8] = "";
    const struct glyph_set *g = glyphs_set(b->glyphs);
    if (b->cuts.k == 0 || b->selected >= b->cuts.k)
        return;
    const struct threshold_counts *at = &b->cuts.at[b->selected];
    sign[text_encode(g->rise[8], sign)] = '\0';
    pane_title_add(t, INK_NEG, " %s", sign);
    pane_title_add(t, INK_TEXT, " neg %s ", number_format_count(at->n - at->support, text));
    sign[text_encode(g->positive, sign)] = '\0';
    pane_title_add(t, INK_POS, " %s", sign);
    pane_title_add(t, INK_TEXT, " pos %s ", number_format_count(at->support, text));
}

/* Counts at or above the lower edge of a column; all above -1. */
static struct threshold_counts above(const struct app_model *b, int column, int columns)
{
    double edge = column <= 0 ? -1 : column >= columns ? 2 : (column - 0.5) / (columns - 1);
    return threshold_at(b->cuts.table, b->selected, edge);
}

static void fill(struct bins *h, const struct app_model *b)
{
    struct threshold_counts low = above(b, 0, h->n);
    for (int i = 0; i < h->n; i++) {
        struct threshold_counts high = above(b, i + 1, h->n);
        h->pos[i] = low.tp - high.tp;
        h->neg[i] = low.fp - high.fp;
        h->most = h->pos[i] > h->most ? h->pos[i] : h->most;
        h->most = h->neg[i] > h->most ? h->neg[i] : h->most;
        low = high;
    }
}

static double share_of(const struct bins *h, int count)
{
    return bars_share(count, h->most, h->logarithmic);
}

/* Whole cells: their glyph is a texture, to be told apart without colour. */
static void draw_positives(const struct bins *h, struct canvas *c, int i, const struct glyph_set *g)
{
    const struct rect *a = &h->area;
    int rows = (int)(share_of(h, h->pos[i]) * a->h + 0.5);
    rows = h->pos[i] > 0 && rows < 1 ? 1 : rows;
    canvas_fill(c, (struct rect){a->x + i, a->y + a->h - rows, 1, rows}, INK_POS, g->positive);
}

static void draw_column(const struct bins *h, struct canvas *c, int i, const struct glyph_set *g)
{
    const struct rect *a = &h->area;
    if (h->pos[i] > h->neg[i])
        draw_positives(h, c, i, g);
    bars_rise(c, a->x + i, a->y + a->h - 1, a->h, share_of(h, h->neg[i]), INK_NEG, g);
    if (h->pos[i] <= h->neg[i])
        draw_positives(h, c, i, g);
}

/* The value of the row that a bar of this count ends in, unless the one below has it: `*above`. */
static void draw_count(const struct bins *h, struct canvas *c, const struct glyph_set *g, int count,
                       int *above_row)
{
    char text[NUMBER_FORMAT_MAX];
    const struct rect *a = &h->area;
    int y = a->y + a->h - (int)(share_of(h, count) * a->h + 0.5);
    y = y > a->y + a->h - 1 ? a->y + a->h - 1 : y;
    if (y >= *above_row)
        return;
    canvas_text_right(c, a->x - 1, y, INK_DIM, number_format_count(count, text));
    canvas_put(c, a->x - 1, y, INK_BORDER, g->tick);
    *above_row = y;
}

/* Powers of ten, or half of the largest count and all of it. */
static void draw_counts(const struct bins *h, struct canvas *c, const struct glyph_set *g)
{
    const struct rect *a = &h->area;
    int row = a->y + a->h;
    canvas_fill(c, (struct rect){a->x - 1, a->y, 1, a->h}, INK_BORDER, g->axis);
    for (int count = 1; h->logarithmic && count <= h->most; count *= 10)
        draw_count(h, c, g, count, &row);
    if (!h->logarithmic) {
        draw_count(h, c, g, h->most / 2, &row);
        draw_count(h, c, g, h->most, &row);
    }
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    (void)focused;
    struct rect area = score_axis_area(in, 1);
    if (b->cuts.k == 0 || b->selected >= b->cuts.k) {
        pane_cuts_nothing(b, c, in);
        return;
    }
    if (area.w < 4 || area.h < 1)
        return;
    struct bins h = {.n = area.w, .most = 1, .area = area, .logarithmic = b->tune.log_counts};
    h.pos = xcalloc((size_t)h.n, 2 * sizeof *h.pos);
    h.neg = h.pos + h.n;
    fill(&h, b);
    score_axis_guide(b, c, area);
    for (int i = 0; i < h.n; i++)
        draw_column(&h, c, i, glyphs_set(b->glyphs));
    draw_counts(&h, c, glyphs_set(b->glyphs));
    score_axis_rail(b, c, area, in.y + in.h - 1);
    free(h.pos);
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    (void)b;
    return score_axis_hit(score_axis_area(in, 0), x, y);
}

const struct pane_ops pane_scores_ops = {"Scores", SCOPE_TUNED, LIST_NONE, title, foot, draw, hit};
