/* The form of the next run: every key of its recipe, what was changed here, what it would take. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "job/unused_options.h"
#include "pane/pane.h"

enum { NAME = 18, HELP_FROM = 80, TITLE_SPLIT = 60 };

static void title(const struct app_model *b, struct pane_title *t)
{
    int changes = train_view_changes(&b->train);
    if (!b->train.conf)
        return;
    pane_title_add(t, INK_DIM, " of the next run ");
    if (changes)
        pane_title_add(t, INK_WARN, " %d changed ", changes);
    if (*b->train.split) {
        char text[CURRENT_SPLIT_TEXT + 8];
        snprintf(text, sizeof text, "split %s", b->train.split);
        pane_title_cut(t, TITLE_SPLIT, INK_DIM, text);
    }
}

static enum ink ink_of(const struct train_view *v, enum conf_key key)
{
    if (train_view_changed(v, key))
        return INK_WARN;
    return strcmp(conf_origin(v->conf, key), "default") ? INK_TEXT : INK_DIM;
}

static void draw_key(const struct app_model *b, struct canvas *c, struct rect row,
                     enum conf_key key)
{
    char safe[256];
    const struct train_view *v = &b->train;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    const struct conf_key_info *info = conf_info(key);
    const char *value = conf_text(v->conf, key);
    int x = row.x + 2, room = row.w >= HELP_FROM ? 16 : row.w - 2 - NAME - 1;
    canvas_text_cut(c, x, row.y, NAME, INK_TEXT, g, strchr(info->name, '.') + 1);
    x += NAME;
    if (train_view_changed(v, key))
        canvas_put(c, x, row.y, INK_WARN, '*');
    text_safe(*value ? value : "-", safe, sizeof safe);
    canvas_text_cut(c, x + 1, row.y, room, ink_of(v, key), g, safe);
    if (row.w >= HELP_FROM)
        canvas_text_cut(c, x + 2 + room, row.y, row.x + row.w - x - 2 - room, INK_DIM, g,
                        info->help);
}

/* Why there can be no such run: keys that exclude each other at once, else what planning it says.
 */
static bool is_refused(const struct train_view *v, struct err *e)
{
    if (conf_check(v->conf, e))
        return true;
    *e = v->forecast.error;
    return v->foreseen && e->code != ERR_NONE;
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    char span[32];
    struct err refusal;
    const struct resource_estimate *e = &b->train.forecast;
    if (!b->train.conf || is_refused(&b->train, &refusal) || !b->train.foreseen)
        return;
    if (e->memory_mb >= 1000)
        pane_title_add(t, INK_TEXT, " %.1f GB ", e->memory_mb / 1e3);
    else
        pane_title_add(t, INK_TEXT, " %.0f MB ", e->memory_mb);
    if (isfinite(e->seconds)) {
        clock_span(e->seconds, span, sizeof span);
        pane_title_add(t, INK_TEXT, " about %s ", span);
        pane_title_add(t, INK_DIM, e->scaled ? " scaled from %s " : " as %s ", e->like);
    } else {
        pane_title_add(t, INK_DIM, " no run like it to judge by ");
    }
}

/* What the field under the cursor means and takes; before that, why there can be no such run. */
static void draw_help(const struct app_model *b, struct canvas *c, struct rect r)
{
    char text[600], why[160];
    struct err refusal;
    const char *section;
    enum conf_key key = train_view_key(b->train.row, &section);
    if (key == CONF_KEY_COUNT)
        return;
    const struct conf_key_info *info = conf_info(key);
    if (is_refused(&b->train, &refusal)) {
        pane_wrap(c, r, r.y, INK_ERROR, refusal.text);
        return;
    }
    if (*b->train.split && !strcmp(section, "split") && key != CONF_SPLIT_FOLD) {
        snprintf(text, sizeof text, "the project's current split: %.300s; hpa split replaces it",
                 b->train.split);
        pane_wrap(c, r, r.y, INK_VAL, text);
        return;
    }
    bool idle = unused_options_why(b->train.conf, key, why, sizeof why);
    snprintf(text, sizeof text, "%s%s%s%s%s%s", idle ? why : "", idle ? "; " : "", info->help,
             *info->allowed ? " [" : "", info->allowed, *info->allowed ? "]" : "");
    pane_wrap(c, r, r.y, INK_VAL, text);
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct train_view *v = &b->train;
    const char *section;
    int rows = train_view_rows(v), top = v->top;
    if (!v->conf) {
        pane_message(c, in, INK_DIM, "no form", NULL);
        return;
    }
    if (in.h > PANE_FORM_HELP * 3) {
        in.h -= PANE_FORM_HELP;
        draw_help(b, c, (struct rect){in.x + 1, in.y + in.h, in.w - 2, PANE_FORM_HELP});
    }
    if (v->row >= top + in.h)
        top = v->row - in.h + 1;
    for (int i = 0; i < in.h && top + i < rows; i++) {
        struct rect row = {in.x, in.y + i, in.w, 1};
        enum conf_key key = train_view_key(top + i, &section);
        if (key == CONF_KEY_COUNT)
            canvas_text(c, in.x, row.y, INK_FOCUS, section);
        else
            draw_key(b, c, row, key);
        if (top + i != v->row)
            continue;
        canvas_put(c, in.x, row.y, INK_FOCUS, glyphs_set(b->glyphs)->mark);
        canvas_paper(c, row, focused ? PAPER_CURSOR : PAPER_ROW);
    }
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    (void)x;
    return pane_hit_row(y >= in.y && y < in.y + in.h ? b->train.top + y - in.y : -1);
}

const struct pane_ops pane_form_ops = {"Recipe", SCOPE_FORM, LIST_NONE, title, foot, draw, hit};
