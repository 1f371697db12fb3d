/* Which classes stand together: a cell for each pair, darker to brighter by the logarithm of its
 * samples; on the diagonal the class itself. */
#include <stdio.h>

#include "pane/pane.h"
#include "pane/pane_data.h"
#include "pane/pane_grid.h"

static int most_together(const struct app_model *b)
{
    int most = 1, k = b->data.samples->k;
    for (int i = 0; i < k; i++)
        for (int j = 0; j < i; j++)
            if (samples_model_together(&b->data, i, j) > most)
                most = samples_model_together(&b->data, i, j);
    return most;
}

static struct pane_grid_pair pair(const struct app_model *b, int row, int column, int most)
{
    int n = samples_model_together(&b->data, row, column);
    return (struct pane_grid_pair){n, row == column ? INK_DIM : INK_SCORE,
                                   pane_grid_level(n, most)};
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    if (!pane_data_ready(b, c, in) || b->shown == 0)
        return;
    pane_grid_draw(b, c, in, focused, pair, most_together(b));
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    char name[48], other[48], text[128];
    const struct samples_model *d = &b->data;
    if (!samples_model_ready(d) || b->shown == 0)
        return;
    int n = samples_model_together(d, b->selected, d->other);
    int of = samples_model_together(d, b->selected, b->selected);
    pane_title_add(t, INK_SCORE, " %d", n);
    app_model_class_name(b, b->selected, name);
    app_model_class_name(b, d->other, other);
    if (b->selected == d->other)
        snprintf(text, sizeof text, "with %s", name);
    else
        snprintf(text, sizeof text, "%s with %s, %.0f%%", name, other, of ? 100.0 * n / of : 0.0);
    pane_title_cut(t, t->end - t->x, INK_DIM, text);
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    return samples_model_ready(&b->data) ? pane_grid_hit(b, in, x, y) : pane_hit_none();
}

const struct pane_ops pane_cooccurrence_ops = {
    .name = "Co-occurrence", .scope = SCOPE_COOCCURRENCE, .foot = foot, .draw = draw, .hit = hit};
