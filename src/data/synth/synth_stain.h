/* The three reference stains: microtubules (red), nucleus (blue), endoplasmic reticulum (yellow).
 */
#ifndef DATA_SYNTH_STAIN_H
#define DATA_SYNTH_STAIN_H

#include "synth_cell.h"

void synth_stain_red(const struct synth_scene *s, struct synth_canvas *canvas);
void synth_stain_blue(const struct synth_scene *s, struct synth_canvas *canvas);
void synth_stain_yellow(const struct synth_scene *s, struct synth_canvas *canvas);

/* Shade of the endoplasmic reticulum: a net, dense at the nucleus and thinning outwards. */
float synth_stain_reticulum(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                            size_t pixel);

/* The condensed chromosomes of a cell in mitosis. */
void synth_stain_chromosomes(const struct synth_scene *s, int index, struct synth_canvas *canvas,
                             float gain);

#endif
