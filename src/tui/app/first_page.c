/* Five rows, one under the cursor; the two fields are input lines. What costs something (a file
 * written, a set drawn) is asked first, in the line at the foot. */
#include "first_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "draw/bars.h"
#include "frame/input_line.h"
#include "input/complete.h"
#include "keys/key_codes.h"
#include "pane/pane.h"

enum { WIDE = 76, LABEL_CELLS = 20, FOOT = 2, BAR_CELLS = 40 };
enum { ABOUT_ROWS = 4, FORM_ROWS = FIRST_ROWS + 1, FIRST_Y = 2 };

static const char *const about[ABOUT_ROWS];
struct row {
    const char *label, *hint;
};
static const struct row rows[FIRST_ROWS];

void first_page_init(struct first_page *p, const char *csv, const char *folder)
{
    *p = (struct first_page){.row = FIRST_CSV};
    prompt_open(&p->field[FIRST_CSV], PROMPT_ARGUMENT, csv);
    prompt_open(&p->field[FIRST_FOLDER], PROMPT_ARGUMENT, folder);
    p->field[FIRST_CSV].label = p->field[FIRST_FOLDER].label = "";
}

void first_page_fini(struct first_page *p)
{
    free(p->found);
    *p = (struct first_page){.found = NULL};
}

void first_page_choice(const struct first_page *p, struct setup_choice *out)
{
    snprintf(out->csv, sizeof out->csv, "%s", p->field[FIRST_CSV].text);
    snprintf(out->folder, sizeof out->folder, "%s", p->field[FIRST_FOLDER].text);
}

static bool in_field(const struct first_page *p)
{
    return p->row <= FIRST_FOLDER;
}

static void move(struct first_page *p, int by)
{
    p->row = (enum first_row)((p->row + FIRST_ROWS + by) % FIRST_ROWS);
    p->field[0].offers_n = p->field[1].offers_n = 0;
}

static bool usable(const struct first_page *p)
{
    return p->found && p->found->error.code == ERR_NONE;
}

/* What Enter means on a row: the next field, or a question. */
static enum first_wish choose(struct first_page *p)
{
    if (p->row == FIRST_QUIT)
        return FIRST_WISH_QUIT;
    if (in_field(p)) {
        move(p, 1);
        return FIRST_WISH_NOTHING;
    }
    p->asking = p->row == FIRST_DEMO || usable(p);
    if (!p->asking)
        snprintf(p->error, sizeof p->error, "%s",
                 p->found ? p->found->error.text : "still reading the table");
    return FIRST_WISH_NOTHING;
}

static enum first_wish answer(struct first_page *p, int key)
{
    if (key == 'y' || key == 'Y' || key == INPUT_ENTER) {
        p->asking = false;
        p->working = true;
        p->done = p->total = 0;
        return p->row == FIRST_DEMO ? FIRST_WISH_DRAW : FIRST_WISH_WRITE;
    }
    if (key == 'n' || key == 'N' || key == 'q' || key == INPUT_ESC || key == ('C' & 31))
        p->asking = false;
    return FIRST_WISH_NOTHING;
}

static enum first_wish edit(struct first_page *p, int key)
{
    char before[PROMPT_MAX];
    struct prompt *f = &p->field[p->row];
    memcpy(before, f->text, sizeof before);
    enum prompt_result result = prompt_key(f, key & ~INPUT_PASTED);
    if (result == PROMPT_TAB)
        return FIRST_WISH_NAMES;
    if (strcmp(before, f->text) == 0)
        return FIRST_WISH_NOTHING;
    return FIRST_WISH_FOUND;
}

static int step_of(const struct first_page *p, int key)
{
    if (key == INPUT_DOWN || (key == 'j' && !in_field(p)) || (key == '\t' && !in_field(p)))
        return 1;
    return key == INPUT_UP || key == INPUT_BACK_TAB || (key == 'k' && !in_field(p)) ? -1 : 0;
}

enum first_wish first_page_key(struct first_page *p, int key)
{
    bool leave = key == INPUT_ESC || key == ('C' & 31) || (key == 'q' && !in_field(p));
    p->error[0] = '\0';
    if (p->working)
        return leave ? FIRST_WISH_STOP : FIRST_WISH_NOTHING;
    if (p->asking)
        return answer(p, key);
    if (leave || key == INPUT_F10)
        return FIRST_WISH_QUIT;
    if (key == INPUT_ENTER)
        return choose(p);
    if (step_of(p, key))
        move(p, step_of(p, key));
    else if (in_field(p))
        return edit(p, key);
    return FIRST_WISH_NOTHING;
}

