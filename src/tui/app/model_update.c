/* New data into the model. One run is shown: that of this process's runner when it has one, else
 * the newest of the store. Scores of another run start the cuts anew; scores of the same run keep
 * what the user decided. */
#include "model_update.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "input/act_tune.h"

void model_update_labels(struct app_model *b, struct run_query_labels *labels)
{
    free(b->labels);
    b->labels = labels;
    b->awaits.labels = false;
    if (labels->has_split)
        train_view_split(&b->train, &labels->split);
    app_model_arrange(b);
}

static void take_estimate(struct app_model *b, double mean, double spread, int epoch)
{
    if (!isfinite(mean) || epoch < b->held_out_epoch)
        return;
    b->held_out = mean;
    b->held_out_std = spread;
    b->held_out_epoch = epoch;
}

static void forget_cuts(struct app_model *b)
{
    b->held_out = NAN;
    b->held_out_epoch = 0;
    b->restored = false;
    b->labels_changed = b->samples_gone = 0;
    b->scores_tables = 0;
    b->scores_stale = false;
    cuts_fini(&b->cuts);
    cuts_init(&b->cuts);
    tune_view_forget(&b->tune);
}

void model_update_forget(struct app_model *b)
{
    forget_cuts(b);
    run_query_run_free(b->run);
    b->run = NULL;
}

/* Takes ownership of the scores. */
static bool take(struct app_model *b, struct scores *scores, int epoch)
{
    struct err e;
    if (b->cuts.k && b->cuts.k != scores->k)
        forget_cuts(b);
    if (cuts_take_scores(&b->cuts, scores, epoch, &e)) {
        app_model_say(b, INK_ERROR, "%s", e.text);
        scores_free(scores);
        return false;
    }
    scores_free(b->scores);
    b->scores = scores;
    b->scores_taken++;
    app_model_arrange(b);
    return true;
}

void model_update_scores(struct app_model *b, struct scores *scores, int epoch)
{
    if (scores && epoch > b->cuts.epoch && (!b->chosen[0] || app_model_shows_own(b)))
        take(b, scores, epoch);
    else
        scores_free(scores);
}

void model_update_cuts(struct app_model *b, const struct threshold_set *cuts)
{
    bool ours = !b->chosen[0] || app_model_shows_own(b);
    if (ours && cuts->k > 0 && cuts->k == b->cuts.k && cuts->epoch == b->cuts.epoch)
        cuts_follow(&b->cuts, cuts->cuts, cuts->method);
}

static bool same_run(const struct app_model *b, const struct run_query_run *run)
{
    return b->run && b->run->error.code == ERR_NONE && strcmp(b->run->row.uuid, run->row.uuid) == 0;
}

/* An answer about a run that is no longer shown came too late; and a store that could not be read
 * this time is no reason to forget what was read before. */
static bool late(const struct app_model *b, const struct run_query_run *run)
{
    if (run->error.code != ERR_NONE && b->run && b->run->error.code == ERR_NONE)
        return true;
    const char *wanted = b->chosen[0] ? b->chosen : b->snap.run_uuid;
    return wanted[0] && (run->error.code != ERR_NONE || strcmp(wanted, run->row.uuid) != 0);
}

/* The set of the store, once; later only when another process has changed it. */
static void take_set(struct app_model *b, const struct run_query_run *run)
{
    struct err e;
    struct cuts *c = &b->cuts;
    if (!c->k)
        return;
    bool first = !b->restored && !c->refused;
    bool touched = c->edits_n > 0; /* since: the store's set is one of before */
    b->restored = true;
    if (!run->has_set || (!first && run->set.saved_ms <= c->stored_ms))
        return;
    if (c->stored_ms < run->set.saved_ms)
        c->stored_ms = run->set.saved_ms;
    if (first && touched)
        return;
    bool dropped = c->unstored;
    c->refused = c->unstored = false;
    if (first && cuts_restore(c, &run->set, run->edits, run->edits_n, &e))
        app_model_say(b, INK_ERROR, "%s", e.text);
    else if (!first && cuts_replace(c, &run->set, run->edits, run->edits_n))
        app_model_say(b, INK_WARN, "another process changed the thresholds: its values are shown%s",
                      dropped ? ", the last change here is not stored" : "");
}

void model_update_run(struct app_model *b, struct run_query_run *run)
{
    bool unwanted = late(b, run);
    if (!unwanted || run->error.code != ERR_NONE)
        b->awaits.run = false;
    if (unwanted) {
        run_query_run_free(run);
        return;
    }
    bool ours = app_model_shows_own(b);
    bool fresh = !same_run(b, run);
    if (b->run)
        run_query_run_free(b->run);
    b->run = run;
    if (run->error.code != ERR_NONE)
        return;
    if (fresh && !ours)
        forget_cuts(b);
    take_estimate(b, run->held_out_f1, run->held_out_std, run->scores_epoch);
    bool news = run->live ? run->scores_epoch > b->cuts.epoch
                          : run->scores_epoch != b->cuts.epoch || b->scores_stale;
    news |= run->relabelled;
    struct scores *scores = news ? run->scores : NULL;
    if (scores) {
        run->scores = NULL;
        b->scores_tables = run->tables;
        b->scores_stale = false;
        b->labels_changed = run->labels_changed;
        b->samples_gone = run->samples_gone;
    }
    if (scores && !take(b, scores, run->scores_epoch))
        return;
    if (*run->method && run->scores_epoch == b->cuts.epoch)
        cuts_follow(&b->cuts, run->cuts, run->method);
    take_set(b, run);
    app_model_arrange(b);
}

void model_update_import(struct app_model *b, struct run_query_cuts *cuts)
{
    if (cuts->error.code != ERR_NONE)
        app_model_say(b, INK_ERROR, "%s", cuts->error.text);
    else
        act_tune_apply(b, &cuts->set, cuts->set.name);
    free(cuts);
}

bool model_update_snapshot(struct app_model *b, const char *uuid_before,
                           enum job_phase phase_before)
{
    bool changed = strcmp(b->snap.run_uuid, uuid_before) != 0;
    if (changed && app_model_shows_own(b) &&
        strcmp(b->snap.run_uuid, b->run ? b->run->row.uuid : "") != 0)
        forget_cuts(b);
    const struct snapshot *s = &b->snap;
    for (int i = s->points_n - 1; i >= 0 && app_model_shows_own(b); i--)
        if (s->points[i].epoch > b->held_out_epoch)
            take_estimate(b, s->points[i].held_out_f1, NAN, s->points[i].epoch);
    if (b->snap.phase == PHASE_FAILED && phase_before != PHASE_FAILED)
        app_model_say(b, INK_ERROR, "%s", b->snap.error.text);
    bool ended = b->snap.phase != phase_before && !snapshot_busy(b->snap.phase);
    if (ended && b->snap.aside && b->snap.told[0])
        app_model_say(b, INK_GOOD, "%s", b->snap.told);
    b->train.ask |= ended; /* its rate is known now */
    b->scores_stale |= ended;
    return changed || ended;
}

int model_update_known_epoch(const struct app_model *b)
{
    return b->scores_stale ? 0 : b->cuts.epoch;
}
