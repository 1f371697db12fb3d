/* Pictures that were drawn once, as cells: so that what was seen before is there at once. The least
 * recently looked at goes first. UI thread. */
#ifndef TUI_SHOTS_H
#define TUI_SHOTS_H

#include "draw/picture.h"
#include "job/preview_loader.h"

enum { SHOTS_MAX = 128 };

struct shot {
    char id[INDEX_ID_MAX + 1]; /* "": free */
    struct preview_loader_view view;
    struct picture *picture; /* NULL: `error` says why */
    char error[256];
    double scale;
    bool full;
    uint64_t used;
};

struct shots {
    struct shot shot[SHOTS_MAX];
    uint64_t clock;
};

void shots_fini(struct shots *s);
/* Takes over what was drawn. */
void shots_take(struct shots *s, struct preview_loader_answer *a);

bool shots_same_view(const struct preview_loader_view *a, const struct preview_loader_view *b);
/* NULL: not there. */
const struct shot *shots_find(const struct shots *s, const char *id,
                              const struct preview_loader_view *v);
/* The newest of this sample and size, however it was seen, but with no other map over it: to look
 * at meanwhile. */
const struct shot *shots_near(const struct shots *s, const char *id,
                              const struct preview_loader_view *v);
/* It is in sight: the last to go. */
void shots_touch(struct shots *s, const char *id, const struct preview_loader_view *v);

/* What a terminal can show as a number, and back. */
int shots_look(const struct picture_look *look);
/* For the gallery's thread. */
extern const struct preview_loader_ops shots_gallery_ops;

#endif
