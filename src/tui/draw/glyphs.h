/* Glyph tiers: which characters the screen may use.
 *
 * braille: any UTF-8 terminal with a modern font. block: only what every UTF-8 font has, the Linux
 * console included (line drawing, half blocks). ascii: the 95 printable characters. */
#ifndef TUI_GLYPHS_H
#define TUI_GLYPHS_H

#include <stdint.h>

enum glyphs { GLYPHS_BRAILLE, GLYPHS_BLOCK, GLYPHS_ASCII, GLYPHS_COUNT };

struct glyph_set {
    const char *name;                /* "braille" */
    uint32_t h, v, tl, tr, bl, br;   /* frame */
    uint32_t tick, axis, corner;     /* left axis: tick mark, line; where the axes meet */
    uint32_t track, now, best, both; /* slider: rail, cut now, best cut, both at one place */
    uint32_t lock, mark;             /* locked class; selected class */
    uint32_t ellipsis, dot;          /* cut text; separator */
    uint32_t part[8];                /* bar: full cell, then 7/8 ... 1/8 (0: not in this tier) */
    uint32_t second, shade;          /* full cell of a bar's second part; without colours */
    uint32_t positive;               /* cell of a bar of positives */
    uint32_t span;                   /* an interval on a rail */
    uint32_t point_val, point_score; /* marks on the curves at an epoch */
    uint32_t shades[5];              /* of a cell: empty to full */
    uint32_t rise[9];                /* of a column: empty, 1/8 ... full */
    const char *plus_minus, *times, *level_point;
};

const struct glyph_set *glyphs_set(enum glyphs tier);
/* By configured name; `automatic` for "auto". */
enum glyphs glyphs_named(const char *name, enum glyphs automatic);
/* From the locale's character set ("UTF-8") and TERM. */
enum glyphs glyphs_automatic(const char *codeset, const char *term);

#endif
