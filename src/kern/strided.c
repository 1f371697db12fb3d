/* What of the strided transforms does not depend on the CPU tier: the walk over the filters, and
 * which points share one. */
#include "kern/strided.h"

enum { TILE = 4, TAPS = 9, TURN_ROWS = 16, LINE = 9, OWN = 6 };

int strided_tiles_of_image(int h, int w)
{
    int down = ((h + 1) / 2 + TILE - 1) / TILE, across = ((w + 1) / 2 + TILE - 1) / TILE;
    return down * across;
}

static int own(int point)
{
    return point < OWN ? point : OWN - 1;
}

int strided_filter_of(int point)
{
    return own(point / LINE) * OWN + own(point % LINE);
}

void strided_filters(const struct kern *kern, const float *w, int c, int k, int first, int count,
                     float *u)
{
    struct winograd_planes p = winograd_panels(c, k);
    for (int i = first; i < first + count; i++)
        kern->strided_filter(w + (ptrdiff_t)i * k, (ptrdiff_t)c * k, k, &p,
                             u + (size_t)i * p.row_step);
}

/* turned[tap][row][32 columns] of the output channels from `k0` on (rows) and the input channels
 * from `c0` on (columns). */
static void turn(const float *w, int c, int k, int k0, int rows, int c0,
                 float turned[TAPS][TURN_ROWS][WINOGRAD_CHANNELS])
{
    for (int tap = 0; tap < TAPS; tap++) {
        const float *from = w + ((ptrdiff_t)(TAPS - 1 - tap) * c + c0) * k + k0;
        for (int j = 0; j < WINOGRAD_CHANNELS; j++, from += k)
            for (int i = 0; i < rows; i++)
                turned[tap][i][j] = from[i];
    }
}

void strided_filters_turned(const struct kern *kern, const float *w, int c, int k, int first,
                            int count, float *u)
{
    float turned[TAPS][TURN_ROWS][WINOGRAD_CHANNELS];
    struct winograd_planes p = winograd_panels(k, c);
    for (int k0 = first; k0 < first + count; k0 += TURN_ROWS) {
        int left = first + count - k0, rows = left < TURN_ROWS ? left : TURN_ROWS;
        for (int c0 = 0; c0 < c; c0 += WINOGRAD_CHANNELS) {
            turn(w, c, k, k0, rows, c0, turned);
            float *to = u + (size_t)(c0 / WINOGRAD_CHANNELS) * p.panel;
            for (int i = 0; i < rows; i++)
                kern->strided_filter(turned[0][i], TURN_ROWS * WINOGRAD_CHANNELS, WINOGRAD_CHANNELS,
                                     &p, to + (size_t)(k0 + i) * p.row_step);
        }
    }
}

void strided_filter_gradient(const struct kern *kern, const float *du, int c, int k, int first,
                             int count, float *dw)
{
    struct winograd_planes p = winograd_rows(c, k);
    for (int i = first; i < first + count; i++)
        kern->strided_gather(du + (size_t)i * p.row_step, &p, k, (ptrdiff_t)c * k,
                             dw + (ptrdiff_t)i * k);
}
