/* Pictures of samples: decoded, composed, and turned into what the asker draws, all on a thread of
 * its own. The newest request wins. Samples once decoded are kept, the least recently used go
 * first.
 *
 * From the cache when that is sharp enough (then as the network sees them: square), else from the
 * files. */
#ifndef JOB_PREVIEW_LOADER_H
#define JOB_PREVIEW_LOADER_H

#include <stdbool.h>

#include "base/wake.h"
#include "data/heatmap.h"
#include "job/work.h"

enum { PREVIEW_LOADER_MAX = 24 }; /* pictures of one request */

/* How all pictures of a request are seen. */
struct preview_loader_view {
    struct composite_view view;
    int columns, rows; /* of the asker's cells */
    int look;          /* for the asker's function */
    uint64_t heat;     /* which map lies over them: the asker's number, 0: none */
};

struct preview_loader_shot {
    char id[INDEX_ID_MAX + 1];
    struct err error; /* code ERR_NONE: the rest is valid */
    double scale;     /* of the picture, 1: every pixel of the image is seen */
    bool full;        /* from the files: nothing sharper is there */
    void *drawn;      /* what the asker's function made; who takes the answer owns it */
};

struct preview_loader_answer {
    struct preview_loader_view view;
    int n; /* the first of those that were asked for, at least one; ask for the rest */
    struct preview_loader_shot shots[PREVIEW_LOADER_MAX];
    void (*release)(void *drawn);
};

struct preview_loader_pixels {
    int width, height;
    uint8_t *rgb;        /* [height, width, 3]; free to be changed */
    const float *levels; /* [height, width] of the map, as heatmap_levels makes them; NULL: none */
};

/* How pixels become what the asker draws. On the gallery's thread. */
struct preview_loader_ops {
    int cell_width, cell_height; /* pixels */
    void *(*draw)(const struct preview_loader_pixels *p, int columns, int rows, int look);
    void (*release)(void *drawn);
};

struct preview_loader;

struct preview_loader *preview_loader_new(struct work *work, struct wake *wake,
                                          const struct preview_loader_ops *ops, struct err *e);
void preview_loader_free(struct preview_loader *g);

/* `ids` [n], at most PREVIEW_LOADER_MAX: the most wanted first. `heat`: the map that `view` names,
 * copied; may be NULL when it names none. */
void preview_loader_ask(struct preview_loader *g, const struct preview_loader_view *view,
                        const struct heatmap *heat, const char *const *ids, int n);
/* NULL: nothing has arrived. */
struct preview_loader_answer *preview_loader_take(struct preview_loader *g);
/* With what is still drawn in it: set `drawn` to NULL where it was taken over. */
void preview_loader_answer_free(struct preview_loader_answer *a);

#endif
