/* What the newest scan of the training images found, one finding a row: E makes a sample unusable,
 * W is worth a look. Where the rows have no room for it, what was found about the selected one
 * stands below. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "pane/pane.h"
#include "pane/pane_data.h"

enum { MARKS = 3, KIND_MOST = 14, CHANNEL_MOST = 8, ID_LEAST = 8, DETAIL_LEAST = 16 };
enum { BELOW = 3, BELOW_FROM = 8 }; /* rows about the selected finding; of a pane with so many */

struct columns {
    int kind, channel, id, detail; /* cells; 0: no room */
};

static enum ink ink_of(bool error)
{
    return error ? INK_ERROR : INK_WARN;
}

/* What is selected, then how many of each kind. */
static void title(const struct app_model *b, struct pane_title *t)
{
    const struct findings_view *v = &b->data.found;
    if (!v->all)
        return;
    pane_title_add(t, v->all->scan.errors ? INK_ERROR : INK_DIM, " %d %s", v->all->scan.errors,
                   v->all->scan.errors == 1 ? "error" : "errors");
    pane_title_add(t, v->all->scan.warnings ? INK_WARN : INK_DIM, " %d %s ", v->all->scan.warnings,
                   v->all->scan.warnings == 1 ? "warning" : "warnings");
    for (int i = 0; i < v->kinds_n; i++) {
        char kind[sizeof v->kinds[i].kind * 4];
        text_safe(v->kinds[i].kind, kind, sizeof kind);
        pane_title_add(t, INK_DIM, " %s %d ", kind, v->kinds[i].n);
    }
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    char when[32], filter[PROMPT_MAX * 4];
    const struct findings_view *v = &b->data.found;
    if (app_model_scans(b) && b->snap.total > 0)
        pane_title_add(t, INK_GOOD, " scanning %lld/%lld ", (long long)b->snap.done,
                       (long long)b->snap.total);
    else if (app_model_scans(b))
        pane_title_add(t, INK_GOOD, " scanning ");
    if (!v->all)
        return;
    text_safe(v->filter, filter, sizeof filter);
    if (v->rows_n > 0)
        pane_title_add(t, INK_DIM, " %d/%d by %s ", v->at + 1, v->rows_n,
                       findings_view_order_name(v->order));
    if (filter[0])
        pane_title_add(t, INK_WARN, " /%s ", filter);
    if (v->all->scan.made_ms == 0)
        return;
    clock_iso(v->all->scan.made_ms, when, sizeof when);
    pane_title_add(t, INK_DIM, " %.10s %.5s UTC ", when, when + 11);
}

static int at_most(int cells, int most)
{
    return cells < most ? cells : most;
}

/* As wide as what is in sight needs; the detail takes what is left. */
static struct columns columns_of(const struct findings_view *v, int rows, int width)
{
    struct columns w = {0};
    for (int i = 0; i < rows && v->top + i < v->rows_n; i++) {
        const struct scan_finding_row *f = &v->all->rows[v->rows[v->top + i]];
        int kind = (int)strlen(f->kind), channel = (int)strlen(f->channel);
        int id = (int)strlen(f->sample);
        w.kind = kind > w.kind ? kind : w.kind;
        w.channel = channel > w.channel ? channel : w.channel;
        w.id = id > w.id ? id : w.id;
    }
    w.kind = at_most(w.kind, KIND_MOST);
    w.channel = at_most(w.channel, CHANNEL_MOST);
    int rest = width - MARKS - w.kind - 1 - (w.channel ? w.channel + 1 : 0);
    if (rest < ID_LEAST && w.channel) {
        rest += w.channel + 1;
        w.channel = 0;
    }
    w.id = at_most(w.id, rest);
    w.detail = rest - w.id - 1 >= DETAIL_LEAST ? rest - w.id - 1 : 0;
    return w;
}

