/* What panes have in common: frame and title, the rows of a class list, messages where there is
 * nothing to draw yet. */
#include "pane.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { TITLE_LEAST = 5 }; /* cells of a shortened part: two letters and the ellipsis */

static const struct pane_ops *const panes[PANE_COUNT];

const struct pane_ops *pane_ops(enum pane pane)
{
    return panes[pane];
}

struct pane_hit pane_hit_none(void)
{
    return (struct pane_hit){.row = -1, .pair_row = -1, .pair_column = -1};
}

struct pane_hit pane_hit_row(int row)
{
    struct pane_hit hit = pane_hit_none();
    hit.row = row;
    return hit;
}

struct rect pane_rows(const struct pane_ops *ops, struct rect in)
{
    int headings = ops->list == LIST_HEADED;
    return (struct rect){in.x, in.y + headings, in.w, in.h - headings};
}

void pane_title_add(struct pane_title *t, unsigned style, const char *format, ...)
{
    char text[128];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (t->x + text_width(text) > t->end) {
        t->end = t->x; /* nothing after a part that was dropped */
        return;
    }
    t->x += canvas_text(t->canvas, t->x, t->y, style, text);
}

void pane_title_cut(struct pane_title *t, int cells, unsigned style, const char *text)
{
    int room = t->end - t->x, whole = text_width(text) + 2;
    cells = cells < room ? cells : room;
    if (cells < whole && cells < TITLE_LEAST)
        return;
    canvas_put(t->canvas, t->x, t->y, style, ' ');
    int used = 1 + canvas_text_cut(t->canvas, t->x + 1, t->y, cells - 2, style, t->glyphs, text);
    canvas_put(t->canvas, t->x + used, t->y, style, ' ');
    t->x += used + 1;
}

static void draw_title(const struct board *b, const struct pane_ops *ops, struct canvas *c,
                       struct rect r, bool focused)
{
    struct pane_title t = {c, glyphs_set(b->glyphs), r.x + 2, r.y, r.x + r.w - 2};
    pane_title_add(&t, focused ? INK_FOCUS : INK_TEXT, " %s ", ops->name);
    if (ops->title)
        ops->title(b, &t);
}

/* In the lower edge of a list, at the right: which class of how many, and an active filter.
 * Returns the column where it begins. */
static int draw_place(const struct board *b, struct canvas *c, struct rect r, bool focused)
{
    char text[PROMPT_MAX + 64], filter[PROMPT_MAX];
    text_safe(b->filter, filter, sizeof filter);
    if (b->filter[0])
        snprintf(text, sizeof text, " /%s  %d of %d ", filter, b->shown, b->k);
    else
        snprintf(text, sizeof text, " %d/%d ", board_row(b) + 1, b->shown);
    int width = text_width(text);
    canvas_text_right(c, r.x + r.w - 2, r.y + r.h - 1,
                      b->filter[0] ? INK_WARN
                      : focused    ? INK_TEXT
                                   : INK_DIM,
                      text);
    return r.x + r.w - 2 - width;
}

void pane_draw(const struct board *b, enum pane pane, struct canvas *c, struct rect r)
{
    if (r.w < 4 || r.h < 3)
        return;
    const struct pane_ops *ops = panes[pane];
    bool focused = b->focus == pane;
    struct rect old = canvas_set_clip(c, r);
    canvas_box(c, r, focused ? INK_FOCUS : INK_BORDER, glyphs_set(b->glyphs));
    draw_title(b, ops, c, r, focused);
    struct pane_title foot = {c, glyphs_set(b->glyphs), r.x + 2, r.y + r.h - 1, r.x + r.w - 2};
    bool filled = b->cuts.k > 0 || ops->scope & SCOPE_BARS; /* all others list scores */
    if (ops->list && b->k > 0 && filled)
        foot.end = draw_place(b, c, r, focused) - 1;
    if (ops->foot)
        ops->foot(b, &foot);
    canvas_set_clip(c, canvas_inside(r));
    ops->draw(b, c, canvas_inside(r), focused);
    canvas_set_clip(c, old);
}

int pane_name_cells(const struct board *b, int rest, int parts_of_9)
{
    char name[48];
    int longest = sizeof "class" - 1; /* the word above the names */
    int share = (rest * parts_of_9 + 5) / 9;
    for (int i = 0; i < b->k; i++) {
        int width = text_width(board_class_name(b, i, name));
        longest = width > longest ? width : longest;
    }
    int cells = share > longest ? longest : share;
    return cells > 0 ? cells : 0;
}

