/* One sample, drawn and photographed, in memory that is reused from sample to sample. */
#ifndef DATA_SYNTH_PICTURE_H
#define DATA_SYNTH_PICTURE_H

#include "synth_cell.h"

struct synth_picture {
    struct synth_scene scene;
    struct synth_canvas canvas;
};

int synth_picture_init(struct synth_picture *p, int size, struct err *e);
void synth_picture_fini(struct synth_picture *p);

/* `red` scales the red stain (test images are darker there). No allocation. */
void synth_picture_draw(struct synth_picture *p, uint64_t seed, uint32_t sample,
                        const struct labels *labels, float red,
                        uint8_t *planes /* [4, size, size] */);

#endif
