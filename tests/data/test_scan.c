/* The scan: each kind of finding planted once and found, alone or in a team; a cancel is heard. */
#include "base/mem.h"
#include "base/rng.h"
#include "data/scan.h"
#include "png_bytes.h"
#include "test.h"
#include "tiny_set.h"

enum { ROWS = 9, SIDE = 36, CHANNELS = 3 };

/* Blobs that differ from sample to sample, with `noise` on top. */
static void draw(const struct tiny_set *t, int row, int channel, int subject, int noise)
{
    struct image im;
    struct rng blob = rng_stream(1, RNG_TEST, (uint32_t)subject, (uint32_t)channel);
    struct rng grain = rng_stream(2, RNG_TEST, (uint32_t)row, (uint32_t)channel);
    int grid[SIDE / 4][SIDE / 4];
    assert_int_equal(image_alloc(&im, SIDE, SIDE, "picture", NULL), 0);
    for (int i = 0; i < SIDE / 4 * SIDE / 4; i++)
        grid[i / (SIDE / 4)][i % (SIDE / 4)] = 20 + (int)rng_below(&blob, 200);
    for (int i = 0; i < SIDE * SIDE; i++)
        im.pixels[i] = (uint8_t)(grid[i / SIDE / 4][i % SIDE / 4] +
                                 (noise ? (int)rng_below(&grain, (uint32_t)noise) : 0));
    tiny_write_image(t, row, channel, &im);
    image_fini(&im);
}

static struct tiny_set *nine_samples(void)
{
    struct tiny_set *t = tiny_new(ROWS, CHANNELS);
    for (int row = 0; row < ROWS; row++)
        for (int c = 0; c < CHANNELS; c++)
            draw(t, row, c, row, 0);
    return t;
}

static void black(const struct tiny_set *t, int row, int channel)
{
    struct image im;
    assert_int_equal(image_alloc(&im, SIDE, SIDE, "picture", NULL), 0);
    memset(im.pixels, 0, SIDE * SIDE);
    tiny_write_image(t, row, channel, &im);
    image_fini(&im);
}

static void plant(const struct tiny_set *t)
{
    char path[4096];
    unlink(tiny_path(t, 0, 1, path));
    tiny_write_bytes(tiny_path(t, 1, 0, path), "", 0);
    tiny_write_bytes(tiny_path(t, 1, 2, path), "\xff\xd8\xff\xe0", 4);
    tiny_write_bytes(tiny_path(t, 2, 0, path), "not an image", 12);
    tiny_write_plane(t, 3, 1, SIDE / 2); /* another size */
    black(t, 4, 0);
    black(t, 5, 0); /* two black planes are no duplicates */
    for (int c = 0; c < CHANNELS; c++) {
        draw(t, 7, c, 6, 0); /* sample 7 is sample 6 */
        draw(t, 8, c, 6, 8); /* sample 8 looks like it */
    }
}

static void check(const struct scan *s)
{
    static const struct {
        int row, channel;
        enum scan_kind kind;
        const char *detail;
    } want[] = {
        {0, 1, SCAN_MISSING, "s00_green.png"},
        {1, 0, SCAN_EMPTY, "s01_red.png"},
        {1, 2, SCAN_JPEG, "JPEG"},
        {2, 0, SCAN_UNREADABLE, "s02_red.png"},
        {3, 1, SCAN_SIZE, "18x18 beside 36x36"},
        {4, 0, SCAN_BLACK, "1296 pixels"},
        {5, 0, SCAN_BLACK, "1296 pixels"},
        {7, -1, SCAN_DUPLICATE, "s06"},
        {8, -1, SCAN_NEAR, "s06"},
    };
    assert_int_equal(s->n, sizeof want / sizeof *want);
    for (int i = 0; i < s->n; i++) {
        const struct scan_finding *f = &s->findings[i];
        assert_int_equal(f->row, want[i].row);
        assert_int_equal(f->channel, want[i].channel);
        assert_string_equal(scan_kind_name(f->kind), scan_kind_name(want[i].kind));
        if (!strstr(f->detail, want[i].detail))
            fail_msg("\"%s\" does not contain \"%s\"", f->detail, want[i].detail);
    }
    assert_int_equal(s->samples, ROWS);
    assert_int_equal(s->files, ROWS * CHANNELS - 1);
    assert_int_equal(s->errors, 5);
    assert_int_equal(s->warnings, 4);
}