int pane_row_begin(const struct board *b, struct canvas *c, struct rect row, int class,
                   int name_cells)
{
    char name[48];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    bool selected = class == b->selected;
    if (selected)
        canvas_put(c, row.x, row.y, INK_FOCUS, g->mark);
    canvas_print(c, row.x + 1, row.y, INK_DIM, "%2d", class);
    canvas_text_cut(c, row.x + 4, row.y, name_cells, selected ? INK_FOCUS : INK_TEXT, g,
                    board_class_name(b, class, name));
    return row.x + PANE_ROW_FIXED + name_cells;
}

void pane_row_end(const struct board *b, struct canvas *c, struct rect row, int class, bool focused)
{
    if (class == b->selected)
        canvas_paper(c, row, focused ? PAPER_CURSOR : PAPER_ROW);
}

/* Bytes of the next line: as many whole words as fit, or a cut word. */
static size_t line_bytes(const char *text, int cells)
{
    const char *at = text, *word = text;
    int used = 0;
    while (*at) {
        const char *next = at;
        int width = text_char_width(text_next(&next));
        if (used + width > cells)
            return (size_t)((word > text ? word : at) - text);
        used += width;
        if (*at == ' ')
            word = next;
        at = next;
    }
    return (size_t)(at - text);
}

/* Draws (when `c`) wrapped lines, each in the middle of r when `centred`; returns their number. */
static int wrap(struct canvas *c, struct rect r, int y, unsigned style, const char *text,
                bool centred)
{
    char line[1024];
    int rows = 0;
    for (; *text && r.w > 1; rows++) {
        size_t n = line_bytes(text, r.w);
        if (n == 0)
            break;
        snprintf(line, sizeof line, "%.*s", (int)n, text);
        int x = centred ? (r.w - text_width(line)) / 2 : 0;
        if (c && y + rows < r.y + r.h)
            canvas_text(c, r.x + x, y + rows, style, line);
        text += n;
        text += strspn(text, " "); /* where the line was just full */
    }
    return rows;
}

int pane_wrap(struct canvas *c, struct rect r, int y, unsigned style, const char *text)
{
    return wrap(c, r, y, style, text, false);
}

void pane_message(struct canvas *c, struct rect in, enum ink ink, const char *first,
                  const char *second)
{
    struct rect r = {in.x + 2, in.y, in.w - 4, in.h};
    int above = wrap(NULL, r, 0, 0, first, true);
    int below = second ? wrap(NULL, r, 0, 0, second, true) : 0;
    int gap = second && above + below < in.h;
    int y = in.y + (in.h - above - below - gap) / 2;
    if (y < in.y)
        y = in.y;
    wrap(c, r, y, ink, first, true);
    if (second)
        wrap(c, r, y + above + gap, INK_DIM, second, true);
}

bool pane_lacks(const struct board *b, struct canvas *c, struct rect in, const char *lacking)
{
    if (b->table[0])
        pane_message(c, in, INK_DIM, "a table of scores", lacking);
    return b->table[0] != '\0';
}

static const struct pane_ops *const panes[PANE_COUNT] = {
    [PANE_LABELS] = &pane_labels_ops,
    [PANE_CURVES] = &pane_curves_ops,
    [PANE_F1] = &pane_f1_ops,
    [PANE_CUTS] = &pane_cuts_ops,
    [PANE_COUNTS] = &pane_counts_ops,
    [PANE_TOGETHER] = &pane_together_ops,
    [PANE_LEVELS] = &pane_levels_ops,
    [PANE_SPLITS] = &pane_splits_ops,
    [PANE_FINDINGS] = &pane_findings_ops,
    [PANE_SAMPLES] = &pane_samples_ops,
    [PANE_PICTURE] = &pane_picture_ops,
    [PANE_CLASSES] = &pane_classes_ops,
    [PANE_SCORES] = &pane_scores_ops,
    [PANE_BY_CUT] = &pane_by_cut_ops,
    [PANE_RECALL] = &pane_recall_ops,
    [PANE_METHODS] = &pane_methods_ops,
    [PANE_SETS] = &pane_sets_ops,
    [PANE_FORM] = &pane_form_ops,
    [PANE_PROGRESS] = &pane_progress_ops,
    [PANE_RATES] = &pane_rates_ops,
    [PANE_EVENTS] = &pane_events_ops,
    [PANE_QUEUE] = &pane_queue_ops,
    [PANE_WORST] = &pane_worst_ops,
    [PANE_MISTAKES] = &pane_mistakes_ops,
    [PANE_CONFUSION] = &pane_confusion_ops,
    [PANE_SAMPLE] = &pane_sample_ops,
    [PANE_RUNS] = &pane_runs_ops,
    [PANE_SETTINGS] = &pane_settings_ops,
    [PANE_OVERLAY] = &pane_overlay_ops,
    [PANE_GAINS] = &pane_gains_ops,
    [PANE_LOG] = &pane_log_ops,
};
