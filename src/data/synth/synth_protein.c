/* Where each class of protein sits in a cell, relative to its nucleus, filaments and reticulum.
 *
 * A pattern is a function that paints one cell; the table at the foot names them by class index.
 * Smooth patterns shade the pixels a cell owns, punctate ones place spots, rings and lines. Every
 * class has random numbers of its own, so adding a label never moves another label's pattern. */
#include "synth_protein.h"

#include "synth_fibre.h"
#include "synth_stain.h"

struct paint {
    const struct synth_scene *scene;
    const struct synth_cell *cell;
    int index; /* of the cell */
    struct synth_canvas *canvas;
    float gain;
    struct rng rng;
};

/* Lengths below a pixel would vanish in small images. */
static float at_least(float pixels, float length)
{
    return length > pixels ? length : pixels;
}

static void fill(struct paint *p, float gain, synth_shade *shade)
{
    synth_cell_fill(p->scene, p->index, p->canvas, p->gain * gain, shade);
}

/* A spot within `apart` of (x, y), its sigma between `low` and `high`; all in nuclear radii. */
static void spot_near(struct paint *p, float x, float y, float apart, float low, float high,
                      float amount)
{
    float r = p->cell->r, dx = r * synth_range(&p->rng, -apart, apart);
    float dy = r * synth_range(&p->rng, -apart, apart);
    float sigma = at_least(0.55f, r * synth_range(&p->rng, low, high));
    synth_canvas_spot(p->canvas, x + dx, y + dy, sigma, amount);
}

static float shade_nucleoplasm(const struct synth_scene *s, const struct synth_cell *c, int x,
                               int y, size_t pixel)
{
    if (s->nuclear[pixel] > 1.2f)
        return 0;
    float fx = (float)x, fy = (float)y;
    float grain = synth_cell_noise(s, fx, fy, 0.12f * s->unit, 8);
    float free = 1 - 0.7f * synth_cell_nucleolus(c, fx, fy);
    return synth_inside(s->nuclear[pixel], 1.5f / c->r) * free * (0.7f + 0.4f * grain);
}

static void nucleoplasm(struct paint *p)
{
    fill(p, 0.5f, shade_nucleoplasm);
}

static float shade_envelope(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                            size_t pixel)
{
    float off = (s->nuclear[pixel] - 1) * c->r / at_least(0.7f, 0.05f * c->r);
    float patch = synth_cell_noise(s, (float)x, (float)y, 0.3f * s->unit, 9);
    return synth_bell(off * off) * (0.6f + 0.6f * patch);
}

static void nuclear_membrane(struct paint *p)
{
    fill(p, 0.85f, shade_envelope);
    fill(p, 0.07f, shade_nucleoplasm);
}

static float shade_nucleoli(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                            size_t pixel)
{
    if (s->nuclear[pixel] > 1.2f)
        return 0;
    float grain = synth_cell_noise(s, (float)x, (float)y, 0.1f * s->unit, 10);
    return synth_cell_nucleolus(c, (float)x, (float)y) * (0.7f + 0.4f * grain);
}

static void nucleoli(struct paint *p)
{
    fill(p, 0.85f, shade_nucleoli);
    fill(p, 0.12f, shade_nucleoplasm);
}

static void fibrillar_centers(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    for (int i = 0; i < c->nucleoli_count; i++) {
        const float *n = c->nucleoli[i];
        int spots = 2 + (int)rng_below(&p->rng, 4);
        for (int k = 0; k < spots; k++) {
            float turn = synth_range(&p->rng, 0, 1), d = n[2] * synth_range(&p->rng, 0.1, 0.75);
            synth_canvas_spot(p->canvas, n[0] + d * synth_cos(turn), n[1] + d * synth_sin(turn),
                              at_least(0.55f, 0.045f * c->r), p->gain);
        }
    }
    fill(p, 0.06f, shade_nucleoplasm);
}

