/* The frame around the panes. Tab line: where you are and which run. Status line: state, the most
 * important first, as much as fits. Hint line: keys of the focused pane, or what has just been
 * said, or what is being typed. */
#include "frame.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "input_line.h"
#include "model/keymap.h"
#include "page_help.h"
#include "pane_table.h"
#include "status_line.h"

static void draw_too_small(struct canvas *c)
{
    char text[64];
    snprintf(text, sizeof text, "hpa needs %dx%d", LAYOUT_LEAST_COLUMNS, LAYOUT_LEAST_ROWS);
    int y = (c->rows - 2) / 2;
    canvas_text(c, (c->columns - text_width(text)) / 2, y < 0 ? 0 : y, INK_TEXT, text);
    snprintf(text, sizeof text, "this is %dx%d; q quits", c->columns, c->rows);
    int x = (c->columns - text_width(text)) / 2;
    canvas_text(c, x < 0 ? 0 : x, y + 1, INK_DIM, text);
}

struct state {
    char word[24];
    enum ink ink;
};

static void upper(const char *text, char *out, size_t size)
{
    size_t i = 0;
    for (; text[i] && i + 1 < size; i++)
        out[i] = (char)toupper((unsigned char)text[i]);
    out[i] = '\0';
}

/* Of the run shown: what it is doing, in one word. */
static struct state state_of(const struct app_model *b)
{
    struct state s = {"", INK_DIM};
    if (app_model_shows_own(b) || (app_model_busy(b) && !b->chosen[0])) {
        enum job_phase phase = b->snap.phase;
        s.ink = phase == PHASE_FAILED   ? INK_ERROR
                : phase == PHASE_PAUSED ? INK_WARN
                : app_model_busy(b)     ? INK_GOOD
                                        : INK_DIM;
        upper(phase == PHASE_DONE && b->snap.stopped ? "stopped" : snapshot_phase_name(phase),
              s.word, sizeof s.word);
    } else if (b->run && b->run->error.code == ERR_NONE && !b->table[0]) {
        s.ink = b->run->live ? INK_GOOD : b->run->row.status != RUN_FAILED ? INK_DIM : INK_ERROR;
        upper(run_status_name(b->run->row.status), s.word, sizeof s.word);
    }
    return s;
}

enum { TABS_BEGIN = 6 }; /* after the program's name */

static int tab_cells(const struct app_model *b, enum tab tab, bool named)
{
    int name = 1 + text_width(tabs_ops(tab)->name);
    return b->tab == tab ? 3 + name : named ? 1 + name : 1;
}

/* Names of the other tabs give way to their digits where the line is narrow. */
static bool tabs_are_named(const struct app_model *b, int columns)
{
    int end = TABS_BEGIN + text_width(state_of(b).word);
    for (int t = 1; t < TAB_COUNT; t++)
        if (tabs_ops((enum tab)t))
            end += tab_cells(b, (enum tab)t, true) + 1;
    return end < columns;
}

enum tab frame_tab_at(const struct app_model *b, int columns, int x)
{
    bool named = tabs_are_named(b, columns);
    int begin = TABS_BEGIN;
    for (int t = 1; t < TAB_COUNT; t++) {
        int cells = tabs_ops((enum tab)t) ? tab_cells(b, (enum tab)t, named) : 0;
        if (x >= begin && x < begin + cells)
            return (enum tab)t;
        begin += cells ? cells + 1 : 0;
    }
    return 0;
}

static void draw_tab(const struct app_model *b, struct canvas *c, int x, enum tab tab, bool named)
{
    const char *name = tabs_ops(tab)->name;
    if (b->tab == tab)
        canvas_print(c, x, 0, INK_FOCUS, "[%d %s]", tab, name);
    else if (named)
        canvas_print(c, x, 0, INK_DIM, "%d %s", tab, name);
    else
        canvas_print(c, x, 0, INK_DIM, "%d", tab);
}

