/* Estimates cost some seconds of one core, a comparison of sets a fraction of one: they are made
 * for those who look. */
#include "tune_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "model_update.h"

struct tune_link {
    struct run_query *service;
    struct held_out_estimate_desk *worker;    /* NULL: it could not be opened */
    struct threshold_comparison_desk *rivals; /* the same */
    bool contest;                             /* an answer is still to come */
    uint64_t estimated;                       /* scores asked about */
    bool listing;                             /* sets are still to come ... */
    char listed[40];                          /* ... of this run */
};

struct tune_link *tune_link_open(struct run_query *service, struct wake *wake)
{
    struct err e;
    struct tune_link *l = xcalloc(1, sizeof *l);
    l->service = service;
    l->worker = held_out_estimate_open(wake, &e);
    if (!l->worker)
        log_error("no estimates: %s", e.text);
    l->rivals = threshold_comparison_open(wake, &e);
    if (!l->rivals)
        log_error("sets are not compared: %s", e.text);
    return l;
}

void tune_link_close(struct tune_link *l)
{
    if (!l)
        return;
    held_out_estimate_close(l->worker);
    threshold_comparison_close(l->rivals);
    free(l);
}

static void ask_rivals(struct tune_link *l, struct app_model *b)
{
    struct err e;
    struct tune_view *v = &b->tune;
    if (!l->rivals || !v->sets_shown || b->cuts.n != b->scores->n || b->cuts.k != b->scores->k ||
        !tune_view_new_contest(v, &b->cuts, b->scores_taken))
        return;
    l->contest = !threshold_comparison_ask(l->rivals, b->scores, v->contest.set, v->contest.now,
                                           v->contest.question, &e);
    if (!l->contest)
        app_model_say(b, INK_ERROR, "%s", e.text);
}

void tune_link_ask(struct tune_link *l, struct app_model *b)
{
    /* the cuts of a table follow tune.method, which is chosen with the estimates, on every tab */
    if (!b->scores || (b->tab != TAB_TUNE && !b->table[0]))
        return;
    if (l->worker && l->estimated != b->scores_taken)
        held_out_estimate_ask(l->worker, b->scores, b->scores_taken);
    l->estimated = b->scores_taken;
    if (b->tab != TAB_TUNE)
        return;
    ask_rivals(l, b);
    bool known = b->tune.sets || l->listing;
    if (!app_model_run_uuid(b)[0] || (known && strcmp(l->listed, app_model_run_uuid(b)) == 0))
        return;
    l->listing = true;
    snprintf(l->listed, sizeof l->listed, "%s", app_model_run_uuid(b));
    run_query_ask_sets(l->service, l->listed);
}

/* For scores that came without: of a table. */
static void follow_method(struct app_model *b)
{
    const struct held_out_estimate *t = tune_view_estimates(&b->tune, b->scores_taken);
    const struct held_out_estimate_method *m = tune_view_method(t, b->tune.configured);
    if (m && t->k == b->cuts.k && strcmp(b->cuts.follows, m->name))
        cuts_follow(&b->cuts, m->cuts, m->name);
}

bool tune_link_news(struct tune_link *l, struct app_model *b)
{
    struct held_out_estimate *estimates = l->worker ? held_out_estimate_take(l->worker) : NULL;
    struct run_query_sets *sets = run_query_take_sets(l->service);
    struct run_query_cuts *cuts = run_query_take_import(l->service);
    struct threshold_comparison *rivals = l->rivals ? threshold_comparison_take(l->rivals) : NULL;
    if (estimates) {
        tune_view_take_estimates(&b->tune, estimates);
        follow_method(b);
    }
    l->listing &= !sets;
    if (sets)
        tune_view_take_sets(&b->tune, sets);
    if (cuts)
        model_update_import(b, cuts);
    l->contest &= !rivals || rivals->question != b->tune.contest.question;
    if (rivals)
        tune_view_take_rivals(&b->tune, rivals);
    return estimates || sets || cuts || rivals;
}

bool tune_link_idle(const struct tune_link *l, const struct app_model *b)
{
    bool estimated = !l->estimated || (b->tune.estimates && b->tune.estimates->whole);
    return estimated && !l->listing && !l->contest;
}
