/* Worst: the samples that the scores are most wrong about. Labels as they are and as predicted;
 * - is missed, + wrongly taken. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "draw/number_format.h"
#include "pane/pane.h"
#include "pane/pane_errors.h"

enum { ID_LEAST = 8, ID_FAIR = 12, VALUE = 6, HEADING = 1, TWO_COLUMNS = 26, MARK = 3 };

struct columns {
    int id, value, labels, predicted; /* where they begin; predicted 0: one column for both */
    int end;
};

static int longest_id(const struct errors_view *v, int rows)
{
    char id[ERRORS_ID];
    int longest = ID_LEAST;
    for (int i = 0; i < rows && v->top + i < v->rows_n; i++) {
        int w = text_width(errors_view_id(v, v->rows[v->top + i], id));
        longest = w > longest ? w : longest;
    }
    return longest;
}

static struct columns columns_of(const struct errors_view *v, struct rect in)
{
    struct columns w = {.id = in.x + 1, .end = in.x + in.w};
    int room = in.w - 1 - MARK - VALUE - 1, most = room > 60 ? room - 30 : room * 3 / 8;
    most = most < ID_FAIR ? ID_FAIR : most;
    int id = longest_id(v, in.h);
    id = id < most ? id : most;
    w.value = w.id + id + MARK;
    w.labels = w.value + VALUE + 1;
    int rest = w.end - w.labels;
    w.predicted = rest >= TWO_COLUMNS ? w.labels + rest / 2 : 0;
    return w;
}

static void title(const struct app_model *b, struct pane_title *t)
{
    char what[120];
    const struct errors_view *v = &b->errors;
    if (!errors_view_ready(b))
        return;
    pane_title_add(t, INK_DIM, "by %s ", v->order == ERRORS_BY_LOSS ? "loss" : "cut");
    errors_view_what(b, what, sizeof what);
    if (v->show == ERRORS_ALL)
        pane_title_add(t, INK_DIM, " %d of %d wrong ", v->wrong_n, v->n);
    else
        pane_title_cut(t, t->end - t->x, INK_WARN, what);
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    char text[sizeof b->errors.query * 4];
    const struct errors_view *v = &b->errors;
    if (!errors_view_ready(b))
        return;
    if (v->wrong[0]) {
        text_safe(v->wrong, text, sizeof text);
        pane_title_cut(t, t->end - t->x, INK_WARN, text);
        return;
    }
    pane_title_add(t, INK_DIM, " %d/%d ", v->rows_n ? v->at + 1 : 0, v->rows_n);
    text_safe(v->query, text, sizeof text);
    if (text[0])
        pane_title_cut(t, t->end - t->x, INK_WARN, text);
}

struct label {
    int class;
    enum pane_verdict verdict;
};

static int add_labels(const struct errors_view *v, int row, enum pane_verdict verdict,
                      struct label *labels, int n)
{
    for (int class = 0; class < v->k; class ++)
        if (pane_errors_verdict(v, row, class) == verdict)
            labels[n++] = (struct label){class, verdict};
    return n;
}

static void label_text(const struct label *l, char out[8])
{
    char sign = pane_errors_sign(l->verdict);
    snprintf(out, 8, "%.*s%d", l->verdict != VERDICT_RIGHT, &sign, l->class);
}

static int draw_label(const struct app_model *b, struct canvas *c, int x, int y,
                      const struct label *l)
{
    char text[8];
    unsigned ink = l->verdict == VERDICT_RIGHT ? INK_TEXT : pane_errors_ink(l->verdict);
    label_text(l, text);
    return canvas_text(c, x, y, ink | (l->class == b->selected ? ATTR_BOLD : 0), text);
}

/* Class numbers, what is wrong first; where not all of them fit, an ellipsis says so. */
static void draw_labels(const struct app_model *b, struct canvas *c, int x, int end, int y, int row,
                        bool truth, bool predicted)
{
    char text[8];
    struct label labels[LABELS_MAX];
    const struct errors_view *v = &b->errors;
    int n = truth ? add_labels(v, row, VERDICT_MISSED, labels, 0) : 0, width = 0;
    n = predicted ? add_labels(v, row, VERDICT_ADDED, labels, n) : n;
    n = add_labels(v, row, VERDICT_RIGHT, labels, n);
    for (int i = 0; i < n; i++, width += text_width(text) + 1)
        label_text(&labels[i], text);
    bool whole = width - 1 <= end - x;
    for (int i = 0; i < n; i++) {
        label_text(&labels[i], text);
        if (x + text_width(text) > (whole ? end : end - 2)) {
            canvas_put(c, x < end ? x : end - 1, y, INK_DIM, glyphs_set(b->glyphs)->ellipsis);
            return;
        }
        x += draw_label(b, c, x, y, &labels[i]) + 1;
    }
    if (n == 0)
        canvas_put(c, x, y, INK_DIM, '-');
}