static void draw_tabs(const struct app_model *b, struct canvas *c)
{
    struct state s = state_of(b);
    bool named = tabs_are_named(b, c->columns);
    int x = TABS_BEGIN, end = c->columns - 1;
    canvas_text(c, 1, 0, INK_TEXT | ATTR_BOLD, "hpa");
    for (int t = 1; t < TAB_COUNT; t++)
        if (tabs_ops((enum tab)t)) {
            draw_tab(b, c, x, (enum tab)t, named);
            x += tab_cells(b, (enum tab)t, named) + 1;
        }
    end -= canvas_text_right(c, end, 0, s.ink, s.word);
    char safe[4 * RUN_NAME_MAX];
    const char *name = app_model_run_shown(b, safe), *what = b->table[0] ? "scores" : "run";
    if (name[0] && end - text_width(name) - text_width(what) - 2 > x) {
        end -= 1 + canvas_text_right(c, end - 1, 0, INK_TEXT, name);
        canvas_text_right(c, end - 1, 0, INK_DIM, what);
    }
}

/* Of a table of scores there are neither images nor runs, nor what is kept with runs. */
static bool in_vain(const struct app_model *b, enum action a)
{
    bool pictures = a >= ACTION_DATA_OPEN && a <= ACTION_MARK &&
                    (a != ACTION_SAMPLE_PREVIOUS || b->tab != TAB_ERRORS);
    bool runs = a >= ACTION_RUN_DOWN && a <= ACTION_RUN_UNDELETE;
    bool kept = a == ACTION_GRADCAM || a == ACTION_SAMPLE_MARK || a == ACTION_MARK_UNDO;
    return b->table[0] && (pictures || runs || kept);
}

static bool hinted(const struct app_model *b, enum action a, uint64_t scopes)
{
    const struct keymap_entry *e = keymap_entry(a);
    if (!(e->scope & scopes) || !e->hint[0] || a == ACTION_HELP || in_vain(b, a))
        return false;
    if (a >= ACTION_CUT_DOWN && a <= ACTION_PREDICT && b->cuts.k == 0)
        return false; /* nothing to move yet */
    if ((a == ACTION_CLASS_DOWN || a == ACTION_SORT || a == ACTION_LOG_COUNTS ||
         a == ACTION_FILTER) &&
        b->k == 0)
        return false; /* no classes yet */
    if (a == ACTION_UNDO)
        return cuts_undo_depth(&b->cuts) > 0;
    if (a == ACTION_SCAN)
        return b->focus == PANE_FINDINGS && !app_model_busy(b);
    if (a == ACTION_PREDICT && b->tab != TAB_BOARD && b->tab != TAB_TUNE)
        return false; /* goes everywhere, belongs to the cuts */
    if (a == ACTION_TRAIN || a == ACTION_PREDICT)
        return !app_model_at_work(b) && !b->table[0];
    return (a != ACTION_STOP && a != ACTION_PAUSE) || app_model_at_work(b);
}

static int hint(struct canvas *c, int x, int y, const struct keymap_entry *e)
{
    int start = x;
    x += canvas_text(c, x, y, INK_KEY, e->hint_key) + 1;
    x += canvas_text(c, x, y, INK_DIM, e->hint);
    return x - start;
}

/* What the Train tab is for comes before what moves about in its panes; on the Tune tab what its
 * lists of methods and sets are for. */
static bool leads(const struct app_model *b, enum action a)
{
    if (b->tab == TAB_TUNE)
        return a >= ACTION_METHOD_DOWN && a <= ACTION_SET_LOAD;
    return b->tab == TAB_TRAIN && (a == ACTION_TRAIN || a == ACTION_STOP || a == ACTION_PAUSE);
}

/* "? help" keeps its place at the end. */
static void draw_hints(const struct app_model *b, struct canvas *c, struct rect r)
{
    uint64_t scopes = pane_table_scopes(b);
    const struct keymap_entry *help = keymap_entry(ACTION_HELP);
    int x = r.x + 1, end = r.x + r.w - 1;
    if (!b->help) {
        end -= text_width(help->hint_key) + 1 + text_width(help->hint);
        hint(c, end, r.y, help);
    }
    for (int i = 1; i < 2 * ACTION_COUNT; i++) {
        enum action a = (enum action)(i % ACTION_COUNT);
        const struct keymap_entry *e = keymap_entry(a);
        if (!a || leads(b, a) != (i < ACTION_COUNT) || !hinted(b, a, scopes))
            continue;
        if (x + text_width(e->hint_key) + 1 + text_width(e->hint) + 2 <= end)
            x += hint(c, x, r.y, e) + 2;
    }
}

static void draw_hint_line(const struct app_model *b, struct canvas *c, struct rect r)
{
    if (b->prompt.kind != PROMPT_NONE)
        input_line_draw(&b->prompt, true, c, r);
    else if (b->notice[0])
        canvas_text_cut(c, r.x + 1, r.y, r.w - 2, b->notice_ink, glyphs_set(b->glyphs), b->notice);
    else
        draw_hints(b, c, r);
}

