/* Bars in eighths, halves or whole cells, as the glyph tier allows. */
#include "bars.h"

#include <math.h>

/* Eighths of a cell, rounded to what the tier has; at least the smallest step when share > 0. */
static int eighths(int cells, double share, const struct glyph_set *g)
{
    if (!(share > 0) || cells <= 0)
        return 0;
    if (share > 1)
        share = 1;
    int step = g->part[7] ? 1 : g->part[4] ? 4 : 8;
    int n = (int)lround(share * cells * 8 / step) * step;
    return n > step ? n : step;
}

void bars_draw(struct canvas *c, int x, int y, int cells, double share, unsigned style,
               const struct glyph_set *g)
{
    int n = eighths(cells, share, g);
    for (int i = 0; i < n / 8; i++)
        canvas_put(c, x + i, y, style, g->part[0]);
    if (n % 8)
        canvas_put(c, x + n / 8, y, style, g->part[8 - n % 8]);
}

int bars_cell(int cells, double share, const struct glyph_set *g)
{
    int n = eighths(cells, share, g);
    return n > 0 ? (n + 7) / 8 - 1 : 0;
}

void bars_rise(struct canvas *c, int x, int bottom, int cells, double share, unsigned style,
               const struct glyph_set *g)
{
    int least = 1;
    while (g->rise[least] == ' ')
        least++;
    int n = share > 0 ? (int)lround(fmin(share, 1) * cells * 8) : 0;
    n = n < least && share > 0 ? least : n;
    for (int i = 0; i < n / 8; i++)
        canvas_put(c, x, bottom - i, style, g->rise[8]);
    if (g->rise[n % 8] != ' ')
        canvas_put(c, x, bottom - n / 8, style, g->rise[n % 8]);
}

void bars_draw_parts(struct canvas *c, int x, int y, int cells, double share, unsigned style,
                     double part, unsigned part_style, uint32_t code, const struct glyph_set *g)
{
    bars_draw(c, x, y, cells, share, style, g);
    if (!(part > 0) || !(share > 0))
        return;
    int n = (int)lround((part < share ? part : share) * cells);
    for (int i = 0; i < (n > 0 ? n : 1); i++)
        canvas_put(c, x + i, y, part_style, code);
}

double bars_share(double value, double most, bool logarithmic)
{
    if (!(value > 0) || !(most > 0))
        return 0;
    return logarithmic ? log1p(value) / log1p(most) : value / most;
}
