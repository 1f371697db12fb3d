/* The feed of a training. */
#include "feed.h"

#include <stdio.h>
#include <string.h>

struct augment feed_augment(const struct conf *c)
{
    struct augment a = {.flip = conf_flag(c, CONF_AUGMENT_FLIP),
                        .turn = conf_flag(c, CONF_AUGMENT_TURN),
                        .rotate = conf_real(c, CONF_AUGMENT_ROTATE),
                        .shift = conf_real(c, CONF_AUGMENT_SHIFT),
                        .brightness = conf_real(c, CONF_AUGMENT_BRIGHTNESS),
                        .contrast = conf_real(c, CONF_AUGMENT_CONTRAST),
                        .cutout = conf_real(c, CONF_AUGMENT_CUTOUT)};
    conf_scale(c, CONF_AUGMENT_SCALE, &a.scale_low, &a.scale_high);
    return a;
}

static void add_number(const char *name, double value, char *out, size_t size)
{
    size_t at = strlen(out);
    if (value > 0)
        snprintf(out + at, size - at, "%s%s %g", at ? ", " : "", name, value);
}

void feed_augment_text(const struct augment *a, char *out, size_t size)
{
    const struct augment scales = {.scale_low = a->scale_low, .scale_high = a->scale_high};
    snprintf(out, size, "%s%s%s", a->flip ? "flip" : "", a->flip && a->turn ? ", " : "",
             a->turn ? "turn" : "");
    add_number("rotate", a->rotate, out, size);
    size_t at = strlen(out);
    if (augment_any(&scales))
        snprintf(out + at, size - at, "%sscale %g-%g", at ? ", " : "", a->scale_low, a->scale_high);
    add_number("shift", a->shift, out, size);
    add_number("brightness", a->brightness, out, size);
    add_number("contrast", a->contrast, out, size);
    add_number("cutout", a->cutout, out, size);
    if (!*out)
        snprintf(out, size, "none");
}
