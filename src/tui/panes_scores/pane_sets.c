/* The named sets of the run, and the one under the cursor against the cuts as they stand: F1 of
 * each class on the newest scores at both, the largest differences first. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "draw/number_format.h"
#include "pane/pane.h"

enum { SIDE_BY_SIDE = 60, LIST_ROWS = 5, DIFFERENCE_END = 20, METHOD_LEAST = 30 };
enum { VERDICT_ROWS = 3, CHANCE_CELLS = 36 };
static const double SAME = 0.0005; /* differences that would print as .000 */

struct difference {
    int n, order[LABELS_MAX]; /* classes whose F1 differs, the largest difference first */
    double f1[LABELS_MAX];    /* at the set's cuts */
    double macro;
    int better, worse; /* classes for which the cuts as they stand are better, worse */
};

static double gain(const struct app_model *b, const struct difference *d, int class)
{
    return b->cuts.at[class].f1 - d->f1[class];
}

static void insert(const struct app_model *b, struct difference *d, int class)
{
    int at = d->n++;
    for (; at > 0 && fabs(gain(b, d, d->order[at - 1])) < fabs(gain(b, d, class)); at--)
        d->order[at] = d->order[at - 1];
    d->order[at] = class;
}

static struct difference difference_of(const struct app_model *b, const struct threshold_set *set)
{
    struct difference d = {0};
    for (int class = 0; class < b->cuts.k; class ++) {
        d.f1[class] = threshold_at(b->cuts.table, class, set->cuts[class]).f1;
        d.macro += d.f1[class] / b->cuts.k;
        double more = gain(b, &d, class);
        d.better += more > SAME;
        d.worse += more < -SAME;
        if (fabs(more) > SAME)
            insert(b, &d, class);
    }
    return d;
}

static void title(const struct app_model *b, struct pane_title *t)
{
    if (tune_view_sets_n(&b->tune) > 0)
        pane_title_add(t, INK_DIM, " %d of this %s ", tune_view_sets_n(&b->tune),
                       b->table[0] ? "table" : "run");
}

static void draw_set(const struct app_model *b, struct canvas *c, struct rect row, int i,
                     bool focused)
{
    char text[NUMBER_FORMAT_MAX], name[CUTS_NAME_MAX * 4];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    const struct threshold_set *set = &b->tune.sets->set[i];
    int figures = row.w >= METHOD_LEAST ? 16 : row.w >= 16 ? 7 : 0;
    text_safe(set->name, name, sizeof name);
    if (i == b->tune.set_row)
        canvas_put(c, row.x, row.y, INK_FOCUS, g->mark);
    canvas_text_cut(c, row.x + 2, row.y, row.w - 3 - figures, INK_TEXT, g, name);
    if (figures > 7)
        canvas_text_cut(c, row.x + row.w - 15, row.y, 8, INK_DIM, g, set->method);
    if (figures)
        canvas_text_right(c, row.x + row.w - 1, row.y, INK_SCORE,
                          number_format_fraction(set->macro_f1, 4, text));
    if (i == b->tune.set_row)
        canvas_paper(c, row, focused ? PAPER_CURSOR : PAPER_ROW);
}

static struct rect list_of(const struct app_model *b, struct rect in)
{
    bool wide = in.w >= SIDE_BY_SIDE;
    int rows = tune_view_sets_n(&b->tune) < LIST_ROWS ? tune_view_sets_n(&b->tune) : LIST_ROWS;
    return (struct rect){in.x, in.y, wide ? in.w * 2 / 5 : in.w, wide ? in.h : rows};
}

static int first_row(const struct app_model *b, struct rect list)
{
    return b->tune.set_row >= list.h ? b->tune.set_row - list.h + 1 : 0;
}

static void draw_list(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    int first = first_row(b, in);
    for (int i = 0; i < in.h && first + i < tune_view_sets_n(&b->tune); i++)
        draw_set(b, c, (struct rect){in.x, in.y + i, in.w, 1}, first + i, focused);
}

static enum ink ink_of(double change)
{
    return change > 0 ? INK_GOOD : INK_BAD;
}

/* "90% +.0031 to +.0190": of bootstraps of the samples; where no change is among them, that may be
 * all there is. */
static void draw_range(const struct app_model *b, struct canvas *c, struct rect row)
{
    char low[NUMBER_FORMAT_MAX], high[NUMBER_FORMAT_MAX];
    const struct threshold_comparison *r = tune_view_rivals(&b->tune, &b->cuts, b->scores_taken);
    if (!r || r->error.code == ERR_CANCELLED) {
        canvas_text(c, row.x, row.y, INK_DIM, "90% of bootstraps: drawing");
        return;
    }
    if (r->error.code != ERR_NONE) {
        canvas_text_cut(c, row.x, row.y, row.w, INK_WARN, glyphs_set(b->glyphs), r->error.text);
        return;
    }
    bool sure = r->macro.low > 0 || r->macro.high < 0;
    int x = row.x;
    x += canvas_text(c, x, row.y, INK_DIM, "90% ");
    x += canvas_print(c, x, row.y, sure ? ink_of(r->macro.low) : INK_TEXT, "%s to %s",
                      number_format_change(r->macro.low, 4, low),
                      number_format_change(r->macro.high, 4, high));
    if (!sure)
        canvas_text(c, x, row.y, INK_DIM, row.w >= CHANCE_CELLS ? "  may be chance" : "  chance?");
}

