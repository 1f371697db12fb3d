/* Pictures of samples: the pixels that are drawn against the files composed here; what was decoded
 * is kept; a cache serves until its pixels do not suffice. */
#include "small_work.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "data/image.h"
#include "job/preview_loader.h"

enum { PATIENCE = 3000, CELL = 2, SIDE = 32 };

struct drawing {
    int width, height, look;
    float level; /* of the first pixel, -2: no map */
    uint8_t rgb[];
};

static void *keep(const struct preview_loader_pixels *p, int columns, int rows, int look)
{
    size_t bytes = (size_t)p->width * (size_t)p->height * 3;
    assert_int_equal(p->width, columns * CELL);
    assert_int_equal(p->height, rows * CELL);
    struct drawing *d = malloc(sizeof *d + bytes);
    *d = (struct drawing){p->width, p->height, look, p->levels ? p->levels[0] : -2};
    memcpy(d->rgb, p->rgb, bytes);
    return d;
}

static const struct preview_loader_ops ops = {CELL, CELL, keep, free};

struct scene {
    struct work work;
    struct wake wake;
    struct index *index;
    struct preview_loader *gallery;
};

static void open_scene(struct scene *s, const char *folder)
{
    small_work_open(&s->work, folder, 1);
    s->index = index_open_train(s->work.conf, NULL);
    assert_int_equal(wake_init(&s->wake), 0);
    s->gallery = preview_loader_new(&s->work, &s->wake, &ops, NULL);
    assert_true(s->index && s->gallery);
}

static void close_scene(struct scene *s)
{
    preview_loader_free(s->gallery);
    index_close(s->index);
    wake_fini(&s->wake);
    work_close(&s->work);
}

static struct preview_loader_answer *take(struct scene *s)
{
    struct preview_loader_answer *a = NULL;
    for (int i = 0; !(a = preview_loader_take(s->gallery)); i++) {
        assert_in_range(i, 0, PATIENCE);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    return a;
}

/* All of the image in so many pixels a side. */
static struct preview_loader_view whole(int pixels)
{
    return (struct preview_loader_view){
        {COMPOSITE_ALL, 1, 1, .5, .5}, pixels / CELL, pixels / CELL, 7, 0};
}

static void expect_picture(const struct scene *s, int row, const struct preview_loader_view *v,
                           uint8_t *rgb)
{
    struct image planes[INDEX_CHANNELS_MAX] = {{0}};
    struct composite_planes p = {s->index->channels, SIDE, SIDE, {0}, {0}};
    char path[4096];
    for (int c = 0; c < s->index->channels; c++) {
        p.names[c] = s->index->channel_names[c];
        assert_int_equal(index_plane_path(s->index, row, c, path, NULL), 0);
        assert_int_equal(image_load_png(path, p.names[c], &planes[c], NULL), 0);
        p.pixels[c] = planes[c].pixels;
    }
    composite_draw(&p, &v->view, v->columns * CELL, v->rows * CELL, rgb);
    for (int c = 0; c < s->index->channels; c++)
        image_fini(&planes[c]);
}

static void assert_picture(const struct scene *s, const struct preview_loader_shot *shot, int row,
                           const struct preview_loader_view *v)
{
    static uint8_t rgb[SIDE * SIDE * 4 * 3];
    assert_string_equal(shot->id, s->index->ids[row]);
    assert_string_equal(shot->error.text, "");
    const struct drawing *d = shot->drawn;
    assert_int_equal(d->look, v->look);
    expect_picture(s, row, v, rgb);
    assert_memory_equal(d->rgb, rgb, d->width * d->height * 3);
    assert_true(v->heat || d->level < -1);
}

static void test_pictures_of_files(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "files");
    struct preview_loader_view v = whole(SIDE);
    v.view.gain = 1.5;
    for (int from = 0; from < 6;) { /* as many as are ready; the rest is asked for again */
        preview_loader_ask(s.gallery, &v, NULL, s.index->ids + from, 6 - from);
        struct preview_loader_answer *a = take(&s);
        assert_in_range(a->n, 1, 6 - from);
        for (int i = 0; i < a->n; i++) {
            assert_picture(&s, &a->shots[i], from + i, &v);
            assert_true(a->shots[i].full);
            assert_true(a->shots[i].scale == 1);
        }
        from += a->n;
        preview_loader_answer_free(a);
    }
    close_scene(&s);
}

