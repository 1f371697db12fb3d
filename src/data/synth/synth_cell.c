/* Geometry: cells are laid out, get outlines as radii over 64 directions around their nucleus, and
 * claim pixels.
 *
 * Two outlines that overlap are cut where both cells are equally deep, so touching cells share a
 * straight border as confluent cells do. Sizes grow slower than the image (power 0.69): 64 pixels
 * show 2 to 5 small cells, 512 pixels 8 to 20 with nuclei of 60 to 110 pixels. One scene belongs to
 * one thread. */
#include "synth_cell.h"

#include <stdlib.h>

#include "base/mem.h"

int synth_cell_init(struct synth_scene *s, int size, struct err *e)
{
    size_t n = (size_t)size * (size_t)size;
    *s = (struct synth_scene){.size = size};
    s->owner = mem_array(n, sizeof *s->owner, "synthetic scene", e);
    s->touch = mem_array(n, sizeof *s->touch, "synthetic scene", e);
    s->nuclear = mem_array(n, sizeof *s->nuclear, "synthetic scene", e);
    s->edge = mem_array(n, sizeof *s->edge, "synthetic scene", e);
    s->depth = mem_array(n, sizeof *s->depth, "synthetic scene", e);
    if (s->owner && s->touch && s->nuclear && s->edge && s->depth)
        return 0;
    synth_cell_fini(s);
    return -1;
}

void synth_cell_fini(struct synth_scene *s)
{
    free(s->owner);
    free(s->touch);
    free(s->nuclear);
    free(s->edge);
    free(s->depth);
    *s = (struct synth_scene){0};
}

struct rng synth_cell_stream(const struct synth_scene *s, int purpose, int cell)
{
    return rng_stream(s->seed, RNG_SYNTH, s->sample, (uint32_t)purpose << 8 | (uint32_t)cell);
}

float synth_cell_ray(const float rays[SYNTH_RAYS], float turn)
{
    float at = turn * (float)SYNTH_RAYS;
    int low = (int)at;
    float part = at - (float)low;
    float a = rays[low & (SYNTH_RAYS - 1)], b = rays[(low + 1) & (SYNTH_RAYS - 1)];
    return a + part * (b - a);
}

float synth_cell_noise(const struct synth_scene *s, float x, float y, float scale, int layer)
{
    enum { MASK = SYNTH_LATTICE - 1 };
    x = x / scale + 100.0f + 17.37f * (float)layer;
    y = y / scale + 100.0f + 29.71f * (float)layer;
    int column = (int)x, row = (int)y;
    float fx = x - (float)column, fy = y - (float)row;
    fx = fx * fx * (3 - 2 * fx);
    fy = fy * fy * (3 - 2 * fy);
    const float *upper = s->lattice + (row & MASK) * SYNTH_LATTICE;
    const float *lower = s->lattice + ((row + 1) & MASK) * SYNTH_LATTICE;
    int left = column & MASK, right = (column + 1) & MASK;
    float top = upper[left] + fx * (upper[right] - upper[left]);
    float bottom = lower[left] + fx * (lower[right] - lower[left]);
    return top + fy * (bottom - top);
}

int synth_cell_owner(const struct synth_scene *s, float x, float y)
{
    if (!(x >= 0 && y >= 0 && x < (float)s->size && y < (float)s->size))
        return -1;
    return s->owner[(size_t)y * (size_t)s->size + (size_t)x];
}

bool synth_cell_holds(const struct synth_scene *s, int index, float x, float y)
{
    bool beyond = x < 0 || y < 0 || x >= (float)s->size || y >= (float)s->size;
    return beyond || synth_cell_owner(s, x, y) == index;
}

void synth_cell_nuclear_point(const struct synth_cell *c, float reach, struct rng *r, float at[2])
{
    float turn = synth_range(r, 0, 1), out = sqrtf(synth_range(r, 0, 1)) * reach;
    float d = out * synth_cell_ray(c->nucleus, turn);
    at[0] = c->x + d * synth_cos(turn);
    at[1] = c->y + d * synth_sin(turn);
}

void synth_cell_cytoplasm_point(const struct synth_scene *s, int index, float low, float high,
                                struct rng *r, float at[2])
{
    const struct synth_cell *c = &s->cells[index];
    for (int attempt = 0; attempt <= 12; attempt++) { /* a neighbour may own the first choice */
        float turn = synth_range(r, 0, 1), way = attempt < 12 ? synth_range(r, low, high) : 0;
        float from = 1.08f * synth_cell_ray(c->nucleus, turn);
        float d = from + way * (synth_cell_ray(c->outline, turn) - from);
        at[0] = c->x + d * synth_cos(turn);
        at[1] = c->y + d * synth_sin(turn);
        if (synth_cell_holds(s, index, at[0], at[1]))
            return;
    }
}

