/* Maps of a trained run's samples: the logits beside them against the probabilities that its
 * training wrote, cache and files, the picture; and the worker that computes them for the screen.
 */
#include "small_run.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "data/image.h"
#include "job/gradcam_query.h"
#include "near.h"
#include "run/run_scores.h"
#include "run/score_file.h"

enum { SIDE = 64, MAP = 2, PATIENCE = 3000 };

static const char *const settings[] = {"train.size=64", "train.epochs=1", NULL};

static int make_run(void **state)
{
    small_data_make(state);
    small_train("work", 2, NULL, 0, settings);
    return 0;
}

struct scene {
    struct work work;
    struct job_control control;
    struct job *job;
    struct index *index;
};

static void open_scene(struct scene *s, int threads)
{
    *s = (struct scene){.job = xcalloc(1, sizeof *s->job)};
    small_work_open(&s->work, "work", threads);
    job_init(s->job, &s->work, &s->control, (struct job_observer){0});
    s->index = index_open_train(s->work.conf, NULL);
    assert_non_null(s->index);
}

static void close_scene(struct scene *s)
{
    index_close(s->index);
    free(s->job);
    work_close(&s->work);
}

static struct gradcam_result look(struct scene *s, const char *id, int class, const char *out)
{
    struct err e = {0};
    struct gradcam_result r;
    struct gradcam_request request = {"one", id, class, out, OUTPUT_REPLACE};
    if (job_gradcam(s->job, &request, &r, &e))
        fail_msg("%s", e.text);
    return r;
}

static void expect_error(struct scene *s, const char *run, const char *id, int class,
                         enum err_code code, const char *part)
{
    struct err e = {0};
    struct gradcam_result r;
    struct gradcam_request request = {run, id, class, NULL, OUTPUT_REPLACE};
    assert_int_equal(job_gradcam(s->job, &request, &r, &e), -1);
    assert_int_equal(e.code, code);
    if (!strstr(e.text, part))
        fail_msg("\"%s\" does not contain \"%s\"", e.text, part);
    assert_null(r.sample);
}

static size_t maps_bytes(const struct gradcam_sample *m)
{
    return (size_t)(m->h * m->w * m->k) * sizeof *m->maps;
}

/* The weights are those of the scores that the training kept. */
static void test_logits_of_the_kept_scores(void **state)
{
    (void)state;
    struct scene s;
    struct run_scores scores;
    char path[4096];
    int n;
    struct arena *arena = arena_new();
    open_scene(&s, 2);
    assert_int_equal(run_scores_open(&scores, &s.work, "one", RUN_SCORES_BEST, NULL), 0);
    assert_int_equal(work_run_path(&s.work, "one", "val.csv", path, NULL), 0);
    const char **ids = score_file_ids(path, NULL, s.work.conf, arena, &n, NULL);
    assert_int_equal(n, scores.scores->n);
    for (int i = 0; i < n; i += 5) {
        const float *p = scores.scores->p + (ptrdiff_t)i * scores.scores->k;
        struct gradcam_result r = look(&s, ids[i], -1, NULL);
        const struct gradcam_sample *m = r.sample;
        assert_string_equal(m->id, ids[i]);
        assert_string_equal(m->run, "one");
        assert_string_equal(r.name, s.index->class_names[r.class_index]);
        assert_int_equal(m->epoch, 1);
        assert_int_equal(m->h * 100 + m->w, MAP * 100 + MAP);
        for (int c = 0; c < m->k; c++) {
            assert_near(1 / (1 + exp(-m->logits[c])), p[c], 1e-4);
            assert_true(p[c] <= p[r.class_index] + 1e-4F);
        }
        free(r.sample);
    }
    free(ids);
    arena_free(arena);
    run_scores_close(&scores);
    close_scene(&s);
}

static void hide_cache(const struct scene *s, bool away)
{
    char path[4096], other[4100];
    assert_int_equal(work_cache_path(&s->work, "train-64.cache", path, NULL), 0);
    snprintf(other, sizeof other, "%s.x", path);
    assert_int_equal(away ? rename(path, other) : rename(other, path), 0);
}

static void hide_plane(const struct scene *s, int row, bool away)
{
    char path[4096], other[4100];
    assert_int_equal(index_plane_path(s->index, row, 0, path, NULL), 0);
    snprintf(other, sizeof other, "%s.x", path);
    assert_int_equal(away ? rename(path, other) : rename(other, path), 0);
}

