/* What of the Winograd transforms does not depend on the CPU tier: where matrices lie, and the walk
 * over the filters. Called by the convolution inside a block of work; transforms of whole tiles are
 * called through struct kern directly. */
#include "kern/winograd.h"

enum { TAPS = 9, TURN_ROWS = 16, LINE = 16 /* floats */ };

static struct winograd_planes planes(int rows, int channels, size_t row_step, size_t panel)
{
    size_t lines = ((size_t)rows * (size_t)channels + LINE - 1) / LINE;
    return (struct winograd_planes){(lines | 1) * LINE, row_step, panel};
}

struct winograd_planes winograd_rows(int rows, int channels)
{
    return planes(rows, channels, (size_t)channels, WINOGRAD_CHANNELS);
}

struct winograd_planes winograd_panels(int rows, int channels)
{
    return planes(rows, channels, WINOGRAD_CHANNELS, (size_t)rows * WINOGRAD_CHANNELS);
}

int winograd_tiles_of_image(int h, int w)
{
    return (h + 3) / 4 * ((w + 3) / 4);
}

void winograd_filters(const struct kern *kern, const float *w, int c, int k, int first, int count,
                      float *u)
{
    struct winograd_planes p = winograd_panels(c, k);
    ptrdiff_t tap = (ptrdiff_t)c * k;
    for (int i = first; i < first + count; i++)
        kern->winograd_filter(w + (ptrdiff_t)i * k, tap, k, &p, u + (size_t)i * p.row_step);
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

void winograd_filters_turned(const struct kern *kern, const float *w, int c, int k, int first,
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
                kern->winograd_filter(turned[0][i], TURN_ROWS * WINOGRAD_CHANNELS,
                                      WINOGRAD_CHANNELS, &p, to + (size_t)(k0 + i) * p.row_step);
        }
    }
}

void winograd_filter_gradient(const struct kern *kern, const float *du, int c, int k, int first,
                              int count, float *dw)
{
    struct winograd_planes p = winograd_rows(c, k);
    ptrdiff_t tap = (ptrdiff_t)c * k;
    for (int i = first; i < first + count; i++)
        kern->winograd_gather(du + (size_t)i * p.row_step, &p, k, tap, dw + (ptrdiff_t)i * k);
}