void synth_cell_fill(const struct synth_scene *s, int index, struct synth_canvas *canvas,
                     float gain, synth_shade *shade)
{
    const struct synth_cell *c = &s->cells[index];
    for (int y = c->y0; y < c->y1; y++)
        for (int x = c->x0; x < c->x1; x++) {
            size_t pixel = (size_t)y * (size_t)s->size + (size_t)x;
            if (s->owner[pixel] == index)
                canvas->light[pixel] += gain * shade(s, c, x, y, pixel);
        }
}

float synth_cell_nucleolus(const struct synth_cell *c, float x, float y)
{
    float most = 0;
    for (int i = 0; i < c->nucleoli_count; i++) {
        const float *n = c->nucleoli[i];
        float dx = x - n[0], dy = y - n[1];
        float squash = dx * n[3] + dy * n[4];
        float d = sqrtf(dx * dx + dy * dy + squash * squash);
        float inside = synth_inside(d / n[2], 0.2f + 1.5f / n[2]);
        most = inside > most ? inside : most;
    }
    return most;
}

/* radius(turn) of an ellipse of the given aspect (area kept), roughened by harmonics 1..6; the
 * first one moves the centre out of the middle. */
static void outline_rays(float rays[SYNTH_RAYS], float radius, float aspect, float axis,
                         float roughness, struct rng *r)
{
    enum { HARMONICS = 6 };
    float phase[HARMONICS], amount[HARMONICS], major = sqrtf(aspect);
    for (int k = 0; k < HARMONICS; k++) {
        phase[k] = synth_range(r, 0, 1);
        amount[k] = roughness * synth_range(r, 0.3, 1) / (1 + 0.3f * (float)k);
    }
    for (int i = 0; i < SYNTH_RAYS; i++) {
        float turn = (float)i / (float)SYNTH_RAYS;
        float along = synth_cos(turn - axis) / major, across = synth_sin(turn - axis) * major;
        float bump = 1;
        for (int k = 0; k < HARMONICS; k++)
            bump += amount[k] * synth_cos((float)(k + 1) * turn + phase[k]);
        rays[i] = radius * bump / sqrtf(along * along + across * across);
    }
}

/* The cytoplasm leaves a rim around the nucleus everywhere. */
static void keep_rim(struct synth_cell *c)
{
    float sum = 0;
    for (int i = 0; i < SYNTH_RAYS; i++) {
        float least = c->nucleus[i] * 1.15f + 0.12f * c->r;
        if (c->outline[i] < least)
            c->outline[i] = least;
        sum += c->outline[i];
    }
    c->reach = sum / (float)SYNTH_RAYS;
}

/* How large, long and rough a cell of each phase is. */
static void shape_outlines(struct synth_scene *s, struct synth_cell *c, struct rng *r)
{
    float aspect = 1 + s->elongation * synth_range(r, 0.4, 1.4);
    float body = synth_range(r, 1.85, 2.7), rough = s->irregular;
    float nucleus = c->r, flat = 1 + synth_range(r, 0.02, 0.45),
          fold = s->folded * synth_range(r, 0.2, 1);
    if (c->phase == SYNTH_MITOSIS) { /* rounded up; the chromosomes keep the middle free */
        aspect = 1.1f;
        body = 1.55f;
        rough = 0.02f;
        nucleus = 0.45f * c->r;
        flat = 1;
    } else if (c->phase == SYNTH_DAUGHTER) {
        aspect = 1.15f;
        body = 1.5f;
        rough *= 0.4f;
    }
    outline_rays(c->nucleus, nucleus, flat, c->axis + synth_range(r, -0.05, 0.05), fold, r);
    outline_rays(c->outline, c->r * body, aspect, c->axis, rough, r);
    keep_rim(c);
}

static void place_nucleoli(struct synth_cell *c, struct rng *r)
{
    int wanted = 1 + (int)rng_below(r, SYNTH_NUCLEOLI);
    if (c->phase == SYNTH_MITOSIS)
        return;
    for (int attempt = 0; attempt < 20 && c->nucleoli_count < wanted; attempt++) {
        float at[2], radius = c->r * synth_range(r, 0.12, wanted < 3 ? 0.3 : 0.2);
        bool free = true;
        synth_cell_nuclear_point(c, 0.62f, r, at);
        for (int i = 0; i < c->nucleoli_count && free; i++) {
            float dx = at[0] - c->nucleoli[i][0], dy = at[1] - c->nucleoli[i][1];
            float apart = 1.2f * (radius + c->nucleoli[i][2]);
            free = dx * dx + dy * dy > apart * apart;
        }
        if (!free)
            continue;
        float *n = c->nucleoli[c->nucleoli_count++];
        n[0] = at[0];
        n[1] = at[1];
        n[2] = radius < 1 ? 1 : radius;
        n[3] = synth_range(r, -0.9, 0.9);
        n[4] = synth_range(r, -0.9, 0.9);
    }
}

