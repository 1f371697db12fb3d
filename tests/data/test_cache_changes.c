/* Images that change under a cache: what changed is built again, and nothing else. */
#define _GNU_SOURCE /* fork, utimensat */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "base/hash.h"
#include "data/tiny_cache.h"

/* Another time of change, and nothing else. */
static void touch_image(const struct tiny_set *t, int row, time_t seconds)
{
    struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    char path[4096];
    assert_int_equal(utimensat(AT_FDCWD, tiny_path(t, row, 0, path), times, 0), 0);
}

/* The first plane of `row` becomes that of another sample. */
static void replace_image(const struct tiny_set *t, int row, int other)
{
    struct image im;
    assert_int_equal(image_alloc(&im, TINY_SIDE, TINY_SIDE, "plane", NULL), 0);
    for (int i = 0; i < TINY_SIDE * TINY_SIDE; i++)
        im.pixels[i] = tiny_pixel(other, 0, i / TINY_SIDE, i % TINY_SIDE);
    tiny_write_image(t, row, 0, &im);
    image_fini(&im);
    touch_image(t, row, 86400 + other);
}

static void check_plane(struct cache *c, int row, int like)
{
    struct err e = {0};
    uint8_t pixels[SAMPLE_MAX];
    if (cache_read(c, row, pixels, &e))
        fail_msg("row %d: %s", row, e.text);
    for (int i = 0; i < TINY_SIDE * TINY_SIDE; i++)
        assert_int_equal(pixels[i], tiny_pixel(like, 0, i / TINY_SIDE, i % TINY_SIDE));
}

/* One of two hundred, whichever it is: it is built again, and nothing else. */
static void test_one_replaced_image(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(TINY_MAX, 1);
    int open_before = tiny_descriptors();
    cache_close(open_good(t, TINY_SIDE));
    ino_t first = inode_of(t->cache);
    for (int row = 101; row < TINY_MAX; row += 41) {
        replace_image(t, row, row + 1000);
        struct watch w = {.stop_at = -1};
        uint64_t since = log_last();
        struct err e;
        struct cache *c =
            cache_open(t->cache, &t->x, TINY_SIDE, NULL, watch_progress, &w, &w.cancel, &e);
        assert_non_null(c);
        char text[64];
        snprintf(text, sizeof text, "since it was built: 1 sample: s%02d", row);
        assert_true(logged(since, text));
        assert_int_equal(w.least_done, TINY_MAX - 1);
        check_plane(c, row, row + 1000);
        check_plane(c, row - 1, row - 1);
        cache_close(c);
        assert_true(inode_of(t->cache) == first); /* nobody reads it: built in its place */
    }
    uint64_t since = log_last();
    cache_close(open_good(t, TINY_SIDE));
    assert_int_equal(log_last(), since);
    assert_int_equal(tiny_descriptors(), open_before);
    tiny_free(t);
}

/* Sample s05 becomes the first, s07 goes, s12 comes last: [s05 s00 s01 ... s11 s12] without s07. */
static void change_the_list(struct tiny_set *t)
{
    tiny_index(t, N + 1, 1);
    tiny_write_plane(t, N, 0, TINY_SIDE);
    const char *first = t->id_list[5];
    memmove(t->id_list + 7, t->id_list + 8, (size_t)(N + 1 - 8) * sizeof *t->id_list);
    memmove(t->id_list + 1, t->id_list, 5 * sizeof *t->id_list);
    t->id_list[0] = first;
    t->x.n = N;
}

static void check_ids(struct cache *c, const struct tiny_set *t)
{
    for (int row = 0; row < t->x.n; row++)
        check_plane(c, row, atoi(t->id_list[row] + 1));
}

static struct cache *open_watched(struct tiny_set *t, struct watch *w)
{
    struct err e;
    *w = (struct watch){.stop_at = -1};
    struct cache *c =
        cache_open(t->cache, &t->x, TINY_SIDE, NULL, watch_progress, w, &w->cancel, &e);
    assert_non_null(c);
    return c;
}