/* All but the two findings that need every sample. */
static void count_calls(void *context, int done, int total, const struct scan *so_far)
{
    *(int *)context = done == total ? total : -1;
    assert_int_equal(so_far->n, 7);
    assert_int_equal(so_far->errors, 5);
    assert_int_equal(so_far->warnings, 2);
    assert_int_equal(so_far->files, ROWS * CHANNELS - 1);
    for (int i = 0; i < so_far->n; i++)
        assert_in_range(so_far->findings[i].kind, SCAN_MISSING, SCAN_BLACK);
}

static void test_each_kind(void **state)
{
    (void)state;
    struct tiny_set *t = nine_samples();
    struct workers *team = workers_new(3, 0, NULL);
    struct scan s;
    int told = 0;
    plant(t);
    assert_int_equal(scan_samples(&t->x, NULL, count_calls, &told, NULL, &s, NULL), 0);
    assert_int_equal(told, ROWS);
    check(&s);
    scan_fini(&s);
    assert_int_equal(scan_samples(&t->x, team, NULL, NULL, NULL, &s, NULL), 0);
    check(&s);
    scan_fini(&s);
    workers_free(team);
    tiny_free(t);
}

static void test_nothing_to_find(void **state)
{
    (void)state;
    struct tiny_set *t = nine_samples();
    struct scan s;
    assert_int_equal(scan_samples(&t->x, NULL, NULL, NULL, NULL, &s, NULL), 0);
    assert_int_equal(s.n, 0);
    scan_fini(&s);
    tiny_free(t);
}

/* The same plane under two channels, and 16 bits. */
static void test_planes(void **state)
{
    (void)state;
    struct tiny_set *t = nine_samples();
    struct scan s;
    char path[4096];
    uint8_t rows[SIDE * (1 + 2 * SIDE)];
    struct png_bytes *p = calloc(1, sizeof *p);
    struct rng r = rng_stream(3, RNG_TEST, 0, 0);
    for (size_t i = 0; i < sizeof rows; i++)
        rows[i] = i % (1 + 2 * SIDE) ? (uint8_t)rng_below(&r, 256) : 0;
    png_bytes_begin(p, SIDE, SIDE, 16, 0, 0);
    png_bytes_rows(p, rows, sizeof rows);
    png_bytes_end(p);
    tiny_write_bytes(tiny_path(t, 1, 1, path), p->bytes, p->n);
    free(p);
    draw(t, 2, 0, 3, 0); /* the red plane of sample 3, which comes later */
    assert_int_equal(scan_samples(&t->x, NULL, NULL, NULL, NULL, &s, NULL), 0);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.findings[0].kind, SCAN_DEEP);
    assert_int_equal(s.findings[1].kind, SCAN_DUPLICATE);
    assert_true(s.findings[1].row == 3 && s.findings[1].channel == 0);
    assert_non_null(strstr(s.findings[1].detail, "red of s02"));
    assert_int_equal(s.errors, 0);
    scan_fini(&s);
    tiny_free(t);
}

/* Lack of memory is an error of the scan, never a finding about an image. (A decoder that goes on
 * without its scratch is no failure.) */
static void test_out_of_memory(void **state)
{
    (void)state;
    struct tiny_set *t = nine_samples();
    int failures = 0;
    for (int n = 1; n <= 20 * ROWS * CHANNELS; n++) {
        struct scan s;
        struct err e = {0};
        mem_fail_after(n);
        int failed = scan_samples(&t->x, NULL, NULL, NULL, NULL, &s, &e);
        mem_fail_after(0);
        failures += failed != 0;
        assert_int_equal(e.code, failed ? ERR_NOMEM : ERR_NONE);
        assert_int_equal(s.n, 0);
        scan_fini(&s);
    }
    assert_true(failures >= 3 * ROWS * CHANNELS); /* file, picture and thumbnail of each plane */
    tiny_free(t);
}

static void cancel_now(void *context, int done, int total, const struct scan *so_far)
{
    (void)done, (void)total, (void)so_far;
    atomic_store((atomic_bool *)context, true);
}

/* Before the first image, and after the last, while pictures are compared. */
static void test_cancelled(void **state)
{
    (void)state;
    struct tiny_set *t = nine_samples();
    atomic_bool cancel = true;
    struct scan s;
    struct err e = {0};
    assert_int_equal(scan_samples(&t->x, NULL, NULL, NULL, &cancel, &s, &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    atomic_store(&cancel, false);
    err_clear(&e);
    assert_int_equal(scan_samples(&t->x, NULL, cancel_now, &cancel, &cancel, &s, &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    tiny_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind), cmocka_unit_test(test_nothing_to_find),
        cmocka_unit_test(test_planes),    cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
