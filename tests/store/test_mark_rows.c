/* Marks: one for each sample and kind, replaced, removed, listed in order. */
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "store/mark_rows.h"
#include "test.h"

static struct err e;

static void put(struct store *s, const char *sample, const char *kind, const char *note, int at)
{
    struct mark_row row = {.made_ms = at};
    snprintf(row.sample, sizeof row.sample, "%s", sample);
    snprintf(row.kind, sizeof row.kind, "%s", kind);
    snprintf(row.note, sizeof row.note, "%s", note);
    snprintf(row.run, sizeof row.run, "run-1");
    if (mark_rows_put(s, &row, &e))
        fail_msg("%s", e.text);
}

static void marks_are_kept(void **state)
{
    (void)state;
    struct store *s = sample_open("marks.db", STORE_WRITE);
    struct mark_row *rows;
    int n, removed;
    put(s, "b", "wrong-label", "is a nucleolus", 2);
    put(s, "a", "bad-image", "", 9); /* by a clock that was ahead */
    put(s, "b", "bad-image", "blurred", 3);
    put(s, "b", "wrong-label", "seen twice", 4); /* replaces the first */
    assert_int_equal(mark_rows_list(s, &rows, &n, &e), 0);
    assert_int_equal(n, 3);
    assert_string_equal(rows[0].sample, "a");
    assert_string_equal(rows[1].note, "blurred");
    assert_string_equal(rows[2].note, "seen twice");
    assert_string_equal(rows[2].kind, "wrong-label");
    assert_string_equal(rows[2].run, "run-1");
    assert_int_equal(rows[2].made_ms, 4);
    free(rows);
    assert_int_equal(mark_rows_remove(s, "b", "bad-image", &removed, &e), 0);
    assert_int_equal(removed, 1);
    assert_int_equal(mark_rows_remove(s, "b", "", &removed, &e), 0);
    assert_int_equal(removed, 1);
    assert_int_equal(mark_rows_remove(s, "b", "", &removed, &e), 0);
    assert_int_equal(removed, 0);
    assert_int_equal(mark_rows_list(s, &rows, &n, &e), 0);
    assert_int_equal(n, 1);
    free(rows);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(marks_are_kept)};
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
