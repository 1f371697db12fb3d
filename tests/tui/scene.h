/* A made-up training in its seventh epoch, for tests of the screen: labels with the class sizes of
 * the HPA set, a run of another seed for the curves, scores drawn from Philox. Same numbers on
 * every machine. */
#ifndef TESTS_TUI_SCENE_H
#define TESTS_TUI_SCENE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/model_update.h"
#include "base/mem.h"
#include "base/rng.h"
#include "job/run_query.h"
#include "job/snapshot.h"
#include "model/app_model.h"

enum { SCENE_K = 28, SCENE_N = 600 };

static const struct {
    const char *name;
    int count;
} scene_classes[SCENE_K] = {
    {"Nucleoplasm", 12885},
    {"Nuclear membrane", 1254},
    {"Nucleoli", 3621},
    {"Nucleoli fibrillar center", 1561},
    {"Nuclear speckles", 1858},
    {"Nuclear bodies", 2513},
    {"Endoplasmic reticulum", 1008},
    {"Golgi apparatus", 2822},
    {"Peroxisomes", 53},
    {"Endosomes", 45},
    {"Lysosomes", 28},
    {"Intermediate filaments", 1093},
    {"Actin filaments", 688},
    {"Focal adhesion sites", 537},
    {"Microtubules", 1066},
    {"Microtubule ends", 21},
    {"Cytokinetic bridge", 530},
    {"Mitotic spindle", 210},
    {"Microtubule organizing center", 902},
    {"Centrosome", 1482},
    {"Lipid droplets", 172},
    {"Plasma membrane", 3777},
    {"Cell junctions", 802},
    {"Mitochondria", 2965},
    {"Aggresome", 322},
    {"Cytosol", 8228},
    {"Cytoplasmic bodies", 328},
    {"Rods & rings", 11},
};

static inline struct run_query_labels *scene_labels(void)
{
    struct run_query_labels *l = xcalloc(1, sizeof *l);
    l->samples = 31072;
    l->k = SCENE_K;
    l->train_samples = 24858;
    l->val_samples = 6214;
    for (int i = 0; i < SCENE_K; i++) {
        snprintf(l->names[i], sizeof l->names[i], "%s", scene_classes[i].name);
        l->count[i] = scene_classes[i].count;
        l->val[i] = (scene_classes[i].count + 2) / 5;
        l->train[i] = l->count[i] - l->val[i];
    }
    return l;
}

/* Positives score higher the more there are of a class, and the later the epoch. */
static inline struct scores *scene_scores(int epoch)
{
    struct scores *s = scores_new(SCENE_N, SCENE_K, NULL);
    struct rng r = rng_stream(7, RNG_TEST, 1, 0);
    struct rng noise = rng_stream(7, RNG_TEST, 2, (uint32_t)epoch);
    for (int i = 0; i < SCENE_N; i++)
        for (int c = 0; c < SCENE_K; c++) {
            double share = fmax(scene_classes[c].count / 31072.0, 0.008);
            bool positive = rng_unit(&r) < share;
            double skill = 0.25 + 0.02 * epoch + 0.1 * share;
            double p = 0.5 * pow(rng_unit(&noise), 3) + (positive ? skill : 0);
            s->p[i * SCENE_K + c] = (float)fmin(fmax(p, 0.0001), 0.9999);
            if (positive)
                labels_add(&s->truth[i], c);
        }
    return s;
}

static inline void scene_points(struct snapshot *s, int epochs)
{
    s->points_n = epochs;
    for (int i = 0; i < epochs; i++) {
        struct epoch_row *p = &s->points[i];
        *p = (struct epoch_row){.epoch = i + 1, .steps = 1000 * (i + 1), .seconds = 840};
        p->train_loss = 0.02 + 0.12 * exp(-0.5 * i);
        p->val_loss = 0.035 + 0.09 * exp(-0.6 * i) + 0.003 * (i > 4 ? i - 4 : 0);
        p->macro_f1 = 0.56 * (1 - exp(-0.4 * (i + 1)));
        p->macro_f1_half = p->macro_f1 * 0.8;
        p->held_out_f1 = p->macro_f1 - 0.013;
        p->lr = 1e-3;
        p->grad_norm = 1;
        p->images_per_second = 118;
        p->data_wait_percent = 0.4;
    }
}

static inline void scene_losses(struct snapshot *s, double epochs)
{
    struct rng r = rng_stream(7, RNG_TEST, 3, 0);
    s->losses_n = SNAPSHOT_STEPS;
    for (int i = 0; i < SNAPSHOT_STEPS; i++) {
        double x = epochs * (i + 1) / (double)SNAPSHOT_STEPS;
        double loss = (0.02 + 0.13 * exp(-0.55 * x)) * exp(0.25 * rng_normal(&r));
        s->losses[i] = (struct step_row){(int64_t)(x * 1000), loss, 1e-3, 2};
    }
}

