/* Runs: one row each. Compared ones carry the letter and colour that their curves have. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "draw/number_format.h"
#include "pane/pane.h"

enum { NAME_LEAST = 10, NAME_MOST = 26, NOTE_LEAST = 8 };

struct column {
    const char *title;
    int cells, from; /* shown from this width of the pane on */
    void (*put)(const struct runs_query_run *r, char *out, size_t size);
};
static const struct column columns[9];

static void put_status(const struct runs_query_run *r, char *out, size_t size)
{
    snprintf(out, size, "%s", run_status_name(r->row.status));
}

static void put_epochs(const struct runs_query_run *r, char *out, size_t size)
{
    snprintf(out, size, "%d/%d", r->row.epochs_done, r->row.epochs);
}

static void put_f1(const struct runs_query_run *r, char *out, size_t size)
{
    char text[NUMBER_FORMAT_MAX];
    snprintf(out, size, "%s%s", number_format_fraction(r->row.macro_f1, 4, text),
             r->labels_changed ? "*" : "");
}

static void put_best(const struct runs_query_run *r, char *out, size_t size)
{
    if (r->row.best_epoch)
        snprintf(out, size, "%d", r->row.best_epoch);
}

static void put_model(const struct runs_query_run *r, char *out, size_t size)
{
    snprintf(out, size, "%s", r->model);
}

static void put_size(const struct runs_query_run *r, char *out, size_t size)
{
    if (r->size)
        snprintf(out, size, "%d", r->size);
}

static void put_started(const struct runs_query_run *r, char *out, size_t size)
{
    char when[32];
    if (!r->row.started_ms)
        return;
    clock_iso(r->row.started_ms, when, sizeof when);
    snprintf(out, size, "%.5s %.5s", when + 5, when + 11);
}

static void put_took(const struct runs_query_run *r, char *out, size_t size)
{
    int64_t end = r->row.ended_ms ? r->row.ended_ms : r->row.heartbeat_ms;
    if (end > r->row.started_ms && r->row.started_ms)
        clock_span((double)(end - r->row.started_ms) / 1e3, out, size);
}

/* Cells of all columns but name and note. */
static int fixed_cells(int width)
{
    int cells = 4;
    for (const struct column *k = columns; k->title; k++)
        cells += width >= k->from ? k->cells + 2 : 0;
    return cells;
}

static int name_cells(const struct runs_view *v, int width)
{
    int room = width - fixed_cells(width), longest = NAME_LEAST;
    for (int row = 0; row < v->shown; row++) {
        int w = text_width(runs_view_at(v, row)->row.name);
        longest = w > longest ? w : longest;
    }
    longest = longest < NAME_MOST ? longest : NAME_MOST;
    return longest < room ? longest : room;
}

static enum ink status_ink(const struct runs_query_run *r)
{
    enum run_status s = r->row.status;
    return r->live                ? INK_GOOD
           : s == RUN_FAILED      ? INK_ERROR
           : s == RUN_INTERRUPTED ? INK_WARN
           : s == RUN_DONE        ? INK_TEXT
                                  : INK_DIM;
}

static void draw_header(struct canvas *c, struct rect in, int name)
{
    int x = in.x + 4;
    canvas_text(c, x, in.y, INK_DIM, "name");
    x += name + 2;
    for (const struct column *k = columns; k->title; k++)
        if (in.w >= k->from) {
            canvas_text_right(c, x + k->cells, in.y, INK_DIM, k->title);
            x += k->cells + 2;
        }
    if (in.x + in.w - x >= NOTE_LEAST)
        canvas_text(c, x, in.y, INK_DIM, "note");
}

