/* The cache: what it holds, what it refuses, and what a crash leaves of it. */
#define _GNU_SOURCE /* kill, fork */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/mem.h"
#include "data/tiny_cache.h"
#include "test.h"

static void flip_bit(const char *path, long offset)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, offset, SEEK_SET), 0);
    int byte = fgetc(f);
    assert_int_equal(fseek(f, offset, SEEK_SET), 0);
    fputc(byte ^ 0x10, f);
    assert_int_equal(fclose(f), 0);
}

static void test_pixels_and_reuse(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 4);
    struct err e;
    struct workers *w = workers_new(3, 0, &e);
    assert_non_null(w);
    struct cache *c = cache_open(t->cache, &t->x, TINY_SIDE, w, NULL, NULL, NULL, &e);
    assert_non_null(c);
    assert_int_equal(cache_size(c), TINY_SIDE);
    assert_int_equal(cache_channels(c), 4);
    assert_int_equal(tiny_bad(c, N), 0);
    for (int row = 0; row < N; row++) {
        assert_int_equal(cache_state(c, row), CACHE_GOOD);
        assert_string_equal(cache_reason(c, row), "");
        check_row(c, row, 4);
    }
    cache_close(c);
    struct stat st;
    assert_int_equal(stat(t->cache, &st), 0);
    assert_int_equal(st.st_size, 2 * 4096 + N * 4 * TINY_SIDE * TINY_SIDE);
    /* Opened again, nothing is decoded: the sources may be gone. */
    char path[4096];
    for (int row = 0; row < N; row++)
        unlink(tiny_path(t, row, 1, path));
    c = open_good(t, TINY_SIDE);
    check_row(c, N - 1, 4);
    cache_close(c);
    workers_free(w);
    tiny_free(t);
}

/* A constant plane stays constant, whatever the filter. */
static void test_resizes(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(1, 1);
    struct image im;
    assert_int_equal(image_alloc(&im, 40, 30, "plane", NULL), 0);
    memset(im.pixels, 77, 40 * 30);
    tiny_write_image(t, 0, 0, &im);
    image_fini(&im);
    uint64_t since = log_last();
    struct cache *c = open_good(t, 8);
    assert_true(logged(since, "1 samples of 8 x 8 pixels take "));
    uint8_t pixels[64];
    assert_int_equal(cache_sample_bytes(c), sizeof pixels);
    assert_int_equal(cache_read(c, 0, pixels, NULL), 0);
    for (int i = 0; i < 64; i++)
        assert_int_equal(pixels[i], 77);
    cache_close(c);
    tiny_free(t);
}

static void test_rebuilt_when_other(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 2);
    cache_close(open_good(t, TINY_SIDE));
    ino_t first = inode_of(t->cache);
    struct cache *old = open_good(t, TINY_SIDE); /* stays open while the file is replaced */
    assert_true(inode_of(t->cache) == first);

    uint64_t since = log_last();
    cache_close(open_good(t, 8));
    assert_true(logged(since, "it holds 24 pixels a side, not 8"));
    check_row(old, 3, 2);
    cache_close(old);

    since = log_last();
    t->x.n = N - 1;
    cache_close(open_good(t, 8));
    assert_true(logged(since, "other samples"));
    t->x.n = N;

    cache_close(open_good(t, 8));
    since = log_last();
    const char *swap = t->id_list[0];
    t->id_list[0] = t->id_list[1];
    t->id_list[1] = swap;
    cache_close(open_good(t, 8));
    assert_true(logged(since, "other samples"));

    since = log_last();
    labels_add(&t->labels[0], 4); /* labels are not pixels */
    cache_close(open_good(t, 8));
    assert_false(logged(since, "built anew"));
    tiny_free(t);
}

static void test_truncated(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 2);
    const long lengths[] = {0, 5, 100, HEADER - 1, HEADER, HEADER + 300, 20000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        cache_close(open_good(t, TINY_SIDE));
        assert_int_equal(truncate(t->cache, lengths[i]), 0);
        uint64_t since = log_last();
        struct cache *c = open_good(t, TINY_SIDE);
        assert_true(logged(since, lengths[i] ? "it is truncated" : "it was never finished") ||
                    logged(since, "is built anew"));
        for (int row = 0; row < N; row++)
            check_row(c, row, 2);
        cache_close(c);
    }
    tiny_free(t);
}

