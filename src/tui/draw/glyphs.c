/* Glyph tiers as const tables. Everything here takes one cell in every terminal. */
#include "glyphs.h"

#include <string.h>
#include <strings.h>

static const struct glyph_set sets[GLYPHS_COUNT];

const struct glyph_set *glyphs_set(enum glyphs tier)
{
    return &sets[tier];
}

enum glyphs glyphs_named(const char *name, enum glyphs automatic)
{
    for (int i = 0; i < GLYPHS_COUNT; i++)
        if (strcmp(name, sets[i].name) == 0)
            return (enum glyphs)i;
    return automatic;
}

enum glyphs glyphs_automatic(const char *codeset, const char *term)
{
    static const char *const plain[] = {"vt100", "vt102", "vt220", "dumb", "ansi"};
    if (strcasecmp(codeset, "UTF-8") != 0 && strcasecmp(codeset, "utf8") != 0)
        return GLYPHS_ASCII;
    for (size_t i = 0; term && i < sizeof plain / sizeof *plain; i++)
        if (strcmp(term, plain[i]) == 0)
            return GLYPHS_ASCII;
    if (term && strncmp(term, "linux", 5) == 0)
        return GLYPHS_BLOCK;
    return GLYPHS_BRAILLE;
}

static const struct glyph_set sets[GLYPHS_COUNT] = {
    [GLYPHS_BRAILLE] = {.name = "braille",
                        .h = 0x2500,
                        .v = 0x2502,
                        .tl = 0x256D,
                        .tr = 0x256E,
                        .bl = 0x2570,
                        .br = 0x256F,
                        .tick = 0x2524,
                        .axis = 0x2502,
                        .corner = 0x2514,
                        .track = 0x2500,
                        .now = 0x25CF,
                        .best = 0x2502,
                        .both = 0x25C9,
                        .lock = 'L',
                        .mark = 0x25B8,
                        .ellipsis = 0x2026,
                        .dot = 0x00B7,
                        .part = {0x2588, 0x2589, 0x258A, 0x258B, 0x258C, 0x258D, 0x258E, 0x258F},
                        .second = 0x2588,
                        .shade = 0x2592,
                        .positive = 0x2592,
                        .span = 0x2501,
                        .point_val = 0x25CB,
                        .point_score = 0x25C6,
                        .shades = {' ', 0x2591, 0x2592, 0x2593, 0x2588},
                        .rise = {' ', 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587,
                                 0x2588},
                        .plus_minus = "\xc2\xb1",
                        .times = "\xc3\x97",
                        .level_point = "\xe2\x80\xa2"},
    [GLYPHS_BLOCK] = {.name = "block",
                      .h = 0x2500,
                      .v = 0x2502,
                      .tl = 0x250C,
                      .tr = 0x2510,
                      .bl = 0x2514,
                      .br = 0x2518,
                      .tick = 0x2524,
                      .axis = 0x2502,
                      .corner = 0x2514,
                      .track = 0x2500,
                      .now = 'o',
                      .best = 0x2502,
                      .both = '@',
                      .lock = 'L',
                      .mark = '>',
                      .ellipsis = '~',
                      .dot = 0x00B7,
                      .part = {0x2588, 0, 0, 0, 0x258C, 0, 0, 0},
                      .second = 0x2588,
                      .shade = 0x2592,
                      .positive = 0x2592,
                      .span = 0x2550,
                      .point_val = 'o',
                      .point_score = '*',
                      .shades = {' ', 0x2591, 0x2592, 0x2593, 0x2588},
                      .rise = {' ', ' ', ' ', 0x2584, 0x2584, 0x2584, 0x2584, 0x2588, 0x2588},
                      .plus_minus = "\xc2\xb1",
                      .times = "x",
                      .level_point = "o"},
    [GLYPHS_ASCII] = {.name = "ascii",
                      .h = '-',
                      .v = '|',
                      .tl = '+',
                      .tr = '+',
                      .bl = '+',
                      .br = '+',
                      .tick = '+',
                      .axis = '|',
                      .corner = '+',
                      .track = '-',
                      .now = 'o',
                      .best = '|',
                      .both = '@',
                      .lock = 'L',
                      .mark = '>',
                      .ellipsis = '~',
                      .dot = '.',
                      .part = {'=', 0, 0, 0, 0, 0, 0, 0},
                      .second = '#',
                      .shade = '#',
                      .positive = 'o',
                      .span = '=',
                      .point_val = 'o',
                      .point_score = '*',
                      .shades = {' ', '-', '+', '*', '#'},
                      .rise = {' ', ' ', ' ', '.', '.', ':', ':', '#', '#'},
                      .plus_minus = "+-",
                      .times = "x",
                      .level_point = "o"},
};
