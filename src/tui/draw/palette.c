/* The cube's channels are independent of each other, so the nearest of its colours is that of the
 * nearest levels; of the grays it is the one nearest to the weighed mean. */
#include "palette.h"

enum { CUBE = 16, GRAYS = 232, SIDE = 6, GRAY_STEP = 10, GRAY_FIRST = 8, GRAY_COUNT = 24 };

static const int levels[SIDE] = {0, 95, 135, 175, 215, 255};

struct palette_color palette_color(uint8_t number)
{
    struct palette_color color = {.number = number};
    int n = number - CUBE, gray = GRAY_FIRST + GRAY_STEP * (number - GRAYS);
    for (int c = 0; c < 3; c++)
        color.rgb[c] = number >= GRAYS ? gray
                                       : levels[(c == 0   ? n / (SIDE * SIDE)
                                                 : c == 1 ? n / SIDE
                                                          : n) %
                                                SIDE];
    return color;
}

/* Halfway between two levels the lower one. */
static int nearest_level(int value)
{
    int i = 0;
    while (i + 1 < SIDE && 2 * value > levels[i] + levels[i + 1])
        i++;
    return i;
}

static uint8_t nearest_gray(const int rgb[3])
{
    int mean = (3 * rgb[0] + 4 * rgb[1] + 2 * rgb[2]) / 9;
    int i = (mean - GRAY_FIRST + GRAY_STEP / 2) / GRAY_STEP;
    return (uint8_t)(GRAYS + (i < 0 ? 0 : i < GRAY_COUNT ? i : GRAY_COUNT - 1));
}

uint8_t palette_nearest(const int rgb[3])
{
    int cube = CUBE + SIDE * SIDE * nearest_level(rgb[0]) + SIDE * nearest_level(rgb[1]) +
               nearest_level(rgb[2]);
    struct palette_color color = palette_color((uint8_t)cube),
                         gray = palette_color(nearest_gray(rgb));
    return palette_difference(rgb, gray.rgb) < palette_difference(rgb, color.rgb) ? gray.number
                                                                                  : color.number;
}
