/* Confusion: when a class (row) is missed, what is predicted instead (column), a cell for each
 * pair; the most frequent pairs as a list below, or alone where the table finds no room. */
#include <math.h>
#include <stdio.h>

#include "draw/number_format.h"
#include "pane/pane.h"
#include "pane/pane_errors.h"
#include "pane/pane_grid.h"

enum { LIST_LEAST = 3, COUNT = 4, SHARE = 6, ARROW = 2 };

/* The rows below the table, with a heading; the whole pane where the table does not fit. */
static struct rect list_of(const struct app_model *b, struct rect in)
{
    int below = in.h - pane_grid_height(b);
    if (!pane_grid_fits(b, in))
        return in;
    if (below < LIST_LEAST + 1)
        return (struct rect){0};
    return (struct rect){in.x, in.y + in.h - below, in.w, below};
}

bool pane_confusion_listed(const struct app_model *b, struct rect in)
{
    return list_of(b, in).h == in.h;
}

static int most_of(const struct errors_view *v)
{
    return v->pairs_n ? v->pairs[0].count : 1;
}

/* 1 to 4 between one sample and the most frequent pair. */
static int level_of(int n, int most)
{
    return n == 0 ? 0 : most <= 1 ? 4 : 1 + (int)lround(3 * log(n) / log(most));
}

/* On the diagonal what is missed and nothing is there instead. */
static struct pane_grid_pair pair(const struct app_model *b, int row, int column, int most)
{
    const struct confusion *x = &b->errors.confusion;
    bool alone = row == column;
    int n = alone ? x->alone[row] : x->instead[row][column];
    int level =
        alone || b->errors.share ? (int)ceil(4.0 * n / (x->missed[row] + 1e-9)) : level_of(n, most);
    return (struct pane_grid_pair){n, alone ? INK_DIM : INK_BAD, level > 4 ? 4 : level};
}

static void title(const struct app_model *b, struct pane_title *t)
{
    if (!errors_view_ready(b))
        return;
    pane_title_add(t, INK_DIM, " missed, and instead ");
    pane_title_add(t, INK_DIM, " %s ", b->errors.share ? "share" : "count");
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    char name[48], other[48], text[160];
    const struct confusion *x = &b->errors.confusion;
    if (!errors_view_ready(b) || b->selected >= x->k || b->data.other >= x->k)
        return;
    int of = x->missed[b->selected], n = x->instead[b->selected][b->data.other];
    app_model_class_name(b, b->selected, name);
    app_model_class_name(b, b->data.other, other);
    if (b->selected == b->data.other) {
        pane_title_add(t, INK_BAD, " %d", x->alone[b->selected]);
        snprintf(text, sizeof text, "of %d missed %s: nothing instead", of, name);
    } else {
        pane_title_add(t, INK_BAD, " %d", n);
        snprintf(text, sizeof text, "of %d missed %s: %s instead", of, name, other);
    }
    pane_title_cut(t, t->end - t->x, INK_DIM, text);
}

struct list_columns {
    int missed, arrow, instead, name; /* where they begin; cells of a name */
    int count, share;                 /* where the numbers end */
};

static struct list_columns list_columns(struct rect r)
{
    struct list_columns w = {.missed = r.x + 1};
    w.name = (r.w - 1 - ARROW - COUNT - SHARE - 1) / 2;
    w.arrow = w.missed + w.name;
    w.instead = w.arrow + ARROW;
    w.count = w.instead + w.name + COUNT;
    w.share = w.count + SHARE;
    return w;
}

static void draw_list_row(const struct app_model *b, struct canvas *c, const struct list_columns *w,
                          int y, const struct confusion_pair *p)
{
    char name[48], text[NUMBER_FORMAT_MAX];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    double share = (double)p->count / b->errors.confusion.missed[p->missed];
    canvas_text_cut(c, w->missed, y, w->name, INK_TEXT, g,
                    app_model_class_name(b, p->missed, name));
    canvas_put(c, w->arrow, y, INK_DIM, '>');
    canvas_text_cut(c, w->instead, y, w->name, INK_TRAIN, g,
                    app_model_class_name(b, p->added, name));
    canvas_text_right(c, w->count, y, INK_BAD, number_format_count(p->count, text));
    canvas_text_right(c, w->share, y, INK_DIM, number_format_share(share, text));
}

/* The first row of the list that is drawn: the selected pair is in sight. */
static int first_of(const struct app_model *b, struct rect list)
{
    int at = errors_view_pair(b), rows = list.h - 1;
    return at >= rows ? at - rows + 1 : 0;
}

static void draw_list(const struct app_model *b, struct canvas *c, struct rect r, bool focused)
{
    const struct errors_view *v = &b->errors;
    struct list_columns w = list_columns(r);
    int at = errors_view_pair(b), first = first_of(b, r);
    canvas_text_cut(c, w.missed, r.y, w.name, INK_DIM, glyphs_set(b->glyphs), "missed");
    canvas_text_cut(c, w.instead, r.y, w.name, INK_DIM, glyphs_set(b->glyphs), "instead");
    canvas_text_right(c, w.count, r.y, INK_DIM, "n");
    canvas_text_right(c, w.share, r.y, INK_DIM, "share");
    for (int i = 0; i < r.h - 1 && first + i < v->pairs_n; i++) {
        struct rect row = {r.x, r.y + 1 + i, r.w, 1};
        draw_list_row(b, c, &w, row.y, &v->pairs[first + i]);
        if (first + i != at)
            continue;
        canvas_put(c, r.x, row.y, INK_FOCUS, glyphs_set(b->glyphs)->mark);
        canvas_paper(c, row, focused ? PAPER_CURSOR : PAPER_ROW);
    }
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    if (!pane_errors_ready(b, c, in) || b->shown == 0)
        return;
    struct rect list = list_of(b, in);
    if (list.h == in.h && b->errors.pairs_n == 0) {
        pane_message(c, in, INK_DIM, "no class is taken for another", NULL);
        return;
    }
    if (list.h > 0 && b->errors.pairs_n > 0)
        draw_list(b, c, list, focused);
    if (list.h != in.h)
        pane_grid_draw(b, c, (struct rect){in.x, in.y, in.w, in.h - list.h}, focused, pair,
                       most_of(&b->errors));
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    struct rect list = list_of(b, in);
    if (!errors_view_ready(b))
        return pane_hit_none();
    if (list.h > 0 && y > list.y)
        return pane_hit_row(first_of(b, list) + y - list.y - 1);
    if (list.h == in.h)
        return pane_hit_none();
    return pane_grid_hit(b, (struct rect){in.x, in.y, in.w, in.h - list.h}, x, y);
}

const struct pane_ops pane_confusion_ops = {
    "Confusion", SCOPE_CONFUSION, LIST_NONE, title, foot, draw, hit};
