/* A small table, searched through: some hundred short ids at most. */
#include "preview_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void drop(struct shot *s)
{
    picture_free(s->picture);
    *s = (struct shot){0};
}

void preview_cache_fini(struct preview_cache *s)
{
    for (int i = 0; i < PREVIEW_CACHE_MAX; i++)
        drop(&s->shot[i]);
}

bool preview_cache_same_view(const struct preview_loader_view *a,
                             const struct preview_loader_view *b)
{
    return a->columns == b->columns && a->rows == b->rows && a->look == b->look &&
           a->heat == b->heat && a->view.channels == b->view.channels &&
           a->view.gain == b->view.gain && a->view.zoom == b->view.zoom && a->view.x == b->view.x &&
           a->view.y == b->view.y;
}

const struct shot *preview_cache_find(const struct preview_cache *s, const char *id,
                                      const struct preview_loader_view *v)
{
    for (int i = 0; i < PREVIEW_CACHE_MAX; i++)
        if (strcmp(s->shot[i].id, id) == 0 && preview_cache_same_view(&s->shot[i].view, v))
            return &s->shot[i];
    return NULL;
}

const struct shot *preview_cache_near(const struct preview_cache *s, const char *id,
                                      const struct preview_loader_view *v)
{
    const struct shot *best = NULL;
    for (int i = 0; i < PREVIEW_CACHE_MAX; i++) {
        const struct shot *x = &s->shot[i];
        if (strcmp(x->id, id) == 0 && x->picture && x->view.columns == v->columns &&
            x->view.rows == v->rows && x->view.look == v->look &&
            (x->view.heat == 0 || x->view.heat == v->heat) && (!best || x->used > best->used))
            best = x;
    }
    return best;
}

void preview_cache_touch(struct preview_cache *s, const char *id,
                         const struct preview_loader_view *v)
{
    const struct shot *found = preview_cache_find(s, id, v);
    if (found)
        s->shot[found - s->shot].used = ++s->clock;
}

static struct shot *oldest(struct preview_cache *s)
{
    struct shot *best = &s->shot[0];
    for (int i = 1; i < PREVIEW_CACHE_MAX; i++)
        if (s->shot[i].used < best->used)
            best = &s->shot[i];
    return best;
}

static void put(struct preview_cache *s, struct preview_loader_shot *from,
                const struct preview_loader_view *view)
{
    const struct shot *old = preview_cache_find(s, from->id, view);
    struct shot *to = old ? &s->shot[old - s->shot] : oldest(s);
    drop(to);
    snprintf(to->id, sizeof to->id, "%s", from->id);
    text_safe(from->error.text, to->error, sizeof to->error);
    to->view = *view;
    to->picture = from->drawn;
    to->scale = from->scale;
    to->full = from->full;
    to->used = ++s->clock;
    from->drawn = NULL;
}

void preview_cache_take(struct preview_cache *s, struct preview_loader_answer *a)
{
    for (int i = 0; i < a->n; i++)
        put(s, &a->shots[i], &a->view);
    preview_loader_answer_free(a);
}

int preview_cache_look(const struct picture_look *look)
{
    return (int)look->glyphs | (int)look->tier << 4 | (int)look->theme << 8;
}

static void *draw(const struct preview_loader_pixels *p, int columns, int rows, int look)
{
    struct picture_look l = {(enum glyphs)(look & 15), (enum theme_tier)(look >> 4 & 15),
                             (enum theme)(look >> 8)};
    if (p->levels && l.tier != THEME_MONO)
        heatmap_paint(p->levels, p->width, p->height, false, p->rgb);
    struct picture *made = picture_make(p->rgb, p->width, p->height, columns, rows, &l);
    if (p->levels)
        picture_mark(made, p->levels, p->width, p->height, &l);
    return made;
}

static void release(void *drawn)
{
    picture_free(drawn);
}

const struct preview_loader_ops preview_cache_gallery_ops = {PICTURE_CELL_WIDTH,
                                                             PICTURE_CELL_HEIGHT, draw, release};
