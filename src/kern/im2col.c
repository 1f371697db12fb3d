/* Packing and unpacking of image patches. Called by the convolution inside a block of work, with
 * scratch that belongs to the worker.
 *
 * Taps next to each other in a row of the kernel lie next to each other in an NHWC image, so one
 * copy moves a whole run of taps; a run is cut where it leaves the image, and padding reads as
 * zero. Adding back visits rows and taps in the same fixed order, so sums keep their bits. */
#include "kern/im2col.h"

#include <string.h>

/* A run of taps in one row of the kernel, seen from one output position. */
struct run {
    int left, inside, right; /* taps before, in and after the image */
    const float *image;      /* first tap inside */
};

int im2col_out(int size, int kernel, int stride, int pad)
{
    return (size + 2 * pad - kernel) / stride + 1;
}

static int clamp(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

/* Where the `taps` taps from (r, s) fall for the output position (y, x) of an image. */
static struct run find_run(const struct im2col *g, const float *image, int y, int x, int r, int s,
                           int taps)
{
    int in_y = y * g->stride - g->pad + r, in_x = x * g->stride - g->pad + s;
    if (in_y < 0 || in_y >= g->h)
        return (struct run){.left = taps};
    int begin = clamp(in_x, 0, g->w), end = clamp(in_x + taps, 0, g->w);
    int left = clamp(begin - in_x, 0, taps), inside = end - begin;
    return (struct run){left, inside, taps - left - inside,
                        image + ((size_t)in_y * (size_t)g->w + (size_t)begin) * (size_t)g->c};
}

struct position {
    size_t image;
    int y, x;
};

static struct position position_of(const struct im2col *g, size_t row)
{
    size_t out_w = (size_t)g->out_w, plane = out_w * (size_t)g->out_h;
    return (struct position){row / plane, (int)(row % plane / out_w), (int)(row % out_w)};
}

static void advance(const struct im2col *g, struct position *p)
{
    if (++p->x < g->out_w)
        return;
    p->x = 0;
    if (++p->y < g->out_h)
        return;
    p->y = 0;
    p->image++;
}

static int taps_in_row(const struct im2col *g, int tap, int end)
{
    int to_row_end = g->kernel - tap % g->kernel;
    return end - tap < to_row_end ? end - tap : to_row_end;
}

void im2col_pack(const struct im2col *g, const struct im2col_part *part, const float *x, float *col)
{
    size_t c = (size_t)g->c, image = (size_t)g->h * (size_t)g->w * c;
    int end = part->tap + part->taps;
    struct position p = position_of(g, part->first);
    for (int i = 0; i < part->rows; i++, advance(g, &p))
        for (int tap = part->tap, n; tap < end; tap += n) {
            n = taps_in_row(g, tap, end);
            struct run run =
                find_run(g, x + p.image * image, p.y, p.x, tap / g->kernel, tap % g->kernel, n);
            memset(col, 0, (size_t)run.left * c * sizeof *col);
            col += (size_t)run.left * c;
            if (run.inside)
                memcpy(col, run.image, (size_t)run.inside * c * sizeof *col);
            col += (size_t)run.inside * c;
            memset(col, 0, (size_t)run.right * c * sizeof *col);
            col += (size_t)run.right * c;
        }
}

void im2col_add(const struct im2col *g, const struct im2col_part *part, const struct kern *kern,
                const float *col, float *dx)
{
    size_t c = (size_t)g->c, image = (size_t)g->h * (size_t)g->w * c;
    int end = part->tap + part->taps;
    struct position p = position_of(g, part->first);
    for (int i = 0; i < part->rows; i++, advance(g, &p))
        for (int tap = part->tap, n; tap < end; tap += n) {
            n = taps_in_row(g, tap, end);
            struct run run =
                find_run(g, dx + p.image * image, p.y, p.x, tap / g->kernel, tap % g->kernel, n);
            if (run.inside)
                kern->add(dx + (run.image - dx), col + (size_t)run.left * c,
                          (size_t)run.inside * c);
            col += (size_t)n * c;
        }
}
