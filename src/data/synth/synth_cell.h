/* The scene: where the cells lie, their outlines, and what each pixel belongs to. */
#ifndef DATA_SYNTH_CELL_H
#define DATA_SYNTH_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/labels.h"
#include "base/rng.h"

#include "synth_canvas.h"

enum { SYNTH_CELLS = 48, SYNTH_RAYS = 64, SYNTH_NUCLEOLI = 5, SYNTH_LATTICE = 64 };

/* The classes whose pattern needs a particular kind of scene. */
enum { SYNTH_BRIDGE = 16, SYNTH_SPINDLE = 17, SYNTH_JUNCTIONS = 22, SYNTH_CLASSES = 28 };

enum synth_stain { SYNTH_RED, SYNTH_GREEN, SYNTH_BLUE, SYNTH_YELLOW, SYNTH_STAINS };

enum synth_phase {
    SYNTH_INTERPHASE,
    SYNTH_MITOSIS,  /* no nuclear envelope: chromosomes on a plate across the spindle */
    SYNTH_DAUGHTER, /* one of two sister cells that a bridge still joins */
};

struct synth_cell {
    enum synth_phase phase;
    float x, y;      /* centre of the nucleus */
    float r;         /* mean radius of the nucleus */
    float axis;      /* long axis; in mitosis the spindle's; of a daughter towards its sister */
    float mtoc[2];   /* microtubule organising centre, beside the nucleus */
    float bridge[2]; /* of a daughter: the middle of the bridge */
    float gain[SYNTH_STAINS];
    float nucleus[SYNTH_RAYS], outline[SYNTH_RAYS]; /* radius in each direction */
    float reach;                                    /* mean radius of the outline */
    float nucleoli[SYNTH_NUCLEOLI][5]; /* x, y, radius, and the vector it is flattened along */
    int nucleoli_count;
    int x0, y0, x1, y1; /* the pixels it may own; x1, y1 excluded */
};

struct synth_scene {
    uint64_t seed;
    uint32_t sample;
    int size;
    float unit;                  /* typical radius of a nucleus in this image */
    float elongation, irregular; /* of this image's kind of cell */
    float folded;                /* roughness of its nuclei */
    struct synth_cell cells[SYNTH_CELLS];
    int count;
    float lattice[SYNTH_LATTICE * SYNTH_LATTICE]; /* 0..1, for textures */
    /* Per pixel, [size, size]. */
    int16_t *owner; /* index of the cell, -1 outside */
    int16_t *touch; /* the neighbour that reaches here too, -1 */
    float *nuclear; /* distance from the centre as a fraction of the nucleus' radius */
    float *edge;    /* pixels to the cell's border */
    float *depth;   /* 0 at the centre, 1 at the free border */
};

int synth_cell_init(struct synth_scene *s, int size, struct err *e);
void synth_cell_fini(struct synth_scene *s);

/* Lay out the cells of a sample and fill the per-pixel maps. */
void synth_cell_scene(struct synth_scene *s, uint64_t seed, uint32_t sample,
                      const struct labels *labels);

/* Independent random numbers for one purpose and one cell. */
struct rng synth_cell_stream(const struct synth_scene *s, int purpose, int cell);
enum { SYNTH_USE_SCENE = 1, SYNTH_USE_FIBRES, SYNTH_USE_CAMERA, SYNTH_USE_LABELS, SYNTH_USE_CLASS };

/* Radius of a ray table in direction `turn`. */
float synth_cell_ray(const float rays[SYNTH_RAYS], float turn);

/* Smooth noise in 0..1, features `scale` pixels apart; layers are independent. */
float synth_cell_noise(const struct synth_scene *s, float x, float y, float scale, int layer);

/* The cell that owns the pixel at (x, y), -1 outside cells and outside the image. */
int synth_cell_owner(const struct synth_scene *s, float x, float y);

/* May cell `index` have something at (x, y)? Its own pixels, and all beyond the image. */
bool synth_cell_holds(const struct synth_scene *s, int index, float x, float y);

/* A random point inside the nucleus, at most `reach` of its radius from the centre. */
void synth_cell_nuclear_point(const struct synth_cell *c, float reach, struct rng *r, float at[2]);

/* A random point in the cytoplasm, at a fraction low..high of the way from nucleus to border. */
void synth_cell_cytoplasm_point(const struct synth_scene *s, int index, float low, float high,
                                struct rng *r, float at[2]);

/* Add gain * shade to every pixel that the cell owns. */
typedef float synth_shade(const struct synth_scene *s, const struct synth_cell *c, int x, int y,
                          size_t pixel);
void synth_cell_fill(const struct synth_scene *s, int index, struct synth_canvas *canvas,
                     float gain, synth_shade *shade);

/* How much of a soft-edged disc of radius 1 lies at `level` (0 centre, 1 border), where one pixel
 * is `pixel` long. */
static inline float synth_inside(float level, float pixel)
{
    return synth_clamp((1 - level) / pixel + 0.5f);
}

/* Share of nucleolus at (x, y), 0..1. */
float synth_cell_nucleolus(const struct synth_cell *c, float x, float y);

#endif
