/* safetensors: files made elsewhere (tests/reference), every malformed one refused with its reason,
 * and our own files read back, by this reader and byte by byte. */
#include <math.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "files.h"
#include "nn/safetensors.h"
#include "reference/safetensors_files.h"

static struct safetensors *open_good(void **state)
{
    const struct folder *d = *state;
    file_put(d->file, good_file.bytes, good_file.size);
    struct err e = {0};
    struct safetensors *f = safetensors_open(d->file, &e);
    if (!f)
        print_error("%s\n", e.text);
    assert_non_null(f);
    return f;
}

static void read_floats(struct safetensors *f, const char *name, const float *wanted, size_t count)
{
    float *values = malloc((count + 1) * sizeof *values);
    const struct tensor_info *t = safetensors_find(f, name);
    assert_non_null(t);
    assert_int_equal(safetensors_read_f32(f, t, values, count, NULL), 0);
    assert_memory_equal(values, wanted, count * sizeof *values);
    free(values);
}

static void test_reads_all_types(void **state)
{
    struct safetensors *f = open_good(state);
    const float matrix[6] = {0, 1, 2, 3, 4, 5}, tail[1] = {7.5f};
    const int64_t integers[4] = {0, -1, INT64_MAX, INT64_MIN};
    int64_t whole[4];
    read_floats(f, "matrix", matrix, 6);
    read_floats(f, "tail \xc3\xa9", tail, 1);
    read_floats(f, "halves", good_halves, sizeof good_halves / sizeof *good_halves);
    read_floats(f, "brains", good_brains, sizeof good_brains / sizeof *good_brains);
    read_floats(f, "doubles", good_doubles, sizeof good_doubles / sizeof *good_doubles);
    read_floats(f, "empty", matrix, 0);
    assert_int_equal(safetensors_read_i64(f, safetensors_find(f, "i64"), whole, 4, NULL), 0);
    assert_memory_equal(whole, integers, sizeof whole);
    assert_int_equal(safetensors_read_i64(f, safetensors_find(f, "counter"), whole, 1, NULL), 0);
    assert_int_equal(whole[0], 4242);
    safetensors_close(f);
}

static void test_describes(void **state)
{
    struct safetensors *f = open_good(state);
    assert_int_equal(safetensors_count(f), 8);
    for (int i = 1; i < 8; i++)
        assert_true(safetensors_at(f, i)->begin == safetensors_at(f, i - 1)->end);
    const struct tensor_info *t = safetensors_find(f, "matrix");
    assert_int_equal(t->type, TENSOR_F32);
    assert_int_equal(t->rank, 2);
    assert_int_equal(t->shape[0], 2);
    assert_int_equal(t->shape[1], 3);
    assert_int_equal(safetensors_find(f, "counter")->rank, 0);
    assert_null(safetensors_find(f, "matri"));
    assert_null(safetensors_find(f, "__metadata__"));
    assert_string_equal(safetensors_metadata(f, "format"), "pt");
    assert_string_equal(safetensors_metadata(f, "made by"), "struct \xc3\xa9");
    assert_null(safetensors_metadata(f, "other"));
    assert_int_equal(safetensors_verify(f, NULL), 0); /* has no digest */
    safetensors_close(f);
}

static void test_refuses_wrong_reads(void **state)
{
    struct safetensors *f = open_good(state);
    float values[16];
    int64_t whole[16];
    struct err e = {0};
    assert_int_equal(safetensors_read_f32(f, safetensors_find(f, "matrix"), values, 5, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "'matrix' has 6 values; 5 are expected"));
    assert_int_equal(safetensors_read_f32(f, safetensors_find(f, "i64"), values, 4, &e), -1);
    assert_non_null(strstr(e.text, "'i64' holds whole numbers"));
    assert_int_equal(safetensors_read_i64(f, safetensors_find(f, "matrix"), whole, 6, &e), -1);
    assert_int_equal(safetensors_read_i64(f, safetensors_find(f, "i64"), whole, 3, &e), -1);
    safetensors_close(f);
}

