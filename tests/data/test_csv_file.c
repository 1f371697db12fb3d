/* The table reader on good, odd and hostile files; the table writer through the reader. */
#include <math.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "data/csv_file.h"
#include "data/csv_out.h"
#include "pace.h"
#include "scratch.h"
#include "test.h"

#define PARSE(text, e) csv_file_parse(text, sizeof text - 1, "t.csv", e)

static void refuse(const char *text, size_t n, const char *expected)
{
    struct err e = {0};
    struct csv_file *f = csv_file_parse(text, n, "t.csv", &e);
    assert_null(f);
    assert_int_equal(e.code, ERR_DATA);
    assert_string_equal(e.text, expected);
}
#define REFUSE(text, expected) refuse(text, sizeof text - 1, expected)

static void reads_plain_rows(void **state)
{
    (void)state;
    struct err e = {0};
    struct csv_file *f = PARSE("Id,Target\na,1 2\nb,3\n", &e);
    assert_non_null(f);
    assert_int_equal(csv_file_rows(f), 2);
    assert_int_equal(csv_file_columns(f), 2);
    assert_string_equal(csv_file_path(f), "t.csv");
    assert_string_equal(csv_file_name(f, 1), "Target");
    assert_string_equal(csv_file_cell(f, 0, 1), "1 2");
    assert_string_equal(csv_file_cell(f, 1, 0), "b");
    assert_int_equal(csv_file_line(f, 0), 2);
    assert_int_equal(csv_file_line(f, 1), 3);
    csv_file_close(f);
}

static void ways_to_end_lines(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Id,Target\na,1\nb,2\n",           "Id,Target\na,1\nb,2",
        "Id,Target\r\na,1\r\nb,2\r\n",     "\xEF\xBB\xBFId,Target\na,1\nb,2",
        "Id,Target\na,1\nb,2\r",           "Id,Target\na,1\nb,2\n\n\r\n\n",
        "\"Id\",Target\n\"a\",1\nb,\"2\"", "Id,Target\na,1\r\n\"b\",2",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct err e = {0};
        struct csv_file *f = csv_file_parse(texts[i], strlen(texts[i]), "t.csv", &e);
        assert_non_null(f);
        assert_int_equal(csv_file_rows(f), 2);
        assert_int_equal(csv_file_column(f, "Id", &e), 0);
        assert_string_equal(csv_file_cell(f, 0, 0), "a");
        assert_string_equal(csv_file_cell(f, 1, 1), "2");
        csv_file_close(f);
    }
}

static void quotes(void **state)
{
    (void)state;
    struct err e = {0};
    struct csv_file *f = PARSE("a,b\n\"x,\"\"y\"\"\nz\",\"\"\n,2\n", &e);
    assert_non_null(f);
    assert_int_equal(csv_file_rows(f), 2);
    assert_string_equal(csv_file_cell(f, 0, 0), "x,\"y\"\nz");
    assert_string_equal(csv_file_cell(f, 0, 1), "");
    assert_int_equal(csv_file_line(f, 1), 4); /* a quoted field held a line break */
    assert_string_equal(csv_file_cell(f, 1, 0), "");
    csv_file_close(f);
}

static void fields_at_the_end(void **state)
{
    (void)state;
    struct err e = {0};
    struct csv_file *f = PARSE("a,b\n1,", &e);
    assert_non_null(f);
    assert_int_equal(csv_file_rows(f), 1);
    assert_string_equal(csv_file_cell(f, 0, 1), "");
    csv_file_close(f);
    f = PARSE("a\n1\n", &e);
    assert_non_null(f);
    assert_int_equal(csv_file_columns(f), 1);
    csv_file_close(f);
}

static void header_only(void **state)
{
    (void)state;
    struct err e = {0};
    struct csv_file *f = PARSE("Id,Target\n", &e);
    assert_non_null(f);
    assert_int_equal(csv_file_rows(f), 0);
    csv_file_close(f);
}

static void nothing_in_it(void **state)
{
    (void)state;
    refuse("", 0, "t.csv: is empty (0 bytes)");
    REFUSE("\xEF\xBB\xBF", "t.csv: has no header line");
    REFUSE("\n\r\n", "t.csv: has no header line");
}