static void draw_note(const struct app_model *b, struct canvas *c, int x, int end, int y, int row)
{
    char id[ERRORS_ID], text[sizeof((struct mark_row *)0)->note * 4];
    const struct errors_view *v = &b->errors;
    const struct mark_row *m = marks_of(&v->marks, errors_view_id(v, row, id), 0);
    if (!m)
        return;
    text_safe(m->kind, text, sizeof text);
    x += canvas_text_cut(c, x, y, end - x, INK_WARN, glyphs_set(b->glyphs), text) + 1;
    text_safe(m->note, text, sizeof text);
    if (end > x)
        canvas_text_cut(c, x, y, end - x, INK_TEXT, glyphs_set(b->glyphs), text);
}

static void draw_row(const struct app_model *b, struct canvas *c, const struct columns *w, int y,
                     int at)
{
    char id[ERRORS_ID], text[NUMBER_FORMAT_MAX];
    const struct errors_view *v = &b->errors;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    int row = v->rows[at];
    bool selected = at == v->at;
    char mark = marks_letter(&v->marks, errors_view_id(v, row, id));
    if (selected)
        canvas_put(c, w->id - 1, y, INK_FOCUS, g->mark);
    canvas_text_cut(c, w->id, y, w->value - MARK - w->id, selected ? INK_FOCUS : INK_TEXT, g, id);
    if (mark)
        canvas_put(c, w->value - 2, y, INK_WARN, (uint32_t)mark);
    canvas_text_right(c, w->value + VALUE - 1, y, INK_SCORE,
                      number_format_loss(v->value[row], text));
    if (v->show == ERRORS_MARKED)
        draw_note(b, c, w->labels, w->end, y, row);
    else if (!w->predicted)
        draw_labels(b, c, w->labels, w->end, y, row, true, true);
    else {
        draw_labels(b, c, w->labels, w->predicted - 1, y, row, true, false);
        draw_labels(b, c, w->predicted, w->end, y, row, false, true);
    }
}

static void draw_heading(const struct app_model *b, struct canvas *c, const struct columns *w,
                         int y)
{
    const struct errors_view *v = &b->errors;
    canvas_text(c, w->id, y, INK_DIM, "id");
    canvas_text_right(c, w->value + VALUE - 1, y, INK_DIM,
                      v->order == ERRORS_BY_LOSS ? "loss" : "beyond");
    if (v->show == ERRORS_MARKED)
        canvas_text(c, w->labels, y, INK_DIM, "mark");
    else if (w->predicted) {
        canvas_text(c, w->labels, y, INK_DIM, "truth");
        canvas_text(c, w->predicted, y, INK_DIM, "predicted");
    } else {
        canvas_text_cut(c, w->labels, y, w->end - w->labels, INK_DIM, glyphs_set(b->glyphs),
                        "-missed +wrong true");
    }
}

static void draw_nothing(const struct app_model *b, struct canvas *c, struct rect in)
{
    const struct errors_view *v = &b->errors;
    const char *none = v->show == ERRORS_MISSED  ? "no sample of this class is missed"
                       : v->show == ERRORS_ADDED ? "no sample is wrongly given this class"
                       : v->show == ERRORS_RIGHT ? "no sample of this class is found"
                                                 : "no sample is like that";
    if (v->show == ERRORS_MARKED && !v->query[0])
        pane_message(c, in, INK_DIM, "no sample is marked", "M marks one; f goes on.");
    else
        pane_message(c, in, INK_DIM, none, "Esc shows all of them; f goes on.");
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct errors_view *v = &b->errors;
    if (!pane_errors_ready(b, c, in))
        return;
    if (v->rows_n == 0) {
        draw_nothing(b, c, in);
        return;
    }
    struct columns w = columns_of(v, in);
    draw_heading(b, c, &w, in.y);
    for (int i = 0; i < in.h - HEADING && v->top + i < v->rows_n; i++) {
        int y = in.y + HEADING + i;
        draw_row(b, c, &w, y, v->top + i);
        if (v->top + i == v->at)
            canvas_paper(c, (struct rect){in.x, y, in.w, 1}, focused ? PAPER_CURSOR : PAPER_ROW);
    }
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    int row = b->errors.top + y - in.y - HEADING;
    bool listed = y >= in.y + HEADING && y < in.y + in.h && row < b->errors.rows_n;
    (void)x;
    return pane_hit_row(listed ? row : -1);
}

const struct pane_ops pane_top_losses_ops = {
    "Worst", SCOPE_TOP_LOSSES, LIST_NONE, title, foot, draw, hit};
