/* Made-up errors for tests of the Errors tab: the scores of scene.h with the ids of the samples of
 * scene_data.h, two marks, a pair of classes that is taken for another. */
#ifndef TESTS_TUI_SCENE_ERRORS_H
#define TESTS_TUI_SCENE_ERRORS_H

#include "scene_data.h"

static inline struct annotations_names *scene_names(const struct samples *s, int n)
{
    struct annotations_names *r = xcalloc(1, sizeof *r);
    r->arena = arena_new();
    r->gamma = 2;
    r->n = n;
    r->ids = xcalloc((size_t)n + 1, sizeof *r->ids);
    for (int i = 0; i < n; i++)
        r->ids[i] = arena_strdup(r->arena, s->ids[i], NULL);
    return r;
}

static inline struct annotations_marks *scene_marks(const struct samples *s)
{
    struct annotations_marks *m = xcalloc(1, sizeof *m);
    m->n = 2;
    m->rows = xcalloc(2, sizeof *m->rows);
    for (int i = 0; i < 2; i++) {
        struct mark_row *row = &m->rows[i];
        snprintf(row->sample, sizeof row->sample, "%s", s->ids[40 + 3 * i]);
        snprintf(row->kind, sizeof row->kind, "%s", i ? "bad-image" : "wrong-label");
        snprintf(row->note, sizeof row->note, "%s", i ? "" : "looks like a nucleolus to me");
    }
    return m;
}

static inline void scene_errors(struct app_model *b)
{
    scene_init(b);
    app_model_show_tab(b, TAB_ERRORS);
    samples_model_take_samples(&b->data, scene_samples(2000));
    errors_view_take_names(&b->errors, scene_names(b->data.samples, SCENE_N));
    errors_view_take_marks(&b->errors, scene_marks(b->data.samples));
}

/* NULL when the sample has no mark of this kind. */
static inline const struct mark_row *mark_of_kind(const struct marks *m, const char *sample,
                                                  const char *kind)
{
    const struct mark_row *mark = NULL;
    for (int i = 0; (mark = marks_of(m, sample, i)); i++)
        if (!strcmp(mark->kind, kind))
            break;
    return mark;
}

#endif
