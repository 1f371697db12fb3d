/* The reference stains, drawn cell by cell on one canvas each.
 *
 * They depend on the scene alone, never on the labels beyond the scene's mitotic cells and bridges,
 * so a network has to read the protein plane relative to them. */
#include "synth_stain.h"

#include "synth_fibre.h"

static float cytoplasm_haze(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                            size_t pixel)
{
    float grain = synth_cell_noise(s, (float)x, (float)y, 0.25f * s->unit, 1);
    float rim = synth_clamp(s->edge[pixel] / (0.3f * c->r) + 0.2f);
    float nucleus = synth_inside(s->nuclear[pixel], 2 / c->r);
    return rim * (0.5f + 0.5f * grain) * (1 - 0.65f * nucleus);
}

void synth_stain_red(const struct synth_scene *s, struct synth_canvas *canvas)
{
    for (int i = 0; i < s->count; i++) {
        const struct synth_cell *c = &s->cells[i];
        float gain = c->gain[SYNTH_RED];
        synth_cell_fill(s, i, canvas, 0.1f * gain, cytoplasm_haze);
        if (c->phase == SYNTH_MITOSIS)
            synth_fibre_spindle(s, i, canvas, gain);
        else
            synth_fibre_microtubules(s, i, SYNTH_WHOLE, canvas, 0.28f * gain);
        if (c->phase == SYNTH_DAUGHTER)
            synth_fibre_bridge(s, i, canvas, fmaxf(0.6f, 0.07f * c->r), 0.8f * gain);
    }
}

static float chromatin(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                       size_t pixel)
{
    float level = s->nuclear[pixel], fx = (float)x, fy = (float)y;
    if (level > 1.2f)
        return 0;
    float coarse = synth_cell_noise(s, fx, fy, 0.28f * s->unit, 2);
    float fine = synth_cell_noise(s, fx, fy, 0.11f * s->unit, 3);
    float rim = 0.15f * synth_bell((level - 0.97f) * (level - 0.97f) * 400);
    float dark = 1 - 0.5f * synth_cell_nucleolus(c, fx, fy);
    return synth_inside(level, 1.5f / c->r) * dark * (0.2f + 0.42f * coarse + 0.3f * fine + rim);
}

void synth_stain_chromosomes(const struct synth_scene *s, int index, struct synth_canvas *canvas,
                             float gain)
{
    const struct synth_cell *c = &s->cells[index];
    struct rng r = synth_cell_stream(s, SYNTH_USE_SCENE, 128 + index);
    float ax = synth_cos(c->axis), ay = synth_sin(c->axis);
    for (int i = 0; i < 22; i++) {
        float across = c->r * synth_range(&r, -0.75, 0.75),
              along = c->r * synth_range(&r, -0.1, 0.1);
        synth_canvas_spot(canvas, c->x + along * ax - across * ay, c->y + along * ay + across * ax,
                          fmaxf(0.7f, 0.11f * c->r), gain * synth_range(&r, 0.25, 0.5));
    }
}

void synth_stain_blue(const struct synth_scene *s, struct synth_canvas *canvas)
{
    for (int i = 0; i < s->count; i++) {
        const struct synth_cell *c = &s->cells[i];
        if (c->phase == SYNTH_MITOSIS)
            synth_stain_chromosomes(s, i, canvas, c->gain[SYNTH_BLUE]);
        else
            synth_cell_fill(s, i, canvas, c->gain[SYNTH_BLUE], chromatin);
    }
}

float synth_stain_reticulum(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                            size_t pixel)
{
    float fx = (float)x, fy = (float)y, level = s->nuclear[pixel];
    float out = synth_clamp((s->depth[pixel] - 0.35f) * 1.6f);
    float net = 1 - fabsf(2 * synth_cell_noise(s, fx, fy, 0.13f * s->unit, 4) - 1);
    float patch = synth_cell_noise(s, fx, fy, 0.5f * s->unit, 5);
    float fine = synth_cell_noise(s, fx, fy, 0.06f * s->unit, 6);
    float rim = synth_clamp(s->edge[pixel] / (0.15f * c->r));
    float nucleus = synth_inside(level, 2 / c->r);
    float cell =
        rim * (1 - 0.75f * out) * net * net * (0.45f + 0.7f * patch) * (0.6f + 0.6f * fine);
    float envelope = 0.35f * synth_bell((level - 1.02f) * (level - 1.02f) * 500);
    return (1 - nucleus) * cell + 0.13f * nucleus + envelope;
}

void synth_stain_yellow(const struct synth_scene *s, struct synth_canvas *canvas)
{
    for (int i = 0; i < s->count; i++)
        synth_cell_fill(s, i, canvas, s->cells[i].gain[SYNTH_YELLOW], synth_stain_reticulum);
}