static void archives(void **state)
{
    (void)state;
    REFUSE("\x1F\x8B\x08", "t.csv: is compressed by gzip: unpack it with gunzip");
    REFUSE("PK\3\4", "t.csv: is a zip archive (.npz, .xlsx), not a table: save it as .csv, or one "
                     "array of it as .npy");
    struct csv_file *f = csv_file_parse("PK\3\n", 4, "t.csv", NULL); /* only begins like one */
    assert_non_null(f);
    csv_file_close(f);
}

static void broken_text(void **state)
{
    (void)state;
    REFUSE("a,b\n1,2\n1,\0\n", "t.csv: line 3: a NUL byte (is this a text file? UTF-16 must be "
                               "saved as UTF-8 first)");
    REFUSE("a,b\n1,\"\0\"\n", "t.csv: line 2: a NUL byte (is this a text file? UTF-16 must be "
                              "saved as UTF-8 first)");
    REFUSE("a,b\n1,\xFF\n", "t.csv: line 2: the text is not valid UTF-8 (save the file as UTF-8)");
    REFUSE("a,b\n1,\"\xC0\xAF\"\n",
           "t.csv: line 2: the text is not valid UTF-8 (save the file as UTF-8)");
    REFUSE("a,b\r1,2\r", "t.csv: line 1: a carriage return without a line feed (save with LF)");
}

static void broken_quotes(void **state)
{
    (void)state;
    REFUSE("a,b\n1,\"2\n3,4\n5,6\n", "t.csv: line 2: a quote opens here and is never closed");
    REFUSE("a,b\n1,x\"2\"\n", "t.csv: line 2: a quote inside a field that does not begin with one");
    REFUSE("a,b\n1,\"2\"x\n", "t.csv: line 2: text after a closing quote");
}

static void other_number_of_fields(void **state)
{
    (void)state;
    REFUSE("a,b\n1,2\n3\n", "t.csv: line 3: 1 field where the header has 2");
    REFUSE("a,b\n1,2,3\n", "t.csv: line 2: 3 fields where the header has 2");
    REFUSE("a,b\n\n1,2\n", "t.csv: line 2: 1 field where the header has 2");
}

static void too_long_a_line(void **state)
{
    (void)state;
    enum { LENGTH = 10 << 20 };
    char *text = malloc(LENGTH);
    assert_non_null(text);
    memset(text, 'x', LENGTH);
    memcpy(text, "a,b\n1,2\n", 8);
    refuse(text, LENGTH, "t.csv: line 3: the line is longer than 1048576 bytes");
    text[8] = '"';
    text[LENGTH - 1] = '"';
    refuse(text, LENGTH, "t.csv: line 3: the line is longer than 1048576 bytes");
    free(text);
}

static void columns_by_name(void **state)
{
    (void)state;
    struct err e = {0};
    struct csv_file *f = PARSE("Target,x,ID,x\n1,,a,\n", &e);
    assert_non_null(f);
    assert_int_equal(csv_file_column(f, "Target", &e), 0);
    assert_int_equal(csv_file_column(f, "ID", &e), 2);
    assert_int_equal(csv_file_column(f, "Targets", &e), -1);
    assert_string_equal(e.text, "t.csv: line 1: no column \"Targets\"; did you mean \"Target\"? "
                                "(columns: Target, x, ID, x)");
    assert_int_equal(csv_file_column(f, "x", &e), -1);
    assert_string_equal(e.text, "t.csv: line 1: two columns are named \"x\"");
    csv_file_close(f);
    f = PARSE("Id;Target\na;1\n", &e);
    assert_non_null(f);
    assert_int_equal(csv_file_column(f, "Wanted", &e), -1);
    assert_string_equal(e.text, "t.csv: line 1: no column \"Wanted\"; columns must be separated by "
                                "commas (columns: Id;Target)");
    csv_file_close(f);
}

static void escapes_in_a_header_are_made_visible(void **state)
{
    (void)state;
    struct err e = {0};
    struct csv_file *f = PARSE("a\x1b[2J\n1\n", &e);
    assert_non_null(f);
    assert_int_equal(csv_file_column(f, "zzzz", &e), -1);
    assert_null(strchr(e.text, 0x1b));
    csv_file_close(f);
}