/* Rows of the smallest list of classes that is shown; all of them scroll by it. */
static int list_rows(const struct layout *l)
{
    int rows = 1000;
    for (int p = 0; p < PANE_COUNT; p++) {
        const struct pane_ops *ops = pane_table_ops((enum pane)p);
        int inside = pane_rows(ops, canvas_inside(l->pane[p])).h;
        if (ops->list && l->pane[p].w > 0 && inside < rows)
            rows = inside;
    }
    return rows == 1000 ? 8 : rows;
}

/* The same of the Errors tab; elsewhere the picture is that of the Data tab. */
static void fit_errors(struct app_model *b, const struct layout *l)
{
    struct errors_view *v = &b->errors;
    b->data.apart = b->data.apart && b->tab == TAB_ERRORS;
    if (b->tab != TAB_ERRORS)
        return;
    errors_view_fit(b);
    b->data.heat = gradcam_view_number(b);
    v->listed = pane_confusion_listed(b, canvas_inside(l->pane[PANE_CONFUSION]));
    v->class_rows = l->pane[PANE_SAMPLE].h - 3;
    errors_view_scroll(v, l->pane[PANE_TOP_LOSSES].w ? l->pane[PANE_TOP_LOSSES].h - 3 : v->page);
}

static void fit_findings(struct app_model *b, struct rect in)
{
    struct samples_model *d = &b->data;
    query_columns_fit_samples(b);
    int row = samples_model_row(d);
    findings_view_follow(&d->found, row < 0 ? "" : d->samples->ids[row]);
    if (in.w > 0)
        findings_view_scroll(&d->found, pane_findings_rows(b, in));
}

/* What the Data tab's model must know of the frame to say what it lacks. */
static void fit_data(struct app_model *b, const struct layout *l)
{
    struct samples_model *d = &b->data;
    d->picture = l->pane[PANE_PICTURE].w ? canvas_inside(l->pane[PANE_PICTURE]) : (struct rect){0};
    d->levels_shown = l->pane[PANE_INTENSITY].w > 0;
    d->splits_shown = l->pane[PANE_SPLITS].w > 0;
    d->look.glyphs = b->glyphs;
    if (b->tab == TAB_DATA)
        fit_findings(b, canvas_inside(l->pane[PANE_FINDINGS]));
    samples_model_scroll(d, l->pane[PANE_SAMPLES].w ? l->pane[PANE_SAMPLES].h - 2 : d->page);
}

static void draw_help(struct app_model *b, struct canvas *c, struct rect body)
{
    int last = page_help_draw(b, c, body);
    if (b->help_top > last) {
        b->help_top = last;
        page_help_draw(b, c, body);
    }
}

void frame_draw(struct app_model *b, struct canvas *c)
{
    canvas_clear(c);
    struct layout l =
        layout_make(c->columns, c->rows, tabs_ops(b->tab)->place, b->focus, b->zoomed);
    if (l.too_small) {
        if (b->dialog.kind != DIALOG_NONE)
            dialog_draw_small(&b->dialog, c, glyphs_set(b->glyphs));
        else
            draw_too_small(c);
        return;
    }
    app_model_scroll(b, list_rows(&l));
    if (l.pane[PANE_RUNS].w > 0)
        runs_view_scroll(&b->runs, l.pane[PANE_RUNS].h - 3);
    if (l.pane[PANE_FORM].w > 0)
        train_view_scroll(&b->train, l.pane[PANE_FORM].h - 2 - PANE_FORM_HELP);
    b->tune.sets_shown = l.pane[PANE_SETS].w > 0;
    fit_data(b, &l);
    fit_errors(b, &l);
    draw_tabs(b, c);
    for (int p = 0; p < PANE_COUNT; p++)
        pane_table_draw(b, (enum pane)p, c, l.pane[p]);
    if (b->help)
        draw_help(b, c, l.body);
    status_line_draw(b, c, l.status);
    draw_hint_line(b, c, l.hint);
    if (b->prompt.kind != PROMPT_NONE)
        input_line_offers(&b->prompt, c, l.hint, glyphs_set(b->glyphs));
    dialog_draw(&b->dialog, c, glyphs_set(b->glyphs));
}
