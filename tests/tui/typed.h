/* What a user types, what is wished then, and a run as the store tells of it. */
#ifndef TESTS_TYPED_H
#define TESTS_TYPED_H

#include "input/act.h"
#include "scene.h"
#include "test.h"

static inline void type(struct app_model *b, const char *text)
{
    for (; *text; text++)
        act_key(b, *text);
}

static inline enum wish_kind wished(struct app_model *b, const char *text)
{
    struct wish w;
    assert_true(app_model_next_wish(b, &w));
    assert_string_equal(w.text, text);
    return w.kind;
}

static inline struct run_query_run *stored_run(const char *uuid, bool live)
{
    struct run_query_run *r = xcalloc(1, sizeof *r);
    snprintf(r->row.uuid, sizeof r->row.uuid, "%s", uuid);
    snprintf(r->row.name, sizeof r->row.name, "run-41");
    r->row.status = live ? RUN_RUNNING : RUN_STOPPED;
    snprintf(r->row.host, sizeof r->row.host, "node7");
    r->row.pid = 4711;
    r->row.epochs = 20;
    r->row.epochs_done = 6;
    r->live = live;
    r->scores = scene_scores(6);
    r->scores_epoch = 6;
    r->held_out_f1 = 0.519;
    r->held_out_std = 0.012;
    return r;
}

#endif