static void test_the_cache_or_the_files(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, 3);
    const char *id = s.index->ids[7];
    struct gradcam_result cached = look(&s, id, 3, NULL);
    hide_plane(&s, 7, true);
    struct gradcam_result alone = look(&s, id, 3, NULL); /* the cache is enough */
    hide_cache(&s, true);
    expect_error(&s, "one", id, 3, ERR_NOINPUT, "no image of sample ");
    hide_plane(&s, 7, false);
    struct gradcam_result files = look(&s, id, 3, NULL);
    hide_cache(&s, false);
    assert_memory_equal(cached.sample->maps, alone.sample->maps, maps_bytes(cached.sample));
    assert_memory_equal(cached.sample->maps, files.sample->maps, maps_bytes(cached.sample));
    free(cached.sample);
    free(alone.sample);
    free(files.sample);
    close_scene(&s);
}

/* Where the map is 0 and where it is most the picture is what was asked for. */
static void test_the_picture(void **state)
{
    (void)state;
    static const char *const stains[] = {"red", "green", "blue"};
    struct scene s;
    struct image planes[3];
    open_scene(&s, 1);
    const char *path = tempdir_path("seen.png");
    struct gradcam_result r = look(&s, s.index->ids[4], -1, path);
    for (int c = 0; c < 3; c++) {
        assert_int_equal(image_load_png(path, stains[c], &planes[c], NULL), 0);
        assert_int_equal(planes[c].width, SIDE);
        assert_int_equal(planes[c].height, SIDE);
    }
    struct heatmap heat = job_gradcam_heat(r.sample, r.class_index);
    float level[MAP * MAP], most = 0;
    for (int i = 0; i < MAP * MAP; i++)
        most = fmaxf(most, level[i] = heat.values[i * heat.step]);
    assert_true(most > 0);
    for (int i = 0; i < MAP * MAP; i++) {
        int at = i / MAP * (SIDE - 1) * SIDE + i % MAP * (SIDE - 1); /* that corner */
        uint8_t red = planes[0].pixels[at], green = planes[1].pixels[at],
                blue = planes[2].pixels[at];
        if (level[i] == 0)
            assert_true(red == green && green == blue);
        if (level[i] == most)
            assert_true(blue < red && red > 80);
    }
    for (int c = 0; c < 3; c++)
        image_fini(&planes[c]);
    free(r.sample);
    close_scene(&s);
}

static void test_what_cannot_be(void **state)
{
    (void)state;
    struct scene s;
    char path[4096], other[4100];
    open_scene(&s, 1);
    expect_error(&s, "one", "nobody", 0, ERR_NOINPUT, "has no sample 'nobody'");
    expect_error(&s, "one", s.index->ids[0], 28, ERR_USAGE, "class 28 is not in 0..27");
    expect_error(&s, "two", s.index->ids[0], 0, ERR_NOINPUT, "two");
    assert_int_equal(work_run_path(&s.work, "one", "best.safetensors", path, NULL), 0);
    snprintf(other, sizeof other, "%s.x", path);
    assert_int_equal(rename(path, other), 0);
    expect_error(&s, "one", s.index->ids[0], 0, ERR_NOINPUT, "run one: has no best.safetensors");
    assert_int_equal(rename(other, path), 0);
    control_stop(&s.control, JOB_STOP_CHECKPOINT);
    expect_error(&s, "one", s.index->ids[0], 0, ERR_CANCELLED, "stopped");
    close_scene(&s);
}

/* Whatever allocation fails, nothing is left behind; where only the cache is missed, the files do.
 */
static void test_no_memory(void **state)
{
    (void)state;
    struct scene s;
    int failures = 0;
    open_scene(&s, 1);
    for (int n = 1, good = 0; good < 3; n++) {
        struct err e = {0};
        struct gradcam_sample *m = NULL;
        mem_fail_after(n);
        struct gradcam_run *r = job_gradcam_open(&s.work, "one", &e);
        if (r)
            m = job_gradcam_look(r, s.index->ids[2], NULL, &e);
        mem_fail_after(0);
        if (!m)
            assert_int_equal(e.code, ERR_NOMEM);
        failures += !m;
        good = m ? good + 1 : 0;
        free(m);
        job_gradcam_close(r);
    }
    assert_true(failures > 10);
    close_scene(&s);
}

