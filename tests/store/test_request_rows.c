/* Requests to a trainer and events of a run: what was put comes back, in order, once. */
#include <math.h>
#include <stdlib.h>

#include "sample.h"
#include "store/event_rows.h"
#include "store/request_rows.h"
#include "test.h"

static struct store *s;
static struct err e;

static int fresh(void **state)
{
    (void)state;
    memset(&e, 0, sizeof e);
    unlink(scratch_path("requests.db"));
    s = sample_open("requests.db", STORE_WRITE);
    sample_insert(s, "u1", "one");
    sample_insert(s, "u2", "two");
    return 0;
}

static int drop(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static int64_t ask(const char *uuid, const char *kind, double value)
{
    struct request_row r = {.value = value, .asked_ms = 11, .host = "node7", .pid = 5};
    snprintf(r.kind, sizeof r.kind, "%s", kind);
    assert_int_equal(request_rows_ask(s, uuid, &r, &e), 0);
    assert_true(r.id > 0);
    return r.id;
}

static int count_new(const char *uuid)
{
    struct request_row *rows;
    int n;
    assert_int_equal(request_rows_new(s, uuid, &rows, &n, &e), 0);
    free(rows);
    return n;
}

static void a_request_is_asked_taken_and_answered(void **state)
{
    (void)state;
    struct request_row r, *rows;
    int n;
    int64_t first = ask("u1", "lr", .25), second = ask("u1", "pause", NAN);
    ask("u2", "stop", NAN);
    assert_int_equal(request_rows_new(s, "u1", &rows, &n, &e), 0);
    assert_int_equal(n, 2);
    assert_int_equal(rows[0].id, first);
    assert_string_equal(rows[0].kind, "lr");
    assert_true(rows[0].value == .25);
    assert_true(isnan(rows[1].value));
    assert_int_equal(rows[0].asked_ms, 11);
    assert_string_equal(rows[0].host, "node7");
    assert_int_equal(rows[0].pid, 5);
    free(rows);

    assert_int_equal(request_rows_take(s, first, 22, &e), 0);
    assert_int_equal(count_new("u1"), 1);
    assert_int_equal(request_rows_answer(s, first, "done", 33, &e), 0);
    assert_int_equal(request_rows_get(s, first, &r, &e), 0);
    assert_int_equal(r.taken_ms, 22);
    assert_int_equal(r.answered_ms, 33);
    assert_string_equal(r.answer, "done");

    assert_int_equal(request_rows_answer_rest(s, "u1", "ended", 44, &e), 0);
    assert_int_equal(count_new("u1"), 0);
    assert_int_equal(count_new("u2"), 1); /* another run's requests stay */
    assert_int_equal(request_rows_get(s, first, &r, &e), 0);
    assert_string_equal(r.answer, "done"); /* an answer is not overwritten */
    assert_int_equal(request_rows_get(s, second, &r, &e), 0);
    assert_string_equal(r.answer, "ended");
    assert_int_equal(request_rows_take(s, second, 55, &e), 0);
    assert_int_equal(request_rows_get(s, second, &r, &e), 0);
    assert_int_equal(r.taken_ms, 0); /* too late */
}

static void no_run_no_request(void **state)
{
    (void)state;
    struct request_row r = {.kind = "pause"};
    struct event_row v = {.kind = "pause"};
    assert_int_equal(request_rows_ask(s, "u9", &r, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_equal(request_rows_get(s, 12345, &r, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_equal(event_rows_put(s, "u9", &v, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
}

/* In the order in which they were put: the clock may have been set back between them. */
static void events_come_back_in_order(void **state)
{
    (void)state;
    struct run_row run;
    struct event_row *rows;
    int n;
    struct event_row late = {.at_ms = 30, .step = 7, .kind = "lr", .value = .5, .detail = "half"};
    struct event_row early = {.at_ms = 20, .step = 6, .kind = "pause", .value = NAN};
    assert_int_equal(event_rows_put(s, "u1", &late, &e), 0);
    assert_int_equal(event_rows_put(s, "u1", &early, &e), 0);
    assert_int_equal(event_rows_put(s, "u1", &late, &e), 0); /* told again by a resumed run */
    assert_int_equal(event_rows_put(s, "u2", &early, &e), 0);
    assert_int_equal(run_find(s, "one", &run, &e), 0);
    assert_int_equal(event_rows_list(s, run.id, &rows, &n, &e), 0);
    assert_int_equal(n, 2);
    assert_int_equal(rows[0].at_ms, 30);
    assert_int_equal(rows[0].step, 7);
    assert_int_equal(rows[0].number, 1);
    assert_true(rows[0].value == .5);
    assert_string_equal(rows[0].detail, "half");
    assert_string_equal(rows[1].kind, "pause");
    assert_int_equal(rows[1].number, 2);
    assert_true(isnan(rows[1].value));
    free(rows);
    run_row_fini(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_is_asked_taken_and_answered, fresh, drop),
        cmocka_unit_test_setup_teardown(no_run_no_request, fresh, drop),
        cmocka_unit_test_setup_teardown(events_come_back_in_order, fresh, drop),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
