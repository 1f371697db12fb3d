/* The grid of cells, and the few ways to draw on it.
 *
 * Everything goes through canvas_put, which clips; so nothing that panes do can write outside.
 * Overwriting one half of a wide character blanks the other half, so that no frame ever holds a
 * torn character. Pure: no terminal, no globals. */
#include "canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { PRINT_MAX = 1024 };

void canvas_init(struct canvas *c, int columns, int rows)
{
    c->columns = columns > 0 ? columns : 1;
    c->rows = rows > 0 ? rows : 1;
    c->cells = xcalloc((size_t)c->columns * (size_t)c->rows, sizeof *c->cells);
    canvas_clear(c);
}

void canvas_fini(struct canvas *c)
{
    free(c->cells);
    *c = (struct canvas){0};
}

void canvas_clear(struct canvas *c)
{
    c->clip = (struct rect){0, 0, c->columns, c->rows};
    for (int i = 0; i < c->columns * c->rows; i++)
        c->cells[i] = (struct cell){.code = ' ', .style = INK_TEXT};
}

struct rect canvas_meet(struct rect a, struct rect b)
{
    int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
    int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    return (struct rect){x, y, right > x ? right - x : 0, bottom > y ? bottom - y : 0};
}

struct rect canvas_inside(struct rect r)
{
    return (struct rect){r.x + 1, r.y + 1, r.w > 2 ? r.w - 2 : 0, r.h > 2 ? r.h - 2 : 0};
}

struct rect canvas_set_clip(struct canvas *c, struct rect r)
{
    struct rect old = c->clip;
    c->clip = canvas_meet(r, (struct rect){0, 0, c->columns, c->rows});
    return old;
}

static struct cell *cell_at(const struct canvas *c, int x, int y)
{
    return &c->cells[(size_t)y * (size_t)c->columns + (size_t)x];
}

const struct cell *canvas_at(const struct canvas *c, int x, int y)
{
    if (x < 0 || y < 0 || x >= c->columns || y >= c->rows)
        return NULL;
    return cell_at(c, x, y);
}

