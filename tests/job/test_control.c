/* A training changed while it works: a new rate holds from its step on, and whether the run is
 * interrupted afterwards (also by SIGKILL) never shows in its bits. */
#include <math.h>
#include <signal.h>
#include <sys/wait.h>

#include "core/events.h"
#include "job/job_control.h"
#include "small_run.h"
#include "store/event_rows.h"
#include "test.h"

enum { CHANGED_AT = 3, STEPS = 10 };

struct plan {
    struct job_control control;
    double lr, times;         /* asked when CHANGED_AT steps are done; 0: not */
    int64_t stop_at, kill_at; /* 0: never */
    bool asked;
    struct snapshot last;
};

static void told(void *context, const struct snapshot *s)
{
    struct plan *p = context;
    p->last = *s;
    if (s->phase == PHASE_TRAIN && s->step >= CHANGED_AT && !p->asked) {
        p->asked = true;
        atomic_store(&p->control.lr, p->lr);
        atomic_store(&p->control.lr_times, p->times);
    }
    if (p->kill_at && s->step >= p->kill_at)
        raise(SIGKILL);
    if (p->stop_at && s->phase == PHASE_TRAIN && s->step >= p->stop_at)
        control_stop(&p->control, JOB_STOP_CHECKPOINT);
}

static void leg(const char *folder, const char *resume, struct plan *p)
{
    struct work w;
    struct err e = {0};
    struct job *j = calloc(1, sizeof *j);
    struct train_request request = {.name = resume ? NULL : "one", .resume = resume};
    small_work_open(&w, folder, 2);
    job_init(j, &w, &p->control, (struct job_observer){p, told, NULL, NULL});
    if (job_train(j, &request, &e))
        fail_msg("%s", e.text);
    work_close(&w);
    free(j);
}

static void leg_killed(const char *folder, struct plan *p)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        leg(folder, NULL, p);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* The last rate of the cosine from `peak` after one epoch (5 steps) of warm-up. */
static double last_rate(double peak)
{
    return peak / 2 * (1 + cos(acos(-1) * (STEPS - 1 - 5) / (STEPS - 5)));
}

static void test_a_new_peak_holds(void **state)
{
    (void)state;
    struct history h = {0};
    leg("whole", NULL, &(struct plan){.lr = .0004});
    small_history("whole", &h);
    assert_int_equal(h.n, 2);
    assert_true(fabs(h.rows[0].lr - .0004) < 1e-12); /* warm-up done: the peak */
    assert_true(fabs(h.rows[1].lr - last_rate(.0004)) < 1e-10);
    history_fini(&h);
}

static void test_a_factor(void **state)
{
    (void)state;
    leg("factor", NULL, &(struct plan){.times = .4}); /* of .001 */
    small_same_run("whole", "factor");
}

static void test_stopped_after_the_change(void **state)
{
    (void)state;
    leg("stopped", NULL, &(struct plan){.lr = .0004, .stop_at = CHANGED_AT + 2});
    leg("stopped", "one", &(struct plan){.asked = true});
    small_same_run("whole", "stopped");
}

static void test_killed_after_the_change(void **state)
{
    (void)state;
    leg_killed("killed", &(struct plan){.lr = .0004, .kill_at = CHANGED_AT + 2});
    leg("killed", "one", &(struct plan){.asked = true});
    small_same_run("whole", "killed");
}

static void test_the_store_knows(void **state)
{
    (void)state;
    struct run_row run;
    struct event_row *rows;
    struct err e = {0};
    int n, changes = 0;
    char path[256];
    snprintf(path, sizeof path, "%s/killed/hpa.db", tempdir);
    struct store *s = store_open(path, STORE_READ, &e);
    assert_non_null(s);
    assert_int_equal(run_find(s, "one", &run, &e), 0);
    assert_int_equal(event_rows_list(s, run.id, &rows, &n, &e), 0);
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].kind, EVENT_LR)) {
            changes++;
            assert_int_equal(rows[i].step, CHANGED_AT);
            assert_true(rows[i].value == .0004);
        }
    assert_int_equal(changes, 1);
    assert_string_equal(rows[n - 1].kind, "continue");
    free(rows);
    run_row_fini(&run);
    store_close(s);
}

static void test_rates_that_are_none(void **state)
{
    (void)state;
    struct control_ask ask;
    struct err e = {0};
    static const char *const wrong[] = {"",    "x",   "0",   "-1",  "x0",
                                        "1e9", "abc", "1,5", "nan", "xx2"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(job_control_parse_rate(wrong[i], &ask, &e), -1);
        assert_int_equal(e.code, ERR_USAGE);
    }
    assert_int_equal(job_control_parse_rate("3e-4", &ask, &e), 0);
    assert_int_equal(ask.kind, CONTROL_LR);
    assert_true(ask.value == 3e-4);
    assert_int_equal(job_control_parse_rate("x.5", &ask, &e), 0);
    assert_int_equal(ask.kind, CONTROL_LR_TIMES);
    assert_true(ask.value == .5);
}

static void test_kinds_have_names(void **state)
{
    (void)state;
    for (int kind = 0; kind < CONTROL_KIND_COUNT; kind++)
        assert_int_equal(control_kind_named(control_kind_name((enum control_kind)kind)), kind);
    assert_int_equal(control_kind_named("self-destruct"), CONTROL_KIND_COUNT);
}

static void test_events_in_json(void **state)
{
    (void)state;
    struct events v = {0}, back = {0};
    struct err e = {0};
    struct event_row row = {.at_ms = 5, .step = 9, .kind = "lr", .value = 1 / 3e3, .detail = "new"};
    assert_true(isnan(events_lr(&v)));
    assert_int_equal(events_add(&v, &row, &e), 0);
    row = (struct event_row){.at_ms = 6, .step = 12, .kind = "pause", .value = NAN};
    assert_int_equal(events_add(&v, &row, &e), 0);
    struct json *j = json_new_object();
    events_put(&v, j);
    assert_int_equal(events_take(&back, j, "a checkpoint", &e), 0);
    assert_int_equal(back.n, 2);
    assert_true(events_lr(&back) == events_lr(&v)); /* the very bits */
    assert_true(fabs(events_lr(&back) - 1 / 3e3) < 1e-12);
    assert_int_equal(back.rows[1].step, 12);
    assert_true(isnan(back.rows[1].value));
    assert_string_equal(back.rows[0].detail, "new");
    json_free(j);
    events_fini(&back);
    const char bad[] = "{\"events\": [{\"at_ms\": 1, \"step\": 2, \"kind\": \"lr\", \"value\": -1, "
                       "\"detail\": \"\"}]}";
    j = json_parse(bad, sizeof bad - 1, "bad", &e);
    assert_int_equal(events_take(&back, j, "bad", &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    json_free(j);
    events_fini(&back);
    events_fini(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_peak_holds),
        cmocka_unit_test(test_a_factor),
        cmocka_unit_test(test_stopped_after_the_change),
        cmocka_unit_test(test_killed_after_the_change),
        cmocka_unit_test(test_the_store_knows),
        cmocka_unit_test(test_rates_that_are_none),
        cmocka_unit_test(test_kinds_have_names),
        cmocka_unit_test(test_events_in_json),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
