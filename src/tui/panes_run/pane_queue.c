/* Runs that wait for their turn, the next one first. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "pane/pane.h"

static bool waits(const struct runs_query_run *r)
{
    return r->row.status == RUN_WAITING;
}

static int waiting(const struct app_model *b)
{
    int n = 0;
    for (int i = 0; b->runs.list && i < b->runs.list->n; i++)
        n += waits(&b->runs.list->runs[i]);
    return n;
}

static void title(const struct app_model *b, struct pane_title *t)
{
    int n = waiting(b);
    if (n)
        pane_title_add(t, INK_DIM, n == 1 ? " %d run waits " : " %d runs wait ", n);
}

static void draw_row(const struct app_model *b, struct canvas *c, struct rect row,
                     const struct runs_query_run *r)
{
    char safe[RUN_NAME_MAX * 4], what[64];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    snprintf(what, sizeof what, "%s  %d px  %d ep", r->model, r->size, r->row.epochs);
    int name = row.w - text_width(what) - 2;
    text_safe(r->row.name, safe, sizeof safe);
    canvas_text_cut(c, row.x, row.y, name > 8 ? name : row.w, INK_TEXT, g, safe);
    if (name > 8)
        canvas_text_right(c, row.x + row.w, row.y, INK_DIM, what);
}

/* The list has the newest first; whoever waits longest comes next. */
static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    (void)focused;
    int y = in.y;
    if (waiting(b) == 0) {
        pane_message(c, in, INK_DIM, "no run waits",
                     in.w < 24 || in.h < 5 ? "hpa train --queue adds one."
                                           : "hpa train --queue adds one; :queue works it off.");
        return;
    }
    for (int i = b->runs.list->n - 1; i >= 0 && y < in.y + in.h; i--)
        if (waits(&b->runs.list->runs[i]))
            draw_row(b, c, (struct rect){in.x + 1, y++, in.w - 2, 1}, &b->runs.list->runs[i]);
}

const struct pane_ops pane_queue_ops = {"Queue", SCOPE_QUEUE, LIST_NONE, title, NULL, draw, NULL};
