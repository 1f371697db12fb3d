/* The samples that meet the condition: id, fold and labels, one a row. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "pane/pane.h"
#include "pane/pane_data.h"

enum { FOLD_CELLS = 3, ID_LEAST = 8, NAMES_LEAST = 26 };

static void title(const struct app_model *b, struct pane_title *t)
{
    const struct samples_model *d = &b->data;
    char query[PROMPT_MAX * 4];
    if (!samples_model_ready(d))
        return;
    pane_title_add(t, INK_DIM, " %d of %d ", d->rows_n, d->samples->n);
    if (d->samples->fold && !d->applied[0])
        pane_title_add(t, INK_DIM, " fold, classes ");
    text_safe(d->applied, query, sizeof query);
    if (query[0])
        pane_title_cut(t, 60, INK_WARN, query);
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    const struct samples_model *d = &b->data;
    char wrong[sizeof d->wrong];
    text_safe(d->wrong, wrong, sizeof wrong);
    if (d->wrong[0] || samples_model_lacks(d)[0])
        pane_title_cut(t, 80, INK_WARN, d->wrong[0] ? wrong : samples_model_lacks(d));
    else if (d->rows_n > 0)
        pane_title_add(t, INK_DIM, " %d/%d ", d->at + 1, d->rows_n);
}

/* Numbers, or names where these are wide enough. */
static void labels_text(const struct app_model *b, const struct labels *set, bool names, char *out,
                        size_t size)
{
    size_t n = 0;
    char name[48];
    out[0] = '\0';
    for (int c = labels_next(set, 0); c >= 0 && n + 1 < size; c = labels_next(set, c + 1)) {
        int wrote = names ? snprintf(out + n, size - n, "%s%s", n ? ", " : "",
                                     app_model_class_name(b, c, name))
                          : snprintf(out + n, size - n, "%s%d", n ? " " : "", c);
        n += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* Cells of the longest id, when that leaves enough for the labels. */
static int id_cells(const struct app_model *b, int width)
{
    const struct samples_model *d = &b->data;
    int longest = 0, most = width - FOLD_CELLS - (width > 60 ? NAMES_LEAST : 14);
    for (int i = 0; i < d->page && d->top + i < d->rows_n; i++) {
        int cells = (int)strlen(d->samples->ids[d->rows[d->top + i]]);
        longest = cells > longest ? cells : longest;
    }
    most = most < ID_LEAST ? ID_LEAST : most;
    return longest < most ? longest : most;
}

static void draw_row(const struct app_model *b, struct canvas *c, struct rect r, int at, int id,
                     bool focused)
{
    char labels[512];
    const struct samples_model *d = &b->data;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    int row = d->rows[at];
    bool selected = at == d->at;
    if (selected)
        canvas_put(c, r.x, r.y, INK_FOCUS, g->mark);
    canvas_text_cut(c, r.x + 1, r.y, id, selected ? INK_FOCUS : INK_TEXT, g, d->samples->ids[row]);
    int x = r.x + 2 + id;
    if (samples_model_finding(d, row)[0])
        canvas_put(c, x - 1, r.y, INK_WARN, '!');
    if (d->samples->fold) {
        int fold = d->samples->fold[row];
        canvas_print(c, x, r.y, fold == d->samples->held ? INK_VAL : INK_TRAIN, "%2d", fold);
        x += FOLD_CELLS;
    }
    int rest = r.x + r.w - x;
    labels_text(b, &d->samples->labels[row], rest >= NAMES_LEAST, labels, sizeof labels);
    canvas_text_cut(c, x, r.y, rest, INK_DIM, g, labels);
    if (selected)
        canvas_paper(c, r, focused ? PAPER_CURSOR : PAPER_ROW);
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct samples_model *d = &b->data;
    if (!pane_data_ready(b, c, in))
        return;
    if (d->rows_n == 0) {
        pane_message(c, in, INK_DIM, "no sample is like that", "Esc shows all of them");
        return;
    }
    int id = id_cells(b, in.w);
    for (int i = 0; i < in.h && d->top + i < d->rows_n; i++)
        draw_row(b, c, (struct rect){in.x, in.y + i, in.w, 1}, d->top + i, id, focused);
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    int row = b->data.top + y - in.y;
    (void)x;
    return pane_hit_row(y >= in.y && y < in.y + in.h && row < b->data.rows_n ? row : -1);
}

const struct pane_ops pane_samples_ops = {.name = "Samples",
                                          .scope = SCOPE_SAMPLES,
                                          .title = title,
                                          .foot = foot,
                                          .draw = draw,
                                          .hit = hit};
