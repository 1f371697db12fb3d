/* Pictures of samples: decoded, composed, and turned into what the asker draws, all on a thread of
 * its own. The newest request wins. Samples once decoded are kept, the least recently used go
 * first.
 *
 * From the cache when that is sharp enough (then as the network sees them: square), else from the
 * files. */
#ifndef JOB_GALLERY_H
#define JOB_GALLERY_H

#include <stdbool.h>

#include "base/wake.h"
#include "data/heat.h"
#include "job/work.h"

enum { GALLERY_MAX = 24 }; /* pictures of one request */

/* How all pictures of a request are seen. */
struct gallery_view {
    struct composite_view view;
    int columns, rows; /* of the asker's cells */
    int look;          /* for the asker's function */
    uint64_t heat;     /* which map lies over them: the asker's number, 0: none */
};

struct gallery_shot {
    char id[INDEX_ID_MAX + 1];
    struct err error; /* code ERR_NONE: the rest is valid */
    double scale;     /* of the picture, 1: every pixel of the image is seen */
    bool full;        /* from the files: nothing sharper is there */
    void *drawn;      /* what the asker's function made; who takes the answer owns it */
};

struct gallery_answer {
    struct gallery_view view;
    int n; /* the first of those that were asked for, at least one; ask for the rest */
    struct gallery_shot shots[GALLERY_MAX];
    void (*release)(void *drawn);
};

struct gallery_pixels {
    int width, height;
    uint8_t *rgb;        /* [height, width, 3]; free to be changed */
    const float *levels; /* [height, width] of the map, as heat_levels makes them; NULL: none */
};

/* How pixels become what the asker draws. On the gallery's thread. */
struct gallery_ops {
    int cell_width, cell_height; /* pixels */
    void *(*draw)(const struct gallery_pixels *p, int columns, int rows, int look);
    void (*release)(void *drawn);
};

struct gallery;

struct gallery *gallery_new(struct work *work, struct wake *wake, const struct gallery_ops *ops,
                            struct err *e);
void gallery_free(struct gallery *g);

/* `ids` [n], at most GALLERY_MAX: the most wanted first. `heat`: the map that `view` names, copied;
 * may be NULL when it names none. */
void gallery_ask(struct gallery *g, const struct gallery_view *view, const struct heat *heat,
                 const char *const *ids, int n);
/* NULL: nothing has arrived. */
struct gallery_answer *gallery_take(struct gallery *g);
/* With what is still drawn in it: set `drawn` to NULL where it was taken over. */
void gallery_answer_free(struct gallery_answer *a);

#endif