/* Clumps of irregular shape between the nucleoli. */
static void nuclear_speckles(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    int count = 14 + (int)rng_below(&p->rng, 12);
    for (int i = 0; i < count; i++) {
        float at[2], amount = p->gain * synth_range(&p->rng, 0.35, 0.7);
        synth_cell_nuclear_point(c, 0.86f, &p->rng, at);
        if (synth_cell_nucleolus(c, at[0], at[1]) > 0)
            continue;
        for (int k = 0; k < 3; k++)
            spot_near(p, at[0], at[1], 0.06f, 0.035f, 0.06f, amount);
    }
    fill(p, 0.14f, shade_nucleoplasm);
}

static void nuclear_bodies(struct paint *p)
{
    int count = 2 + (int)rng_below(&p->rng, 5);
    for (int i = 0; i < count; i++) {
        float at[2];
        synth_cell_nuclear_point(p->cell, 0.8f, &p->rng, at);
        float sigma = p->cell->r * synth_range(&p->rng, 0.05, 0.085);
        synth_canvas_spot(p->canvas, at[0], at[1], at_least(0.75f, sigma), p->gain);
    }
    fill(p, 0.1f, shade_nucleoplasm);
}

static void endoplasmic_reticulum(struct paint *p)
{
    fill(p, 0.9f, synth_stain_reticulum);
}

/* Stacks of short curved ribbons on one side of the nucleus, around the MTOC. */
static void golgi(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    float middle = synth_turn(c->mtoc[0] - c->x, c->mtoc[1] - c->y);
    float wide = synth_range(&p->rng, 0.06, 0.13);
    for (int i = 0; i < 13; i++) {
        float turn = middle + 1 + wide * synth_range(&p->rng, -1, 1);
        turn -= floorf(turn);
        float d = synth_cell_ray(c->nucleus, turn) + c->r * synth_range(&p->rng, 0.1, 0.5);
        float next = turn + synth_range(&p->rng, -0.045, 0.045);
        float to = d + c->r * synth_range(&p->rng, -0.14, 0.14);
        float a[2] = {c->x + d * synth_cos(turn), c->y + d * synth_sin(turn)};
        float b[2] = {c->x + to * synth_cos(next), c->y + to * synth_sin(next)};
        synth_canvas_line(p->canvas, a, b, at_least(0.6f, 0.05f * c->r),
                          p->gain * synth_range(&p->rng, 0.35, 0.8));
    }
}

/* `count` spots between `low` and `high` of the way from the nucleus to the border. */
static void scatter(struct paint *p, int count, float low, float high, float sigma_low,
                    float sigma_high)
{
    for (int i = 0; i < count; i++) {
        float at[2];
        synth_cell_cytoplasm_point(p->scene, p->index, low, high, &p->rng, at);
        float amount = p->gain * synth_range(&p->rng, 0.5, 1);
        spot_near(p, at[0], at[1], 0, sigma_low, sigma_high, amount);
    }
}

static void peroxisomes(struct paint *p)
{
    scatter(p, 30 + (int)(1.4f * p->cell->r), 0.03f, 0.9f, 0.022f, 0.032f);
}

/* Small vesicles, some hollow, all over the cytoplasm. */
static void endosomes(struct paint *p)
{
    int hollow = 2 + (int)rng_below(&p->rng, 4);
    scatter(p, 18, 0.1f, 0.95f, 0.045f, 0.065f);
    for (int i = 0; i < hollow; i++) {
        float at[2];
        synth_cell_cytoplasm_point(p->scene, p->index, 0.15f, 0.9f, &p->rng, at);
        synth_canvas_ring(p->canvas, at[0], at[1], 0.1f * p->cell->r,
                          at_least(0.5f, 0.03f * p->cell->r), 0.8f * p->gain);
    }
}

