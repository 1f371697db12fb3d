/* A ring of answers. One belongs to the run, the sample and the scores that it was asked for: a run
 * that goes on has other best weights, perhaps, with each epoch. */
#include "gradcam_view.h"

#include <string.h>

#include "app_model.h"

void gradcam_view_fini(struct gradcam_view *v)
{
    for (int i = 0; i < HEAT_KEPT; i++)
        gradcam_query_free_answer(v->kept[i]);
    *v = (struct gradcam_view){0};
}

void gradcam_view_take(struct gradcam_view *v, struct gradcam_answer *a)
{
    v->newest = (v->newest + 1) % HEAT_KEPT;
    gradcam_query_free_answer(v->kept[v->newest]);
    v->kept[v->newest] = a;
    v->number[v->newest] = ++v->taken;
}

void gradcam_view_switch(struct gradcam_view *v, bool on)
{
    v->on = on;
    for (int i = 0; i < HEAT_KEPT; i++)
        if (v->kept[i] && !v->kept[i]->sample) {
            gradcam_query_free_answer(v->kept[i]);
            v->kept[i] = NULL;
        }
}

/* Of the selected sample, NULL when a run could not say anything about it. */
static const char *selected_id(const struct app_model *b)
{
    const struct errors_view *e = &b->errors;
    bool there = errors_view_ready(b) && errors_view_named(e) && e->rows_n > 0;
    return there && app_model_run_uuid(b)[0] ? e->names->ids[e->rows[e->at]] : NULL;
}

/* Where the selected sample's answer is kept, -1: it is not there. */
static int place(const struct app_model *b)
{
    const struct gradcam_view *v = &b->heat;
    const char *id = selected_id(b);
    for (int i = 0; id && i < HEAT_KEPT; i++) {
        const struct gradcam_answer *a = v->kept[i];
        if (a && a->question == b->scores_taken && !strcmp(a->id, id) &&
            !strcmp(a->uuid, app_model_run_uuid(b)))
            return i;
    }
    return -1;
}

const struct gradcam_sample *gradcam_view_sample(const struct app_model *b)
{
    int at = place(b);
    return at < 0 ? NULL : b->heat.kept[at]->sample;
}

const char *gradcam_view_wanted(const struct app_model *b)
{
    return b->heat.on && place(b) < 0 ? selected_id(b) : NULL;
}

static bool is_empty(const struct heatmap *map)
{
    for (int i = 0; i < map->h * map->w; i++)
        if (map->values[i * map->step] > 0)
            return false;
    return true;
}

enum heat_state gradcam_view_state(const struct app_model *b)
{
    int at = place(b);
    if (!b->heat.on || !selected_id(b))
        return b->heat.on ? HEAT_NEVER : HEAT_OFF;
    if (at < 0)
        return HEAT_COMING;
    const struct gradcam_sample *s = b->heat.kept[at]->sample;
    if (!s || b->selected >= s->k)
        return HEAT_FAILED;
    struct heatmap map = job_gradcam_heat(s, b->selected);
    return is_empty(&map) ? HEAT_NOWHERE : HEAT_SEEN;
}

struct heatmap gradcam_view_map(const struct app_model *b)
{
    return job_gradcam_heat(gradcam_view_sample(b), b->selected);
}

uint64_t gradcam_view_number(const struct app_model *b)
{
    return gradcam_view_state(b) == HEAT_SEEN
               ? b->heat.number[place(b)] * LABELS_MAX + (uint64_t)b->selected
               : 0;
}
