/* What of the first convolution's transforms does not depend on the CPU tier: the walk over the
 * filters. Row (p*2 + q)*c + i of a filter's planes is channel i of the pixels with line parity p
 * and column parity q; its taps are every other one of the kernel, a line and a column later. */
#include "kern/stem.h"

#include <string.h>

enum { KERNEL = 7, TAPS = 4, DEPTH_STEP = 16 };

int stem_depth(int c)
{
    return (4 * c + DEPTH_STEP - 1) / DEPTH_STEP * DEPTH_STEP;
}

/* Where the tap (i, j) of a row lies in [7,7,c,k]; -1: in the line or column of zeros. */
static ptrdiff_t tap_at(int c, int k, int row, int i, int j)
{
    int phase = row / c, y = 2 * i + phase / 2 - 1, x = 2 * j + phase % 2 - 1;
    if (row >= 4 * c || y < 0 || x < 0)
        return -1;
    return ((ptrdiff_t)(y * KERNEL + x) * c + row % c) * k;
}

void stem_filters(const struct kern *kern, const float *w, int c, int k, float *u)
{
    struct winograd_planes p = winograd_panels(stem_depth(c), k);
    for (int row = 0; row < stem_depth(c); row++) {
        const float *taps[TAPS * TAPS];
        for (int i = 0; i < TAPS * TAPS; i++) {
            ptrdiff_t at = tap_at(c, k, row, i / TAPS, i % TAPS);
            taps[i] = at < 0 ? NULL : w + at;
        }
        kern->stem_filter(taps, k, &p, u + (size_t)row * p.row_step);
    }
}

void stem_filter_gradient(const struct kern *kern, const float *du, int c, int k, float *dw)
{
    struct winograd_planes p = winograd_rows(stem_depth(c), k);
    for (int row = 0; row < 4 * c; row++) {
        float *taps[TAPS * TAPS];
        for (int i = 0; i < TAPS * TAPS; i++) {
            ptrdiff_t at = tap_at(c, k, row, i / TAPS, i % TAPS);
            taps[i] = at < 0 ? NULL : dw + at;
        }
        kern->stem_gather(du + (size_t)row * p.row_step, &p, k, taps);
    }
}
