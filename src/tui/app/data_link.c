/* Threads and files are touched only once the tab is looked at. One request for pictures is on its
 * way at a time, replaced when the most wanted picture is another. */
#include "data_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct data_link {
    struct work *work;
    struct wake *wake;
    struct dataset_query *explore; /* NULL until the tab is looked at */
    struct preview_loader *gallery;
    bool samples, levels, splits; /* asked for, whole answer still to come */
    bool has_samples, has_splits;
    int levels_of; /* class asked for, -1: none */
    bool pictures, hurry;
    struct preview_loader_view view; /* of the pictures on their way */
    char first[INDEX_ID_MAX + 1];
};

struct data_link *data_link_open(struct work *work, struct wake *wake)
{
    struct data_link *l = xcalloc(1, sizeof *l);
    *l = (struct data_link){.work = work, .wake = wake, .levels_of = -1};
    return l;
}

void data_link_close(struct data_link *l)
{
    if (!l)
        return;
    preview_loader_free(l->gallery);
    dataset_query_free(l->explore);
    free(l);
}

void data_link_renew(struct data_link *l)
{
    l->has_samples = l->has_splits = false;
    data_link_renew_levels(l);
}

void data_link_renew_levels(struct data_link *l)
{
    l->levels_of = -1;
}

bool data_link_hurry(struct data_link *l)
{
    bool hurry = l->hurry;
    l->hurry = false;
    return hurry;
}

bool data_link_idle(const struct data_link *l)
{
    return !l->samples && !l->levels && !l->splits && !l->pictures;
}

static bool start(struct data_link *l, struct app_model *b)
{
    struct err e = {0};
    if (!l->explore)
        l->explore = dataset_query_new(l->work, l->wake, &e);
    if (l->explore && !l->gallery)
        l->gallery = preview_loader_new(l->work, l->wake, &preview_cache_gallery_ops, &e);
    if (!l->gallery)
        app_model_say(b, INK_ERROR, "%s", e.text);
    return l->gallery;
}

static void ask_pictures(struct data_link *l, struct app_model *b)
{
    struct samples_model *d = &b->data;
    struct samples_model_place places[SAMPLES_MODEL_PLACES];
    struct preview_loader_view view;
    struct heatmap heat = {0};
    const char *ids[PREVIEW_LOADER_MAX];
    int n = samples_model_wanted(d, &view, ids), seen = samples_model_places(d, places);
    for (int i = 0; i < seen; i++)
        preview_cache_touch(&d->shots, d->samples->ids[places[i].row], &view);
    if (n == 0 ||
        (l->pictures && strcmp(l->first, ids[0]) == 0 && preview_cache_same_view(&l->view, &view)))
        return;
    if (view.heat)
        heat = gradcam_view_map(b);
    preview_loader_ask(l->gallery, &view, &heat, ids, n);
    snprintf(l->first, sizeof l->first, "%s", ids[0]);
    l->view = view;
    l->pictures = true;
}

void data_link_ask(struct data_link *l, struct app_model *b)
{
    struct samples_model *d = &b->data;
    if ((b->tab != TAB_DATA && b->tab != TAB_ERRORS) || !start(l, b))
        return;
    if (!l->has_samples) {
        dataset_query_ask_samples(l->explore);
        l->samples = l->has_samples = true;
    }
    if (!samples_model_ready(d))
        return;
    if (d->levels_shown && l->levels_of != b->selected) {
        dataset_query_ask_levels(l->explore, b->selected);
        l->levels_of = b->selected;
        l->levels = true;
    }
    if (d->splits_shown && !l->has_splits) {
        dataset_query_ask_splits(l->explore);
        l->splits = l->has_splits = true;
    }
    ask_pictures(l, b);
    samples_model_saw(d);
}

static bool news_of_table(struct data_link *l, struct samples_model *d)
{
    struct samples *samples = dataset_query_take_samples(l->explore);
    if (!samples)
        return false;
    l->samples = !samples->whole && samples->error.code == ERR_NONE;
    samples_model_take_samples(d, samples);
    return true;
}

static bool news_of_counts(struct data_link *l, struct samples_model *d)
{
    struct intensity_histogram *levels = dataset_query_take_levels(l->explore);
    struct dataset_query_splits *splits = dataset_query_take_splits(l->explore);
    if (levels) {
        l->levels = !levels->whole && levels->error.code == ERR_NONE;
        samples_model_take_levels(d, levels);
    }
    if (splits) {
        l->splits = !splits->whole;
        samples_model_take_splits(d, splits);
    }
    return levels || splits;
}

bool data_link_news(struct data_link *l, struct app_model *b)
{
    if (!l->gallery)
        return false;
    bool any = news_of_table(l, &b->data);
    any |= news_of_counts(l, &b->data);
    struct preview_loader_answer *a = preview_loader_take(l->gallery);
    if (!a)
        return any;
    l->pictures = false;
    l->hurry = true;
    preview_cache_take(&b->data.shots, a);
    return true;
}