static void test_flipped_bits(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 2);
    int open_before = tiny_descriptors();
    cache_close(open_good(t, TINY_SIDE));
    const long header[] = {8, 16, 24, 40, 2000, HEADER - 1}, table[] = {0, 8, 20, 24, 100, 255};
    for (size_t i = 0; i < sizeof header / sizeof *header; i++) {
        flip_bit(t->cache, header[i]);
        uint64_t since = log_last();
        struct cache *c = open_good(t, TINY_SIDE);
        assert_true(logged(since, header[i] == 8 ? "another version" : "header is damaged"));
        check_row(c, 0, 2);
        cache_close(c);
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        ino_t before = inode_of(t->cache);
        flip_bit(t->cache, HEADER + 5 * ENTRY + table[i]);
        uint64_t since = log_last();
        struct cache *c = open_good(t, TINY_SIDE);
        assert_true(logged(since, "1 damaged table entries"));
        check_row(c, 5, 2);
        cache_close(c);
        assert_true(inode_of(t->cache) == before);
    }
    long first = 2 * 4096; /* of the pixels */
    flip_bit(t->cache, first + 7 * 2 * TINY_SIDE * TINY_SIDE + 99);
    struct cache *c = open_good(t, TINY_SIDE);
    struct err e = {0};
    uint8_t pixels[SAMPLE_MAX];
    check_row(c, 6, 2);
    assert_int_equal(cache_read(c, 7, pixels, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "sample s07: checksum differs; delete the file"));
    check_row(c, 8, 2);
    cache_close(c);
    assert_int_equal(tiny_descriptors(), open_before);
    tiny_free(t);
}

static void test_foreign_file_is_kept(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(1, 1);
    struct err e;
    const char text[] = "my only copy of the thesis";
    tiny_write_bytes(t->cache, text, sizeof text);
    assert_null(open_cache(t, 8, &e));
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "is not a cache file"));
    struct stat st;
    assert_int_equal(stat(t->cache, &st), 0);
    assert_int_equal(st.st_size, sizeof text);
    uint8_t last[HEADER] = {0}; /* zeros alone would be a cache that was never finished */
    last[HEADER - 1] = 1;
    tiny_write_bytes(t->cache, last, sizeof last);
    assert_null(open_cache(t, 8, &e));
    assert_non_null(strstr(e.text, "is not a cache file"));
    memset(last, 0, sizeof last);
    tiny_write_bytes(t->cache, last, sizeof last);
    uint64_t since = log_last();
    cache_close(open_good(t, 8));
    assert_true(logged(since, "it was never finished"));
    last[0] = 1;
    tiny_write_bytes(t->cache, last, 1);
    assert_null(open_cache(t, 8, &e));
    assert_non_null(strstr(e.text, "is not a cache file"));
    unlink(t->cache);
    assert_int_equal(mkdir(t->cache, 0700), 0);
    assert_null(open_cache(t, 8, &e));
    assert_non_null(strstr(e.text, "folder"));
    rmdir(t->cache);
    tiny_free(t);
}

static void test_bad_samples(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 3);
    char path[4096];
    unlink(tiny_path(t, 2, 1, path));
    tiny_write_bytes(tiny_path(t, 4, 0, path), "\xFF\xD8\xFF\xE0 jpeg", 9);
    tiny_write_bytes(tiny_path(t, 5, 2, path), "", 0);
    tiny_write_plane(t, 7, 2, TINY_SIDE * 2);
    struct cache *c = open_good(t, TINY_SIDE);
    assert_int_equal(tiny_bad(c, N), 4);
    uint8_t pixels[SAMPLE_MAX];
    const int bad[] = {2, 4, 5, 7};
    const char *names[] = {"s02_green.png: ", "s04_red.png: ", "s05_blue.png: ", "s07_blue.png: "};
    for (int i = 0; i < 4; i++) {
        struct err e = {0};
        assert_int_equal(cache_state(c, bad[i]), CACHE_BAD);
        assert_ptr_equal(strstr(cache_reason(c, bad[i]), names[i]), cache_reason(c, bad[i]));
        assert_int_equal(cache_read(c, bad[i], pixels, &e), -1);
        assert_int_equal(e.code, ERR_DATA);
        assert_non_null(strstr(e.text, names[i]));
    }
    assert_non_null(strstr(cache_reason(c, 7), "48 x 48 pixels, but red has 24 x 24"));
    check_row(c, 3, 3);
    check_row(c, 8, 3);
    cache_close(c);

    /* Repaired files are seen at the next opening; the others stay bad. */
    tiny_write_plane(t, 2, 1, TINY_SIDE);
    tiny_write_plane(t, 4, 0, TINY_SIDE);
    c = open_good(t, TINY_SIDE);
    assert_int_equal(tiny_bad(c, N), 2);
    check_row(c, 2, 3);
    check_row(c, 4, 3);
    cache_close(c);
    tiny_free(t);
}