/* Large vesicles crowding around the MTOC. */
static void lysosomes(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    for (int i = 0; i < 34; i++) {
        float at[2];
        synth_cell_cytoplasm_point(p->scene, p->index, 0, 0.6f, &p->rng, at);
        at[0] += 0.55f * (c->mtoc[0] - at[0]);
        at[1] += 0.55f * (c->mtoc[1] - at[1]);
        float dx = at[0] - c->x, dy = at[1] - c->y, d = sqrtf(dx * dx + dy * dy);
        if (d < synth_cell_ray(c->nucleus, synth_turn(dx, dy)))
            continue;
        float amount = p->gain * synth_range(&p->rng, 0.4, 1);
        spot_near(p, at[0], at[1], 0, 0.05f, 0.09f, amount);
    }
}

static void intermediate_filaments(struct paint *p)
{
    synth_fibre_intermediate(p->scene, p->index, &p->rng, p->canvas, p->gain);
}

/* Draw from (x, y) both ways along `turn` for as long as the cell reaches. */
static void stress_fibre(struct paint *p, float x, float y, float turn, float amount)
{
    float vx = synth_cos(turn), vy = synth_sin(turn), sigma = 0.03f * p->cell->r;
    for (int side = -1; side <= 1; side += 2)
        for (float way = 0; way < 4 * p->cell->r; way += 1) {
            float px = x + (float)side * way * vx, py = y + (float)side * way * vy;
            if (!synth_cell_holds(p->scene, p->index, px, py))
                break;
            synth_canvas_dab(p->canvas, px - sigma * vy, py + sigma * vx, 0.6f * amount);
            synth_canvas_dab(p->canvas, px + sigma * vy, py - sigma * vx, 0.6f * amount);
        }
}

static float shade_border(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                          size_t pixel)
{
    float off = (s->edge[pixel] - 0.04f * c->r) / at_least(0.8f, 0.055f * c->r);
    float patch = synth_cell_noise(s, (float)x, (float)y, 0.35f * s->unit, 12);
    return synth_bell(off * off) * (0.35f + 0.9f * patch);
}

static void actin_filaments(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    int count = 8 + (int)rng_below(&p->rng, 8);
    for (int i = 0; i < count; i++) {
        float across = c->reach * synth_range(&p->rng, -0.85, 0.85);
        float x = c->x - across * synth_sin(c->axis), y = c->y + across * synth_cos(c->axis);
        float turn = c->axis + synth_range(&p->rng, -0.025, 0.025);
        stress_fibre(p, x, y, turn, p->gain * synth_range(&p->rng, 0.5, 1));
    }
    fill(p, 0.35f, shade_border);
}

/* Short dashes just inside the border, pointing inwards. */
static void focal_adhesions(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    int count = 20 + (int)rng_below(&p->rng, 16);
    for (int i = 0; i < count; i++) {
        float turn = synth_range(&p->rng, 0, 1);
        float out = synth_range(&p->rng, 0.78, 0.94) * synth_cell_ray(c->outline, turn);
        float length = c->r * synth_range(&p->rng, 0.15, 0.34);
        float at[2] = {c->x + out * synth_cos(turn), c->y + out * synth_sin(turn)};
        float aim = turn + synth_range(&p->rng, -0.06, 0.06);
        float to[2] = {at[0] - length * synth_cos(aim), at[1] - length * synth_sin(aim)};
        if (synth_cell_holds(p->scene, p->index, at[0], at[1]))
            synth_canvas_line(p->canvas, at, to, at_least(0.55f, 0.04f * c->r), p->gain);
    }
}

static void microtubules(struct paint *p)
{
    if (p->cell->phase == SYNTH_MITOSIS)
        synth_fibre_spindle(p->scene, p->index, p->canvas, p->gain);
    else
        synth_fibre_microtubules(p->scene, p->index, SYNTH_WHOLE, p->canvas, 0.3f * p->gain);
}

static void microtubule_ends(struct paint *p)
{
    synth_fibre_microtubules(p->scene, p->index, SYNTH_ENDS, p->canvas, p->gain);
}

/* The flanks of the bridge and a bright midbody. */
static void cytokinetic_bridge(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    if (c->phase != SYNTH_DAUGHTER)
        return;
    synth_fibre_bridge(p->scene, p->index, p->canvas, at_least(0.7f, 0.08f * c->r), 0.6f * p->gain);
    synth_canvas_spot(p->canvas, c->bridge[0], c->bridge[1], at_least(1, 0.12f * c->r),
                      0.6f * p->gain);
}

