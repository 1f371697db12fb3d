/* Pictures that were drawn once, as cells: so that what was seen before is there at once. The least
 * recently looked at goes first. UI thread. */
#ifndef TUI_PREVIEW_CACHE_H
#define TUI_PREVIEW_CACHE_H

#include "draw/picture.h"
#include "job/preview_loader.h"

enum { PREVIEW_CACHE_MAX = 128 };

struct shot {
    char id[INDEX_ID_MAX + 1]; /* "": free */
    struct preview_loader_view view;
    struct picture *picture; /* NULL: `error` says why */
    char error[256];
    double scale;
    bool full;
    uint64_t used;
};

struct preview_cache {
    struct shot shot[PREVIEW_CACHE_MAX];
    uint64_t clock;
};

void preview_cache_fini(struct preview_cache *s);
/* Takes over what was drawn. */
void preview_cache_take(struct preview_cache *s, struct preview_loader_answer *a);

bool preview_cache_same_view(const struct preview_loader_view *a,
                             const struct preview_loader_view *b);
/* NULL: not there. */
const struct shot *preview_cache_find(const struct preview_cache *s, const char *id,
                                      const struct preview_loader_view *v);
/* The newest of this sample and size, however it was seen, but with no other map over it: to look
 * at meanwhile. */
const struct shot *preview_cache_near(const struct preview_cache *s, const char *id,
                                      const struct preview_loader_view *v);
/* It is in sight: the last to go. */
void preview_cache_touch(struct preview_cache *s, const char *id,
                         const struct preview_loader_view *v);

/* What a terminal can show as a number, and back. */
int preview_cache_look(const struct picture_look *look);
/* For the gallery's thread. */
extern const struct preview_loader_ops preview_cache_gallery_ops;

#endif
