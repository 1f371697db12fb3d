/* Of the pixels a cell needs the means of its quarters: with two colours a quarter takes the nearer
 * one, and which quarters are lit is the character. Of each row the pairs of colours that its cells
 * had are the candidates. The weight of a byte is doubled until the whole fits the budget. */
#include "thrift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    QUARTERS = 4,
    CANDIDATES = 48,
    SWITCH_BYTES = 22,
    BYTES_A_CELL = 7,
    TRIES = 16,
    FULL = 0x2588
};

/* Squared difference of colours that a byte is worth, at first: hardly visible ones go. */
static const float BYTE_WORTH = 60;

struct color {
    uint8_t number;
    int rgb[3];
};

/* Indices of colours. The darker one is the background, as it is in most of such a picture. */
struct pair {
    uint8_t fg, bg;
};

struct row {
    int n, colors_n;
    struct pair pair[CANDIDATES];
    struct color color[2 * CANDIDATES];
    float *loss;     /* [columns][CANDIDATES] of a cell in the colours of a pair, glyph included */
    uint8_t *lit;    /* [columns][CANDIDATES] which quarters are in the foreground */
    uint8_t *choice; /* [columns] index of the pair that was chosen */
};

static struct color color_of(uint8_t number)
{
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    struct color color = {.number = number};
    int n = number - 16, gray = 8 + 10 * (number - 232);
    for (int c = 0; c < 3; c++)
        color.rgb[c] = number >= 232 ? gray : levels[(c == 0 ? n / 36 : c == 1 ? n / 6 : n) % 6];
    return color;
}

static int brightness(const struct color *c)
{
    return 3 * c->rgb[0] + 4 * c->rgb[1] + 2 * c->rgb[2];
}

/* Mean of the pixels of a quarter: of 2 * columns by 2 * rows such areas. */
static void quarter(const uint8_t *rgb, int width, int height, const struct picture *p, int x,
                    int y, int out[3])
{
    int left = x * width / (2 * p->columns), right = (x + 1) * width / (2 * p->columns);
    int top = y * height / (2 * p->rows), bottom = (y + 1) * height / (2 * p->rows);
    int sum[3] = {0, 0, 0}, n = 0;
    right = right > left ? right : left + 1;
    bottom = bottom > top ? bottom : top + 1;
    for (int row = top; row < bottom && row < height; row++)
        for (int column = left; column < right && column < width; column++, n++)
            for (int c = 0; c < 3; c++)
                sum[c] += rgb[3 * ((size_t)row * (size_t)width + (size_t)column) + (size_t)c];
    for (int c = 0; c < 3; c++)
        out[c] = n ? sum[c] / n : 0;
}

static float difference(const int a[3], const int b[3])
{
    int red = a[0] - b[0], green = a[1] - b[1], blue = a[2] - b[2];
    return (float)(3 * red * red + 4 * green * green + 2 * blue * blue) / 9;
}

/* Which quarters a character of the tier can light: bits of upper left, upper right, lower left,
 * lower right. A blank is one byte, other characters are three. */
static float best_of(enum glyphs glyphs, const float bg[QUARTERS], const float fg[QUARTERS],
                     uint8_t *lit)
{
    static const uint8_t halves[] = {0, 3, 5, 10, 12, 15};
    float best = INFINITY;
    for (size_t i = 0; i < (glyphs == GLYPHS_BLOCK ? sizeof halves : 1); i++) {
        float loss = BYTE_WORTH * (halves[i] ? 3 : 1);
        for (int q = 0; q < QUARTERS; q++)
            loss += halves[i] >> q & 1 ? fg[q] : bg[q];
        if (loss < best) {
            best = loss;
            *lit = halves[i];
        }
    }
    return best;
}

/* With all sixteen each quarter is free. */
static float best_character(enum glyphs glyphs, const float bg[QUARTERS], const float fg[QUARTERS],
                            uint8_t *lit)
{
    float free = 3 * BYTE_WORTH, blank = BYTE_WORTH;
    if (glyphs != GLYPHS_BRAILLE)
        return best_of(glyphs, bg, fg, lit);
    *lit = 0;
    for (int q = 0; q < QUARTERS; q++) {
        *lit |= (uint8_t)((fg[q] < bg[q]) << q);
        free += fminf(fg[q], bg[q]);
        blank += bg[q];
    }
    *lit = blank <= free ? 0 : *lit;
    return fminf(blank, free);
}

static uint8_t add_color(struct row *r, uint8_t number)
{
    int i = 0;
    while (i < r->colors_n && r->color[i].number != number)
        i++;
    if (i == r->colors_n)
        r->color[r->colors_n++] = color_of(number);
    return (uint8_t)i;
}