static void mitotic_spindle(struct paint *p)
{
    if (p->cell->phase == SYNTH_MITOSIS)
        synth_fibre_spindle(p->scene, p->index, p->canvas, 1.2f * p->gain);
}

/* The poles of a spindle or the one centre beside the nucleus. */
static int organising_centres(const struct synth_cell *c, float at[2][2])
{
    at[0][0] = c->mtoc[0];
    at[0][1] = c->mtoc[1];
    if (c->phase != SYNTH_MITOSIS)
        return 1;
    for (int side = 0; side < 2; side++) {
        float pole = (side ? 0.95f : -0.95f) * c->r;
        at[side][0] = c->x + pole * synth_cos(c->axis);
        at[side][1] = c->y + pole * synth_sin(c->axis);
    }
    return 2;
}

/* A soft cloud with an aster of short fibres. */
static void mtoc(struct paint *p)
{
    float at[2][2], r = p->cell->r;
    int count = organising_centres(p->cell, at);
    for (int i = 0; i < count; i++) {
        synth_canvas_spot(p->canvas, at[i][0], at[i][1], at_least(1.2f, 0.15f * r), p->gain);
        for (int k = 0; k < 9; k++) {
            float turn = synth_range(&p->rng, 0, 1), length = r * synth_range(&p->rng, 0.25, 0.5);
            float to[2] = {at[i][0] + length * synth_cos(turn),
                           at[i][1] + length * synth_sin(turn)};
            synth_canvas_line(p->canvas, at[i], to, at_least(0.5f, 0.025f * r), 0.3f * p->gain);
        }
    }
}

/* Two small sharp dots. */
static void centrosome(struct paint *p)
{
    float at[2][2], r = p->cell->r, turn = synth_range(&p->rng, 0, 1);
    int count = organising_centres(p->cell, at);
    float dx = 0.1f * r * synth_cos(turn), dy = 0.1f * r * synth_sin(turn);
    float sigma = at_least(0.65f, 0.05f * r);
    for (int i = 0; i < count; i++) {
        synth_canvas_spot(p->canvas, at[i][0] + dx, at[i][1] + dy, sigma, 1.3f * p->gain);
        synth_canvas_spot(p->canvas, at[i][0] - dx, at[i][1] - dy, sigma, 1.3f * p->gain);
    }
}

static void lipid_droplets(struct paint *p)
{
    int count = 10 + (int)rng_below(&p->rng, 12);
    for (int i = 0; i < count; i++) {
        float at[2], r = p->cell->r;
        synth_cell_cytoplasm_point(p->scene, p->index, 0.12f, 0.75f, &p->rng, at);
        float radius = r * synth_range(&p->rng, 0.08, 0.2), sigma = at_least(0.5f, 0.028f * r);
        synth_canvas_ring(p->canvas, at[0], at[1], radius, sigma,
                          p->gain * synth_range(&p->rng, 0.6, 1));
    }
}

static float shade_cytosol(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                           size_t pixel)
{
    float fx = (float)x, fy = (float)y;
    float fine = synth_cell_noise(s, fx, fy, 0.07f * s->unit, 13);
    float broad = synth_cell_noise(s, fx, fy, 0.8f * s->unit, 14);
    float rim = synth_clamp(s->edge[pixel] / (0.25f * c->r) + 0.25f);
    float nucleus = synth_inside(s->nuclear[pixel], 2 / c->r);
    return rim * (1 - 0.88f * nucleus) * (0.55f + 0.35f * broad + 0.3f * fine);
}

static void cytosol(struct paint *p)
{
    fill(p, 0.45f, shade_cytosol);
}