/* Rows added to the table, removed from it and moved in it: only what is new is built. */
static void test_another_list_of_samples(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 1);
    struct watch w;
    struct cache *held = open_good(t, TINY_SIDE);
    change_the_list(t);
    uint64_t since = log_last();
    struct cache *c = open_watched(t, &w);
    assert_true(logged(since, "1 are new, 1 are gone, 11 are taken over"));
    assert_int_equal(w.least_done, N - 1);
    check_ids(c, t);
    cache_close(c);
    for (int row = 0; row < N; row++)
        check_plane(held, row, row); /* who has the old one keeps it */
    cache_close(held);
    since = log_last();
    cache_close(open_good(t, TINY_SIDE));
    assert_int_equal(log_last(), since);
    replace_image(t, 0, 55); /* s05, in the same step as the list */
    t->x.n = N - 2;
    c = open_watched(t, &w);
    assert_int_equal(w.least_done, N - 3);
    check_plane(c, 0, 55);
    check_plane(c, 1, 0);
    cache_close(c);
    t->x.n = N + 1; /* for tiny_free */
    tiny_index(t, N + 1, 1);
    tiny_free(t);
}

/* A list that is not the cache's, or is not there: everything is built again. */
static void test_another_list_without_the_old_one(void **state)
{
    (void)state;
    char path[160];
    for (int damage = 0; damage < 2; damage++) {
        struct tiny_set *t = tiny_new(N, 1);
        struct watch w;
        cache_close(open_good(t, TINY_SIDE));
        change_the_list(t);
        snprintf(path, sizeof path, "%s.ids", t->cache);
        if (damage)
            tiny_write_bytes(path, "s00\0s01\0s02\0s03\0s04\0s05\0s06\0s07\0s08\0s10\0s09\0s11",
                             48);
        else
            unlink(path);
        struct cache *c = open_watched(t, &w);
        assert_int_equal(w.least_done, 0);
        check_ids(c, t);
        cache_close(c);
        tiny_index(t, N + 1, 1);
        tiny_free(t);
    }
}

/* Who has the cache open keeps reading what it opened. */
static void test_replaced_under_a_reader(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 1);
    char path[4096];
    cache_close(open_good(t, TINY_SIDE));
    unlink(tiny_path(t, 3, 0, path)); /* gone is not replaced */
    struct cache *held = open_good(t, TINY_SIDE);
    ino_t first = inode_of(t->cache);
    replace_image(t, 5, 55);
    replace_image(t, 7, 77);
    uint64_t since = log_last();
    struct cache *now = open_good(t, TINY_SIDE);
    assert_true(logged(since, "the images changed since it was built: 2 samples: s05, s07"));
    assert_true(inode_of(t->cache) != first);
    for (int row = 0; row < N; row++) {
        check_plane(held, row, row);
        check_plane(now, row, row == 5 ? 55 : row == 7 ? 77 : row);
    }
    cache_close(now);
    cache_close(held);
    snprintf(path, sizeof path, "%s.new", t->cache);
    assert_int_not_equal(access(path, F_OK), 0);
    tiny_free(t);
}

static void test_touched_images(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 1);
    cache_close(open_good(t, TINY_SIDE));
    touch_image(t, 2, 1000);
    touch_image(t, 9, 1000);
    struct watch w = {.stop_at = -1};
    uint64_t since = log_last();
    struct cache *c =
        cache_open(t->cache, &t->x, TINY_SIDE, NULL, watch_progress, &w, &w.cancel, NULL);
    check_row(c, 2, 1);
    cache_close(c);
    assert_true(logged(since, "the same content, nothing is built for them: 2 samples: s02, s09"));
    assert_false(logged(since, "built again"));
    since = log_last();
    cache_close(open_good(t, TINY_SIDE));
    assert_int_equal(log_last(), since); /* the new times are known by now */
    tiny_free(t);
}

/* Their pixels stay, and it is said whose they are: not those of today's folder. */
static void test_deleted_images(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 1);
    char path[4096];
    cache_close(open_good(t, TINY_SIDE));
    assert_int_equal(unlink(tiny_path(t, 3, 0, path)), 0);
    assert_int_equal(unlink(tiny_path(t, 8, 0, path)), 0);
    uint64_t since = log_last();
    struct cache *c = open_good(t, TINY_SIDE);
    check_row(c, 3, 1);
    cache_close(c);
    assert_true(
        logged(since, "images are not there any more: 2 samples: s03, s08. The pixels packed"));
    assert_false(logged(since, "built"));
    replace_image(t, 5, 1005); /* the others are looked at all the same */
    since = log_last();
    c = open_good(t, TINY_SIDE);
    check_plane(c, 5, 1005);
    cache_close(c);
    assert_true(logged(since, "since it was built: 1 sample: s05"));
    assert_true(logged(since, "images are not there any more: 2 samples: s03, s08"));
    tiny_free(t);
}

