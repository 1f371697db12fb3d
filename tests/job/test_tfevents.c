/* TensorBoard's event files: checksums by RFC 3720, the first record byte for byte as TensorFlow
 * writes it, and scalars read back by a reader of its own. */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tempdir.h"
#include "test.h"
#include "train/tfevents.h"

static void test_checksum(void **state)
{
    (void)state;
    unsigned char bytes[32] = {0};
    assert_int_equal(tfevents_crc32c(bytes, 32), 0x8A9136AA); /* RFC 3720, B.4 */
    memset(bytes, 0xFF, sizeof bytes);
    assert_int_equal(tfevents_crc32c(bytes, 32), 0x62A8AB43);
    for (int i = 0; i < 32; i++)
        bytes[i] = (unsigned char)i;
    assert_int_equal(tfevents_crc32c(bytes, 32), 0x46DD794E);
    assert_int_equal(tfevents_crc32c("123456789", 9), 0xE3069283);
}

static uint64_t little(const char *p, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value |= (uint64_t)(unsigned char)p[i] << 8 * i;
    return value;
}

/* One record after another; `*at` moves behind it. */
static const char *next_record(const char *data, size_t size, size_t *at, size_t *n)
{
    if (*at == size)
        return NULL;
    assert_true(*at + 16 <= size);
    *n = (size_t)little(data + *at, 8);
    const char *record = data + *at + 12;
    assert_true(*at + 16 + *n <= size);
    *at += 16 + *n;
    return record;
}

static double double_at(const char *p)
{
    double value;
    memcpy(&value, p, sizeof value);
    return value;
}

static void save(const struct history *h, char **data, size_t *size)
{
    struct err e = {0};
    char path[FILE_PATH_MAX];
    if (tfevents_save(tempdir, h, 1500, path, &e))
        fail_msg("%s", e.text);
    assert_string_equal(path, tempdir_path("events.out.tfevents.0000000001.hpa"));
    assert_int_equal(file_read(path, 1 << 20, data, size, &e), 0);
    assert_int_equal(unlink(path), 0);
}

static struct history history_of(int epochs, double loss)
{
    static struct epoch_row rows[8];
    for (int i = 0; i < epochs; i++)
        rows[i] = (struct epoch_row){.epoch = i + 1,
                                     .steps = 10 * (i + 1),
                                     .seconds = 2,
                                     .train_loss = loss,
                                     .val_loss = NAN,
                                     .macro_f1 = 0.5};
    return (struct history){.rows = rows, .n = (size_t)epochs};
}

/* A reader that stays sees the rest in the file that it has open; what it has read stays true. */
static void test_a_second_export_grows_the_file(void **state)
{
    (void)state;
    struct err e;
    struct history h = history_of(2, 0.25);
    char path[FILE_PATH_MAX], again[FILE_PATH_MAX], before[4096], after[4096];
    assert_int_equal(tfevents_save(tempdir, &h, 1500, path, &e), 0);
    int reader = open(path, O_RDONLY);
    ssize_t n = read(reader, before, sizeof before);
    assert_true(n > 40);
    h = history_of(5, 0.25);
    assert_int_equal(tfevents_save(tempdir, &h, 1500, again, &e), 0);
    assert_string_equal(again, path);
    ssize_t more = read(reader, after, sizeof after);
    assert_true(more > n);
    assert_int_equal(tfevents_save(tempdir, &h, 1500, again, &e), 0); /* nothing is new */
    assert_int_equal(read(reader, after, sizeof after), 0);
    close(reader);
    char *whole;
    size_t size;
    assert_int_equal(unlink(path), 0);
    save(&h, &whole, &size);
    assert_int_equal(size, n + more);
    assert_memory_equal(whole, before, (size_t)n);
    free(whole);
}

/* Another history of the same start, a shorter one among them: nothing is taken back. */
static void test_another_history_has_a_later_name(void **state)
{
    (void)state;
    struct err e;
    struct history h = history_of(3, 0.25);
    char first[FILE_PATH_MAX], path[FILE_PATH_MAX];
    char *before, *after;
    size_t n, m;
    assert_int_equal(tfevents_save(tempdir, &h, 1500, first, &e), 0);
    assert_int_equal(file_read(first, 1 << 20, &before, &n, &e), 0);
    for (int i = 0; i < 2; i++) {
        h = history_of(2, 0.125 * i);
        assert_int_equal(tfevents_save(tempdir, &h, 1500, path, &e), 0);
        assert_string_equal(path + strlen(first), i ? ".002" : ".001");
        assert_true(strcmp(path, first) > 0);
    }
    assert_int_equal(file_read(first, 1 << 20, &after, &m, &e), 0);
    assert_int_equal(n, m);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);
}

static void test_first_record(void **state)
{
    (void)state;
    /* 24 bytes, and the checksum of that length as every event file begins; 1.5; the version */
    static const char begin[] = "\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22"
                                "\x09\0\0\0\0\0\0\xf8\x3f\x1a\x0d"
                                "brain.Event:2";
    char *data;
    size_t size;
    save(&(struct history){0}, &data, &size);
    assert_int_equal(size, 40);
    assert_memory_equal(data, begin, sizeof begin - 1);
    free(data);
}

/* Step 300 is the varint ac 02; .5 the float 3f000000. */
static void test_scalars(void **state)
{
    (void)state;
    static const char tail[] = "\x10\xac\x02\x2a\x13\x0a\x11\x0a\x0aloss/train\x15\0\0\0\x3f";
    struct epoch_row rows[2] = {{.epoch = 1, .steps = 300, .train_loss = .5, .seconds = 8},
                                {.epoch = 2, .steps = 600, .train_loss = NAN, .seconds = 8}};
    struct history h = {.rows = rows, .n = 2};
    size_t size, at = 0, n;
    char *data;
    save(&h, &data, &size);
    assert_non_null(next_record(data, size, &at, &n));
    const char *first = next_record(data, size, &at, &n);
    assert_non_null(first);
    assert_int_equal(n, 9 + sizeof tail - 1);
    assert_int_equal(first[0], 9);
    assert_true(double_at(first + 1) == 9.5);
    assert_memory_equal(first + 9, tail, sizeof tail - 1);
    uint32_t crc = tfevents_crc32c(first, n);
    assert_int_equal(little(first + n, 4), (uint32_t)((crc >> 15 | crc << 17) + 0xA282EAD8));
    int records = 1;
    while (next_record(data, size, &at, &n))
        records++;
    assert_int_equal(records, 10 + 9); /* the second has no loss */
    free(data);
}

static int make(void **state)
{
    (void)state;
    tempdir_make();
    return 0;
}

static int clean(void **state)
{
    (void)state;
    tempdir_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checksum),
        cmocka_unit_test(test_first_record),
        cmocka_unit_test(test_scalars),
        cmocka_unit_test(test_a_second_export_grows_the_file),
        cmocka_unit_test(test_another_history_has_a_later_name),
    };
    return cmocka_run_group_tests_name("tfevents", tests, make, clean);
}
