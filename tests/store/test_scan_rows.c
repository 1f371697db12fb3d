/* Scans: kept with their findings in order, replaced by the next of the same data. */
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "statement.h"
#include "store/scan_rows.h"
#include "test.h"

static struct err e;

static const struct scan_finding_row sample_findings[3] = {
    {"one", "red", "error", "empty", "one_red.png: is empty"},
    {"two", "", "warning", "duplicate", "the same pixels as one"},
    {"two", "blue", "warning", "black", ""},
};

static void put(struct store *s, const char *part, int warnings)
{
    struct scan_row row = {
        .fingerprint = "abc", .samples = 7, .files = 28, .errors = 1, .made_ms = 5};
    snprintf(row.part, sizeof row.part, "%s", part);
    row.warnings = warnings;
    if (scan_rows_put(s, &row, sample_findings, 1 + warnings, &e))
        fail_msg("%s", e.text);
}

static void the_last_scan_is_kept(void **state)
{
    (void)state;
    struct store *s = sample_open("scans.db", STORE_WRITE);
    struct scan_row row;
    struct scan_finding_row *findings;
    int n;
    bool found;
    int64_t left;
    put(s, "train", 2);
    put(s, "test", 0);
    put(s, "train", 1);
    assert_int_equal(scan_rows_last(s, "abc", "train", &row, &findings, &n, &found, &e), 0);
    assert_true(found);
    assert_string_equal(row.fingerprint, "abc");
    assert_string_equal(row.part, "train");
    assert_int_equal(row.samples, 7);
    assert_int_equal(row.files, 28);
    assert_int_equal(row.errors, 1);
    assert_int_equal(row.warnings, 1);
    assert_int_equal(row.made_ms, 5);
    assert_int_equal(n, 2);
    for (int i = 0; i < n; i++) {
        assert_string_equal(findings[i].sample, sample_findings[i].sample);
        assert_string_equal(findings[i].channel, sample_findings[i].channel);
        assert_string_equal(findings[i].severity, sample_findings[i].severity);
        assert_string_equal(findings[i].kind, sample_findings[i].kind);
        assert_string_equal(findings[i].detail, sample_findings[i].detail);
    }
    free(findings);
    assert_int_equal(scan_rows_last(s, "other", "train", &row, &findings, &n, &found, &e), 0);
    assert_false(found);
    assert_int_equal(statement_number(s, "SELECT count(*) FROM scan_findings", &left, &e), 0);
    assert_int_equal(left, 3); /* those of the replaced scan went with it */
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_last_scan_is_kept)};
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