static void hide(const struct scene *s, int row, bool away)
{
    char path[4096], other[4100];
    for (int c = 0; c < s->index->channels; c++) {
        assert_int_equal(index_plane_path(s->index, row, c, path, NULL), 0);
        snprintf(other, sizeof other, "%s.x", path);
        assert_int_equal(away ? rename(path, other) : rename(other, path), 0);
    }
}

static void test_decoded_samples_are_kept(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "kept");
    struct preview_loader_view v = whole(SIDE);
    preview_loader_ask(s.gallery, &v, NULL, s.index->ids, 1);
    preview_loader_answer_free(take(&s));
    hide(&s, 0, true);
    hide(&s, 1, true);
    v.view.zoom = 2;
    preview_loader_ask(s.gallery, &v, NULL, s.index->ids, 1);
    struct preview_loader_answer *a = take(&s);
    assert_non_null(a->shots[0].drawn);
    preview_loader_answer_free(a);
    preview_loader_ask(s.gallery, &v, NULL, s.index->ids + 1, 1); /* this one never was */
    a = take(&s);
    assert_null(a->shots[0].drawn);
    assert_int_equal(a->shots[0].error.code, ERR_NOINPUT);
    assert_non_null(strstr(a->shots[0].error.text, s.index->ids[1]));
    preview_loader_answer_free(a);
    hide(&s, 0, false);
    hide(&s, 1, false);
    static const char *const stranger[] = {"nobody"};
    preview_loader_ask(s.gallery, &v, NULL, stranger, 1);
    a = take(&s);
    assert_int_equal(a->shots[0].error.code, ERR_DATA);
    preview_loader_answer_free(a);
    close_scene(&s);
}

/* At the cache's own size its pixels are those of the files, but they may be gone. */
static void test_a_cache_serves_until_more_is_wanted(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "cached");
    small_cache_build(&s.work, SIDE);
    struct preview_loader_view v = whole(SIDE);
    preview_loader_ask(s.gallery, &v, NULL, s.index->ids, 1);
    struct preview_loader_answer *a = take(&s);
    assert_picture(&s, &a->shots[0], 0, &v);
    assert_false(a->shots[0].full);
    preview_loader_answer_free(a);
    v.view.zoom = 2; /* two pixels for each of the cache's: the files are asked */
    preview_loader_ask(s.gallery, &v, NULL, s.index->ids, 1);
    a = take(&s);
    assert_true(a->shots[0].full);
    assert_true(a->shots[0].scale == 2);
    preview_loader_answer_free(a);
    hide(&s, 1, true); /* what the cache has is shown where the files are gone */
    preview_loader_ask(s.gallery, &v, NULL, s.index->ids + 1, 1);
    a = take(&s);
    assert_non_null(a->shots[0].drawn);
    assert_false(a->shots[0].full);
    preview_loader_answer_free(a);
    hide(&s, 1, false);
    close_scene(&s);
}

/* Of the sample whose files are away; true: from the cache. */
static bool cache_serves(struct scene *s, int row)
{
    struct preview_loader_view v = whole(SIDE);
    hide(s, row, true);
    preview_loader_ask(s->gallery, &v, NULL, s->index->ids + row, 1);
    struct preview_loader_answer *a = take(s);
    hide(s, row, false);
    bool drawn = a->shots[0].drawn;
    assert_true(!drawn || !a->shots[0].full);
    preview_loader_answer_free(a);
    return drawn;
}

