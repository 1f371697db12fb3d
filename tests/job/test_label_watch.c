/* Figures that rest on labels of before: found when the table is written again, and not looked for
 * again while nothing changes. */
#include <string.h>

#include "cmd/label_watch.h"
#include "data/csv_file.h"
#include "run/run_scores.h"
#include "small_run.h"
#include "store/store.h"

static char table[300];

static void save(const char *text)
{
    struct err e = {0};
    if (file_save_all(table, text, strlen(text), &e))
        fail_msg("%s", e.text);
}

/* The table with all labels of this sample taken for others. */
static char *relabelled(const char *text, const char *id)
{
    char *changed = calloc(strlen(text) + 16, 1), row[160];
    snprintf(row, sizeof row, "\n%s,", id);
    const char *at = strstr(text, row);
    assert_non_null(at);
    at += strlen(row);
    bool has_27 = strncmp(at, "27\n", 3) == 0;
    sprintf(changed, "%.*s%s%s", (int)(at - text), text, has_27 ? "26" : "27", strchr(at, '\n'));
    return changed;
}

static void test_a_table_that_is_written_again(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct run_row *runs;
    struct run_scores scores;
    struct label_watch watch = {0};
    char *text;
    size_t size;
    int n;
    small_train("watched", 2, NULL, 0, NULL);
    small_work_open(&w, "watched", 1);
    snprintf(table, sizeof table, "%s/train.csv", small_data);
    assert_int_equal(file_read(table, 1 << 20, &text, &size, &e), 0);
    assert_int_equal(run_scores_open(&scores, &w, "one", RUN_SCORES_BEST, &e), 0);
    struct store *s = store_open(w.database, STORE_READ, &e);
    assert_int_equal(run_list(s, &runs, &n, &e), 0);
    store_close(s);
    assert_int_equal(n, 1);
    const int *changed = label_watch_look(&watch, w.conf, runs, n);
    assert_int_equal(changed[0], 0);
    uint64_t before = label_watch_tables(w.conf);
    char *other = relabelled(text, scores.truth.ids[0]);
    save(other);
    assert_true(label_watch_tables(w.conf) != before);
    changed = label_watch_look(&watch, w.conf, runs, n);
    assert_int_equal(changed[0], 1);
    watch.changed[0] = 77; /* what was found is given again */
    assert_int_equal(label_watch_look(&watch, w.conf, runs, n)[0], 77);
    save(text);
    assert_int_equal(label_watch_look(&watch, w.conf, runs, n)[0], 0);
    label_watch_fini(&watch);
    assert_null(watch.changed);
    run_list_free(runs, n);
    run_scores_close(&scores);
    work_close(&w);
    free(other);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_table_that_is_written_again),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
