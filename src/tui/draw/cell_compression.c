/* Of the pixels a cell needs the means of its quarters: with two colours a quarter takes the nearer
 * one, and which quarters are lit is the character. Of each row the pairs of colours that would
 * suit one of its cells best are the candidates. The weight of a byte grows until the whole fits
 * the budget. */
#include "cell_compression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "palette.h"

enum {
    QUARTERS = 4,
    CANDIDATES = 48,
    SWITCH_BYTES = 22,
    BYTES_A_CELL = 7,
    TRIES = 16,
    STRIDE = 5, /* over a row, so that its candidates come from all of it */
    FULL = 0x2588
};

/* Squared difference of colours that a byte is worth, at first: hardly visible ones go. */
static const float BYTE_WORTH = 60;

/* Indices of colours. The darker one is the background, as it is in most of such a picture. */
struct pair {
    uint8_t fg, bg;
};

struct row {
    int n, colors_n;
    struct pair pair[CANDIDATES];
    struct palette_color color[2 * CANDIDATES];
    int (*mean)[QUARTERS][3]; /* [columns] of the pixels */
    float *loss;     /* [columns][CANDIDATES] of a cell in the colours of a pair, glyph included */
    uint8_t *lit;    /* [columns][CANDIDATES] which quarters are in the foreground */
    uint8_t *choice; /* [columns] index of the pair that was chosen */
};

static int brightness(const struct palette_color *c)
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
        r->color[r->colors_n++] = palette_color(number);
    return (uint8_t)i;
}

static void add_candidate(struct row *r, uint8_t one, uint8_t other)
{
    if (r->n == CANDIDATES)
        return;
    uint8_t fg = add_color(r, one), bg = add_color(r, other);
    bool dark = brightness(&r->color[fg]) < brightness(&r->color[bg]);
    struct pair p = {dark ? bg : fg, dark ? fg : bg};
    for (int i = 0; i < r->n; i++)
        if (r->pair[i].fg == p.fg && r->pair[i].bg == p.bg)
            return;
    r->pair[r->n++] = p;
}

/* The mean of the quarters that are not lit and that of the others; returns how far all are from
 * theirs. */
static float divide(int mean[QUARTERS][3], unsigned lit, int side[2][3])
{
    float loss = 0;
    int n[2] = {0, 0};
    memset(side, 0, 2 * sizeof *side);
    for (int q = 0; q < QUARTERS; q++) {
        n[lit >> q & 1]++;
        for (int c = 0; c < 3; c++)
            side[lit >> q & 1][c] += mean[q][c];
    }
    for (int c = 0; c < 3; c++) {
        side[0][c] /= n[0];
        side[1][c] = n[1] ? side[1][c] / n[1] : side[0][c];
    }
    for (int q = 0; q < QUARTERS; q++)
        loss += palette_difference(mean[q], side[lit >> q & 1]);
    return loss;
}

/* The two colours that suit a cell best, by any character of the tier; twice the same where one is
 * as good. */
static void suit(int mean[QUARTERS][3], enum glyphs glyphs, uint8_t colors[2])
{
    static const uint8_t divisions[] = {3, 5, 1, 2, 4, 6, 7}; /* the others are their negatives */
    static const int many[] = {[GLYPHS_BRAILLE] = 7, [GLYPHS_BLOCK] = 2, [GLYPHS_ASCII] = 0};
    int best[2][3], side[2][3];
    float least = divide(mean, 0, best) + BYTE_WORTH;
    for (int i = 0; i < many[glyphs]; i++) {
        float loss = divide(mean, divisions[i], side) + 3 * BYTE_WORTH;
        if (loss >= least)
            continue;
        least = loss;
        memcpy(best, side, sizeof best);
    }
    colors[0] = palette_nearest(best[0]);
    colors[1] = palette_nearest(best[1]);
}

static void weigh_cell(enum glyphs glyphs, int x, struct row *r)
{
    float far[2 * CANDIDATES][QUARTERS];
    for (int i = 0; i < r->colors_n; i++)
        for (int q = 0; q < QUARTERS; q++)
            far[i][q] = palette_difference(r->mean[x][q], r->color[i].rgb);
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
    float total[CANDIDATES] = {0}, change = worth * (float)SWITCH_BYTES;
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

static void measure(const struct picture *p, const uint8_t *rgb, int width, int height, int y,
                    struct row *r)
{
    for (int x = 0; x < p->columns; x++)
        for (int q = 0; q < QUARTERS; q++)
            quarter(rgb, width, height, p, 2 * x + q % 2, 2 * y + q / 2, r->mean[x][q]);
}

static void weigh_row(const struct picture *p, const uint8_t *rgb, int width, int height,
                      enum glyphs glyphs, int y, struct row *r)
{
    uint8_t colors[2];
    size_t columns = (size_t)p->columns, n = columns * CANDIDATES;
    *r = (struct row){.mean = xcalloc(columns, sizeof *r->mean),
                      .loss = xcalloc(n, sizeof *r->loss),
                      .lit = xcalloc(n, 1),
                      .choice = xcalloc(columns, 1)};
    measure(p, rgb, width, height, y, r);
    for (int first = 0; first < STRIDE; first++)
        for (int x = first; x < p->columns; x += STRIDE) {
            suit(r->mean[x], glyphs, colors);
            add_candidate(r, colors[1], colors[0]);
        }
    for (int x = 0; x < p->columns; x++)
        weigh_cell(glyphs, x, r);
}

static void free_row(struct row *r)
{
    free(r->mean);
    free(r->loss);
    free(r->lit);
    free(r->choice);
}

void cell_compression_draw(struct picture *p, const uint8_t *rgb, int width, int height,
                           enum glyphs glyphs)
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
