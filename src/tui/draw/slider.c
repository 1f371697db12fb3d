/* Rail, knob and best mark: o now, | best, @ both (or their finer glyphs). */
#include "slider.h"

#include <math.h>

int slider_cell(double value, int cells)
{
    if (!(value > 0) || cells < 1)
        return 0;
    if (value > 1)
        value = 1;
    return (int)lround(value * (cells - 1));
}

double slider_value(int cell, int cells)
{
    if (cells < 2 || cell <= 0)
        return 0;
    return cell >= cells - 1 ? 1 : rint(100. * cell / (cells - 1)) / 100;
}

void slider_draw(struct canvas *c, int x, int y, int cells, struct slider s,
                 const struct glyph_set *g)
{
    if (cells < 1)
        return;
    canvas_fill(c, (struct rect){x, y, cells, 1}, INK_TRACK, g->track);
    int now = slider_cell(s.now, cells);
    unsigned knob = s.locked ? INK_DIM : INK_KNOB | ATTR_BOLD;
    if (isnan(s.best)) {
        canvas_put(c, x + now, y, knob, g->now);
        return;
    }
    int best = slider_cell(s.best, cells);
    canvas_put(c, x + best, y, INK_BEST, g->best);
    canvas_put(c, x + now, y, now == best ? INK_BEST | ATTR_BOLD : knob,
               now == best ? g->both : g->now);
}
