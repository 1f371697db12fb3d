/* A table of scores alone, a real network's: its macro F1 as it was found elsewhere, and frames
 * of the tabs against goldens. Skipped where the table is not. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/model_update.h"
#include "golden.h"
#include "input/act.h"
#include "job/annotations.h"
#include "near.h"
#include "test.h"

enum { SAMPLES = 586, PATIENCE = 3000 };

static char probs[400], truth[400];

static void take_table(struct app_model *b, const struct conf *c,
                       const struct run_query_table *table)
{
    struct err e = {0};
    struct run_query_labels *labels;
    struct run_query_run *run;
    assert_int_equal(run_query_table_read(table, c, &labels, &run, &e), 0);
    snprintf(b->table, sizeof b->table, "probs_inceptionv3.csv");
    model_update_labels(b, labels);
    model_update_run(b, run);
}

static void take_names(struct app_model *b, struct conf *c, const struct run_query_table *table)
{
    struct wake wake;
    struct err e = {0};
    struct annotations_names *names = NULL;
    struct work *work = calloc(1, sizeof *work);
    work->conf = c;
    assert_int_equal(wake_init(&wake), 0);
    struct annotations *r = annotations_new(work, table, &wake, &e);
    assert_non_null(r);
    annotations_ask_names(r, "", 1);
    for (int i = 0; !(names = annotations_take_names(r)); i++) {
        assert_in_range(i, 0, PATIENCE);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    assert_int_equal(names->n, SAMPLES);
    errors_view_take_names(&b->errors, names);
    annotations_free(r);
    wake_fini(&wake);
    free(work);
}

/* As the workbench does it. */
static void open_table(struct app_model *b, struct conf *c)
{
    const struct run_query_table table = {probs, truth};
    app_model_init(b);
    b->tier = "256";
    take_table(b, c, &table);
    take_names(b, c, &table);
}

/* The macro F1 of its exact cuts as numpy finds it by trying every score as the cut. */
static void test_its_macro_f1(void **state)
{
    (void)state;
    struct app_model b;
    struct conf *c = conf_new();
    open_table(&b, c);
    assert_int_equal(b.cuts.n, SAMPLES);
    assert_near(b.cuts.macro, 0.8979676530523598, 1e-6);
    app_model_fini(&b);
    conf_free(c);
}

static void test_the_tabs_that_show_scores(void **state)
{
    (void)state;
    struct app_model b;
    struct conf *c = conf_new();
    open_table(&b, c);
    assert_goldens(&b, "table-board");
    app_model_show_tab(&b, TAB_TUNE);
    assert_goldens(&b, "table-tune");
    app_model_show_tab(&b, TAB_ERRORS);
    assert_goldens(&b, "table-errors");
    app_model_fini(&b);
    conf_free(c);
}

/* They say what the table has not. */
static void test_the_tabs_that_need_more(void **state)
{
    (void)state;
    struct app_model b;
    struct conf *c = conf_new();
    open_table(&b, c);
    app_model_show_tab(&b, TAB_DATA);
    assert_golden(&b, "table-data", 80, 24);
    app_model_show_tab(&b, TAB_RUNS);
    assert_golden(&b, "table-runs", 80, 24);
    app_model_fini(&b);
    conf_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_its_macro_f1),
        cmocka_unit_test(test_the_tabs_that_show_scores),
        cmocka_unit_test(test_the_tabs_that_need_more),
    };
    const char *data = getenv("HPA_REAL_DATA");
    snprintf(probs, sizeof probs, "%s/probs/probs_inceptionv3.csv", data ? data : "../shared/data");
    snprintf(truth, sizeof truth, "%s/probs/labels.csv", data ? data : "../shared/data");
    if (access(probs, R_OK)) {
        print_message("SKIP: %s is not there; set HPA_REAL_DATA\n", probs);
        return 0;
    }
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
