/* What of the Winograd transforms does not depend on the CPU tier: where matrices lie, and the walk
 * over the filters. Called by the convolution inside a block of work; transforms of whole tiles are
 * called through struct kern directly. */
#include "kern/winograd.h"

_Static_assert(WINOGRAD_CHANNELS == 32 && WINOGRAD_DEPTH == 64, "logarithms below");

enum { TAPS = 9, LOG2_CHANNELS = 5, TURN_ROWS = 16, LINE = 16 /* floats */, AHEAD = 6 /* rows */ };

static size_t plane_of(int rows, int channels)
{
    size_t lines = ((size_t)rows * (size_t)channels + LINE - 1) / LINE;
    return (lines | 1) * LINE;
}

struct winograd_planes winograd_rows(int rows, int channels)
{
    return (struct winograd_planes){plane_of(rows, channels), (size_t)channels, WINOGRAD_CHANNELS,
                                    LOG2_CHANNELS};
}

struct winograd_planes winograd_panels(int rows, int channels)
{
    return (struct winograd_planes){plane_of(rows, channels), WINOGRAD_CHANNELS,
                                    (size_t)rows * WINOGRAD_CHANNELS, LOG2_CHANNELS};
}

struct winograd_planes winograd_deep_panels(int rows, int channels)
{
    int panels = (channels + WINOGRAD_DEPTH - 1) / WINOGRAD_DEPTH;
    return (struct winograd_planes){plane_of(rows, panels * WINOGRAD_DEPTH), WINOGRAD_DEPTH,
                                    (size_t)rows * WINOGRAD_DEPTH, LOG2_CHANNELS + 1};
}

int winograd_tiles_of_image(int h, int w)
{
    return (h + 3) / 4 * ((w + 3) / 4);
}

/* Asks for some floats ahead of their use: parts of rows are too short for the CPU to foresee. */
static void fetch(const float *p, int count)
{
    for (int i = 0; i < count; i += LINE)
        __builtin_prefetch(p + i);
}

void winograd_filters(winograd_filter_fn *transform, const float *w, int c, int k,
                      const struct winograd_part *part, const struct winograd_planes *p, float *u)
{
    ptrdiff_t tap = (ptrdiff_t)c * k;
    const float *from = w + (ptrdiff_t)part->row * k + part->column;
    for (int i = 0; i < part->rows; i++) {
        for (int t = 0; t < TAPS && part->columns < k; t++)
            fetch(from + (ptrdiff_t)(i + AHEAD) * k + t * tap, part->columns);
        transform(from + (ptrdiff_t)i * k, tap, part->columns, p, u + (size_t)i * p->row_step);
    }
}

/* turned[tap][row][32 columns] of the output channels from `k0` on (rows) and the input channels
 * from `c0` on (columns). */
static void turn(const float *w, int c, int k, int k0, int rows, int c0,
                 float turned[TAPS][TURN_ROWS][WINOGRAD_CHANNELS])
{
    for (int tap = 0; tap < TAPS; tap++) {
        const float *from = w + ((ptrdiff_t)(TAPS - 1 - tap) * c + c0) * k + k0;
        for (int j = 0; j < WINOGRAD_CHANNELS; j++, from += k) {
            __builtin_prefetch(from + TURN_ROWS);
            for (int i = 0; i < rows; i++)
                turned[tap][i][j] = from[i];
        }
    }
}

static void turned_rows(winograd_filter_fn *transform, const float *w, int c, int k,
                        const struct winograd_part *part, const struct winograd_planes *p, float *u)
{
    float turned[TAPS][TURN_ROWS][WINOGRAD_CHANNELS];
    for (int column = 0; column < part->columns; column += WINOGRAD_CHANNELS) {
        turn(w, c, k, part->row, part->rows, part->column + column, turned);
        float *to = u + (size_t)(column / WINOGRAD_CHANNELS) * p->panel;
        for (int i = 0; i < part->rows; i++)
            transform(turned[0][i], TURN_ROWS * WINOGRAD_CHANNELS, WINOGRAD_CHANNELS, p,
                      to + (size_t)i * p->row_step);
    }
}

void winograd_filters_turned(winograd_filter_fn *transform, const float *w, int c, int k,
                             const struct winograd_part *part, const struct winograd_planes *p,
                             float *u)
{
    for (int i = 0; i < part->rows; i += TURN_ROWS) {
        int left = part->rows - i;
        struct winograd_part some = *part;
        some.row += i;
        some.rows = left < TURN_ROWS ? left : TURN_ROWS;
        turned_rows(transform, w, c, k, &some, p, u + (size_t)i * p->row_step);
    }
}

void winograd_filter_gradient(winograd_gather_fn *transform, const float *du,
                              const struct winograd_planes *p, int c, int k,
                              const struct winograd_part *part, float *dw)
{
    ptrdiff_t tap = (ptrdiff_t)c * k;
    float *to = dw + (ptrdiff_t)part->row * k + part->column;
    for (int i = 0; i < part->rows; i++)
        transform(du + (size_t)i * p->row_step, p, part->columns, tap, to + (ptrdiff_t)i * k);
}
