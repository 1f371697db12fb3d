/* Filaments that grow through a cell: microtubules and intermediate filaments. */
#ifndef DATA_SYNTH_FIBRE_H
#define DATA_SYNTH_FIBRE_H

#include "synth_cell.h"

enum synth_part { SYNTH_WHOLE, SYNTH_ENDS };

/* Microtubules of a resting cell or a daughter: the same filaments on every call, whole or only
 * their growing ends. */
void synth_fibre_microtubules(const struct synth_scene *s, int index, enum synth_part part,
                              struct synth_canvas *canvas, float gain);

/* Spindle of a cell in mitosis, from pole to pole across the chromosome plate. */
void synth_fibre_spindle(const struct synth_scene *s, int index, struct synth_canvas *canvas,
                         float gain);

/* The bundle between two daughters; each daughter draws its half. */
void synth_fibre_bridge(const struct synth_scene *s, int index, struct synth_canvas *canvas,
                        float sigma, float gain);

/* Wavy bundles around the nucleus and towards one side. */
void synth_fibre_intermediate(const struct synth_scene *s, int index, struct rng *r,
                              struct synth_canvas *canvas, float gain);

#endif
