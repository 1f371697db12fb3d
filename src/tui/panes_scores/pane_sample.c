/* Sample: truth against prediction of the selected sample, class by class with probability and cut;
 * its marks below. */
#include <stdio.h>

#include "base/text.h"
#include "draw/bars.h"
#include "draw/number_format.h"
#include "pane/pane.h"
#include "pane/pane_errors.h"

enum { NUMBER = 5, SIGN = 2, BAR_LEAST = 6 };

static void title(const struct app_model *b, struct pane_title *t)
{
    char id[ERRORS_ID], text[NUMBER_FORMAT_MAX];
    const struct errors_view *v = &b->errors;
    if (!errors_view_ready(b) || v->rows_n == 0)
        return;
    int row = v->rows[v->at];
    pane_title_cut(t, t->end - t->x - 12, INK_TEXT, errors_view_id(v, row, id));
    pane_title_add(t, INK_DIM, "loss ");
    pane_title_add(t, INK_SCORE, "%s ", number_format_loss(v->loss[row], text));
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    static const char *const words[] = {"found", "missed", "wrong"};
    const struct errors_view *v = &b->errors;
    if (!errors_view_ready(b) || v->rows_n == 0)
        return;
    int row = v->rows[v->at], n[4] = {0};
    for (int c = 0; c < v->k; c++)
        n[pane_errors_verdict(v, row, c)]++;
    for (int i = VERDICT_RIGHT; i <= VERDICT_ADDED; i++) {
        enum pane_verdict verdict = (enum pane_verdict)i;
        pane_title_add(t, n[i] ? pane_errors_ink(verdict) : INK_DIM, " %c %d %s ",
                       pane_errors_sign(verdict), n[i], words[i]);
    }
}

struct columns {
    int name, bar, cells, p, cut;
};

static struct columns columns_of(const struct app_model *b, struct rect r)
{
    int rest = r.w - PANE_ROW_FIXED - SIGN - 2 * NUMBER;
    struct columns w = {.name = pane_name_cells(b, rest, 5)};
    if (rest - w.name < BAR_LEAST)
        w.name = rest > 0 ? rest : 0;
    w.cells = rest - w.name;
    w.bar = r.x + PANE_ROW_FIXED + w.name + SIGN;
    w.p = w.bar + w.cells + NUMBER;
    w.cut = w.p + NUMBER;
    return w;
}

/* The rail's mark is the cut: at or above it a class is predicted. */
static void draw_class(const struct app_model *b, struct canvas *c, struct rect row,
                       const struct columns *w, int class)
{
    char text[NUMBER_FORMAT_MAX];
    const struct errors_view *v = &b->errors;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    int sample = v->rows[v->at];
    double p = (double)b->scores->p[(size_t)sample * (size_t)v->k + (size_t) class];
    enum pane_verdict verdict = pane_errors_verdict(v, sample, class);
    enum ink ink = pane_errors_ink(verdict);
    int x = pane_row_begin(b, c, row, class, w->name);
    canvas_put(c, x, row.y, ink, (uint32_t)pane_errors_sign(verdict));
    if (w->cells >= BAR_LEAST) {
        canvas_fill(c, (struct rect){w->bar, row.y, w->cells, 1}, INK_TRACK, g->track);
        bars_draw(c, w->bar, row.y, w->cells, p, verdict == VERDICT_NONE ? INK_NEG : ink, g);
        canvas_put(c, w->bar + bars_cell(w->cells, v->cuts[class], g), row.y, INK_KNOB, g->best);
    }
    canvas_text_right(c, w->p, row.y, verdict == VERDICT_NONE ? INK_DIM : INK_TEXT,
                      number_format_share(p, text));
    canvas_text_right(c, w->cut, row.y, INK_DIM, number_format_share(v->cuts[class], text));
}

/* Rows that the marks take at the foot; `c` NULL: only count. */
static int draw_marks(const struct app_model *b, struct canvas *c, struct rect r)
{
    const struct errors_view *v = &b->errors;
    const struct mark_row *m;
    char id[ERRORS_ID], line[sizeof m->kind + sizeof m->note + 2], safe[4 * sizeof line];
    int rows = 0;
    errors_view_id(v, v->rows[v->at], id);
    for (int i = 0; (m = marks_of(&v->marks, id, i)); i++) {
        snprintf(line, sizeof line, "%s%s%s", m->kind, m->note[0] ? ": " : "", m->note);
        text_safe(line, safe, sizeof safe);
        rows += pane_wrap(c, r, r.y + rows, INK_WARN, safe);
    }
    return rows;
}

static void draw_classes(const struct app_model *b, struct canvas *c, struct rect r, bool focused)
{
    int classes[LABELS_MAX], n = errors_view_classes(b, classes), first = b->errors.class_top;
    struct columns w = columns_of(b, r);
    canvas_text_right(c, w.p, r.y, INK_DIM, "p");
    canvas_text_right(c, w.cut, r.y, INK_DIM, "cut");
    for (int i = 0; i < r.h - 1 && first + i < n; i++) {
        struct rect row = {r.x, r.y + 1 + i, r.w, 1};
        draw_class(b, c, row, &w, classes[first + i]);
        pane_row_end(b, c, row, classes[first + i], focused);
    }
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct errors_view *v = &b->errors;
    if (!pane_errors_ready(b, c, in))
        return;
    if (v->rows_n == 0) {
        pane_message(c, in, INK_DIM, "no sample is listed", NULL);
        return;
    }
    int marks = draw_marks(b, NULL, in), most = in.h / 2;
    marks = marks < most ? marks : most;
    struct rect r = {in.x, in.y, in.w, in.h - marks};
    draw_classes(b, c, r, focused);
    draw_marks(b, marks ? c : NULL, (struct rect){in.x, in.y + r.h, in.w, marks});
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    int classes[LABELS_MAX], row = b->errors.class_top + y - in.y - 1;
    bool listed = y > in.y && errors_view_ready(b) && b->errors.rows_n > 0 &&
                  row < errors_view_classes(b, classes);
    (void)x;
    return pane_hit_row(listed ? classes[row] : -1);
}

const struct pane_ops pane_sample_ops = {"Sample", SCOPE_SAMPLE, LIST_NONE, title, foot, draw, hit};