static void test_refuses_malformed(void **state)
{
    const struct folder *d = *state;
    for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++) {
        const struct safetensors_file *b = &bad_files[i];
        struct err e = {0};
        file_put(d->file, b->bytes, b->size);
        struct safetensors *f = safetensors_open(d->file, &e);
        if (f || e.code != ERR_DATA || (b->message && !strstr(e.text, b->message)) ||
            !strstr(e.text, d->file) || strchr(e.text, '\x1b'))
            fail_msg("%s: %s", b->name, f ? "was accepted" : e.text);
    }
}

static void test_pickle_hint_quotes_plain_paths_only(void **state)
{
    const struct folder *d = *state;
    const char zip[16] = "PK\3\4\0\0\x08\x08";
    char path[160], wanted[320];
    struct err e = {0};
    snprintf(path, sizeof path, "%s/net.v1.pth", d->path);
    file_put(path, zip, sizeof zip);
    assert_null(safetensors_open(path, &e));
    snprintf(wanted, sizeof wanted,
             "python3 -c \"import torch,safetensors.torch as s; s.save_file(torch.load('%s', "
             "map_location='cpu'), '%s/net.v1.safetensors')\"",
             path, d->path);
    assert_non_null(strstr(e.text, wanted));
    snprintf(path, sizeof path, "%s/a';b.pth", d->path);
    file_put(path, zip, sizeof zip);
    assert_null(safetensors_open(path, &e));
    assert_non_null(strstr(e.text, "torch.load('X.pth', map_location='cpu'), 'X.safetensors')"));
}

static void test_refuses_what_is_no_file(void **state)
{
    const struct folder *d = *state;
    struct err e = {0};
    assert_null(safetensors_open(d->file, &e));
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_null(safetensors_open(d->path, &e));
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_equal(mkfifo(d->file, 0600), 0);
    assert_null(safetensors_open(d->file, &e));
    assert_int_equal(e.code, ERR_NOINPUT);
}

static void test_too_many_tensors(void **state)
{
    const struct folder *d = *state;
    char *bytes = malloc(1 << 20);
    for (int count = 10000; count <= 10001; count++) {
        char *at = bytes + 8;
        for (int i = 0; i < count; i++)
            at += sprintf(at, "%s\"%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}",
                          i ? "," : "{", i);
        *at++ = '}';
        uint64_t n = (uint64_t)(at - bytes - 8);
        memcpy(bytes, &n, 8);
        file_put(d->file, bytes, (size_t)(at - bytes));
        struct safetensors *f = safetensors_open(d->file, NULL);
        assert_int_equal(f != NULL, count == 10000);
        safetensors_close(f);
    }
    free(bytes);
}

static const float some[6] = {1.5f, -0.0f, 3e-45f, INFINITY, -2, 6};
static const int64_t whole_numbers[2] = {-5, INT64_MAX};

static void fill_twice(const void *context, int number, size_t first, size_t n, float *out)
{
    const float *from = context;
    for (size_t i = 0; i < n; i++)
        out[i] = from[first + i] * (float)number;
}

/* Slices of `number` values that count on; `context`: the most that were asked for at once. */
static void fill_counting(const void *context, int number, size_t first, size_t n, float *out)
{
    size_t *most = *(size_t *const *)context;
    *most = n > *most ? n : *most;
    for (size_t i = 0; i < n * (size_t)number; i++)
        out[i] = (float)(first * (size_t)number + i);
}

static void save_some(const char *path)
{
    struct safetensors_out *o = safetensors_out_new();
    safetensors_out_metadata(o, "config", "{\"name\": \"quote \\\" \xc3\xa9\"}");
    safetensors_out_f32(o, "z.plain", 2, (const int64_t[]){2, 3}, some);
    safetensors_out_filled(o, "a.filled", 1, (const int64_t[]){6}, fill_twice, some, 2);
    safetensors_out_i64(o, "n.whole", 1, (const int64_t[]){2}, whole_numbers);
    safetensors_out_i64(o, "m.scalar", 0, NULL, whole_numbers);
    safetensors_out_f32(o, "none", 1, (const int64_t[]){0}, some);
    struct err e = {0};
    if (safetensors_out_save(o, path, &e))
        fail_msg("%s", e.text);
    safetensors_out_free(o);
}

