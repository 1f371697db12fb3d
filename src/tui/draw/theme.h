/* Themes: what colour a meaning has, in four colour tiers and two palettes.
 *
 * The data colours come from Okabe and Ito's set, which stays apart for all common kinds of colour
 * blindness (jfly.uni-koeln.de/color): orange trains, sky blue validates, bluish green is F1 and
 * better, vermilion is worse, reddish purple are the samples with a class. No meaning rests on
 * colour alone: marks and signs stand beside. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>

#include "canvas.h"

enum theme { THEME_DARK, THEME_LIGHT };
enum theme_tier { THEME_256, THEME_16, THEME_8, THEME_MONO };

struct look {
    int fg, bg;    /* -1: the terminal's own */
    unsigned attr; /* ATTR_... */
};

struct look theme_look(enum theme theme, enum theme_tier tier, unsigned style);

enum theme theme_named(const char *name);
/* By configured name, "auto": from how many colours the terminal has and whether NO_COLOR is set.
 * Never more than the terminal has. */
enum theme_tier theme_tier(const char *name, int colors, bool no_color);
const char *theme_tier_name(enum theme_tier tier); /* "256" */

#endif