/* Entries of programs that kept no digest of the files: as they are, but with zeros there. */
static void forget_digests(const struct tiny_set *t)
{
    FILE *f = fopen(t->cache, "r+b");
    assert_non_null(f);
    for (int row = 0; row < t->x.n; row++) {
        char entry[ENTRY], sealed[8 + ENTRY - 8];
        uint64_t number = (uint64_t)row;
        assert_int_equal(fseek(f, HEADER + row * ENTRY, SEEK_SET), 0);
        assert_int_equal(fread(entry, 1, ENTRY, f), ENTRY);
        assert_int_equal(entry[ENTRY - 1], 0); /* older programs look for that */
        memset(entry + ENTRY - 8, 0, 8);
        memcpy(sealed, &number, 8);
        memcpy(sealed + 8, entry + 8, ENTRY - 8);
        uint64_t seal = hash_bytes(sealed, sizeof sealed);
        memcpy(entry, &seal, 8);
        assert_int_equal(fseek(f, HEADER + row * ENTRY, SEEK_SET), 0);
        assert_int_equal(fwrite(entry, 1, ENTRY, f), ENTRY);
    }
    assert_int_equal(fclose(f), 0);
}

static void test_cache_of_an_older_program(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 1);
    cache_close(open_good(t, TINY_SIDE));
    forget_digests(t);
    uint64_t since = log_last();
    struct cache *c = open_good(t, TINY_SIDE);
    check_row(c, 4, 1);
    cache_close(c);
    assert_int_equal(log_last(), since); /* taken as it is */
    touch_image(t, 1, 2000);
    replace_image(t, 6, 66);
    c = open_good(t, TINY_SIDE);
    assert_true(logged(since, "nothing is built for them: 1 sample: s01"));
    assert_true(logged(since, "since it was built: 1 sample: s06"));
    check_plane(c, 1, 1);
    check_plane(c, 6, 66);
    cache_close(c);
    tiny_free(t);
}

/* Another process builds, or the folder is read-only: what was only touched will do. */
static void test_changes_without_the_lock(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 1);
    struct err e;
    char path[256];
    cache_close(open_good(t, TINY_SIDE));
    snprintf(path, sizeof path, "%s.lock", t->cache);
    int lock = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(lock >= 0);
    assert_int_equal(flock(lock, LOCK_EX), 0);
    touch_image(t, 2, 3000);
    struct cache *c = open_good(t, TINY_SIDE);
    check_row(c, 2, 1);
    cache_close(c);
    replace_image(t, 3, 33);
    assert_null(open_cache(t, TINY_SIDE, &e));
    assert_int_equal(e.code, ERR_LOCKED);
    assert_non_null(strstr(e.text, "(1 sample: s03), and it cannot be brought up to date"));
    close(lock);
    c = open_good(t, TINY_SIDE);
    check_plane(c, 3, 33);
    cache_close(c);
    tiny_free(t);
}

/* Killed while changed rows are built in place: what is not built is absent, not half. */
static void test_killed_in_place(void **state)
{
    (void)state;
    enum { MANY = 60 };
    struct tiny_set *t = tiny_new(MANY, 1);
    cache_close(open_good(t, TINY_SIDE));
    for (int row = 0; row < MANY; row++)
        replace_image(t, row, row + 100);
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
    struct cache *c = open_good(t, TINY_SIDE);
    for (int row = 0; row < MANY; row++)
        check_plane(c, row, row + 100);
    cache_close(c);
    tiny_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_replaced_image),
        cmocka_unit_test(test_another_list_of_samples),
        cmocka_unit_test(test_another_list_without_the_old_one),
        cmocka_unit_test(test_replaced_under_a_reader),
        cmocka_unit_test(test_touched_images),
        cmocka_unit_test(test_deleted_images),
        cmocka_unit_test(test_cache_of_an_older_program),
        cmocka_unit_test(test_changes_without_the_lock),
        cmocka_unit_test(test_killed_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
