/* The protein of interest (green): one pattern for each of the 28 classes. */
#ifndef DATA_SYNTH_PROTEIN_H
#define DATA_SYNTH_PROTEIN_H

#include "synth_cell.h"

/* Draw the patterns of all labels into every cell. */
void synth_protein_draw(const struct synth_scene *s, const struct labels *labels,
                        struct synth_canvas *canvas);

#endif