/* Where the form begins, when there is room for all: in the upper third. */
static struct rect form_of(int columns, int height)
{
    int w = columns - 2 < WIDE ? columns - 2 : WIDE;
    bool all = height >= FIRST_Y + ABOUT_ROWS + 1 + FORM_ROWS + 4 + FOOT;
    int y = all ? FIRST_Y + ABOUT_ROWS + 1 : height > FORM_ROWS + FOOT + 2 ? 2 : 0;
    return (struct rect){(columns - w) / 2, y, w, FORM_ROWS};
}

/* An empty row parts the fields from what can be done. */
static int row_y(struct rect form, int row)
{
    return form.y + row + (row > FIRST_FOLDER);
}

enum first_wish first_page_mouse(struct first_page *p, int columns, int height, struct mouse m)
{
    struct rect form = form_of(columns, height);
    if (m.kind != MOUSE_PRESS || p->asking || p->working)
        return FIRST_WISH_NOTHING;
    for (int row = 0; row < FIRST_ROWS; row++)
        if (m.y == row_y(form, row) && m.x >= form.x && m.x < form.x + form.w) {
            p->row = (enum first_row)row;
            return in_field(p) ? FIRST_WISH_NOTHING : choose(p);
        }
    return FIRST_WISH_NOTHING;
}

void first_page_names(struct first_page *p, const struct paths_names *names)
{
    if (in_field(p))
        complete_names(&p->field[p->row], 0, names);
}

void first_page_found(struct first_page *p, struct setup_found *found)
{
    struct setup_choice now;
    first_page_choice(p, &now);
    if (strcmp(now.csv, found->choice.csv) || strcmp(now.folder, found->choice.folder)) {
        free(found);
        return;
    }
    free(p->found);
    p->found = found;
}

enum first_wish first_page_done(struct first_page *p, const struct setup_done *done)
{
    if (!done->whole) {
        p->done = done->done;
        p->total = done->total;
        return FIRST_WISH_NOTHING;
    }
    p->working = false;
    if (done->error.code == ERR_NONE)
        return FIRST_WISH_BEGIN;
    if (done->error.code != ERR_CANCELLED)
        snprintf(p->error, sizeof p->error, "%s", done->error.text);
    return FIRST_WISH_NOTHING;
}

static void draw_row(const struct first_page *p, struct canvas *c, struct rect form, int row)
{
    const struct glyph_set *g = glyphs_set(p->glyphs);
    bool here = p->row == (enum first_row)row;
    struct rect line = {form.x, row_y(form, row), form.w, 1};
    canvas_put(c, line.x, line.y, INK_FOCUS, here ? g->mark : ' ');
    canvas_text(c, line.x + 2, line.y, here ? INK_FOCUS : INK_TEXT, rows[row].label);
    struct rect rest = {line.x + LABEL_CELLS, line.y, line.w - LABEL_CELLS, 1};
    if (row <= FIRST_FOLDER)
        input_line_draw(&p->field[row], here && !p->asking && !p->working, c, rest);
    else
        canvas_text_cut(c, rest.x + 1, rest.y, rest.w - 1, INK_DIM, g, rows[row].hint);
    canvas_paper(c, line, here ? PAPER_CURSOR : PAPER_PLAIN);
}

static void say_images(const struct first_page *p, char *out, size_t size)
{
    const struct setup_found *f = p->found;
    char path[1024];
    text_safe(f->first_absent, path, sizeof path);
    if (!f->whole)
        snprintf(out, size, "looking for images: %d of %d", f->looked, f->images);
    else if (f->absent == 0)
        snprintf(out, size, "all %d images are there", f->images);
    else if (f->absent == f->images)
        snprintf(out, size, "no image is there: the first would be %s. Labels can be explored",
                 path);
    else
        snprintf(out, size, "%d of %d images are absent, the first: %s", f->absent, f->images,
                 path);
}

static void draw_found(const struct first_page *p, struct canvas *c, struct rect r)
{
    char text[1200], safe[1200];
    const struct setup_found *f = p->found;
    if (!f || f->error.code != ERR_NONE) {
        text_safe(f ? f->error.text : "reading the table", safe, sizeof safe);
        pane_wrap(c, r, r.y, f ? INK_WARN : INK_DIM, safe);
        return;
    }
    snprintf(text, sizeof text, "%d samples, %d of %d classes occur%s%s", f->samples, f->classes,
             f->k, *f->preset ? "; columns as in " : "", f->preset);
    r.y += pane_wrap(c, r, r.y, INK_GOOD, text);
    say_images(p, text, sizeof text);
    pane_wrap(c, r, r.y, f->absent ? INK_WARN : f->whole ? INK_GOOD : INK_DIM, text);
}