/* 8 MiB in 2048 slices of 4 KiB, one tensor of a single slice, and one without any value. */
static void test_large_tensors_are_filled_in_pieces(void **state)
{
    enum { SLICES = 2048, SLICE = 1024 };
    const struct folder *d = *state;
    struct err e = {0};
    size_t most = 0, *told = &most;
    struct safetensors_out *o = safetensors_out_new();
    safetensors_out_filled(o, "large", 2, (const int64_t[]){SLICES, SLICE}, fill_counting, &told,
                           SLICE);
    safetensors_out_filled(o, "none", 2, (const int64_t[]){0, 3}, fill_counting, &told, 3);
    safetensors_out_filled(o, "scalar", 0, NULL, fill_counting, &told, 1);
    assert_int_equal(safetensors_out_save(o, d->file, &e), 0);
    safetensors_out_free(o);
    assert_in_range(most, 1, SLICES / 8); /* a megabyte */
    float *wanted = malloc(sizeof *wanted * SLICES * SLICE);
    for (int i = 0; i < SLICES * SLICE; i++)
        wanted[i] = (float)i;
    struct safetensors *f = safetensors_open(d->file, NULL);
    assert_non_null(f);
    assert_int_equal(safetensors_verify(f, NULL), 0);
    read_floats(f, "large", wanted, SLICES * SLICE);
    read_floats(f, "none", wanted, 0);
    read_floats(f, "scalar", wanted, 1);
    safetensors_close(f);
    free(wanted);
}

static void test_round_trip(void **state)
{
    const struct folder *d = *state;
    float doubled[6];
    int64_t whole[2];
    save_some(d->file);
    struct safetensors *f = safetensors_open(d->file, NULL);
    assert_non_null(f);
    assert_int_equal(safetensors_verify(f, NULL), 0);
    fill_twice(some, 2, 0, 6, doubled);
    read_floats(f, "z.plain", some, 6);
    read_floats(f, "a.filled", doubled, 6);
    read_floats(f, "none", some, 0);
    assert_int_equal(safetensors_read_i64(f, safetensors_find(f, "n.whole"), whole, 2, NULL), 0);
    assert_memory_equal(whole, whole_numbers, sizeof whole);
    assert_int_equal(safetensors_read_i64(f, safetensors_find(f, "m.scalar"), whole, 1, NULL), 0);
    assert_string_equal(safetensors_metadata(f, "format"), "pt");
    assert_string_equal(safetensors_metadata(f, "config"), "{\"name\": \"quote \\\" \xc3\xa9\"}");
    assert_int_equal(strlen(safetensors_metadata(f, "digest")), 16);
    safetensors_close(f);
    assert_int_equal(folder_files(d, 0), 1); /* no temporary file is left */
}

/* Widest elements first, then by name; the data begins at a multiple of 8. */
static void test_order_and_alignment(void **state)
{
    const struct folder *d = *state;
    static const char *const order[] = {"m.scalar", "n.whole", "a.filled", "none", "z.plain"};
    size_t size;
    uint64_t n;
    save_some(d->file);
    unsigned char *bytes = file_get(d->file, &size);
    memcpy(&n, bytes, 8);
    assert_int_equal(n % 8, 0);
    assert_int_equal(bytes[8], '{');
    assert_int_equal(size, 8 + n + 8 + 16 + 24 + 24);
    assert_memory_equal(bytes + size - 24, some, 24);
    free(bytes);
    struct safetensors *f = safetensors_open(d->file, NULL);
    assert_int_equal(safetensors_count(f), 5);
    for (int i = 0; i < 5; i++)
        assert_string_equal(safetensors_at(f, i)->name, order[i]);
    safetensors_close(f);
}