/* "now .5312 - v3 .5190 = +.0122", its range, and how many classes win. */
static void draw_verdict(const struct app_model *b, const struct difference *d, struct canvas *c,
                         struct rect row)
{
    char now[NUMBER_FORMAT_MAX], then[NUMBER_FORMAT_MAX], change[NUMBER_FORMAT_MAX];
    double more = b->cuts.macro - d->macro;
    int x = row.x;
    x += canvas_print(c, x, row.y, INK_TEXT, "now %s  set %s  ",
                      number_format_fraction(b->cuts.macro, 4, now),
                      number_format_fraction(d->macro, 4, then));
    canvas_text(c, x, row.y, fabs(more) < 0.00005 ? INK_DIM : ink_of(more),
                number_format_change(more, 4, change));
    draw_range(b, c, (struct rect){row.x, row.y + 1, row.w, 1});
    x = row.x;
    x += canvas_print(c, x, row.y + 2, INK_GOOD, "%d better", d->better) + 2;
    x += canvas_print(c, x, row.y + 2, INK_BAD, "%d worse", d->worse) + 2;
    canvas_print(c, x, row.y + 2, INK_DIM, "%d the same", b->cuts.k - d->better - d->worse);
}

static void draw_class(const struct app_model *b, const struct difference *d, struct canvas *c,
                       struct rect row, int class)
{
    char text[NUMBER_FORMAT_MAX], name[48];
    int x = row.x + row.w - DIFFERENCE_END;
    canvas_print(c, row.x, row.y, INK_DIM, "%2d", class);
    canvas_text_cut(c, row.x + 3, row.y, x - row.x - 3, INK_TEXT, glyphs_set(b->glyphs),
                    app_model_class_name(b, class, name));
    canvas_text_right(c, x + 6, row.y, INK_SCORE, number_format_share(b->cuts.at[class].f1, text));
    canvas_text_right(c, x + 12, row.y, INK_TEXT, number_format_share(d->f1[class], text));
    double more = gain(b, d, class);
    canvas_text_right(c, x + 19, row.y, ink_of(more), number_format_change(more, 3, text));
}

static void draw_difference(const struct app_model *b, struct canvas *c, struct rect in)
{
    const struct threshold_set *set = &b->tune.sets->set[b->tune.set_row];
    if (set->k != b->cuts.k || in.h < VERDICT_ROWS) {
        pane_message(c, in, INK_DIM, "of another list of classes", NULL);
        return;
    }
    struct difference d = difference_of(b, set);
    draw_verdict(b, &d, c, in);
    int x = in.x + in.w - DIFFERENCE_END;
    int heads = in.y + VERDICT_ROWS;
    canvas_text_right(c, x + 6, heads, INK_DIM, "now");
    canvas_text_right(c, x + 12, heads, INK_DIM, "set");
    canvas_text_right(c, x + 19, heads, INK_DIM, "change");
    for (int i = 0; i < d.n && heads + 1 + i < in.y + in.h; i++)
        draw_class(b, &d, c, (struct rect){in.x, heads + 1 + i, in.w, 1}, d.order[i]);
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    if (!b->tune.sets || b->tune.sets->error.code != ERR_NONE || b->tune.sets->n == 0) {
        bool known = b->tune.sets != NULL;
        pane_message(c, in, INK_DIM, known ? "no named sets yet" : "no sets read",
                     "w saves the cuts under a name; :import FILE reads some.");
        return;
    }
    bool wide = in.w >= SIDE_BY_SIDE;
    struct rect list = list_of(b, in);
    struct rect rest =
        wide ? (struct rect){in.x + list.w + 1, in.y, in.w - list.w - 1, in.h}
             : (struct rect){in.x + 1, in.y + list.h + 1, in.w - 1, in.h - list.h - 1};
    draw_list(b, c, list, focused);
    if (b->cuts.k > 0)
        draw_difference(b, c, rest);
}

/* A press takes the cursor to its set, the wheel moves it. */
static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    struct rect list = list_of(b, in);
    int row = first_row(b, list) + y - list.y;
    bool listed = y >= list.y && y < list.y + list.h && x < list.x + list.w;
    return pane_hit_row(listed && row < tune_view_sets_n(&b->tune) ? row : -1);
}

const struct pane_ops pane_sets_ops = {"Sets", SCOPE_SETS, LIST_NONE, title, NULL, draw, hit};
