/* Filaments as walks: a point moves in small steps, its direction drifts, and it is turned along
 * the nucleus and along the cell's border instead of crossing them.
 *
 * Called by the red stain and, with the same random numbers, by the protein patterns that follow
 * microtubules; so both planes show the same filaments. */
#include "synth_fibre.h"

struct walk {
    float x, y, vx, vy; /* position and unit direction */
    float bend;         /* constant part of the turning, per step */
    float jitter;       /* random part */
    float over;         /* brightness where it runs above or below the nucleus */
    bool follows;       /* runs along the cell's border instead of ending there */
};

static void normalise(struct walk *w)
{
    float length = sqrtf(w->vx * w->vx + w->vy * w->vy) + 1e-6f;
    w->vx /= length;
    w->vy /= length;
}

static void aim(struct walk *w, float turn)
{
    w->vx = synth_cos(turn);
    w->vy = synth_sin(turn);
    normalise(w);
}

/* Turn the walk along the circle around the cell's centre, the way it leans already. */
static void lean_tangential(struct walk *w, float dx, float dy, float strength)
{
    float d = sqrtf(dx * dx + dy * dy) + 1e-6f, tx = -dy / d, ty = dx / d;
    float side = w->vx * tx + w->vy * ty < 0 ? -strength : strength;
    w->vx += side * tx;
    w->vy += side * ty;
}

/* One step of one pixel. Returns the light to leave there, negative when the walk has left its
 * cell. */
static float step(const struct synth_scene *s, int index, struct walk *w, struct rng *r)
{
    const struct synth_cell *c = &s->cells[index];
    float swing = w->bend + w->jitter * (synth_range(r, -1, 1));
    float vx = w->vx - swing * w->vy, vy = w->vy + swing * w->vx;
    w->vx = vx;
    w->vy = vy;
    float dx = w->x - c->x, dy = w->y - c->y, d = sqrtf(dx * dx + dy * dy);
    float turn = synth_turn(dx, dy), outwards = dx * w->vx + dy * w->vy;
    float nuclear = d / synth_cell_ray(c->nucleus, turn);
    float depth = d / synth_cell_ray(c->outline, turn);
    if (nuclear < 1.12f && outwards < 0 && w->over < 0.5f)
        lean_tangential(w, dx, dy, 0.35f);
    if (depth > 0.86f && outwards > 0 && w->follows)
        lean_tangential(w, dx, dy, 0.22f);
    normalise(w);
    w->x += w->vx;
    w->y += w->vy;
    if (depth > 1 || !synth_cell_holds(s, index, w->x, w->y))
        return -1;
    return nuclear < 1 ? w->over : 1;
}

static void start_microtubule(const struct synth_scene *s, int index, struct walk *w, struct rng *r)
{
    const struct synth_cell *c = &s->cells[index];
    w->x = c->mtoc[0];
    w->y = c->mtoc[1];
    if (rng_unit(r) < 0.5) { /* many grow from elsewhere */
        float at[2];
        synth_cell_cytoplasm_point(s, index, 0.02f, 0.7f, r, at);
        w->x = at[0];
        w->y = at[1];
    }
    aim(w, synth_range(r, 0, 1));
    w->bend = synth_range(r, -0.35, 0.35) / c->r;
    w->jitter = 0.22f / sqrtf(c->r);
    w->over = rng_unit(r) < 0.25 ? 0.6f : 0.2f;
    w->follows = rng_unit(r) < 0.4;
}

enum { LONGEST = 1024 };

/* Walk until the cell ends or `length` steps are made; fills (x, y, light), returns the steps. */
static int record(const struct synth_scene *s, int index, struct walk *w, int length, struct rng *r,
                  float path[LONGEST][3])
{
    int n = 0;
    while (n < length && n < LONGEST) {
        float light = step(s, index, w, r);
        if (light < 0)
            break;
        path[n][0] = w->x;
        path[n][1] = w->y;
        path[n++][2] = light;
    }
    return n;
}