static void draw_progress(const struct first_page *p, struct canvas *c, struct rect r)
{
    const struct glyph_set *g = glyphs_set(p->glyphs);
    int w = r.w < BAR_CELLS ? r.w : BAR_CELLS;
    canvas_print(c, r.x, r.y, INK_TEXT, "drawing the demo set: %d of %d samples", p->done,
                 p->total);
    for (int i = 0; i < w; i++)
        canvas_put(c, r.x + i, r.y + 1,
                   p->total && i * p->total < p->done * w ? INK_GOOD : INK_TRACK,
                   p->total && i * p->total < p->done * w ? g->part[0] : g->track);
}

static void key_hint(struct canvas *c, int *x, int y, const char *key, const char *what)
{
    *x += canvas_text(c, *x, y, INK_KEY, key) + 1;
    *x += canvas_text(c, *x, y, INK_DIM, what) + 2;
}

static void draw_foot(const struct first_page *p, struct canvas *c, int x, int y)
{
    const struct glyph_set *g = glyphs_set(p->glyphs);
    char safe[1200];
    text_safe(p->error, safe, sizeof safe);
    if (p->error[0])
        canvas_text_cut(c, x, y - 1, c->columns - 2 * x, INK_ERROR, g, safe);
    if (p->asking)
        canvas_text_cut(c, x, y - 1, c->columns - 2 * x, INK_WARN, g,
                        p->row == FIRST_DEMO
                            ? "Draw the demo set into ./demo and write hpa.conf here?"
                            : "Write hpa.conf here, with these two paths?");
    if (p->asking) {
        key_hint(c, &x, y, "y", "yes");
        key_hint(c, &x, y, "n", "no");
    } else if (p->working) {
        key_hint(c, &x, y, "Esc", "stop");
    } else {
        key_hint(c, &x, y, in_field(p) ? "Up Down" : "jk", "row");
        if (in_field(p))
            key_hint(c, &x, y, "Tab", "complete");
        key_hint(c, &x, y, "Enter", in_field(p) ? "next" : "choose");
        key_hint(c, &x, y, "Esc", "quit");
    }
}

void first_page_draw(const struct first_page *p, struct canvas *c)
{
    canvas_clear(c);
    struct rect form = form_of(c->columns, c->rows);
    int foot = c->rows - 1, about_y = form.y - ABOUT_ROWS - 1;
    if (form.y > 1)
        canvas_text(c, 1, 0, INK_TEXT | ATTR_BOLD, "hpa");
    for (int i = 0; about_y >= FIRST_Y && i < ABOUT_ROWS; i++)
        canvas_text(c, form.x, about_y + i, i < ABOUT_ROWS - 1 ? INK_TEXT : INK_FOCUS, about[i]);
    for (int row = 0; row < FIRST_ROWS; row++)
        draw_row(p, c, form, row);
    struct rect below = {form.x + 2, form.y + FORM_ROWS + 1, form.w - 2, 0};
    below.h = foot - 1 - below.y;
    struct rect old = canvas_set_clip(c, below);
    if (p->working && p->row == FIRST_DEMO)
        draw_progress(p, c, below);
    else
        draw_found(p, c, below);
    canvas_set_clip(c, old);
    draw_foot(p, c, form.x < 1 ? 1 : form.x, foot);
    if (in_field(p))
        input_line_offers(&p->field[p->row], c,
                          (struct rect){form.x + LABEL_CELLS, foot - 1, form.w - LABEL_CELLS, 1},
                          glyphs_set(p->glyphs));
}

static const char *const about[ABOUT_ROWS] = {
    "hpa trains image classifiers on Human Protein Atlas data, in the terminal, and",
    "lets you tune a threshold for each class while macro F1 follows.",
    "",
    "This folder has no data set yet. Where is yours?",
};

static const struct row rows[FIRST_ROWS] = {
    [FIRST_CSV] = {"Table (CSV)", ""},
    [FIRST_FOLDER] = {"Folder of images", ""},
    [FIRST_USE] = {"Use these", "writes hpa.conf and opens the workbench"},
    [FIRST_DEMO] = {"Make a demo set", "480 drawn samples of 96 pixels in ./demo, about 17 MB"},
    [FIRST_QUIT] = {"Quit", ""},
};