/* The border all around, with short ruffles standing out of it. */
static void plasma_membrane(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    fill(p, 0.75f, shade_border);
    fill(p, 0.07f, shade_cytosol);
    for (int i = 0; i < 30; i++) {
        float turn = synth_range(&p->rng, 0, 1);
        float out = synth_range(&p->rng, 0.9, 1.0) * synth_cell_ray(c->outline, turn);
        float length = c->r * synth_range(&p->rng, 0.05, 0.22);
        float at[2] = {c->x + out * synth_cos(turn), c->y + out * synth_sin(turn)};
        float aim = turn + synth_range(&p->rng, -0.12, 0.12);
        float to[2] = {at[0] + length * synth_cos(aim), at[1] + length * synth_sin(aim)};
        if (synth_cell_holds(p->scene, p->index, at[0], at[1]))
            synth_canvas_line(p->canvas, at, to, at_least(0.5f, 0.025f * c->r), 0.45f * p->gain);
    }
}

/* Only where a neighbour touches: a beaded line. */
static float shade_junction(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                            size_t pixel)
{
    if (s->touch[pixel] < 0 || s->depth[pixel] > 0.97f)
        return 0;
    float off = s->edge[pixel] / at_least(0.8f, 0.05f * c->r);
    float bead = synth_cell_noise(s, (float)x, (float)y, at_least(1.5f, 0.09f * s->unit), 15);
    return synth_bell(off * off) * (0.5f + 0.8f * bead);
}

static void cell_junctions(struct paint *p)
{
    fill(p, 1.0f, shade_junction);
    fill(p, 0.05f, shade_cytosol);
}

/* Worms of a few bends, denser near the nucleus. */
static void mitochondria(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    int count = 22 + (int)(0.9f * c->r);
    for (int i = 0; i < count; i++) {
        float at[2], way = synth_range(&p->rng, 0, 1), turn = synth_range(&p->rng, 0, 1);
        synth_cell_cytoplasm_point(p->scene, p->index, 0.02f, 0.1f + 0.75f * way, &p->rng, at);
        float amount = p->gain * synth_range(&p->rng, 0.4, 0.85);
        for (int k = 0; k < 3; k++) {
            float length = c->r * synth_range(&p->rng, 0.1, 0.2);
            turn += synth_range(&p->rng, -0.13, 0.13);
            float to[2] = {at[0] + length * synth_cos(turn), at[1] + length * synth_sin(turn)};
            float dx = to[0] - c->x, dy = to[1] - c->y;
            bool nucleus =
                sqrtf(dx * dx + dy * dy) < synth_cell_ray(c->nucleus, synth_turn(dx, dy));
            if (nucleus || !synth_cell_holds(p->scene, p->index, to[0], to[1]))
                break;
            synth_canvas_line(p->canvas, at, to, at_least(0.55f, 0.035f * c->r), amount);
            at[0] = to[0];
            at[1] = to[1];
        }
    }
}

/* One large inclusion that presses against the nucleus. */
static void aggresome(struct paint *p)
{
    const struct synth_cell *c = p->cell;
    float turn = synth_turn(c->mtoc[0] - c->x, c->mtoc[1] - c->y);
    float d = synth_cell_ray(c->nucleus, turn) + 0.2f * c->r;
    float x = c->x + d * synth_cos(turn), y = c->y + d * synth_sin(turn);
    synth_canvas_spot(p->canvas, x, y, 0.26f * c->r, 0.8f * p->gain);
    for (int i = 0; i < 9; i++)
        spot_near(p, x, y, 0.25f, 0.08f, 0.16f, 0.3f * p->gain);
    fill(p, 0.06f, shade_cytosol);
}

static void cytoplasmic_bodies(struct paint *p)
{
    scatter(p, 4 + (int)rng_below(&p->rng, 7), 0.1f, 0.8f, 0.075f, 0.1f);
    fill(p, 0.06f, shade_cytosol);
}

