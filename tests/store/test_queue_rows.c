/* Trainings that wait: first come, first served; a name is used once; all of a call or none. */
#include <stdlib.h>

#include "sample.h"
#include "store/queue_rows.h"
#include "test.h"

static struct store *s;
static struct err e;

static int fresh(void **state)
{
    (void)state;
    unlink(scratch_path("queue.db"));
    s = sample_open("queue.db", STORE_WRITE);
    memset(&e, 0, sizeof e);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static struct queue_row row(const char *uuid, const char *name, int epochs)
{
    static char config[] = "{\"train.batch\": \"16\"}";
    struct queue_row r = {.added_ms = 70 + epochs, .epochs = epochs, .config = config};
    snprintf(r.uuid, sizeof r.uuid, "%s", uuid);
    snprintf(r.name, sizeof r.name, "%s", name);
    return r;
}

static int add(const char *uuid, const char *name, int epochs)
{
    struct queue_row r = row(uuid, name, epochs);
    return queue_rows_add(s, &r, 1, &e);
}

static int list(struct queue_row **rows)
{
    int n;
    assert_int_equal(queue_rows_list(s, rows, &n, &e), 0);
    return n;
}

static void in_the_order_they_came(void **state)
{
    (void)state;
    struct queue_row *rows, two[] = {row("u-2", "b", 5), row("u-3", "a", 6)};
    assert_int_equal(list(&rows), 0);
    queue_rows_free(rows, 0);
    assert_int_equal(add("u-1", "c", 4), 0);
    assert_int_equal(queue_rows_add(s, two, 2, &e), 0);
    assert_int_equal(queue_rows_begin(s, "u-1", 1234, &e), 0);
    assert_int_equal(list(&rows), 3);
    static const char *const names[] = {"c", "b", "a"}, *const uuids[] = {"u-1", "u-2", "u-3"};
    for (int i = 0; i < 3; i++) {
        assert_string_equal(rows[i].name, names[i]);
        assert_string_equal(rows[i].uuid, uuids[i]);
        assert_int_equal(rows[i].epochs, 4 + i);
        assert_int_equal(rows[i].added_ms, 74 + i);
        assert_int_equal(rows[i].begun_ms, i ? 0 : 1234);
        assert_string_equal(rows[i].config, "{\"train.batch\": \"16\"}");
        assert_true(i == 0 || rows[i].id > rows[i - 1].id);
    }
    queue_rows_free(rows, 3);
    assert_int_equal(queue_rows_remove(s, "u-2", &e), 0);
    assert_int_equal(list(&rows), 2);
    assert_string_equal(rows[1].name, "a");
    queue_rows_free(rows, 2);
}

static void a_name_is_used_once(void **state)
{
    (void)state;
    struct queue_row *rows, two[] = {row("u-3", "new", 1), row("u-4", "waits", 1)};
    sample_insert(s, "u-1", "runs");
    assert_int_equal(add("u-2", "waits", 1), 0);
    assert_int_equal(add("u-5", "runs", 1), -1);
    assert_int_equal(e.code, ERR_LOCKED);
    assert_non_null(strstr(e.text, "a run named runs exists already"));
    assert_int_equal(queue_rows_add(s, two, 2, &e), -1); /* and the first is not there either */
    assert_int_equal(list(&rows), 1);
    queue_rows_free(rows, 1);
    assert_int_equal(queue_rows_add(s, two, 1, &e), 0);
}

static void what_does_not_wait(void **state)
{
    (void)state;
    assert_int_equal(queue_rows_begin(s, "u-9", 1, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "run u-9 does not wait"));
    memset(&e, 0, sizeof e);
    assert_int_equal(queue_rows_remove(s, "u-9", &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)
    const struct CMUnitTest tests[] = {
        TEST(in_the_order_they_came),
        TEST(a_name_is_used_once),
        TEST(what_does_not_wait),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
