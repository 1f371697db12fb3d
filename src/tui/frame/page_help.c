/* Built from the key map: what works where the focus is comes first, then the rest, then what the
 * screen means. */
#include "page_help.h"

#include <stdio.h>

#include "base/text.h"
#include "model/keymap.h"
#include "pane_table.h"

enum { WIDE = 70 }; /* cells in which keys, commands and help have a column each */

static const char *const notes[7];

/* Draws downwards; rows above and below the visible part are only counted. */
struct writer_at {
    struct canvas *canvas;
    struct rect in;
    int y;
    int keys, commands; /* cells of these columns: no name is cut */
};

static int longer(int cells, const char *text)
{
    int width = text_width(text);
    return width > cells ? width : cells;
}

static struct writer_at writer_at(struct canvas *c, struct rect in, int y)
{
    char command[128];
    struct writer_at w = {c, in, y, 0, 0};
    for (int a = 1; a < ACTION_COUNT; a++) {
        const struct keymap_entry *e = keymap_entry((enum action)a);
        snprintf(command, sizeof command, ":%s %s", e->command, e->argument);
        w.keys = longer(w.keys, e->keys);
        w.commands = longer(w.commands, command);
    }
    w.keys++, w.commands++;
    return w;
}

static void draw_entry(struct writer_at *w, const struct keymap_entry *e)
{
    bool wide = w->in.w >= WIDE;
    int x = w->in.x;
    canvas_text(w->canvas, x, w->y, INK_KEY, e->keys);
    x += w->keys;
    if (wide || !e->keys[0]) {
        int used = canvas_print(w->canvas, x, w->y, INK_DIM, ":%s %s", e->command, e->argument);
        x += wide ? w->commands : used + 1;
    }
    struct rect rest = {x, w->in.y, w->in.x + w->in.w - x, w->in.h};
    int rows = pane_wrap(NULL, rest, 0, 0, e->help);
    pane_wrap(w->canvas, rest, w->y, INK_TEXT, e->help);
    w->y += rows > 0 ? rows : 1;
}

static void draw_section(struct writer_at *w, const struct keymap_section *s)
{
    canvas_text(w->canvas, w->in.x, w->y++, INK_FOCUS, s->title);
    for (int a = 1; a < ACTION_COUNT; a++)
        if (keymap_entry((enum action)a)->scope == s->scopes)
            draw_entry(w, keymap_entry((enum action)a));
    w->y++;
}

/* Sections whose keys are in force, or those that are not. */
static void draw_sections(struct writer_at *w, uint64_t scopes, bool in_force)
{
    for (int i = 0; keymap_section(i); i++)
        if (((keymap_section(i)->scopes & scopes) != 0) == in_force)
            draw_section(w, keymap_section(i));
}

static void draw_notes(struct writer_at *w)
{
    canvas_text(w->canvas, w->in.x, w->y++, INK_FOCUS, "What it means");
    for (int i = 0; notes[i]; i++) {
        w->y += pane_wrap(w->canvas, w->in, w->y, INK_TEXT, notes[i]);
        w->y++;
    }
}

int page_help_draw(const struct app_model *b, struct canvas *c, struct rect r)
{
    struct rect in = canvas_inside(r);
    in.x++, in.w -= 2;
    canvas_fill(c, r, INK_TEXT, ' ');
    canvas_box(c, r, INK_FOCUS, glyphs_set(b->glyphs));
    canvas_text(c, r.x + 2, r.y, INK_FOCUS, " Help ");
    canvas_text(c, r.x + 8, r.y, INK_DIM, " Esc closes, j k scroll ");
    struct rect old = canvas_set_clip(c, in);
    struct writer_at w = writer_at(c, in, in.y - b->help_top);
    uint64_t scopes = pane_table_scopes_below(b) | SCOPE_HELP;
    draw_sections(&w, scopes, true);
    canvas_text(c, in.x, w.y, INK_DIM, "in other places:");
    w.y += 2;
    draw_sections(&w, scopes, false);
    draw_notes(&w);
    canvas_set_clip(c, old);
    int last = w.y + b->help_top - in.y - in.h;
    return last > 0 ? last : 0;
}

static const char *const notes[] = {
    "A sample is counted as positive for a class when its score is at or above the class's cut. "
    "Macro F1 is the mean of the classes' F1; a rare class counts as much as a common one.",
    "Thresholds: the knob is the cut now, the bar on the rail the best cut on the validation "
    "scores, one sign for both where they meet; the number behind is the F1 to be gained there. "
    "L: locked.",
    "A cut you set stays when new scores arrive, and so does a locked one; a class you never "
    "touched follows tune.method on the newest epoch's scores. Its number is then grey. u takes a "
    "change back, as far as you like, also after a restart.",
    "Macro F1 of the sliders is measured on the scores they were tuned on, so it flatters. The "
    "held-out figure beside it is a cross-validated estimate for new samples.",
    "Tune: o and O apply the method chosen with m, at first that of tune.method. Under F1 by cut the "
    "digits are the best cuts without a fifth of the samples each, the bracket holds 90% of those of "
    "bootstrap samples: wide, or few positives, means that chance decides the cut.",
    "Every change is kept in the set \"current\" of the run. w saves a copy under a name; an "
    "asterisk means: changed since it was saved.",
    NULL,
};