static void test_saves_are_equal(void **state)
{
    const struct folder *d = *state;
    size_t a_size, b_size;
    save_some(d->file);
    unsigned char *a = file_get(d->file, &a_size);
    save_some(d->file);
    unsigned char *b = file_get(d->file, &b_size);
    assert_int_equal(a_size, b_size);
    assert_memory_equal(a, b, a_size);
    free(a);
    free(b);
}

/* A flipped bit anywhere is found by opening or verifying, or it removes a digest's name. */
static void test_every_flipped_bit_is_found(void **state)
{
    const struct folder *d = *state;
    size_t size, unnamed = 0;
    save_some(d->file);
    unsigned char *bytes = file_get(d->file, &size);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        file_put(d->file, bytes, size);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        struct safetensors *f = safetensors_open(d->file, NULL);
        struct err e = {0};
        if (f && safetensors_verify(f, &e) == 0) {
            assert_null(safetensors_metadata(f, "header_digest"));
            unnamed++;
        }
        safetensors_close(f);
    }
    assert_in_range(unnamed, 1, 8 * strlen("header_digest"));
    free(bytes);
}

static void test_verify_says_which_part(void **state)
{
    const struct folder *d = *state;
    size_t size;
    struct err e = {0};
    save_some(d->file);
    unsigned char *bytes = file_get(d->file, &size);
    bytes[size - 1] ^= 1;
    file_put(d->file, bytes, size);
    struct safetensors *f = safetensors_open(d->file, NULL);
    assert_int_equal(safetensors_verify_header(f, &e), 0);
    assert_int_equal(safetensors_verify(f, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "its data does not match"));
    safetensors_close(f);
    free(bytes);
}

static void test_save_into_nowhere(void **state)
{
    (void)state;
    struct safetensors_out *o = safetensors_out_new();
    struct err e = {0};
    safetensors_out_f32(o, "a", 1, (const int64_t[]){6}, some);
    assert_int_equal(safetensors_out_save(o, "/nowhere/x.safetensors", &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    safetensors_out_free(o);
}

static void test_header_too_large_to_read_is_not_saved(void **state)
{
    const struct folder *d = *state;
    struct safetensors_out *o = safetensors_out_new();
    char *text = malloc((16 << 20) + 1);
    struct err e = {0};
    memset(text, 'x', 16 << 20);
    text[16 << 20] = '\0';
    safetensors_out_metadata(o, "history", text);
    assert_int_equal(safetensors_out_save(o, d->file, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_int_equal(folder_files(d, 0), 0);
    safetensors_out_free(o);
    free(text);
}

static void test_out_of_memory(void **state)
{
    const struct folder *d = *state;
    save_some(d->file);
    int failures = 0;
    for (int n = 1;; n++, failures++) {
        struct err e = {0};
        mem_fail_after(n);
        struct safetensors *f = safetensors_open(d->file, &e);
        int ok = f && safetensors_verify(f, &e) == 0;
        safetensors_close(f);
        if (ok)
            break;
        assert_int_equal(e.code, ERR_NOMEM);
    }
    mem_fail_after(0);
    assert_true(failures >= 4);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_reads_all_types),
        in_folder(test_describes),
        in_folder(test_refuses_wrong_reads),
        in_folder(test_refuses_malformed),
        in_folder(test_pickle_hint_quotes_plain_paths_only),
        in_folder(test_refuses_what_is_no_file),
        in_folder(test_too_many_tensors),
        in_folder(test_large_tensors_are_filled_in_pieces),
        in_folder(test_round_trip),
        in_folder(test_order_and_alignment),
        in_folder(test_saves_are_equal),
        in_folder(test_every_flipped_bit_is_found),
        in_folder(test_verify_says_which_part),
        in_folder(test_save_into_nowhere),
        in_folder(test_header_too_large_to_read_is_not_saved),
        in_folder(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
