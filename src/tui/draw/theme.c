/* Palettes as const tables, and the few rules for what tables cannot say. In 256 and 16 colours ink
 * and paper are both given for every cell, so that a theme reads the same whatever the terminal's
 * own colours are. In 16 colours the status line has one ink, and in 8 it is reversed; grey on the
 * selected row would vanish. */
#include "theme.h"

#include <string.h>

enum { TRACK_DARK = 240, TRACK_LIGHT = 250 };

/* Colour numbers of a meaning, by palette; attributes where colour is missing. */
struct swatch {
    short dark256, light256, dark16, light16, colors8;
    unsigned bold; /* ATTR_BOLD in every tier */
    unsigned mono; /* attributes without colour */
};

static const struct swatch inks[INK_COUNT];
static const struct swatch papers[PAPER_COUNT];

static int pick(const struct swatch *s, enum theme theme, enum theme_tier tier)
{
    switch (tier) {
    case THEME_256:
        return theme == THEME_DARK ? s->dark256 : s->light256;
    case THEME_16:
        return theme == THEME_DARK ? s->dark16 : s->light16;
    case THEME_8:
        return s->colors8;
    case THEME_MONO:
        break;
    }
    return -1;
}

/* Ink on the paper of a selected row, where grey would vanish, and green on grey. */
static int on_row(int fg, enum theme theme, enum theme_tier tier)
{
    bool dark = theme == THEME_DARK;
    if (tier == THEME_256)
        return fg == TRACK_DARK || fg == TRACK_LIGHT ? (dark ? 245 : 243) : fg;
    if (tier == THEME_16 && dark)
        return fg == 7 || fg == 8 ? 15 : fg;
    if (tier == THEME_16)
        return fg == 7 ? 8 : fg == 8 || fg == 2 ? 0 : fg;
    return tier == THEME_8 && fg < 0 ? 7 : fg;
}

struct look theme_look(enum theme theme, enum theme_tier tier, unsigned style)
{
    const struct swatch *ink = &inks[style_ink(style)];
    int paper = style_paper(style);
    struct look look = {pick(ink, theme, tier), pick(&papers[paper], theme, tier),
                        style & (ATTR_BOLD | ATTR_UNDERLINE | ATTR_REVERSE)};
    look.attr |= tier == THEME_MONO ? ink->mono | papers[paper].mono : ink->bold;
    if (paper == style_paper(PAPER_BAR) && tier == THEME_16)
        look.fg = 0;
    if (paper == style_paper(PAPER_BAR) && tier == THEME_8) {
        look.fg = -1;
        look.attr |= ATTR_REVERSE;
    }
    if (paper != PAPER_PLAIN && look.bg != pick(&papers[0], theme, tier))
        look.fg = on_row(look.fg, theme, tier);
    return look;
}

enum theme theme_named(const char *name)
{
    return strcmp(name, "light") == 0 ? THEME_LIGHT : THEME_DARK;
}

static const char *const tier_names[] = {"256", "16", "8", "mono"};

enum theme_tier theme_tier(const char *name, int colors, bool no_color)
{
    enum theme_tier can = colors >= 256  ? THEME_256
                          : colors >= 16 ? THEME_16
                          : colors >= 8  ? THEME_8
                                         : THEME_MONO;
    for (int i = 0; i < 4; i++)
        if (strcmp(name, tier_names[i]) == 0)
            return (enum theme_tier)i > can ? (enum theme_tier)i : can;
    return no_color ? THEME_MONO : can;
}

const char *theme_tier_name(enum theme_tier tier)
{
    return tier_names[tier];
}

/* dark256, light256, dark16, light16, 8, bold, mono */
static const struct swatch inks[INK_COUNT] = {
    [INK_TEXT] = {252, 235, 15, 0, -1, 0, 0},
    [INK_DIM] = {246, 241, 7, 8, -1, 0, 0},
    [INK_BORDER] = {239, 249, 8, 7, -1, 0, 0},
    [INK_FOCUS] = {255, 16, 15, 0, -1, ATTR_BOLD, ATTR_BOLD},
    [INK_KEY] = {255, 16, 15, 0, -1, ATTR_BOLD, ATTR_BOLD},
    [INK_TRAIN] = {179, 130, 11, 5, 3, 0, 0},
    [INK_VAL] = {74, 25, 14, 4, 6, 0, 0},
    [INK_SCORE] = {72, 29, 10, 2, 2, 0, 0},
    [INK_FAINT] = {94, 223, 3, 7, 3, 0, 0},
    [INK_GOOD] = {79, 29, 10, 2, 2, 0, 0},
    [INK_BAD] = {209, 160, 9, 1, 1, 0, 0},
    [INK_WARN] = {221, 94, 11, 5, 3, ATTR_BOLD, ATTR_BOLD},
    [INK_ERROR] = {203, 160, 9, 1, 1, ATTR_BOLD, ATTR_BOLD},
    [INK_TRACK] = {TRACK_DARK, TRACK_LIGHT, 8, 7, -1, 0, 0},
    [INK_KNOB] = {255, 16, 15, 0, -1, 0, ATTR_BOLD},
    [INK_BEST] = {79, 29, 10, 2, 2, 0, 0},
    [INK_RED] = {167, 160, 9, 1, 1, 0, 0},
    [INK_GREEN] = {71, 28, 10, 2, 2, 0, 0},
    [INK_BLUE] = {68, 26, 12, 4, 4, 0, 0},
    [INK_YELLOW] = {185, 136, 11, 3, 3, 0, 0},
    [INK_NEG] = {243, 248, 8, 7, -1, 0, 0},
    [INK_POS] = {175, 126, 13, 5, 5, 0, 0},
};

static const struct swatch papers[PAPER_COUNT] = {
    [0] = {233, 231, 0, 15, -1, 0, 0},
    [1] = {235, 255, 0, 15, -1, 0, ATTR_BOLD},
    [2] = {238, 253, 4, 7, 4, 0, ATTR_BOLD | ATTR_UNDERLINE},
    [3] = {236, 254, 7, 7, -1, 0, ATTR_REVERSE},
    [4] = {235, 255, 0, 15, -1, 0, 0},
};