static void rods_and_rings(struct paint *p)
{
    float r = p->cell->r, sigma = at_least(0.6f, 0.04f * r);
    int rods = 2 + (int)rng_below(&p->rng, 3), rings = 1 + (int)rng_below(&p->rng, 3);
    for (int i = 0; i < rods + rings; i++) {
        float at[2], turn = synth_range(&p->rng, 0, 1), half = r * synth_range(&p->rng, 0.25, 0.45);
        synth_cell_cytoplasm_point(p->scene, p->index, 0.1f, 0.8f, &p->rng, at);
        if (i >= rods) {
            synth_canvas_ring(p->canvas, at[0], at[1], 0.6f * half, sigma, p->gain);
            continue;
        }
        float from[2] = {at[0] - half * synth_cos(turn), at[1] - half * synth_sin(turn)};
        float to[2] = {at[0] + half * synth_cos(turn), at[1] + half * synth_sin(turn)};
        synth_canvas_line(p->canvas, from, to, sigma, p->gain);
    }
}

typedef void paint_fn(struct paint *p);

struct pattern {
    paint_fn *paint;
    bool needs_nucleus; /* in mitosis the envelope is gone: the protein spreads over the cell */
};

static const struct pattern patterns[SYNTH_CLASSES];

static void paint_cell(struct paint *p, int class)
{
    if (patterns[class].needs_nucleus && p->cell->phase == SYNTH_MITOSIS)
        fill(p, 0.15f, shade_cytosol);
    else
        patterns[class].paint(p);
}

/* Every antibody also sticks a little to everything. */
static void unspecific(const struct synth_scene *s, struct synth_canvas *canvas)
{
    struct rng r = synth_cell_stream(s, SYNTH_USE_SCENE, 255);
    float level = synth_range(&r, 0.01, 0.05), nucleus = synth_range(&r, 0, 0.05);
    for (int i = 0; i < s->count; i++) {
        synth_cell_fill(s, i, canvas, level, shade_cytosol);
        synth_cell_fill(s, i, canvas, nucleus, shade_nucleoplasm);
    }
}

void synth_protein_draw(const struct synth_scene *s, const struct labels *labels,
                        struct synth_canvas *canvas)
{
    unspecific(s, canvas);
    for (int class = labels_next(labels, 0); class >= 0; class = labels_next(labels, class + 1)) {
        struct rng all = synth_cell_stream(s, SYNTH_USE_CLASS + class, 255);
        float share = labels_count(labels) > 1 ? synth_range(&all, 0.6, 1) : 1;
        for (int i = 0; i < s->count; i++) {
            struct paint p = {s,
                              &s->cells[i],
                              i,
                              canvas,
                              share * s->cells[i].gain[SYNTH_GREEN],
                              synth_cell_stream(s, SYNTH_USE_CLASS + class, i)};
            paint_cell(&p, class);
        }
    }
}

static const struct pattern patterns[SYNTH_CLASSES] = {
    [0] = {nucleoplasm, true},
    [1] = {nuclear_membrane, true},
    [2] = {nucleoli, true},
    [3] = {fibrillar_centers, true},
    [4] = {nuclear_speckles, true},
    [5] = {nuclear_bodies, true},
    [6] = {endoplasmic_reticulum, false},
    [7] = {golgi, true}, /* dispersed in mitosis */
    [8] = {peroxisomes, false},
    [9] = {endosomes, false},
    [10] = {lysosomes, false},
    [11] = {intermediate_filaments, false},
    [12] = {actin_filaments, false},
    [13] = {focal_adhesions, false},
    [14] = {microtubules, false},
    [15] = {microtubule_ends, true},
    [SYNTH_BRIDGE] = {cytokinetic_bridge, false},
    [SYNTH_SPINDLE] = {mitotic_spindle, false},
    [18] = {mtoc, false},
    [19] = {centrosome, false},
    [20] = {lipid_droplets, false},
    [21] = {plasma_membrane, false},
    [SYNTH_JUNCTIONS] = {cell_junctions, false},
    [23] = {mitochondria, false},
    [24] = {aggresome, false},
    [25] = {cytosol, false},
    [26] = {cytoplasmic_bodies, false},
    [27] = {rods_and_rings, false},
};