static void place_mtoc(struct synth_cell *c, struct rng *r)
{
    float turn = synth_range(r, 0, 1);
    float nucleus = synth_cell_ray(c->nucleus, turn), border = synth_cell_ray(c->outline, turn);
    float d = nucleus + 0.25f * (border - nucleus) + 0.05f * c->r;
    c->mtoc[0] = c->x + d * synth_cos(turn);
    c->mtoc[1] = c->y + d * synth_sin(turn);
}

static void finish_cell(struct synth_scene *s, int index)
{
    struct synth_cell *c = &s->cells[index];
    struct rng r = synth_cell_stream(s, SYNTH_USE_SCENE, index + 1);
    shape_outlines(s, c, &r);
    place_nucleoli(c, &r);
    place_mtoc(c, &r);
    c->gain[SYNTH_RED] = synth_range(&r, 0.65, 1.15);
    c->gain[SYNTH_BLUE] = synth_range(&r, 0.7, 1.1);
    c->gain[SYNTH_YELLOW] = synth_range(&r, 0.5, 1.25);
    c->gain[SYNTH_GREEN] = synth_range(&r, 0.45, 1.2);
    if (index == 0 || c->phase != SYNTH_INTERPHASE) /* what the labels say is visible somewhere */
        c->gain[SYNTH_GREEN] = synth_range(&r, 0.85, 1.2);
    float far = 0;
    for (int i = 0; i < SYNTH_RAYS; i++)
        far = c->outline[i] > far ? c->outline[i] : far;
    c->x0 = (int)fmaxf(0, floorf(c->x - far));
    c->y0 = (int)fmaxf(0, floorf(c->y - far));
    c->x1 = (int)fminf((float)s->size, floorf(c->x + far) + 2);
    c->y1 = (int)fminf((float)s->size, floorf(c->y + far) + 2);
}

static struct synth_cell *add_cell(struct synth_scene *s, float x, float y, enum synth_phase phase,
                                   struct rng *r)
{
    struct synth_cell *c = &s->cells[s->count++];
    *c = (struct synth_cell){.phase = phase, .x = x, .y = y};
    c->r = s->unit * synth_range(r, 0.82, 1.18);
    c->axis = synth_range(r, 0, 1);
    return c;
}

static void add_daughters(struct synth_scene *s, float x, float y, struct rng *r)
{
    float axis = synth_range(r, 0, 1), half = 2.0f * s->unit;
    for (int side = 0; side < 2; side++) {
        float turn = axis + 0.5f * (float)side;
        float cx = x + half * synth_cos(turn), cy = y + half * synth_sin(turn);
        struct synth_cell *c = add_cell(s, cx, cy, SYNTH_DAUGHTER, r);
        c->r = 0.85f * s->unit;
        c->axis = turn + 0.5f;
        c->bridge[0] = x;
        c->bridge[1] = y;
    }
}

static bool is_free(const struct synth_scene *s, float x, float y, float gap)
{
    for (int i = 0; i < s->count; i++) {
        float dx = x - s->cells[i].x, dy = y - s->cells[i].y;
        if (dx * dx + dy * dy < gap * gap)
            return false;
    }
    return true;
}

/* Fill up with resting cells: near others with probability `cluster`, else anywhere. */
static void add_neighbours(struct synth_scene *s, int wanted, float cluster, struct rng *r)
{
    float size = (float)s->size, gap = 2.5f * s->unit;
    for (int attempt = 0; attempt < 40 * wanted && s->count < wanted; attempt++) {
        float x = synth_range(r, -0.7 * s->unit, size + 0.7 * s->unit);
        float y = synth_range(r, -0.7 * s->unit, size + 0.7 * s->unit);
        if (rng_unit(r) < cluster) {
            const struct synth_cell *near = &s->cells[rng_below(r, (uint32_t)s->count)];
            float turn = synth_range(r, 0, 1), d = s->unit * synth_range(r, 2.5, 3.4);
            x = near->x + d * synth_cos(turn);
            y = near->y + d * synth_sin(turn);
        }
        bool seen = x > -s->unit && y > -s->unit && x < size + s->unit && y < size + s->unit;
        if (seen && is_free(s, x, y, gap))
            add_cell(s, x, y, SYNTH_INTERPHASE, r);
    }
}

