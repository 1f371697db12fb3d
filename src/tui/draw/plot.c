/* Curves as dots. Each curve is first reduced to one mean per column of dots, then neighbouring
 * columns are joined by a line. A cell has one style, that of the curve drawn last; dots of an
 * envelope give way to any curve in their cell, so that the spread never thickens a line. */
#include "plot.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct plot_dot {
    uint16_t bits; /* by row of dots from the top, then column */
    uint16_t style;
    char ascii;
    bool faint;
};

/* One column of dots of a curve. */
struct column {
    int n;
    double sum, low, high;
    bool gap; /* a missing value came between this column and the one before */
};

struct plot_axis plot_no_bounds(bool logarithmic)
{
    return (struct plot_axis){INFINITY, -INFINITY, logarithmic};
}

static bool usable(bool logarithmic, double value)
{
    return isfinite(value) && (!logarithmic || value > 0);
}

void plot_widen(struct plot_axis *a, const double *y, int n)
{
    for (int i = 0; i < n; i++)
        if (usable(a->logarithmic, y[i])) {
            a->low = fmin(a->low, y[i]);
            a->high = fmax(a->high, y[i]);
        }
}

struct plot_axis plot_axis_of(struct plot_axis bounds)
{
    struct plot_axis a = bounds;
    if (!(a.low <= a.high)) {
        a.low = a.logarithmic ? 0.1 : 0;
        a.high = 1;
    }
    if (a.logarithmic && a.high / a.low < 1.05) {
        a.low /= 1.25;
        a.high *= 1.25;
    } else if (!a.logarithmic && a.high - a.low < 1e-9 * fmax(1e-12, fabs(a.high))) {
        double margin = a.high != 0 ? fabs(a.high) * 0.1 : 1;
        a.low -= margin;
        a.high += margin;
    }
    return a;
}

double plot_place(const struct plot_axis *a, double value)
{
    if (!usable(a->logarithmic, value))
        return NAN;
    if (a->logarithmic)
        return log(value / a->low) / log(a->high / a->low);
    return (value - a->low) / (a->high - a->low);
}

static void add_tick(struct plot_ticks *t, double value)
{
    if (t->n < PLOT_TICKS)
        t->at[t->n++] = value;
}

/* The next larger of ... 1 2 5 10 20 50 ... */
static double next_step(double step)
{
    double power = pow(10, floor(log10(step) + 1e-9));
    double part = step / power;
    return power * (part < 1.5 ? 2 : part < 3 ? 5 : 10);
}

static struct plot_ticks linear_ticks(const struct plot_axis *a, int most)
{
    struct plot_ticks t = {0};
    double step = pow(10, floor(log10((a->high - a->low) / most)) - 1);
    double first, last;
    do {
        step = next_step(step);
        first = ceil(a->low / step - 1e-9);
        last = floor(a->high / step + 1e-9);
    } while (last - first + 1 > most);
    t.step = step;
    for (double i = first; i <= last; i++)
        add_tick(&t, fabs(i) < 0.5 ? 0 : i * step);
    return t;
}

/* The round values of `sparse` kinds per decade: 3: 1 2 5, 1: 1 only; each `decades` decades. */
static struct plot_ticks decade_ticks(const struct plot_axis *a, int sparse, int decades)
{
    static const double parts[] = {1, 2, 5};
    struct plot_ticks t = {0};
    int first = (int)floor(log10(a->low)), last = (int)ceil(log10(a->high));
    for (int d = first; d <= last; d++)
        for (int i = 0; i < sparse && d % decades == 0; i++) {
            double value = parts[i] * pow(10, d);
            if (value >= a->low * (1 - 1e-9) && value <= a->high * (1 + 1e-9))
                add_tick(&t, value);
        }
    return t;
}

static struct plot_ticks logarithmic_ticks(const struct plot_axis *a, int most)
{
    struct plot_ticks t = decade_ticks(a, 3, 1);
    if (t.n < 2) {
        struct plot_axis linear = {a->low, a->high, false};
        return linear_ticks(&linear, most);
    }
    for (int decades = 1; t.n > most && decades < 64; decades++)
        t = decade_ticks(a, 1, decades);
    return t;
}

struct plot_ticks plot_ticks(const struct plot_axis *a, int most)
{
    if (!(a->low < a->high) || !isfinite(a->low) || !isfinite(a->high))
        return (struct plot_ticks){0};
    most = most < 2 ? 2 : most > PLOT_TICKS ? PLOT_TICKS : most;
    return a->logarithmic ? logarithmic_ticks(a, most) : linear_ticks(a, most);
}

void plot_begin(struct plot *p, struct rect area, enum glyphs tier, struct plot_axis x)
{
    static const int across[] = {2, 1, 1}, down[] = {4, 2, 1};
    if (area.w < 0)
        area.w = 0;
    if (area.h < 0)
        area.h = 0;
    *p = (struct plot){.area = area, .tier = tier, .x = x};
    p->across = across[tier];
    p->down = down[tier];
    p->dot = xcalloc((size_t)area.w * (size_t)area.h + 1, sizeof *p->dot);
}