static void add_candidate(struct row *r, const struct picture_cell *cell)
{
    if (r->n == CANDIDATES)
        return;
    uint8_t fg = add_color(r, cell->code == ' ' ? cell->bg : cell->fg);
    uint8_t bg = cell->code == FULL ? fg : add_color(r, cell->bg);
    bool dark = brightness(&r->color[fg]) < brightness(&r->color[bg]);
    struct pair p = {dark ? bg : fg, dark ? fg : bg};
    for (int i = 0; i < r->n; i++)
        if (r->pair[i].fg == p.fg && r->pair[i].bg == p.bg)
            return;
    r->pair[r->n++] = p;
}

static void weigh_cell(const struct picture *p, const uint8_t *rgb, int width, int height,
                       enum glyphs glyphs, int x, int y, struct row *r)
{
    float far[2 * CANDIDATES][QUARTERS];
    for (int q = 0; q < QUARTERS; q++) {
        int mean[3];
        quarter(rgb, width, height, p, 2 * x + q % 2, 2 * y + q / 2, mean);
        for (int i = 0; i < r->colors_n; i++)
            far[i][q] = difference(mean, r->color[i].rgb);
    }
    for (int i = 0; i < r->n; i++) {
        size_t at = (size_t)x * CANDIDATES + (size_t)i;
        r->loss[at] = best_character(glyphs, far[r->pair[i].bg], far[r->pair[i].fg], &r->lit[at]);
    }
}

static int least(const float *values, int n)
{
    int best = 0;
    for (int i = 1; i < n; i++)
        if (values[i] < values[best])
            best = i;
    return best;
}

/* The cheapest way along the row; returns how often the colours are set. */
static int choose(const struct row *r, int columns, float worth, uint8_t *from)
{
    float total[CANDIDATES] = {0}, change = worth * SWITCH_BYTES;
    int sets = 1;
    for (int x = 0; x < columns; x++) {
        int best = least(total, r->n);
        float other = total[best] + change;
        for (int i = 0; i < r->n; i++) {
            size_t at = (size_t)x * CANDIDATES + (size_t)i;
            from[at] = (uint8_t)(total[i] <= other ? i : best);
            total[i] = fminf(total[i], other) + r->loss[at];
        }
    }
    int at = least(total, r->n);
    for (int x = columns - 1; x >= 0; x--) {
        r->choice[x] = (uint8_t)at;
        int before = from[(size_t)x * CANDIDATES + (size_t)at];
        sets += x > 0 && before != at;
        at = before;
    }
    return sets;
}

static int bytes_of(const struct row *r, int columns, int sets)
{
    int bytes = sets * SWITCH_BYTES;
    for (int x = 0; x < columns; x++)
        bytes += r->lit[(size_t)x * CANDIDATES + r->choice[x]] ? 3 : 1;
    return bytes;
}

static struct picture_cell cell_of(const struct row *r, int x)
{
    static const uint16_t characters[16] = {' ',    0x2598, 0x259D, 0x2580, 0x2596, 0x258C,
                                            0x259E, 0x259B, 0x2597, 0x259A, 0x2590, 0x259C,
                                            0x2584, 0x2599, 0x259F, FULL};
    int choice = r->choice[x];
    int lit = r->lit[(size_t)x * CANDIDATES + (size_t)choice];
    struct pair p = r->pair[choice];
    return (struct picture_cell){
        .code = characters[lit], .fg = r->color[p.fg].number, .bg = r->color[p.bg].number};
}

static void weigh_row(const struct picture *p, const uint8_t *rgb, int width, int height,
                      enum glyphs glyphs, int y, struct row *r)
{
    size_t n = (size_t)p->columns * CANDIDATES;
    *r = (struct row){.loss = xcalloc(n, sizeof *r->loss),
                      .lit = xcalloc(n, 1),
                      .choice = xcalloc((size_t)p->columns, 1)};
    for (int x = 0; x < p->columns; x++)
        add_candidate(r, &p->cells[y * p->columns + x]);
    for (int x = 0; x < p->columns; x++)
        weigh_cell(p, rgb, width, height, glyphs, x, y, r);
}

static void free_row(struct row *r)
{
    free(r->loss);
    free(r->lit);
    free(r->choice);
}

void thrift_apply(struct picture *p, const uint8_t *rgb, int width, int height, enum glyphs glyphs)
{
    struct row *rows = xcalloc((size_t)p->rows, sizeof *rows);
    uint8_t *from = xcalloc((size_t)p->columns * CANDIDATES, 1);
    int budget = p->columns * p->rows * BYTES_A_CELL, bytes = budget + 1;
    float worth = BYTE_WORTH;
    for (int y = 0; y < p->rows; y++)
        weigh_row(p, rgb, width, height, glyphs, y, &rows[y]);
    for (int try = 0; try < TRIES && bytes > budget; try++, worth *= 1.5F) {
        bytes = 0;
        for (int y = 0; y < p->rows; y++)
            bytes += bytes_of(&rows[y], p->columns, choose(&rows[y], p->columns, worth, from));
    }
    for (int y = 0; y < p->rows; y++) {
        for (int x = 0; x < p->columns; x++)
            p->cells[y * p->columns + x] = cell_of(&rows[y], x);
        free_row(&rows[y]);
    }
    free(from);
    free(rows);
}
