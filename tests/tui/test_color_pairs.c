/* Numbers of colour pairs over many random frames, against a plain list of what the terminal would
 * hold. */
#include <stdlib.h>

#include "base/rng.h"
#include "term/color_pairs.h"
#include "test.h"

enum { FRAMES = 400, CELLS = 300 };

struct look {
    int fg, bg;
};

static struct color_pairs *color_pairs_new(int pairs)
{
    struct color_pairs *p = malloc(sizeof *p);
    assert_non_null(p);
    color_pairs_init(p, pairs);
    return p;
}

/* Draws one frame as the screen does; `held` is what the terminal has under each number. */
static int frame(struct color_pairs *p, const struct look *cells, int n, struct look *held)
{
    int missing = 0;
    color_pairs_begin(p);
    for (int i = 0; i < n; i++)
        color_pairs_keep(p, cells[i].fg, cells[i].bg);
    for (int i = 0; i < n; i++) {
        bool fresh;
        int number = color_pairs_take(p, cells[i].fg, cells[i].bg, &fresh);
        assert_in_range(number, 0, p->limit);
        if (fresh)
            held[number] = cells[i];
        if (number == 0 || held[number].fg != cells[i].fg)
            missing++;
        if (number > 0)
            assert_int_equal(held[number].bg, cells[i].bg);
    }
    return missing;
}

/* After a frame every cell of it, the first as the last, still has its own colours. */
static void assert_shown(struct color_pairs *p, const struct look *cells, int n,
                         const struct look *held)
{
    for (int i = 0; i < n; i++) {
        bool fresh;
        int number = color_pairs_take(p, cells[i].fg, cells[i].bg, &fresh);
        assert_false(fresh);
        assert_int_equal(held[number].fg, cells[i].fg);
        assert_int_equal(held[number].bg, cells[i].bg);
    }
}

static void test_a_frame_never_loses_a_pair(void **state)
{
    (void)state;
    struct look cells[CELLS], held[COLOR_PAIRS_MAX + 1];
    struct color_pairs *p = color_pairs_new(256);
    struct rng r = rng_stream(1, RNG_TEST, 5, 0);
    for (int f = 0; f < FRAMES; f++) {
        int n = 0, colors = 1 + (int)(rng_unit(&r) * 13); /* at most 13 x 13 pairs, drawn anew */
        int base = (int)(rng_unit(&r) * 240);
        for (; n < CELLS; n++)
            cells[n] = (struct look){base + (int)(rng_unit(&r) * colors) - 1,
                                     base + (int)(rng_unit(&r) * colors) - 1};
        assert_int_equal(frame(p, cells, n, held), 0);
        assert_shown(p, cells, n, held);
    }
    free(p);
}

static void test_too_many_for_one_frame(void **state)
{
    (void)state;
    struct look cells[64], held[COLOR_PAIRS_MAX + 1];
    struct color_pairs *p = color_pairs_new(33);
    for (int i = 0; i < 64; i++)
        cells[i] = (struct look){i, i % 4};
    assert_int_equal(frame(p, cells, 64, held), 32); /* these have the right paper only */
    assert_int_equal(frame(p, cells, 32, held), 0);
    assert_int_equal(frame(p, cells + 32, 32, held), 0);
    assert_shown(p, cells + 32, 32, held);
    free(p);
}

static void test_the_same_colors_keep_their_number(void **state)
{
    (void)state;
    bool fresh;
    struct color_pairs *p = color_pairs_new(65536);
    assert_int_equal(p->limit, COLOR_PAIRS_MAX);
    color_pairs_begin(p);
    int first = color_pairs_take(p, -1, 255, &fresh);
    assert_true(fresh);
    assert_int_not_equal(color_pairs_take(p, 255, -1, &fresh), first);
    assert_int_equal(color_pairs_take(p, -1, 255, &fresh), first);
    assert_false(fresh);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_frame_never_loses_a_pair),
        cmocka_unit_test(test_too_many_for_one_frame),
        cmocka_unit_test(test_the_same_colors_keep_their_number),
    };
    return cmocka_run_group_tests_name("pairs", tests, NULL, NULL);
}
