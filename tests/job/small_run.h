/* Legs of a training in a small work folder, and whether two runs ended in the same bits. */
#ifndef TESTS_SMALL_RUN_H
#define TESTS_SMALL_RUN_H

#include "base/file.h"
#include "core/history.h"
#include "job/job_train.h"
#include "nn/safetensors.h"
#include "run/saved_run.h"
#include "small_work.h"
#include "test.h"

struct watch {
    struct job_control control;
    int64_t stop_at; /* step at which a checkpoint and stop is asked; 0: never; negative: when so
                        many validations inside epochs are done */
    int scores;
    struct snapshot last;
};

static inline void changed(void *context, const struct snapshot *s)
{
    struct watch *w = context;
    w->last = *s;
    bool there = w->stop_at > 0 ? s->step >= w->stop_at : s->validations_n >= -w->stop_at;
    if (w->stop_at && s->phase == PHASE_TRAIN && there)
        control_stop(&w->control, JOB_STOP_CHECKPOINT);
}

static inline void scored(void *context, struct scores *scores, int epoch)
{
    struct watch *w = context;
    assert_true(epoch > w->scores);
    w->scores = epoch;
    assert_int_equal(scores_check(scores, NULL), 0);
    scores_free(scores);
}

/* One leg of run "one", stopped at a step (0: not; as `stop_at` of a watch); returns the step it
 * ended at. `more`: settings of a new run (NULL at the end), or NULL. */
static inline int64_t small_train(const char *folder, int threads, const char *resume,
                                  int64_t stop_at, const char *const *more)
{
    struct work w;
    struct err e = {0};
    struct job *j = calloc(1, sizeof *j);
    struct watch *watch = calloc(1, sizeof *watch);
    struct train_request request = {.name = resume ? NULL : "one", .resume = resume};
    watch->stop_at = stop_at;
    small_work_open(&w, folder, threads);
    struct conf *conf = conf_copy(w.conf);
    for (; more && *more; more++)
        small_set(conf, *more);
    request.conf = conf;
    job_init(j, &w, &watch->control, (struct job_observer){watch, changed, scored, NULL});
    if (job_train(j, &request, &e))
        fail_msg("%s", e.text);
    int64_t step = watch->last.step;
    assert_int_equal(watch->last.phase, PHASE_DONE);
    assert_int_equal(watch->last.stopped, stop_at && step < watch->last.steps);
    work_close(&w);
    conf_free(conf);
    free(watch);
    free(j);
    return step;
}

static inline void small_same_tensors(const char *a_path, const char *b_path)
{
    struct safetensors *a = safetensors_open(a_path, NULL), *b = safetensors_open(b_path, NULL);
    assert_non_null(a);
    assert_non_null(b);
    assert_int_equal(safetensors_count(a), safetensors_count(b));
    for (int i = 0; i < safetensors_count(a); i++) {
        const struct tensor_info *t = safetensors_at(a, i), *u = safetensors_find(b, t->name);
        assert_non_null(u);
        if (t->type != TENSOR_F32)
            continue;
        size_t bytes = (size_t)(t->end - t->begin);
        float *x = malloc(bytes), *y = malloc(bytes);
        assert_int_equal(safetensors_read_f32(a, t, x, bytes / sizeof *x, NULL), 0);
        assert_int_equal(safetensors_read_f32(b, u, y, bytes / sizeof *y, NULL), 0);
        if (memcmp(x, y, bytes))
            fail_msg("%s differs between %s and %s", t->name, a_path, b_path);
        free(x);
        free(y);
    }
    safetensors_close(a);
    safetensors_close(b);
}

static inline void small_history(const char *folder, struct history *h)
{
    struct work w;
    struct saved_run t;
    small_work_open(&w, folder, 1);
    assert_int_equal(saved_run_open(&t, &w, "one", "last.safetensors", NULL), 0);
    assert_int_equal(history_parse(h, t.point.history, folder, NULL), 0);
    saved_run_close(&t);
    work_close(&w);
}

static inline void small_same_run(const char *a, const char *b)
{
    static const char *const files[] = {"last.safetensors", "best.safetensors"};
    char x[256], y[256], *p, *q;
    size_t n, m;
    for (int i = 0; i < 2; i++) {
        snprintf(x, sizeof x, "%s/%s/runs/one/%s", tempdir, a, files[i]);
        snprintf(y, sizeof y, "%s/%s/runs/one/%s", tempdir, b, files[i]);
        small_same_tensors(x, y);
    }
    snprintf(x, sizeof x, "%s/%s/runs/one/val_scores.npy", tempdir, a);
    snprintf(y, sizeof y, "%s/%s/runs/one/val_scores.npy", tempdir, b);
    assert_int_equal(file_read(x, 1 << 20, &p, &n, NULL), 0);
    assert_int_equal(file_read(y, 1 << 20, &q, &m, NULL), 0);
    assert_int_equal(n, m);
    assert_memory_equal(p, q, n);
    free(p);
    free(q);
    struct history h = {0}, g = {0};
    small_history(a, &h);
    small_history(b, &g);
    assert_int_equal(h.n, g.n);
    for (size_t i = 0; i < h.n; i++) {
        assert_true(h.rows[i].train_loss == g.rows[i].train_loss);
        assert_true(h.rows[i].val_loss == g.rows[i].val_loss);
        assert_true(h.rows[i].macro_f1 == g.rows[i].macro_f1);
        assert_true(h.rows[i].grad_norm == g.rows[i].grad_norm);
        assert_true(h.rows[i].lr == g.rows[i].lr);
    }
    assert_int_equal(h.inside_n, g.inside_n);
    for (size_t i = 0; i < h.inside_n; i++) {
        assert_int_equal(h.inside[i].step, g.inside[i].step);
        assert_true(h.inside[i].val_loss == g.inside[i].val_loss);
        assert_true(h.inside[i].macro_f1 == g.inside[i].macro_f1);
    }
    history_fini(&h);
    history_fini(&g);
}

#endif
