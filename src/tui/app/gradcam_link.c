/* One question is on its way at a time, replaced when another sample is selected; the run that it
 * was about is let go when another is shown. */
#include "gradcam_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

struct gradcam_link {
    const struct work *work;
    struct wake *wake;
    struct gradcam_query *worker; /* NULL until a map is wanted */
    bool coming;
    char uuid[40], id[INDEX_ID_MAX + 1]; /* that were asked about last */
    uint64_t question;
};

struct gradcam_link *gradcam_link_open(const struct work *work, struct wake *wake)
{
    struct gradcam_link *l = xcalloc(1, sizeof *l);
    *l = (struct gradcam_link){.work = work, .wake = wake};
    return l;
}

void gradcam_link_close(struct gradcam_link *l)
{
    if (!l)
        return;
    gradcam_query_free(l->worker);
    free(l);
}

static bool start(struct gradcam_link *l, struct app_model *b)
{
    struct err e;
    if (!l->worker)
        l->worker = gradcam_query_new(l->work, l->wake, &e);
    if (l->worker)
        return true;
    gradcam_view_switch(&b->heat, false);
    app_model_say(b, INK_ERROR, "%s", e.text);
    return false;
}

static void let_go(struct gradcam_link *l, const struct app_model *b)
{
    if (!l->worker || !l->uuid[0] || !strcmp(l->uuid, app_model_run_uuid(b)))
        return;
    gradcam_query_rest(l->worker);
    l->uuid[0] = '\0';
    l->coming = false;
}

void gradcam_link_ask(struct gradcam_link *l, struct app_model *b)
{
    let_go(l, b);
    bool looks = b->tab == TAB_ERRORS && !b->data.hurried; /* not at what is flown over */
    const char *id = looks ? gradcam_view_wanted(b) : NULL;
    if (!id || (l->coming && l->question == b->scores_taken && !strcmp(l->id, id)) || !start(l, b))
        return;
    snprintf(l->uuid, sizeof l->uuid, "%s", app_model_run_uuid(b));
    snprintf(l->id, sizeof l->id, "%s", id);
    l->question = b->scores_taken;
    l->coming = true;
    gradcam_query_ask(l->worker, l->uuid, l->id, l->question);
}

bool gradcam_link_news(struct gradcam_link *l, struct app_model *b)
{
    struct gradcam_answer *a = l->worker ? gradcam_query_take(l->worker) : NULL;
    if (!a)
        return false;
    bool asked = l->question == a->question && !strcmp(l->id, a->id);
    l->coming &= !asked;
    if (asked && !a->sample)
        log_warn("no Grad-CAM: %s", a->error.text);
    gradcam_view_take(&b->heat, a);
    return true;
}