/* The cells that the labels need stand whole inside the image, then neighbours join. */
static void lay_out(struct synth_scene *s, const struct labels *labels, struct rng *r)
{
    bool bridge = labels_has(labels, SYNTH_BRIDGE), spindle = labels_has(labels, SYNTH_SPINDLE);
    float size = (float)s->size, middle = 0.5f * size;
    float x = middle + synth_range(r, -0.12, 0.12) * size;
    float y = middle + synth_range(r, -0.12, 0.12) * size;
    if (bridge)
        add_daughters(s, x, spindle ? 0.28f * size : y, r);
    if (spindle || (!bridge && rng_unit(r) < 0.03))
        add_cell(s, x, bridge ? 0.76f * size : y, SYNTH_MITOSIS, r);
    if (s->count == 0)
        add_cell(s, x, y, SYNTH_INTERPHASE, r);
    bool touching = labels_has(labels, SYNTH_JUNCTIONS);
    float crowding = synth_range(r, touching ? 0.8 : 0.45, 1.15);
    float room = (size + s->unit) * (size + s->unit) / (13.0f * s->unit * s->unit);
    int wanted = (int)(crowding * room + 0.5f);
    wanted = wanted < 2 ? 2 : wanted > SYNTH_CELLS ? SYNTH_CELLS : wanted;
    add_neighbours(s, wanted, touching ? 0.95f : synth_range(r, 0.3, 0.9), r);
}

/* Let cell `index` claim the pixels where it is deeper than any cell before it. */
static void claim_pixels(struct synth_scene *s, int index)
{
    const struct synth_cell *c = &s->cells[index];
    for (int y = c->y0; y < c->y1; y++)
        for (int x = c->x0; x < c->x1; x++) {
            float dx = (float)x - c->x, dy = (float)y - c->y, d = sqrtf(dx * dx + dy * dy);
            float turn = synth_turn(dx, dy), nuclear = d / synth_cell_ray(c->nucleus, turn);
            float depth = d / synth_cell_ray(c->outline, turn);
            size_t p = (size_t)y * (size_t)s->size + (size_t)x;
            if (nuclear < 1.15f) /* a nucleus is never cut by a neighbour */
                depth *= 0.3f;
            if (depth >= 1)
                continue;
            if (depth < s->depth[p]) {
                s->edge[p] = s->depth[p];
                s->touch[p] = s->owner[p];
                s->depth[p] = depth;
                s->nuclear[p] = nuclear;
                s->owner[p] = (int16_t)index;
            } else if (depth < s->edge[p]) {
                s->edge[p] = depth;
                s->touch[p] = (int16_t)index;
            }
        }
}

/* Before: edge holds the second cell's depth. After: pixels to the border. */
static void measure_edges(struct synth_scene *s)
{
    size_t n = (size_t)s->size * (size_t)s->size;
    for (size_t p = 0; p < n; p++) {
        if (s->owner[p] < 0)
            continue;
        float free = 1 - s->depth[p], shared = 0.5f * (s->edge[p] - s->depth[p]);
        s->edge[p] = (shared < free ? shared : free) * s->cells[s->owner[p]].reach;
    }
}

static void clear_maps(struct synth_scene *s)
{
    size_t n = (size_t)s->size * (size_t)s->size;
    for (size_t p = 0; p < n; p++) {
        s->owner[p] = s->touch[p] = -1;
        s->depth[p] = 1;
        s->edge[p] = 9; /* no second cell */
        s->nuclear[p] = 99;
    }
}

/* Typical radius of a nucleus: 40 pixels at 512, 9.6 at 64. */
static float typical_radius(int size)
{
    /* (size / 512)^0.69 = t^(11/16), by square roots */
    float t = (float)size / 512, half = sqrtf(t), eighth = sqrtf(sqrtf(half));
    return 40 * half * eighth * sqrtf(eighth);
}

void synth_cell_scene(struct synth_scene *s, uint64_t seed, uint32_t sample,
                      const struct labels *labels)
{
    s->seed = seed;
    s->sample = sample;
    s->count = 0;
    struct rng r = synth_cell_stream(s, SYNTH_USE_SCENE, 0);
    s->unit = typical_radius(s->size) * synth_range(&r, 0.85, 1.15);
    s->elongation = synth_range(&r, 0, 1.3);
    s->irregular = synth_range(&r, 0.04, 0.2);
    s->folded = rng_unit(&r) < 0.2 ? 0.13f : 0.06f;
    for (int i = 0; i < SYNTH_LATTICE * SYNTH_LATTICE; i++)
        s->lattice[i] = (float)(rng_u32(&r) >> 8) * 0x1p-24f;
    lay_out(s, labels, &r);
    clear_maps(s);
    for (int i = 0; i < s->count; i++) {
        finish_cell(s, i);
        claim_pixels(s, i);
    }
    measure_edges(s);
}
