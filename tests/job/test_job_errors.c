/* Errors of a small run: every validation sample by its loss, the wrong ones of a class, and marks.
 * What is expected is counted here from the run's scores. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "job/job_errors.h"
#include "metric/threshold.h"
#include "near.h"
#include "run/run_scores.h"
#include "small_run.h"

enum { VAL = 20, K = 28 };

struct place {
    struct work work;
    struct job_control control;
    struct job job;
    struct run_scores run;
    double cuts[K];
};

static struct place *place_new(void)
{
    struct err e = {0};
    struct place *p = calloc(1, sizeof *p);
    small_work_open(&p->work, "errors", 2);
    small_set(p->work.conf, "tune.method=exact");
    job_init(&p->job, &p->work, &p->control, (struct job_observer){0});
    if (run_scores_open(&p->run, &p->work, "one", RUN_SCORES_BEST, &e) ||
        threshold_choose("exact", p->run.scores, p->cuts, &e))
        fail_msg("%s", e.text);
    assert_int_equal(p->run.scores->n, VAL);
    assert_int_equal(p->run.scores->k, K);
    return p;
}

static void place_free(struct place *p)
{
    run_scores_close(&p->run);
    work_close(&p->work);
    free(p);
}

static int row_of(const struct place *p, const char *id)
{
    for (int i = 0; i < VAL; i++)
        if (!strcmp(p->run.truth.ids[i], id))
            return i;
    fail_msg("%s is no validation sample", id);
    return -1;
}

/* Focal loss with gamma 2 (Lin et al. 2017), mean over classes. */
static double loss_of(const struct place *p, int row)
{
    double sum = 0;
    for (int c = 0; c < K; c++) {
        double q = (double)p->run.scores->p[row * K + c];
        double right = labels_has(&p->run.scores->truth[row], c) ? q : 1 - q;
        sum -= (1 - right) * (1 - right) * log(right);
    }
    return sum / K;
}

static bool is_predicted(const struct place *p, int row, int class)
{
    return (double)p->run.scores->p[row * K + class] >= p->cuts[class];
}

static void list(struct place *p, int class, struct errors *out)
{
    struct err e = {0};
    struct errors_request request = {.run = "one", .class_index = class};
    if (job_errors(&p->job, &request, out, &e))
        fail_msg("%s", e.text);
}

static void test_all_by_loss(void **state)
{
    (void)state;
    struct errors x;
    double mean = 0;
    assert_int_equal(small_train("errors", 2, NULL, 0, NULL), 10);
    struct place *p = place_new();
    list(p, -1, &x);
    assert_string_equal(x.run, "one");
    assert_string_equal(x.set, "exact");
    assert_int_equal(x.n, VAL);
    assert_int_equal(x.k, K);
    for (int i = 0; i < VAL; i++) {
        const struct errors_sample *s = &x.samples[i];
        int row = row_of(p, s->id);
        assert_near(s->loss, loss_of(p, row), 1e-6);
        assert_true(i == 0 || s->loss <= x.samples[i - 1].loss);
        assert_memory_equal(&s->truth, &p->run.scores->truth[row], sizeof s->truth);
        for (int c = 0; c < K; c++)
            assert_int_equal(labels_has(&s->predicted, c), is_predicted(p, row, c));
        mean += s->loss / VAL;
    }
    assert_near(x.mean_loss, mean, 1e-9);
    job_errors_fini(&x);
    place_free(p);
}

/* Those that the class misses or wrongly has, worst first. */
static void test_of_a_class(void **state)
{
    (void)state;
    struct place *p = place_new();
    int listed = 0;
    for (int c = 0; c < K; c++) {
        struct errors x;
        int wrong = 0;
        list(p, c, &x);
        for (int i = 0; i < VAL; i++)
            wrong += is_predicted(p, i, c) != labels_has(&p->run.scores->truth[i], c);
        assert_int_equal(x.n, wrong);
        for (int i = 0; i < x.n; i++) {
            int row = row_of(p, x.samples[i].id);
            assert_true(is_predicted(p, row, c) != labels_has(&p->run.scores->truth[row], c));
            assert_true(x.samples[i].score == p->run.scores->p[row * K + c]);
            assert_true(i == 0 || x.samples[i].loss <= x.samples[i - 1].loss);
        }
        listed += x.n;
        job_errors_fini(&x);
    }
    assert_true(listed > 0);
    struct err e = {0};
    struct errors x;
    struct errors_request request = {.run = "one", .class_index = K};
    assert_int_equal(job_errors(&p->job, &request, &x, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_string_equal(e.text, "class 28 is not in 0..27");
    place_free(p);
}

static void test_marks(void **state)
{
    (void)state;
    struct place *p = place_new();
    struct errors x;
    struct mark_row *marks;
    struct err e = {0};
    char id[129];
    int n;
    list(p, -1, &x);
    assert_string_equal(x.samples[0].marks, "");
    snprintf(id, sizeof id, "%s", x.samples[0].id);
    job_errors_fini(&x);
    assert_int_equal(job_errors_mark(&p->job, "one", id, "wrong-label", "two cells", &e), 0);
    assert_int_equal(job_errors_mark(&p->job, "one", id, "bad-image", NULL, &e), 0);
    list(p, -1, &x);
    assert_string_equal(x.samples[0].marks, "wrong-label bad-image");
    assert_string_equal(x.samples[1].marks, "");
    job_errors_fini(&x);
    assert_int_equal(job_errors_marks(&p->job, &marks, &n, &e), 0);
    assert_int_equal(n, 2);
    assert_string_equal(marks[0].note, "two cells");
    free(marks);
    assert_int_equal(job_errors_unmark(&p->job, id, "wrong-label", &e), 0);
    list(p, -1, &x);
    assert_string_equal(x.samples[0].marks, "bad-image");
    job_errors_fini(&x);
    assert_int_equal(job_errors_unmark(&p->job, id, "wrong-label", &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_equal(job_errors_unmark(&p->job, id, NULL, &e), 0);
    assert_int_equal(job_errors_mark(&p->job, "one", id, "ugly", NULL, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_non_null(strstr(e.text, "wrong-label, bad-image"));
    assert_int_equal(job_errors_mark(&p->job, "one", "nobody", "bad-image", NULL, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    place_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_by_loss),
        cmocka_unit_test(test_of_a_class),
        cmocka_unit_test(test_marks),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