static void put_dot(struct plot *p, int dx, int dy, unsigned style, char ascii, bool faint)
{
    if (dx < 0 || dy < 0 || dx >= p->area.w * p->across || dy >= p->area.h * p->down)
        return;
    struct plot_dot *d = &p->dot[dy / p->down * p->area.w + dx / p->across];
    if (faint && d->bits && !d->faint)
        return;
    if (!faint && d->faint)
        d->bits = 0;
    d->bits = (uint16_t)(d->bits | 1u << (dy % p->down * p->across + dx % p->across));
    d->style = (uint16_t)style;
    d->ascii = ascii;
    d->faint = faint;
}

static int dot_of(double place, int dots)
{
    return (int)lround(fmin(fmax(place, -1), 2) * (dots - 1));
}

static int row_of(const struct plot *p, const struct plot_axis *y, double value)
{
    int dots = p->area.h * p->down;
    return dots - 1 - dot_of(plot_place(y, value), dots);
}

static void add_point(struct column *c, double y)
{
    c->low = c->n ? fmin(c->low, y) : y;
    c->high = c->n ? fmax(c->high, y) : y;
    c->sum += y;
    c->n++;
}

/* [w * across] columns of the points; free() it. */
static struct column *gather(const struct plot *p, const struct plot_axis *y, const double *xs,
                             const double *ys, int n)
{
    int dots = p->area.w * p->across;
    struct column *columns = xcalloc((size_t)dots + 1, sizeof *columns);
    bool gap = false;
    for (int i = 0; i < n && dots > 0; i++) {
        double place = plot_place(&p->x, xs[i]);
        if (!usable(y->logarithmic, ys[i]) || !(place >= -1e-9 && place <= 1 + 1e-9)) {
            gap = true;
            continue;
        }
        struct column *c = &columns[dot_of(place, dots)];
        c->gap = c->n == 0 ? gap : c->gap;
        add_point(c, ys[i]);
        gap = false;
    }
    return columns;
}

void plot_envelope(struct plot *p, const struct plot_axis *y, const double *xs, const double *ys,
                   int n, unsigned style)
{
    struct column *columns = gather(p, y, xs, ys, n);
    for (int x = 0; x < p->area.w * p->across; x++)
        if (columns[x].n > 0) {
            int top = row_of(p, y, columns[x].high), bottom = row_of(p, y, columns[x].low);
            for (int dy = top < 0 ? 0 : top; dy <= bottom && dy < p->area.h * p->down; dy++)
                put_dot(p, x, dy, style, ':', true);
        }
    free(columns);
}

struct pen {
    unsigned style;
    char ascii;
};

/* From one column's mean to the next: vertical runs, so that steep parts stay joined. */
static void join(struct plot *p, int x0, int y0, int x1, int y1, const struct pen *pen)
{
    int before = y0;
    for (int x = x0 + 1; x <= x1; x++) {
        int at = y0 + (int)lround((double)(y1 - y0) * (x - x0) / (x1 - x0));
        int step = at > before ? 1 : -1;
        for (int y = before == at ? at : before + step;; y += step) {
            put_dot(p, x, y, pen->style, pen->ascii, false);
            if (y == at)
                break;
        }
        before = at;
    }
}

void plot_curve(struct plot *p, const struct plot_axis *y, const double *xs, const double *ys,
                int n, unsigned style, char ascii)
{
    struct column *columns = gather(p, y, xs, ys, n);
    struct pen pen = {style, ascii};
    int last_x = -1, last_y = 0;
    for (int x = 0; x < p->area.w * p->across; x++) {
        if (columns[x].n == 0)
            continue;
        int at = row_of(p, y, columns[x].sum / columns[x].n);
        if (last_x >= 0 && !columns[x].gap)
            join(p, last_x, last_y, x, at, &pen);
        else
            put_dot(p, x, at, style, ascii, false);
        last_x = x;
        last_y = at;
    }
    free(columns);
}

/* Braille numbers its dots 1 2 3 7 down the left column, 4 5 6 8 down the right. */
static uint32_t braille(unsigned bits)
{
    static const uint8_t order[8] = {0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80};
    uint32_t code = 0x2800;
    for (int i = 0; i < 8; i++)
        if (bits >> i & 1)
            code |= order[i];
    return code;
}

static uint32_t code_of(const struct plot *p, const struct plot_dot *d)
{
    static const uint32_t halves[] = {' ', 0x2580, 0x2584, 0x2588};
    if (p->tier == GLYPHS_BRAILLE)
        return braille(d->bits);
    return p->tier == GLYPHS_BLOCK ? halves[d->bits & 3] : (uint32_t)d->ascii;
}

void plot_end(struct plot *p, struct canvas *c)
{
    for (int y = 0; y < p->area.h; y++)
        for (int x = 0; x < p->area.w; x++) {
            const struct plot_dot *d = &p->dot[y * p->area.w + x];
            if (d->bits)
                canvas_put(c, p->area.x + x, p->area.y + y, d->style, code_of(p, d));
        }
    free(p->dot);
    p->dot = NULL;
}

void plot_mark(const struct plot *p, struct canvas *c, const struct plot_axis *y, double px,
               double py, unsigned style, uint32_t code)
{
    double across = plot_place(&p->x, px), up = plot_place(y, py);
    if (!(across >= 0 && across <= 1 && up >= 0 && up <= 1) || p->area.w < 1 || p->area.h < 1)
        return;
    canvas_put(c, p->area.x + dot_of(across, p->area.w * p->across) / p->across,
               p->area.y + row_of(p, y, py) / p->down, style, code);
}