static void draw_row(const struct app_model *b, const struct columns *w, struct canvas *c,
                     struct rect r, int at, bool focused)
{
    const struct findings_view *v = &b->data.found;
    const struct scan_finding_row *f = &v->all->rows[v->rows[at]];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    bool selected = at == v->at, error = findings_view_error(f);
    if (selected)
        canvas_put(c, r.x, r.y, INK_FOCUS, g->mark);
    canvas_put(c, r.x + 1, r.y, ink_of(error) | ATTR_BOLD, error ? 'E' : 'W');
    int x = r.x + MARKS;
    canvas_text_cut(c, x, r.y, w->kind, ink_of(error), g, f->kind);
    x += w->kind + 1;
    if (w->channel)
        canvas_text_cut(c, x, r.y, w->channel, INK_TEXT, g, f->channel);
    x += w->channel ? w->channel + 1 : 0;
    canvas_text_cut(c, x, r.y, w->id, selected ? INK_FOCUS : INK_TEXT, g, f->sample);
    if (w->detail)
        canvas_text_cut(c, x + w->id + 1, r.y, w->detail, INK_DIM, g, f->detail);
    if (selected)
        canvas_paper(c, r, focused ? PAPER_CURSOR : PAPER_ROW);
}

/* The selected one in full. */
static void draw_below(const struct app_model *b, struct canvas *c, struct rect r)
{
    char line[640], safe[sizeof line];
    const struct scan_finding_row *f = findings_view_at(&b->data.found);
    if (!f)
        return;
    bool named = text_contains(f->detail, f->sample); /* as the file's name */
    snprintf(line, sizeof line, "%s%s%s%s%s", named ? "" : f->sample,
             named || !*f->channel ? "" : " ", named ? "" : f->channel, named ? "" : ": ",
             f->detail);
    text_safe(line, safe, sizeof safe);
    pane_wrap(c, r, r.y, INK_DIM, safe);
}

static void draw_nothing(const struct app_model *b, struct canvas *c, struct rect in)
{
    char text[80];
    const struct findings_view *v = &b->data.found;
    if (app_model_scans(b) && !(v->all && v->all->n))
        pane_message(c, in, INK_TEXT, "looking at every image",
                     v->all ? NULL : "What is found comes here as it is met; S stops it.");
    else if (!v->all && !v->looked)
        pane_message(c, in, INK_DIM, "looking for a scan", NULL);
    else if (!v->all)
        pane_message(c, in, INK_TEXT, "no scan yet: press X to scan",
                     "Every image is looked at once, in the background.");
    else if (v->all->n)
        pane_message(c, in, INK_DIM, "no finding has this text", "Esc shows all of them");
    else {
        snprintf(text, sizeof text, "nothing found: all of %d samples are sound",
                 v->all->scan.samples);
        pane_message(c, in, INK_GOOD, text, NULL);
    }
}

static int rows_below(const struct findings_view *v, const struct columns *w, struct rect in)
{
    return w->detail < v->longest && in.h >= BELOW_FROM ? BELOW : 0;
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct findings_view *v = &b->data.found;
    if (!pane_data_ready(b, c, in))
        return;
    if (v->rows_n == 0) {
        draw_nothing(b, c, in);
        return;
    }
    struct columns w = columns_of(v, in.h, in.w);
    int below = rows_below(v, &w, in);
    for (int i = 0; i < in.h - below && v->top + i < v->rows_n; i++)
        draw_row(b, &w, c, (struct rect){in.x, in.y + i, in.w, 1}, v->top + i, focused);
    if (below)
        draw_below(b, c, (struct rect){in.x + 1, in.y + in.h - below, in.w - 2, below});
}

int pane_findings_rows(const struct app_model *b, struct rect in)
{
    struct columns w = columns_of(&b->data.found, in.h, in.w);
    return in.h - rows_below(&b->data.found, &w, in);
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    const struct findings_view *v = &b->data.found;
    int row = v->top + y - in.y;
    bool listed = y >= in.y && row < v->rows_n && y < in.y + pane_findings_rows(b, in);
    (void)x;
    return pane_hit_row(listed ? row : -1);
}

const struct pane_ops pane_findings_ops = {.name = "Findings",
                                           .scope = SCOPE_FINDINGS,
                                           .title = title,
                                           .foot = foot,
                                           .draw = draw,
                                           .hit = hit};