static inline void scene_snapshot(struct snapshot *s)
{
    *s = (struct snapshot){.sequence = 1,
                           .phase = PHASE_TRAIN,
                           .run_name = "run-42",
                           .run_uuid = "00000000-0000-4000-8000-000000000042",
                           .done = 4896,
                           .total = 24858,
                           .epoch = 7,
                           .epochs = 20,
                           .step = 6306,
                           .steps = 20000,
                           .images_per_second = 118,
                           .eta_seconds = 4320,
                           .data_wait_percent = 0.4,
                           .lr = 8e-4,
                           .loss = 0.0312,
                           .macro_f1 = 0.5312,
                           .scores_epoch = 6};
    scene_points(s, 6);
    scene_losses(s, 6.306);
}

/* Everything has arrived: labels, scores of epochs 5 and 6, a few cuts moved by hand. */
static inline void scene_init(struct app_model *b)
{
    app_model_init(b);
    b->tier = "256";
    model_update_labels(b, scene_labels());
    scene_snapshot(&b->snap);
    model_update_snapshot(b, "", PHASE_IDLE);
    model_update_scores(b, scene_scores(5), 5);
    model_update_scores(b, scene_scores(6), 6);
}

/* Made-up estimates of the newest scores: intervals that are the wider the rarer the class. */
static inline void scene_estimates(struct app_model *b)
{
    static const struct {
        const char *name;
        double in_sample, held_out;
    } methods[] = {
        {"fixed", 0.2112, 0.2101},      {"global", 0.4312, 0.4210},     {"exact", 0.6312, 0.4964},
        {"halves", 0.6120, 0.5021},     {"proportion", 0.5560, 0.5102}, {"softf1", 0.5402, 0.4871},
        {"calibrated", 0.5711, 0.5230}, {"consensus", 0.5820, 0.5312},  {"support", 0.5940, 0.5077},
        {"best", 0.5820, 0.5298},
    };
    struct held_out_estimate *t = xcalloc(1, sizeof *t);
    t->question = b->scores_taken;
    t->k = SCENE_K;
    t->whole = t->spread = true;
    for (int c = 0; c < SCENE_K; c++) {
        double width = 0.04 + 0.9 / sqrt(4.0 + scene_classes[c].count / 5.0);
        t->low[c] = fmax(b->cuts.best[c] - width / 2, 0.01);
        t->high[c] = fmin(b->cuts.best[c] + width / 2, 0.99);
        for (int f = 0; f < HELD_OUT_ESTIMATE_FOLDS; f++)
            t->fold[c][f] = t->low[c] + (t->high[c] - t->low[c]) * ((f * 3 + c) % 7 + 0.5) / 7;
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct held_out_estimate_method *m = &t->methods[t->methods_n++];
        snprintf(m->name, sizeof m->name, "%s", methods[i].name);
        m->in_sample = methods[i].in_sample;
        m->held_out = methods[i].held_out;
        m->held_out_std = 0.012;
        for (int c = 0; c < SCENE_K; c++)
            m->cuts[c] = 0.25 + 0.01 * c;
    }
    tune_view_take_estimates(&b->tune, t);
}

/* Two sets of the run. */
static inline void scene_sets(struct app_model *b)
{
    struct run_query_sets *sets = xcalloc(1, sizeof *sets + 2 * sizeof sets->set[0]);
    sets->n = 2;
    sets->set[0] = cuts_set(&b->cuts, "v3");
    sets->set[1] = cuts_set(&b->cuts, "of last week");
    for (int c = 0; c < SCENE_K; c++)
        sets->set[1].cuts[c] = 0.3 + 0.01 * c;
    sets->set[1].macro_f1 = 0.4711;
    tune_view_take_sets(&b->tune, sets);
}

/* An answer about the set under the cursor. */
static inline void scene_rivals(struct app_model *b, double low, double high)
{
    struct threshold_comparison *r = xcalloc(1, sizeof *r);
    tune_view_new_contest(&b->tune, &b->cuts, b->scores_taken);
    r->question = b->tune.contest.question;
    r->macro = (struct bootstrap_diff_delta){(low + high) / 2, low, high};
    tune_view_take_rivals(&b->tune, r);
}

/* Moves that a golden shows: one class off its best, one locked, three steps to undo. */
static inline void scene_moves(struct app_model *b)
{
    cuts_move(&b->cuts, 10, 0.23);
    cuts_move(&b->cuts, 15, 0.3);
    cuts_move(&b->cuts, 9, 0.62);
    cuts_toggle_lock(&b->cuts, 27);
}

#endif