static void draw_row(const struct app_model *b, struct canvas *c, struct rect row, int at, int name)
{
    char text[64], safe[RUN_NAME_MAX * 4], note[1600];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    const struct runs_query_run *r = runs_view_at(&b->runs, at);
    int compared = runs_view_compared(&b->runs, r->row.uuid), x = row.x + 4;
    bool cursor = at == b->runs.row, shown = !strcmp(r->row.uuid, app_model_run_uuid(b));
    if (cursor)
        canvas_put(c, row.x, row.y, INK_FOCUS, g->mark);
    if (compared >= 0)
        canvas_put(c, row.x + 2, row.y, runs_view_style(compared) | ATTR_BOLD,
                   (uint32_t)runs_view_letter(compared));
    text_safe(r->row.name, safe, sizeof safe);
    canvas_text_cut(c, x, row.y, name, shown ? INK_FOCUS | ATTR_BOLD : INK_TEXT, g, safe);
    x += name + 2;
    for (const struct column *k = columns; k->title; k++) {
        if (row.w < k->from)
            continue;
        text[0] = '\0';
        k->put(r, text, sizeof text);
        canvas_text_right(c, x + k->cells, row.y,
                          k->put == put_status ? status_ink(r)
                          : k->put == put_f1   ? INK_SCORE
                                               : INK_TEXT,
                          text);
        x += k->cells + 2;
    }
    char remark[sizeof r->row.note + sizeof r->row.tags + 8];
    snprintf(remark, sizeof remark, r->row.tags[0] ? "[%s] %s" : "%s%s", r->row.tags, r->row.note);
    text_safe(r->row.error[0] ? r->row.error : remark, note, sizeof note);
    if (row.x + row.w - x >= NOTE_LEAST)
        canvas_text_cut(c, x, row.y, row.x + row.w - x, r->row.error[0] ? INK_ERROR : INK_DIM, g,
                        note);
}

static void title(const struct app_model *b, struct pane_title *t)
{
    const struct runs_view *v = &b->runs;
    if (v->list && v->list->n)
        pane_title_add(t, INK_DIM, " by %s ", runs_view_sort_name(v->sort));
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    char filter[PROMPT_MAX * 4];
    const struct runs_view *v = &b->runs;
    if (!v->list || v->list->n == 0)
        return;
    text_safe(v->filter, filter, sizeof filter);
    if (v->filter[0])
        pane_title_add(t, INK_WARN, " /%s  %d of %d ", filter, v->shown, v->list->n);
    else
        pane_title_add(t, INK_DIM, " %d of %d ", v->shown ? v->row + 1 : 0, v->shown);
    const struct runs_query_run *r = runs_view_at(v, v->row);
    if (r && r->labels_changed)
        pane_title_add(t, INK_WARN, " * measured on older labels: %d %s changed or gone ",
                       r->labels_changed, r->labels_changed == 1 ? "sample" : "samples");
    if (v->removed_n)
        pane_title_add(t, INK_WARN, " %d deleted at the end, u brings back ", v->removed_n);
}

static void draw_nothing(const struct app_model *b, struct canvas *c, struct rect in)
{
    const struct runs_query_list *l = b->runs.list;
    if (pane_lacks(b, c, in, "No run stands behind it."))
        return;
    if (!l)
        pane_message(c, in, INK_DIM, "looking", NULL);
    else if (l->error.code != ERR_NONE)
        pane_message(c, in, INK_ERROR, l->error.text, NULL);
    else if (l->n == 0)
        pane_message(c, in, INK_DIM, "no run yet", "t starts a training.");
    else
        pane_message(c, in, INK_DIM, "no run to show", "Esc clears the filter, u brings back.");
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct runs_view *v = &b->runs;
    if (v->shown == 0) {
        draw_nothing(b, c, in);
        return;
    }
    int name = name_cells(v, in.w), rows = in.h - 1, top = v->top;
    draw_header(c, in, name);
    if (v->row >= top + rows) /* drawn smaller than when it was scrolled */
        top = v->row - rows + 1;
    for (int i = 0; i < rows && top + i < v->shown; i++) {
        struct rect row = {in.x, in.y + 1 + i, in.w, 1};
        draw_row(b, c, row, top + i, name);
        if (top + i == v->row)
            canvas_paper(c, row, focused ? PAPER_CURSOR : PAPER_ROW);
    }
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    int row = b->runs.top + y - in.y - 1;
    (void)x;
    return pane_hit_row(y > in.y && y < in.y + in.h && row < b->runs.shown ? row : -1);
}

const struct pane_ops pane_runs_ops = {"Runs", SCOPE_TABLE, LIST_NONE, title, foot, draw, hit};

static const struct column columns[] = {
    {"status", 11, 0, put_status}, {"epochs", 7, 0, put_epochs},     {"F1", 6, 0, put_f1},
    {"best", 4, 84, put_best},     {"started", 11, 66, put_started}, {"took", 6, 96, put_took},
    {"model", 8, 100, put_model},  {"size", 4, 100, put_size},       {NULL, 0, 0, NULL},
};