static void test_a_cache_that_is_built_later(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "later");
    struct preview_loader_view v = whole(SIDE);
    preview_loader_ask(s.gallery, &v, NULL, s.index->ids, 1);
    preview_loader_answer_free(take(&s));
    assert_false(cache_serves(&s, 1));
    small_cache_build(&s.work, SIDE);
    assert_true(cache_serves(&s, 1));
    assert_true(cache_serves(&s, 2));
    close_scene(&s);
}

/* A file that is no cache yet is looked at again when it has become one. */
static void test_a_cache_that_becomes_whole(void **state)
{
    (void)state;
    struct scene s;
    char path[4096], away[4100];
    open_scene(&s, "whole");
    small_cache_build(&s.work, SIDE);
    assert_int_equal(work_cache_path(&s.work, "train-32.cache", path, NULL), 0);
    snprintf(away, sizeof away, "%s.x", path);
    assert_int_equal(rename(path, away), 0);
    assert_int_equal(file_save_all(path, "HPA", 3, NULL), 0);
    assert_false(cache_serves(&s, 1));
    assert_int_equal(rename(away, path), 0);
    bool serves = false;
    for (int i = 0; !serves; i++) {
        assert_in_range(i, 0, PATIENCE);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        serves = cache_serves(&s, 1);
    }
    close_scene(&s);
}

/* The map of the request comes with the pixels; nobody needs its numbers afterwards. */
static void test_a_map_over_the_picture(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "heat");
    struct preview_loader_view v = whole(SIDE);
    float *values = malloc(8 * sizeof *values);
    memcpy(values, (float[8]){1, 9, 2, 9, 0, 9, 4, 9}, 8 * sizeof *values);
    struct heatmap heat = {2, 2, 2, values};
    v.heat = 77;
    preview_loader_ask(s.gallery, &v, &heat, s.index->ids, 1);
    free(values);
    struct preview_loader_answer *a = take(&s);
    const struct drawing *d = a->shots[0].drawn;
    assert_int_equal(a->view.heat, 77);
    assert_picture(&s, &a->shots[0], 0, &v);
    assert_true(d->level > 0.24F && d->level < 0.26F); /* 1 of 4 */
    preview_loader_answer_free(a);
    close_scene(&s);
}

/* What a cache that was cut short cannot give any more comes from the files. */
static void test_a_cache_that_was_cut_short(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "cut");
    small_cache_build(&s.work, SIDE);
    struct preview_loader_view v = whole(SIDE);
    for (int row = 0; row < 2; row++) {
        preview_loader_ask(s.gallery, &v, NULL, s.index->ids + row, 1);
        struct preview_loader_answer *a = take(&s);
        assert_picture(&s, &a->shots[0], row, &v);
        assert_int_equal(a->shots[0].full, row == 1);
        preview_loader_answer_free(a);
        if (row == 0)
            small_cache_cut(&s.work, SIDE);
    }
    close_scene(&s);
}

static void test_nobody_takes_the_answer(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "untaken");
    struct preview_loader_view v = whole(SIDE);
    for (int i = 0; i < 20; i++)
        preview_loader_ask(s.gallery, &v, NULL, s.index->ids + i, 2);
    close_scene(&s); /* the leak checker looks */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pictures_of_files),
        cmocka_unit_test(test_decoded_samples_are_kept),
        cmocka_unit_test(test_a_cache_serves_until_more_is_wanted),
        cmocka_unit_test(test_a_cache_that_is_built_later),
        cmocka_unit_test(test_a_cache_that_becomes_whole),
        cmocka_unit_test(test_a_map_over_the_picture),
        cmocka_unit_test(test_a_cache_that_was_cut_short),
        cmocka_unit_test(test_nobody_takes_the_answer),
    };
    return cmocka_run_group_tests_name("gallery", tests, small_data_make, small_data_remove);
}