void synth_fibre_microtubules(const struct synth_scene *s, int index, enum synth_part part,
                              struct synth_canvas *canvas, float gain)
{
    const struct synth_cell *c = &s->cells[index];
    struct rng r = synth_cell_stream(s, SYNTH_USE_FIBRES, index);
    int count = 20 + (int)(5 * c->r), end = 1 + (int)(0.2f * c->r);
    for (int i = 0; i < count; i++) {
        struct walk w;
        float path[LONGEST][3];
        start_microtubule(s, index, &w, &r);
        int length = (int)(c->r * synth_range(&r, 1.5, 4.5));
        float amount = gain * synth_range(&r, 0.5, 1.1);
        int n = record(s, index, &w, length, &r, path);
        for (int k = part == SYNTH_ENDS && n > end ? n - end : 0; k < n; k++)
            synth_canvas_dab(canvas, path[k][0], path[k][1], amount * path[k][2]);
    }
}

void synth_fibre_spindle(const struct synth_scene *s, int index, struct synth_canvas *canvas,
                         float gain)
{
    const struct synth_cell *c = &s->cells[index];
    struct rng r = synth_cell_stream(s, SYNTH_USE_FIBRES, index);
    float ax = synth_cos(c->axis), ay = synth_sin(c->axis), pole = 0.95f * c->r;
    float sigma = fmaxf(0.5f, 0.035f * c->r);
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i < 14; i++) {
            float spread = c->r * synth_range(&r, -0.55, 0.55), tip = c->r * 0.08f * (float)side;
            float from[2] = {c->x + (float)side * pole * ax, c->y + (float)side * pole * ay};
            float to[2] = {c->x + tip * ax - spread * ay, c->y + tip * ay + spread * ax};
            synth_canvas_line(canvas, from, to, sigma, gain * 0.3f);
        }
    for (int side = -1; side <= 1; side += 2)
        synth_canvas_spot(canvas, c->x + (float)side * pole * ax, c->y + (float)side * pole * ay,
                          fmaxf(0.7f, 0.12f * c->r), gain * 0.8f);
}

void synth_fibre_bridge(const struct synth_scene *s, int index, struct synth_canvas *canvas,
                        float sigma, float gain)
{
    const struct synth_cell *c = &s->cells[index];
    float border = 0.8f * synth_cell_ray(c->outline, c->axis - floorf(c->axis));
    float from[2] = {c->x + border * synth_cos(c->axis), c->y + border * synth_sin(c->axis)};
    synth_canvas_line(canvas, from, c->bridge, sigma, gain);
}

void synth_fibre_intermediate(const struct synth_scene *s, int index, struct rng *r,
                              struct synth_canvas *canvas, float gain)
{
    const struct synth_cell *c = &s->cells[index];
    float side = synth_range(r, 0, 1);
    int count = 16 + (int)(0.5f * c->r);
    for (int i = 0; i < count; i++) {
        struct walk w = {.bend = synth_range(r, -2.2, 2.2) / c->r,
                         .jitter = 1.1f / sqrtf(c->r),
                         .follows = true};
        float turn = side + synth_range(r, -0.3, 0.3);
        float d = synth_cell_ray(c->nucleus, turn - floorf(turn)) + 0.12f * c->r;
        w.x = c->x + d * synth_cos(turn);
        w.y = c->y + d * synth_sin(turn);
        aim(&w, turn + synth_range(r, -0.25, 0.25));
        int length = (int)(c->r * synth_range(r, 1, 3.2));
        for (int k = 0; k < length; k++) {
            float light = step(s, index, &w, r);
            if (light < 0)
                break;
            float width = 0.018f * c->r, amount = gain * light * 0.5f;
            synth_canvas_dab(canvas, w.x - width * w.vy, w.y + width * w.vx, amount);
            synth_canvas_dab(canvas, w.x + width * w.vy, w.y - width * w.vx, amount);
        }
    }
}
