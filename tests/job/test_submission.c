/* The form of a submission, checked before the first image: columns of other forms are named, and
 * ids without images and images without ids are counted. */
#include <string.h>

#include "data/csv_out.h"
#include "logged.h"
#include "run/submission.h"
#include "small_work.h"

static char table[300]; /* data.sample_submission */

static void write_table(const char *text)
{
    FILE *f = fopen(table, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static struct conf *conf_of_table(void)
{
    char pair[400];
    struct conf *c = conf_new();
    snprintf(pair, sizeof pair, "data.sample_submission=%s", table);
    small_set(c, pair);
    return c;
}

static void refused(const char *text, const char *message)
{
    struct err e = {0};
    struct conf *c = conf_of_table();
    write_table(text);
    assert_int_equal(submission_check(c, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    if (!strstr(e.text, message))
        fail_msg("%s", e.text);
    conf_free(c);
}

static void test_forms(void **state)
{
    (void)state;
    struct err e = {0};
    struct conf *c = conf_of_table();
    write_table("Id,Predicted\na,0\n");
    assert_int_equal(submission_check(c, &e), 0);
    conf_free(c);
    refused("Id\na\n", "Id");
    refused("Id,Predicted,Extra\na,0,1\n", "Id,Predicted,Extra");
    refused("Id,\x1b[2Ja,b\na,0,1\n", "Id,\\x1b[2Ja,b");
    refused("Predicted,Id\n0,a\n", "Predicted,Id in the wrong order: a submission has Id");
    refused(" Id,Predicted\na,0\n", "named \" Id\", not \"Id\" (data.id_column)");
    refused("id,Predicted\na,0\n", "named \"id\", not \"Id\" (data.id_column)");
    refused("Id;Predicted\na;0\n", "Id;Predicted; a submission has two, separated by a comma");
    refused("ID,ImageWidth,ImageHeight,PredictionString\na,2048,2048,0\n", "ImageWidth");
}

static void test_the_header_is_the_samples(void **state)
{
    (void)state;
    struct err e = {0};
    char *text, path[300];
    size_t n;
    struct conf *c = conf_of_table();
    struct csv_out *out = csv_out_new();
    write_table("Id,\"Which, please\"\na,0\n");
    snprintf(path, sizeof path, "%s/header.csv", tempdir);
    assert_int_equal(submission_put_header(out, c, &e), 0);
    assert_int_equal(csv_out_write(out, path, OUTPUT_NEW, &e), 0);
    assert_int_equal(file_read(path, 1000, &text, &n, &e), 0);
    assert_string_equal(text, "Id,\"Which, please\"\n");
    free(text);
    csv_out_free(out);
    conf_free(c);
}

static void rename_image(const char *from, const char *to)
{
    char a[300], b[300];
    snprintf(a, sizeof a, "%s/test/%s", small_data, from);
    snprintf(b, sizeof b, "%s/test/%s", small_data, to);
    assert_int_equal(rename(a, b), 0);
}

/* Of six samples one has no red image any more, which is there under two other names. */
static void test_ids_and_images(void **state)
{
    (void)state;
    struct work w;
    struct dataset d;
    struct err e = {0};
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    char first[160], red[160], odd[160];
    small_work_open(&w, "ids", 1);
    job_init(j, &w, &control, (struct job_observer){0});
    assert_int_equal(dataset_open_test(&d, j, &e), 0);
    assert_int_equal(d.index->n, 6);
    uint64_t since = log_last();
    assert_int_equal(submission_check_ids(d.index, &e), 0);
    assert_true(log_last() == since); /* nothing to say */
    snprintf(first, sizeof first, "%s", d.index->ids[2]);
    snprintf(red, sizeof red, "%s_red.png", first);
    snprintf(odd, sizeof odd, "z\x1b[31m_red.png");
    rename_image(red, odd);
    since = log_last();
    assert_int_equal(submission_check_ids(d.index, &e), 0);
    assert_true(logged(since, "1 of 6 ids of data.sample_submission lack images"));
    assert_true(logged(since, first));
    assert_true(logged(since, "1 sample is in data.test_dir that"));
    assert_true(logged(since, "the first is z\\x1b[31m"));
    rename_image(odd, red);
    dataset_close(&d);
    work_close(&w);
    free(j);
}

static int make(void **state)
{
    small_data_make(state);
    snprintf(table, sizeof table, "%s/sample.csv", tempdir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_the_header_is_the_samples),
        cmocka_unit_test(test_ids_and_images),
    };
    return cmocka_run_group_tests(tests, make, small_data_remove);
}
