/* Labels per sample: how many samples have one label, two, three. */
#include "draw/bars.h"
#include "draw/number_format.h"
#include "pane/pane.h"
#include "pane/pane_data.h"

static void title(const struct app_model *b, struct pane_title *t)
{
    pane_title_add(t, INK_DIM, b->log_counts ? " log " : " linear ");
}

static int first_count(const struct samples_model *d)
{
    return d->having[0] ? 0 : 1;
}

static int largest(const struct samples_model *d)
{
    int most = 1;
    for (int n = 0; n <= d->most; n++)
        most = d->having[n] > most ? d->having[n] : most;
    return most;
}

static void draw_row(const struct app_model *b, struct canvas *c, struct rect row, int labels,
                     bool focused)
{
    char text[NUMBER_FORMAT_MAX];
    const struct samples_model *d = &b->data;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    bool selected = labels == d->labels;
    if (selected)
        canvas_put(c, row.x, row.y, INK_FOCUS, g->mark);
    canvas_print(c, row.x + 1, row.y, selected ? INK_FOCUS : INK_TEXT, "%2d", labels);
    canvas_text_right(c, row.x + 10, row.y, INK_TRAIN,
                      number_format_count(d->having[labels], text));
    bars_draw(c, row.x + 11, row.y, row.w - 11,
              bars_share(d->having[labels], largest(d), b->log_counts), INK_TRAIN, g);
    if (selected)
        canvas_paper(c, row, focused ? PAPER_CURSOR : PAPER_ROW);
}

static int top_count(const struct samples_model *d, int rows)
{
    int first = first_count(d);
    return d->labels - first >= rows ? d->labels - rows + 1 : first;
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct samples_model *d = &b->data;
    if (!pane_data_ready(b, c, in))
        return;
    int top = top_count(d, in.h);
    for (int i = 0; i < in.h && top + i <= d->most; i++)
        draw_row(b, c, (struct rect){in.x, in.y + i, in.w, 1}, top + i, focused);
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    const struct samples_model *d = &b->data;
    int labels = top_count(d, in.h) + y - in.y;
    (void)x;
    return pane_hit_row(y >= in.y && y < in.y + in.h && labels <= d->most ? labels : -1);
}

const struct pane_ops pane_labels_per_sample_ops = {.name = "Labels per sample",
                                                    .scope = SCOPE_LABELS_PER_SAMPLE,
                                                    .title = title,
                                                    .draw = draw,
                                                    .hit = hit};