static bool inside(struct rect r, int x, int y)
{
    return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

/* The other half of a wide character that (x, y) is about to lose. */
static void mend(struct canvas *c, int x, int y)
{
    if (cell_at(c, x, y)->code == 0 && x > 0)
        cell_at(c, x - 1, y)->code = ' ';
    if (x + 1 < c->columns && cell_at(c, x + 1, y)->code == 0)
        cell_at(c, x + 1, y)->code = ' ';
}

void canvas_put(struct canvas *c, int x, int y, unsigned style, uint32_t code)
{
    int width = text_char_width(code);
    if (code < ' ' || (code >= 0x7f && code < 0xa0) || width < 1) {
        code = '?';
        width = 1;
    }
    if (!inside(c->clip, x, y))
        return;
    if (width == 2 && !inside(c->clip, x + 1, y)) {
        code = ' ';
        width = 1;
    }
    mend(c, x, y);
    *cell_at(c, x, y) = (struct cell){.code = code, .style = (uint16_t)style};
    if (width == 2) {
        mend(c, x + 1, y);
        *cell_at(c, x + 1, y) = (struct cell){.code = 0, .style = (uint16_t)style};
    }
}

void canvas_put_colors(struct canvas *c, int x, int y, uint32_t code, uint8_t fg, uint8_t bg)
{
    canvas_put(c, x, y, ATTR_COLORS, code);
    if (!inside(c->clip, x, y))
        return;
    cell_at(c, x, y)->fg = fg;
    cell_at(c, x, y)->bg = bg;
}

/* Code points without width would join the cell before: left out. */
int canvas_text(struct canvas *c, int x, int y, unsigned style, const char *text)
{
    int at = x;
    for (uint32_t code; (code = text_next(&text)) != 0;) {
        int width = text_char_width(code);
        if (width == 0 && code >= 0xa0)
            continue;
        canvas_put(c, at, y, style, code);
        at += width > 1 ? width : 1;
    }
    return at - x;
}

int canvas_print(struct canvas *c, int x, int y, unsigned style, const char *format, ...)
{
    char text[PRINT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return canvas_text(c, x, y, style, text);
}

int canvas_text_cut(struct canvas *c, int x, int y, int cells, unsigned style,
                    const struct glyph_set *g, const char *text)
{
    if (cells <= 0)
        return 0;
    bool whole = text_width(text) <= cells;
    struct rect old =
        canvas_set_clip(c, canvas_meet(c->clip, (struct rect){x, y, whole ? cells : cells - 1, 1}));
    int used = canvas_text(c, x, y, style, text);
    c->clip = old;
    if (whole)
        return used;
    canvas_put(c, x + cells - 1, y, style, g->ellipsis);
    return cells;
}

int canvas_text_right(struct canvas *c, int end, int y, unsigned style, const char *text)
{
    return canvas_text(c, end - text_width(text), y, style, text);
}

void canvas_fill(struct canvas *c, struct rect r, unsigned style, uint32_t code)
{
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            canvas_put(c, x, y, style, code);
}

void canvas_paper(struct canvas *c, struct rect r, enum paper paper)
{
    struct rect in = canvas_meet(r, c->clip);
    for (int y = in.y; y < in.y + in.h; y++)
        for (int x = in.x; x < in.x + in.w; x++) {
            struct cell *cell = cell_at(c, x, y);
            cell->style = (uint16_t)((cell->style & ~0xf00u) | (unsigned)paper);
        }
}

void canvas_attr(struct canvas *c, struct rect r, unsigned attr)
{
    struct rect in = canvas_meet(r, c->clip);
    for (int y = in.y; y < in.y + in.h; y++)
        for (int x = in.x; x < in.x + in.w; x++)
            cell_at(c, x, y)->style = (uint16_t)(cell_at(c, x, y)->style | (unsigned)attr);
}

void canvas_box(struct canvas *c, struct rect r, unsigned style, const struct glyph_set *g)
{
    int right = r.x + r.w - 1, bottom = r.y + r.h - 1;
    canvas_fill(c, (struct rect){r.x + 1, r.y, r.w - 2, 1}, style, g->h);
    canvas_fill(c, (struct rect){r.x + 1, bottom, r.w - 2, 1}, style, g->h);
    canvas_fill(c, (struct rect){r.x, r.y + 1, 1, r.h - 2}, style, g->v);
    canvas_fill(c, (struct rect){right, r.y + 1, 1, r.h - 2}, style, g->v);
    canvas_put(c, r.x, r.y, style, g->tl);
    canvas_put(c, right, r.y, style, g->tr);
    canvas_put(c, r.x, bottom, style, g->bl);
    canvas_put(c, right, bottom, style, g->br);
}

static char ink_letter(const struct cell *cell)
{
    int ink = style_ink(cell->style);
    if (cell->style & ATTR_COLORS)
        return '*';
    return ink == INK_TEXT ? ' ' : (char)('a' + ink - 1);
}

static char paper_digit(const struct cell *cell)
{
    static const char digits[] = " 123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    int value = style_paper(cell->style) + PAPER_COUNT * (cell->style >> 12 & 7);
    return digits[value];
}

/* Ends the line at `at`, without the blanks that stand before. */
static char *end_line(char *start, char *at)
{
    while (at > start && at[-1] == ' ')
        at--;
    *at++ = '\n';
    return at;
}

static char *dump_plane(const struct canvas *c, char *at, char (*letter)(const struct cell *))
{
    for (int y = 0; y < c->rows; y++) {
        char *start = at;
        for (int x = 0; x < c->columns; x++) {
            const struct cell *cell = cell_at(c, x, y);
            if (letter)
                *at++ = letter(cell);
            else if (cell->code)
                at += text_encode(cell->code, at);
        }
        at = end_line(start, at);
    }
    return at;
}

char *canvas_dump(const struct canvas *c, int planes)
{
    size_t cells = (size_t)c->columns * (size_t)c->rows + (size_t)c->rows;
    char *text = xmalloc(cells * 6 + 64);
    char *at = dump_plane(c, text, NULL);
    if (planes) {
        at = stpcpy(at, "--- ink\n");
        at = dump_plane(c, at, ink_letter);
        at = stpcpy(at, "--- paper\n");
        at = dump_plane(c, at, paper_digit);
    }
    *at = '\0';
    return text;
}
