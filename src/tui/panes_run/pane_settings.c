/* Settings: how the compared runs were told to train, as far as they differ; of one run alone, what
 * was set apart from the defaults. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "pane/pane.h"

enum { VALUE_LEAST = 6, KEY_MOST = 24 };

static void title(const struct app_model *b, struct pane_title *t)
{
    const struct runs_query_study *s = runs_view_study(&b->runs);
    if (s)
        pane_title_add(t, INK_DIM, s->n > 1 ? " that differ " : " set by hand ");
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    const struct runs_query_study *s = runs_view_study(&b->runs);
    if (s && s->keys_n)
        pane_title_add(t, INK_DIM, " %d of %d keys ", s->keys_n, CONF_KEY_COUNT);
}

/* The section's name is dropped where there is little room. */
static const char *short_name(const char *name, bool whole)
{
    const char *dot = strchr(name, '.');
    return whole || !dot ? name : dot + 1;
}

static void draw_header(const struct runs_query_study *s, struct canvas *c, struct rect in, int key,
                        int value)
{
    char name[2] = "";
    for (int i = 0; i < s->n; i++) {
        name[0] = runs_view_letter(i);
        canvas_text(c, in.x + key + 1 + i * (value + 1), in.y, runs_view_style(i) | ATTR_BOLD,
                    name);
    }
}

/* One that is too long keeps its end, by which paths and models are told apart. */
static void draw_value(struct canvas *c, int x, int y, int cells, unsigned style,
                       const struct glyph_set *g, const char *text)
{
    bool whole = text_width(text) <= cells;
    while (!whole && text_width(text) > cells - 1)
        text_next(&text);
    if (!whole)
        canvas_put(c, x++, y, style, g->ellipsis);
    canvas_text(c, x, y, style, text);
}

static void draw_key(const struct app_model *b, const struct runs_query_study *s, struct canvas *c,
                     struct rect row, int at, int key, int value)
{
    char safe[RUNS_QUERY_VALUE_MAX * 4];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    const struct runs_query_key *k = &s->keys[at];
    canvas_text_cut(c, row.x, row.y, key, INK_DIM, g, short_name(k->name, key >= KEY_MOST));
    for (int i = 0; i < s->n; i++) {
        bool usual = !strcmp(k->value[i], k->usual);
        text_safe(k->value[i][0] ? k->value[i] : "-", safe, sizeof safe);
        draw_value(c, row.x + key + 1 + i * (value + 1), row.y, value, usual ? INK_DIM : INK_TEXT,
                   g, safe);
    }
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct runs_query_study *s = runs_view_study(&b->runs);
    (void)focused;
    if (!s || s->keys_n == 0) {
        pane_message(c, in, INK_DIM,
                     !s         ? "no run"
                     : s->n > 1 ? "no setting differs"
                                : "every setting is at its default",
                     s && s->n == 1 ? "Space marks runs to compare." : NULL);
        return;
    }
    in.x++, in.w--;
    int key = in.w / 2 < KEY_MOST ? in.w / 2 : KEY_MOST;
    if (s->n > 1)
        key = in.w - s->n * (VALUE_LEAST + 1) < key ? in.w - s->n * (VALUE_LEAST + 1) : key;
    key = key < VALUE_LEAST ? VALUE_LEAST : key;
    int value = (in.w - key) / s->n - 1, header = s->n > 1;
    if (header)
        draw_header(s, c, in, key, value);
    int rows = in.h - header, last = s->keys_n - rows, top = b->runs.keys_top;
    top = top > last ? (last > 0 ? last : 0) : top;
    for (int i = 0; i < rows && top + i < s->keys_n; i++)
        draw_key(b, s, c, (struct rect){in.x, in.y + header + i, in.w, 1}, top + i, key, value);
}

const struct pane_ops pane_settings_ops = {"Settings", SCOPE_SETTINGS, LIST_NONE, title,
                                           foot,       draw,           NULL};