static void files(void **state)
{
    (void)state;
    struct err e = {0};
    struct csv_file *f = csv_file_open(scratch_write("good.csv", "a,b\n1,2\n", 8), &e);
    assert_non_null(f);
    csv_file_close(f);
    assert_null(csv_file_open(scratch_path("absent.csv"), &e));
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_null(csv_file_open(scratch_folder, &e));
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "is a folder, not a regular file"));
    assert_int_equal(mkfifo(scratch_path("pipe.csv"), 0600), 0);
    assert_null(csv_file_open(scratch_path("pipe.csv"), &e));
    assert_non_null(strstr(e.text, "pipe"));
}

static void out_of_memory(void **state)
{
    (void)state;
    static const char text[] = "a,b\n1,2\n3,4\n";
    struct csv_file *f = NULL;
    int failures = 0;
    for (int n = 1; !f; n++) {
        struct err e = {0};
        mem_fail_after(n);
        f = PARSE(text, &e);
        mem_fail_after(0);
        if (!f)
            assert_int_equal(e.code, ERR_NOMEM);
        failures += !f;
    }
    assert_in_range(failures, 3, 10);
    csv_file_close(f);
}

static void written_tables_read_back(void **state)
{
    (void)state;
    struct err e = {0};
    struct csv_out *o = csv_out_new();
    csv_out_text(o, "Id"), csv_out_text(o, "a \"b\", c"), csv_out_end_row(o);
    csv_out_int(o, -42), csv_out_real(o, 0.1), csv_out_end_row(o);
    csv_out_real(o, NAN), csv_out_text(o, "x\ny"), csv_out_end_row(o);
    static const char expected[] = "Id,\"a \"\"b\"\", c\"\n-42,0.1\n,\"x\ny\"\n";
    assert_int_equal(csv_out_save(o, scratch_path("out.csv"), &e), 0);
    csv_out_free(o);
    char *bytes;
    size_t n;
    assert_int_equal(file_read(scratch_path("out.csv"), 1000, &bytes, &n, &e), 0);
    assert_int_equal(n, sizeof expected - 1);
    assert_memory_equal(bytes, expected, n);
    free(bytes);
    struct csv_file *f = csv_file_open(scratch_path("out.csv"), &e);
    assert_non_null(f);
    assert_string_equal(csv_file_name(f, 1), "a \"b\", c");
    assert_string_equal(csv_file_cell(f, 1, 1), "x\ny");
    csv_file_close(f);
}

static void writer_reports_lack_of_memory(void **state)
{
    (void)state;
    struct err e = {0};
    struct csv_out *o = csv_out_new();
    mem_fail_after(1);
    csv_out_text(o, "Id");
    mem_fail_after(0);
    csv_out_end_row(o);
    assert_int_equal(csv_out_save(o, scratch_path("never.csv"), &e), -1);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_false(file_exists(scratch_path("never.csv")));
    csv_out_free(o);
}

static void real_table(void **state)
{
    (void)state;
    const char *path = scratch_real("train.csv");
    if (!path)
        return;
    struct err e = {0};
    double begin = pace_now();
    struct csv_file *f = csv_file_open(path, &e);
    assert_true(pace_now() - begin < 1 * pace()); /* against a hang; it takes milliseconds */
    assert_non_null(f);
    assert_int_equal(csv_file_rows(f), 31072);
    assert_int_equal(csv_file_line(f, 31071), 31073);
    csv_file_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_plain_rows),
        cmocka_unit_test(ways_to_end_lines),
        cmocka_unit_test(quotes),
        cmocka_unit_test(fields_at_the_end),
        cmocka_unit_test(header_only),
        cmocka_unit_test(nothing_in_it),
        cmocka_unit_test(archives),
        cmocka_unit_test(broken_text),
        cmocka_unit_test(broken_quotes),
        cmocka_unit_test(other_number_of_fields),
        cmocka_unit_test(too_long_a_line),
        cmocka_unit_test(columns_by_name),
        cmocka_unit_test(escapes_in_a_header_are_made_visible),
        cmocka_unit_test(files),
        cmocka_unit_test(out_of_memory),
        cmocka_unit_test(written_tables_read_back),
        cmocka_unit_test(writer_reports_lack_of_memory),
        cmocka_unit_test(real_table),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