struct desk_scene {
    struct scene scene;
    struct wake wake;
    struct gradcam_query *worker;
};

static void open_desk(struct desk_scene *d)
{
    open_scene(&d->scene, 2);
    assert_int_equal(wake_init(&d->wake), 0);
    d->worker = gradcam_query_new(&d->scene.work, &d->wake, NULL);
    assert_non_null(d->worker);
}

static void close_desk(struct desk_scene *d)
{
    gradcam_query_free(d->worker);
    wake_fini(&d->wake);
    close_scene(&d->scene);
}

static struct gradcam_answer *take(struct desk_scene *d)
{
    struct gradcam_answer *a;
    for (int i = 0; !(a = gradcam_query_take(d->worker)); i++) {
        assert_in_range(i, 0, PATIENCE);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    return a;
}

/* On its own thread, without the team: the same bits. */
static void expect_answer(struct desk_scene *d, int row, uint64_t question)
{
    struct gradcam_answer *a = take(d);
    const char *id = d->scene.index->ids[row];
    struct gradcam_result want = look(&d->scene, id, 0, NULL);
    assert_string_equal(a->error.text, "");
    assert_int_equal(a->question, question);
    assert_string_equal(a->uuid, "one");
    assert_string_equal(a->id, id);
    assert_memory_equal(a->sample->maps, want.sample->maps, maps_bytes(want.sample));
    free(want.sample);
    gradcam_query_free_answer(a);
}

static void test_the_desk(void **state)
{
    (void)state;
    struct desk_scene d;
    open_desk(&d);
    const char *const *ids = d.scene.index->ids;
    gradcam_query_ask(d.worker, "one", ids[0], 5);
    expect_answer(&d, 0, 5);
    gradcam_query_ask(d.worker, "one", "nobody", 6);
    struct gradcam_answer *a = take(&d);
    assert_null(a->sample);
    assert_int_equal(a->error.code, ERR_NOINPUT);
    gradcam_query_free_answer(a);
    gradcam_query_ask(d.worker, "none", ids[0], 7);
    a = take(&d);
    assert_null(a->sample);
    assert_non_null(strstr(a->error.text, "none"));
    gradcam_query_free_answer(a);
    gradcam_query_rest(d.worker);
    gradcam_query_ask(d.worker, "one", ids[1], 8);
    expect_answer(&d, 1, 8);
    close_desk(&d);
}

/* Of many questions the last is answered, whatever became of the others. */
static void test_the_newest_question_wins(void **state)
{
    (void)state;
    struct desk_scene d;
    open_desk(&d);
    for (uint64_t i = 1; i <= 30; i++)
        gradcam_query_ask(d.worker, "one", d.scene.index->ids[i], i);
    for (uint64_t seen = 0; seen < 30;) {
        struct gradcam_answer *a = take(&d);
        assert_true(a->question > seen);
        seen = a->question;
        assert_string_equal(a->id, d.scene.index->ids[seen]);
        gradcam_query_free_answer(a);
    }
    for (int i = 0; i < 5; i++) /* nobody takes these; the leak checker looks */
        gradcam_query_ask(d.worker, "one", d.scene.index->ids[i], 99);
    close_desk(&d);
}

/* A better epoch's weights take the place of those that the worker holds. */
static void test_a_checkpoint_that_was_replaced(void **state)
{
    (void)state;
    struct err e;
    char path[4096], *bytes;
    size_t n;
    struct scene s;
    open_scene(&s, 1);
    struct gradcam_run *r = job_gradcam_open(&s.work, "one", &e);
    assert_non_null(r);
    assert_true(job_gradcam_current(r));
    assert_int_equal(work_run_path(&s.work, "one", "best.safetensors", path, NULL), 0);
    assert_int_equal(file_read(path, 1 << 28, &bytes, &n, NULL), 0);
    assert_int_equal(file_save_all(path, bytes, n, NULL), 0);
    assert_false(job_gradcam_current(r));
    job_gradcam_close(r);
    free(bytes);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logits_of_the_kept_scores),
        cmocka_unit_test(test_the_cache_or_the_files),
        cmocka_unit_test(test_the_picture),
        cmocka_unit_test(test_what_cannot_be),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_the_desk),
        cmocka_unit_test(test_the_newest_question_wins),
        cmocka_unit_test(test_a_checkpoint_that_was_replaced),
    };
    return cmocka_run_group_tests_name("job_gradcam", tests, make_run, small_data_remove);
}