static void test_all_bad(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(3, 1);
    struct err e;
    char path[4096];
    for (int row = 0; row < 3; row++)
        unlink(tiny_path(t, row, 0, path));
    assert_null(open_cache(t, 8, &e));
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "none of the 3 samples can be read; the first: s00_red.png"));
    snprintf(t->x.folder, sizeof t->x.folder, "%s/nowhere", t->folder);
    unlink(t->cache);
    assert_null(open_cache(t, 8, &e));
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "image folder"));
    snprintf(t->x.folder, sizeof t->x.folder, "%s", t->folder);
    tiny_free(t);
}

/* Looking builds nothing, and takes only what is whole. */
static void test_only_looking(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 1);
    struct err e = {0};
    assert_null(cache_look(t->cache, &t->x, TINY_SIDE, &e));
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_not_equal(access(t->cache, F_OK), 0);
    cache_close(open_good(t, TINY_SIDE));
    struct cache *c = cache_look(t->cache, &t->x, TINY_SIDE, &e);
    assert_non_null(c);
    check_row(c, 7, 1);
    cache_close(c);
    assert_null(cache_look(t->cache, &t->x, TINY_SIDE / 2, &e)); /* another size */
    flip_bit(t->cache, HEADER + 2 * ENTRY);
    assert_null(cache_look(t->cache, &t->x, TINY_SIDE, &e));
    assert_int_equal(e.code, ERR_NOINPUT);
    tiny_write_bytes(t->cache, "something else", 14);
    assert_null(cache_look(t->cache, &t->x, TINY_SIDE, &e));
    assert_int_equal(e.code, ERR_DATA);
    tiny_free(t);
}

static void test_refusals(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(1, 1);
    struct err e;
    assert_null(open_cache(t, 0, &e));
    assert_null(open_cache(t, 4097, &e));
    assert_int_equal(e.code, ERR_USAGE);
    t->x.n = 0;
    assert_null(open_cache(t, 8, &e));
    assert_int_equal(e.code, ERR_DATA);
    t->x.n = 1;
    tiny_free(t);
}

/* A million samples at 4096 pixels need more than any disk here has. */
static void test_full_disk(void **state)
{
    (void)state;
    enum { MILLION = 1000000 };
    struct tiny_set *t = tiny_new(1, 4);
    const char **ids = calloc(MILLION, sizeof *ids);
    assert_non_null(ids);
    for (int i = 0; i < MILLION; i++)
        ids[i] = t->ids[0];
    t->x.n = MILLION;
    t->x.ids = ids;
    struct err e;
    assert_null(open_cache(t, 4096, &e));
    assert_int_equal(e.code, ERR_IO);
    assert_non_null(strstr(e.text, "1000000 samples of 4096 x 4096 pixels need 61"));
    assert_non_null(strstr(e.text, "are free: free some space"));
    assert_int_equal(access(t->cache, F_OK), -1);
    t->x.n = 1;
    t->x.ids = t->id_list;
    free(ids);
    tiny_free(t);
}

static void test_one_builder(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 1);
    char lock[256];
    snprintf(lock, sizeof lock, "%s.lock", t->cache);
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(lock, O_RDWR | O_CREAT, 0600);
        char text[64];
        int n = snprintf(text, sizeof text, "process %ld on here", (long)getpid());
        if (fd < 0 || flock(fd, LOCK_EX) || write(fd, text, (size_t)n) != n ||
            write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    struct err e;
    assert_null(open_cache(t, TINY_SIDE, &e));
    assert_int_equal(e.code, ERR_LOCKED);
    char holder[64];
    snprintf(holder, sizeof holder, "process %ld on here", (long)child);
    assert_non_null(strstr(e.text, holder));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    cache_close(open_good(t, TINY_SIDE)); /* the dead one's lock is gone with it */
    close(ready[0]);
    close(ready[1]);
    tiny_free(t);
}

