/* The 240 of 256 colours that terminals agree on: 16 to 231 a cube of six levels a channel, from
 * 232 on grays. Pure; any thread. */
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include <stdint.h>

struct palette_color {
    uint8_t number; /* 16..255 */
    int rgb[3];     /* 0..255 */
};

struct palette_color palette_color(uint8_t number);
/* The number of the colour that is least far from it. */
uint8_t palette_nearest(const int rgb[3]);
/* How far colours are from each other, squared: green weighs most, blue least. Here, because it is
 * called a million times a picture. */
static inline float palette_difference(const int a[3], const int b[3])
{
    int red = a[0] - b[0], green = a[1] - b[1], blue = a[2] - b[2];
    return (float)(3 * red * red + 4 * green * green + 2 * blue * blue) / 9;
}

#endif
