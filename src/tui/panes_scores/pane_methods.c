/* The tune methods side by side: macro F1 on the scores their cuts were chosen on, and what is to
 * be expected on others. First the cuts as they stand, which have no estimate of their own. */
#include <math.h>
#include <string.h>

#include "draw/number_format.h"
#include "draw/slider.h"
#include "pane/pane.h"
#include "pane/pane_cuts.h"

enum { ABOVE = 2 /* heading, cuts as they stand */ };
enum { IN_SAMPLE_END = 21, HELD_OUT = 23, RAIL = 36, RAIL_LEAST = 10 };

static const struct held_out_estimate *estimates_of(const struct app_model *b)
{
    return tune_view_estimates(&b->tune, b->scores_taken);
}

static void title(const struct app_model *b, struct pane_title *t)
{
    if (b->cuts.k == 0)
        return;
    pane_title_add(t, INK_DIM, " o applies %s ", b->tune.method);
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    const struct held_out_estimate *e = estimates_of(b);
    if (b->cuts.k && (!e || !e->whole))
        pane_title_add(t, INK_DIM, " estimating ");
}

/* Where both figures of all methods lie. */
struct range {
    double low, high;
};

static struct range range_of(const struct held_out_estimate *t)
{
    struct range r = {1, 0};
    for (int i = 0; i < t->methods_n; i++) {
        r.low = fmin(r.low, fmin(t->methods[i].in_sample, t->methods[i].held_out));
        r.high = fmax(r.high, fmax(t->methods[i].in_sample, t->methods[i].held_out));
    }
    return r;
}

static double best_held_out(const struct held_out_estimate *t)
{
    double best = -1;
    for (int i = 0; i < t->methods_n; i++)
        best = fmax(best, t->methods[i].held_out);
    return best;
}

static void draw_heading(struct canvas *c, struct rect row)
{
    canvas_text(c, row.x + 4, row.y, INK_DIM, "method");
    canvas_text_right(c, row.x + IN_SAMPLE_END, row.y, INK_DIM, "in-sample");
    canvas_text(c, row.x + HELD_OUT, row.y, INK_DIM, "held-out");
}

static void draw_held_out(const struct app_model *b, struct canvas *c, struct rect row,
                          const struct held_out_estimate_method *m, unsigned style)
{
    char text[NUMBER_FORMAT_MAX];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    int x = row.x + HELD_OUT;
    if (!isfinite(m->held_out)) {
        canvas_text(c, x, row.y, INK_DIM, "estimating");
        return;
    }
    x += canvas_text(c, x, row.y, style, number_format_fraction(m->held_out, 4, text));
    x += canvas_text(c, x, row.y, INK_DIM, g->plus_minus);
    canvas_text(c, x, row.y, INK_DIM, number_format_fraction(m->held_out_std, 3, text));
}

/* The two figures on a rail that all methods share: how far in-sample flatters. */
static void draw_rail(const struct app_model *b, struct canvas *c, struct rect row,
                      const struct held_out_estimate_method *m, struct range r)
{
    const struct glyph_set *g = glyphs_set(b->glyphs);
    int x = row.x + RAIL, cells = row.w - RAIL - 1;
    if (cells < RAIL_LEAST || !(r.high > r.low))
        return;
    canvas_fill(c, (struct rect){x, row.y, cells, 1}, INK_TRACK, g->track);
    canvas_put(c, x + slider_cell((m->in_sample - r.low) / (r.high - r.low), cells), row.y, INK_DIM,
               g->best);
    if (isfinite(m->held_out))
        canvas_put(c, x + slider_cell((m->held_out - r.low) / (r.high - r.low), cells), row.y,
                   INK_SCORE, g->point_score);
}

static void draw_method(const struct app_model *b, struct canvas *c, struct rect row,
                        const struct held_out_estimate_method *m, bool at, bool best)
{
    char text[NUMBER_FORMAT_MAX];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    bool chosen = strcmp(m->name, b->tune.method) == 0;
    if (at)
        canvas_put(c, row.x, row.y, INK_FOCUS, g->mark);
    if (chosen)
        canvas_put(c, row.x + 2, row.y, INK_KNOB, g->now);
    canvas_text(c, row.x + 4, row.y, chosen ? INK_FOCUS : INK_TEXT, m->name);
    canvas_text_right(c, row.x + IN_SAMPLE_END, row.y, INK_TEXT,
                      number_format_fraction(m->in_sample, 4, text));
    if (best)
        canvas_put(c, row.x + HELD_OUT - 1, row.y, INK_GOOD, '+');
    draw_held_out(b, c, row, m, best ? INK_GOOD | ATTR_BOLD : INK_TEXT);
}

static void draw_now(const struct app_model *b, struct canvas *c, struct rect row)
{
    char text[NUMBER_FORMAT_MAX];
    canvas_text(c, row.x + 4, row.y, INK_DIM, "now");
    canvas_text_right(c, row.x + IN_SAMPLE_END, row.y, INK_SCORE,
                      number_format_fraction(b->cuts.macro, 4, text));
}

static int first_row(const struct app_model *b, struct rect in)
{
    int rows = in.h - ABOVE;
    return b->tune.method_row >= rows ? b->tune.method_row - rows + 1 : 0;
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct held_out_estimate *t = estimates_of(b);
    const struct err *failed = b->tune.estimates ? &b->tune.estimates->error : NULL;
    if (b->cuts.k == 0) {
        pane_cuts_nothing(b, c, in);
        return;
    }
    if (!t) {
        bool error = failed && failed->code != ERR_NONE;
        pane_message(c, in, error ? INK_WARN : INK_DIM, error ? failed->text : "estimating", NULL);
        return;
    }
    struct rect row = {in.x, in.y, in.w, 1};
    int first = first_row(b, in);
    draw_heading(c, row);
    row.y++;
    draw_now(b, c, row);
    for (int i = first; i < t->methods_n; i++) {
        const struct held_out_estimate_method *m = &t->methods[i];
        row.y++;
        draw_method(b, c, row, m, i == b->tune.method_row, m->held_out >= best_held_out(t));
        draw_rail(b, c, row, m, range_of(t));
        if (i == b->tune.method_row)
            canvas_paper(c, row, focused ? PAPER_CURSOR : PAPER_ROW);
    }
}

/* A press takes the cursor to its method, the wheel moves it. */
static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    const struct held_out_estimate *t = estimates_of(b);
    int row = first_row(b, in) + y - in.y - ABOVE;
    (void)x;
    return pane_hit_row(t && y >= in.y + ABOVE && row < t->methods_n ? row : -1);
}

const struct pane_ops pane_methods_ops = {"Methods", SCOPE_METHODS, LIST_NONE, title,
                                          foot,      draw,          hit};