static int good_entries(const char *path, int n)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    int good = 0;
    for (int row = 0; row < n; row++) {
        uint8_t entry[ENTRY];
        assert_int_equal(fseek(f, HEADER + row * ENTRY, SEEK_SET), 0);
        assert_int_equal(fread(entry, 1, ENTRY, f), ENTRY);
        good += entry[24] == CACHE_GOOD;
    }
    fclose(f);
    return good;
}

static void test_cancel_and_continue(void **state)
{
    (void)state;
    enum { MANY = 60 };
    struct tiny_set *t = tiny_new(MANY, 1);
    struct watch w = {.stop_at = 10};
    struct err e;
    assert_null(cache_open(t->cache, &t->x, TINY_SIDE, NULL, watch_progress, &w, &w.cancel, &e));
    assert_int_equal(e.code, ERR_CANCELLED);
    int kept = good_entries(t->cache, MANY);
    assert_in_range(kept, 10, MANY - 1);
    char path[4096];
    unlink(tiny_path(t, 0, 0, path)); /* was built: must not be looked at again */
    w = (struct watch){.stop_at = -1};
    int open_before = tiny_descriptors();
    struct cache *c =
        cache_open(t->cache, &t->x, TINY_SIDE, NULL, watch_progress, &w, &w.cancel, &e);
    assert_non_null(c);
    assert_int_equal(w.last_done, MANY);
    assert_int_equal(w.total, MANY);
    assert_int_equal(tiny_bad(c, MANY), 0);
    for (int row = 0; row < MANY; row++)
        check_row(c, row, 1);
    cache_close(c);
    assert_int_equal(tiny_descriptors(), open_before);
    tiny_free(t);
}

static void test_killed_and_continued(void **state)
{
    (void)state;
    enum { MANY = 60 };
    struct tiny_set *t = tiny_new(MANY, 1);
    pid_t child = fork();
    if (child == 0) {
        struct watch w = {.stop_at = 10, .deadly = true};
        struct err e;
        cache_open(t->cache, &t->x, TINY_SIDE, NULL, watch_progress, &w, &w.cancel, &e);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_in_range(good_entries(t->cache, MANY), 10, MANY - 1);
    char path[4096];
    unlink(tiny_path(t, 0, 0, path));
    struct cache *c = open_good(t, TINY_SIDE);
    for (int row = 0; row < MANY; row++)
        check_row(c, row, 1);
    cache_close(c);
    tiny_free(t);
}

/* Every allocation fails once: an error or success, never a crash, and the file stays usable. */
static void test_no_memory(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(2, 1);
    int failures = 0;
    for (int i = 1; i < 40; i++) {
        struct err e;
        mem_fail_after(i);
        struct cache *c = open_cache(t, TINY_SIDE, &e);
        mem_fail_after(0);
        if (c)
            assert_int_equal(tiny_bad(c, t->x.n), 0);
        else
            assert_int_equal(e.code, ERR_NOMEM);
        failures += !c;
        cache_close(c);
        unlink(t->cache);
    }
    assert_in_range(failures, 5, 39);
    struct cache *c = open_good(t, TINY_SIDE);
    check_row(c, 1, 1);
    cache_close(c);
    tiny_free(t);
}

static void *read_all(void *argument)
{
    struct cache *c = argument;
    uintptr_t missing = 0;
    uint8_t pixels[SAMPLE_MAX];
    for (int round = 0; round < 20; round++)
        for (int row = 0; row < N; row++)
            missing += cache_read(c, row, pixels, NULL) != 0;
    return (void *)missing;
}

static void test_readers_on_threads(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 2);
    struct cache *c = open_good(t, TINY_SIDE);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, c), 0);
    for (int i = 0; i < 3; i++) {
        void *missing;
        assert_int_equal(pthread_join(threads[i], &missing), 0);
        assert_null(missing);
    }
    cache_close(c);
    tiny_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pixels_and_reuse),    cmocka_unit_test(test_resizes),
        cmocka_unit_test(test_rebuilt_when_other),  cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_flipped_bits),        cmocka_unit_test(test_foreign_file_is_kept),
        cmocka_unit_test(test_bad_samples),         cmocka_unit_test(test_all_bad),
        cmocka_unit_test(test_only_looking),        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_full_disk),           cmocka_unit_test(test_one_builder),
        cmocka_unit_test(test_cancel_and_continue), cmocka_unit_test(test_killed_and_continued),
        cmocka_unit_test(test_no_memory),           cmocka_unit_test(test_readers_on_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
