/* NumPy arrays: bytes as numpy writes them (np.save of np.arange(6, dtype='<f4').reshape(2, 3)),
 * and files that are not such arrays. */
#include "base/file.h"
#include "data/npy_file.h"
#include "tempdir.h"
#include "test.h"

static const char HEADER[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

/* A version 1.0 file with `header` padded as numpy does and `data` bytes of floats, at most
 * twelve. */
static size_t make_file(char *out, const char *header, size_t data)
{
    float values[12] = {0, 1, 2, 3, 4, 5};
    memset(out, ' ', 128);
    memcpy(out, "\x93NUMPY\x01\x00\x76\x00", 10);
    memcpy(out + 10, header, strlen(header));
    out[127] = '\n';
    memcpy(out + 128, values, data);
    return 128 + data;
}

static void test_read_numpy(void **state)
{
    (void)state;
    char file[256];
    float *p;
    int rows, columns;
    size_t n = make_file(file, HEADER, 24);
    const char *path = tempdir_path("a.npy");
    assert_int_equal(file_save_all(path, file, n, NULL), 0);
    assert_int_equal(npy_file_read(path, &p, &rows, &columns, NULL), 0);
    assert_int_equal(rows, 2);
    assert_int_equal(columns, 3);
    for (int i = 0; i < 6; i++)
        assert_true(p[i] == (float)i);
    free(p);
}

static void test_write_numpy(void **state)
{
    (void)state;
    char expected[256], *written;
    float values[6] = {0, 1, 2, 3, 4, 5};
    size_t n = make_file(expected, HEADER, 24), size;
    const char *path = tempdir_path("b.npy");
    assert_int_equal(npy_file_write(path, OUTPUT_REPLACE, values, 2, 3, NULL), 0);
    assert_int_equal(file_read(path, 1000, &written, &size, NULL), 0);
    assert_int_equal(size, n);
    assert_memory_equal(written, expected, n);
    free(written);
}

static void refuse(const char *header, size_t data, const char *reason)
{
    char file[256];
    float *p;
    int rows, columns;
    struct err e = {0};
    size_t n = make_file(file, header, data);
    const char *path = tempdir_path("bad.npy");
    assert_int_equal(file_save_all(path, file, n, NULL), 0);
    assert_int_equal(npy_file_read(path, &p, &rows, &columns, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "bad.npy"));
    assert_non_null(strstr(e.text, reason));
}

static void test_refused(void **state)
{
    (void)state;
    refuse("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 24, "float32");
    refuse("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 24, "C order");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", 24, "two-dimensional");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 1), }", 24, "two-dim");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }", 24, "two-dim");
    refuse(HEADER, 20, "holds 20 bytes");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 999999999), }", 24,
           "holds 24 bytes");
    refuse("no header at all", 24, "two-dimensional");
}

/* numpy writes version 2.0 for headers over 64 KiB. */
static void test_version_2(void **state)
{
    (void)state;
    float *p;
    int rows, columns;
    struct err e = {0};
    const char *path = tempdir_path("two.npy");
    assert_int_equal(file_save_all(path, "\x93NUMPY\x02\x00\x10\x00\x00\x00{'descr'", 20, NULL), 0);
    assert_int_equal(npy_file_read(path, &p, &rows, &columns, &e), -1);
    assert_non_null(strstr(e.text, "version 1.0; convert it with: python3 -c"));
    assert_non_null(strstr(e.text, path));
}

static void test_conversion_is_named(void **state)
{
    (void)state;
    refuse("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 48,
           "convert it with: python3 -c \"import numpy as n; a=n.load('");
    refuse("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", 24, "'<f4'))\"");
    refuse("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 24, "ascontiguousarray");
}

static void test_header_outside(void **state)
{
    (void)state;
    float *p;
    int rows, columns;
    struct err e = {0};
    const char *path = tempdir_path("short.npy");
    assert_int_equal(file_save_all(path, "\x93NUMPY\x01\x00\xff\xff{'descr'", 18, NULL), 0);
    assert_int_equal(npy_file_read(path, &p, &rows, &columns, &e), -1);
    assert_non_null(strstr(e.text, "longer than the file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_numpy),
        cmocka_unit_test(test_write_numpy),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_version_2),
        cmocka_unit_test(test_conversion_is_named),
        cmocka_unit_test(test_header_outside),
    };
    tempdir_make();
    int failed = cmocka_run_group_tests_name("npy_file", tests, NULL, NULL);
    tempdir_remove();
    return failed;
}
