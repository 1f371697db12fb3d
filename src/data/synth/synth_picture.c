/* From a scene to four planes: each stain is drawn, blurred by the optics and photographed.
 *
 * Focus, background and noise differ from image to image as they do between plates; the random
 * numbers are a function of (seed, sample, stain), so no plane depends on another. */
#include "synth_picture.h"

#include <stdlib.h>

#include "base/mem.h"
#include "data/synth.h"

#include "synth_protein.h"
#include "synth_stain.h"

int synth_picture_init(struct synth_picture *p, int size, struct err *e)
{
    size_t n = (size_t)size * (size_t)size;
    p->canvas = (struct synth_canvas){.size = size};
    if (synth_cell_init(&p->scene, size, e) != 0)
        return -1;
    p->canvas.light = mem_array(n, sizeof *p->canvas.light, "synthetic image", e);
    p->canvas.scratch = mem_array(n, sizeof *p->canvas.scratch, "synthetic image", e);
    if (p->canvas.light && p->canvas.scratch)
        return 0;
    synth_picture_fini(p);
    return -1;
}

void synth_picture_fini(struct synth_picture *p)
{
    synth_cell_fini(&p->scene);
    free(p->canvas.light);
    free(p->canvas.scratch);
    p->canvas = (struct synth_canvas){0};
}

static void draw_stain(struct synth_picture *p, enum synth_stain stain, const struct labels *labels)
{
    switch (stain) {
    case SYNTH_RED:
        synth_stain_red(&p->scene, &p->canvas);
        break;
    case SYNTH_GREEN:
        synth_protein_draw(&p->scene, labels, &p->canvas);
        break;
    case SYNTH_BLUE:
        synth_stain_blue(&p->scene, &p->canvas);
        break;
    default:
        synth_stain_yellow(&p->scene, &p->canvas);
    }
}

/* One draw a statement: the order within an initialiser is the compiler's choice. */
static struct synth_camera draw_camera(struct rng *r)
{
    struct synth_camera c;
    c.gain = synth_range(r, 0.55, 1.2);
    c.background = synth_range(r, -0.005, 0.015);
    c.shot = synth_range(r, 0.001, 0.004);
    c.read = synth_range(r, 0.003, 0.012);
    return c;
}

void synth_picture_draw(struct synth_picture *p, uint64_t seed, uint32_t sample,
                        const struct labels *labels, float red, uint8_t *planes)
{
    size_t n = (size_t)p->scene.size * (size_t)p->scene.size;
    synth_cell_scene(&p->scene, seed, sample, labels);
    for (int stain = 0; stain < SYNTH_STAINS; stain++) {
        struct rng r = synth_cell_stream(&p->scene, SYNTH_USE_CAMERA, stain);
        float focus = synth_range(&r, 0.45, 0.75) + 0.008f * p->scene.unit;
        struct synth_camera camera = draw_camera(&r);
        if (stain == SYNTH_RED)
            camera.gain *= red;
        synth_canvas_clear(&p->canvas);
        draw_stain(p, (enum synth_stain)stain, labels);
        synth_canvas_blur(&p->canvas, focus);
        synth_canvas_haze(&p->canvas, (int)(0.8f * p->scene.unit), synth_range(&r, 0, 0.1));
        synth_canvas_expose(&p->canvas, &camera, &r, planes + (size_t)stain * n);
    }
}
