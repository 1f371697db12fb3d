/* Curves, bars, sliders and figures on small canvases; expected drawings and ticks by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "draw/bars.h"
#include "draw/number_format.h"
#include "draw/plot.h"
#include "draw/slider.h"
#include "near.h"
#include "test.h"

static void assert_dump(struct canvas *c, const char *expected)
{
    char *text = canvas_dump(c, 0);
    assert_string_equal(text, expected);
    free(text);
    canvas_fini(c);
}

static void draw_line(struct canvas *c, enum glyphs tier, struct rect area, const double *x,
                      const double *y, int n)
{
    struct plot p;
    struct plot_axis axis = {0, 3, false};
    plot_begin(&p, area, tier, (struct plot_axis){0, 3, false});
    plot_curve(&p, &axis, x, y, n, INK_TRAIN, '*');
    plot_end(&p, c);
}

static void test_diagonal(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2, 3};
    struct canvas c;
    canvas_init(&c, 4, 4);
    draw_line(&c, GLYPHS_ASCII, (struct rect){0, 0, 4, 4}, x, x, 4);
    assert_dump(&c, "   *\n  *\n *\n*\n");
    canvas_init(&c, 4, 2);
    draw_line(&c, GLYPHS_BLOCK, (struct rect){0, 0, 4, 2}, x, x, 4);
    assert_dump(&c, "  \xe2\x96\x84\xe2\x96\x80\n\xe2\x96\x84\xe2\x96\x80\n");
    canvas_init(&c, 2, 1);
    draw_line(&c, GLYPHS_BRAILLE, (struct rect){0, 0, 2, 1}, x, x, 4);
    assert_dump(&c, "\xe2\xa1\xa0\xe2\xa0\x8a\n"); /* dots 7 6 and 2 4: U+2860 U+280A */
}

static void test_gap_and_infinity(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2, 3}, y[] = {0, NAN, INFINITY, 0};
    struct canvas c;
    canvas_init(&c, 4, 1);
    draw_line(&c, GLYPHS_ASCII, (struct rect){0, 0, 4, 1}, x, y, 4);
    assert_dump(&c, "*  *\n");
    const double joined[] = {0, 0};
    const double ends[] = {0, 3};
    canvas_init(&c, 4, 1);
    draw_line(&c, GLYPHS_ASCII, (struct rect){0, 0, 4, 1}, ends, joined, 2);
    assert_dump(&c, "****\n");
}

static void test_envelope_gives_way(void **state)
{
    (void)state;
    const double x[] = {0, 0, 0, 3, 3, 3}, y[] = {0, 1, 2, 1, 2, 3};
    struct plot p;
    struct plot_axis axis = {0, 3, false};
    struct canvas c;
    canvas_init(&c, 2, 4);
    plot_begin(&p, (struct rect){0, 0, 2, 4}, GLYPHS_ASCII, (struct plot_axis){0, 3, false});
    plot_envelope(&p, &axis, x, y, 6, INK_FAINT);
    plot_curve(&p, &axis, x, y, 6, INK_TRAIN, '*'); /* the means: 1 and 2 */
    plot_end(&p, &c);
    assert_int_equal(canvas_at(&c, 0, 2)->style, INK_TRAIN);
    assert_int_equal(canvas_at(&c, 0, 1)->style, INK_FAINT);
    assert_dump(&c, " :\n:*\n*:\n:\n");
    const double spread[] = {0, 1, 2, 3}, at[] = {0, 0, 0, 0};
    canvas_init(&c, 1, 1);
    plot_begin(&p, (struct rect){0, 0, 1, 1}, GLYPHS_BRAILLE, (struct plot_axis){0, 3, false});
    plot_envelope(&p, &axis, at, spread, 4, INK_FAINT);
    plot_curve(&p, &axis, at, spread, 4, INK_TRAIN, '*');
    plot_envelope(&p, &axis, at, spread, 4, INK_FAINT); /* nor does it come back */
    plot_end(&p, &c);
    assert_dump(&c, "\xe2\xa0\x82\n"); /* the mean, 1.5, alone: dot 2 */
}

static void test_bounds_without_nan(void **state)
{
    (void)state;
    const double y[] = {NAN, 0.2, -INFINITY, 0.5, 0};
    struct plot_axis a = plot_no_bounds(false);
    plot_widen(&a, y, 5);
    assert_near(a.low, 0, 0);
    assert_near(a.high, 0.5, 0);
    a = plot_no_bounds(true); /* zero has no logarithm */
    plot_widen(&a, y, 5);
    assert_near(a.low, 0.2, 0);
    a = plot_axis_of(plot_no_bounds(false));
    assert_true(a.low < a.high);
    struct plot_axis flat = plot_no_bounds(false);
    plot_widen(&flat, (const double[]){2}, 1);
    flat = plot_axis_of(flat);
    assert_near(flat.low, 1.8, 1e-12); /* a tenth of it on both sides */
    assert_near(flat.high, 2.2, 1e-12);
    flat = plot_no_bounds(false);
    plot_widen(&flat, (const double[]){0}, 1);
    flat = plot_axis_of(flat);
    assert_near(flat.low, -1, 0);
    assert_near(flat.high, 1, 0);
    assert_true(isnan(plot_place(&a, NAN)));
}

static void assert_ticks(struct plot_axis a, int most, int n, const double *expected)
{
    struct plot_ticks t = plot_ticks(&a, most);
    assert_int_equal(t.n, n);
    for (int i = 0; i < n; i++)
        assert_near(t.at[i], expected[i], 1e-12);
}

static void test_ticks(void **state)
{
    (void)state;
    assert_ticks((struct plot_axis){0, 10, false}, 3, 3, (const double[]){0, 5, 10});
    assert_ticks((struct plot_axis){0.02, 0.19, false}, 3, 3, (const double[]){0.05, 0.1, 0.15});
    assert_ticks((struct plot_axis){-1, 1, false}, 5, 5, (const double[]){-1, -0.5, 0, 0.5, 1});
    assert_ticks((struct plot_axis){0, 6.3, false}, 5, 4, (const double[]){0, 2, 4, 6});
    assert_ticks((struct plot_axis){0.03, 0.4, true}, 4, 3, (const double[]){0.05, 0.1, 0.2});
    assert_ticks((struct plot_axis){1e-6, 1, true}, 4, 4, (const double[]){1e-6, 1e-4, 1e-2, 1});
}

/* Whatever the range: at most as many as allowed, inside, rising. */
static void test_ticks_of_any_range(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        double low = (i % 97) * 0.013 - 0.5, width = pow(10, i % 13 - 6) * (1 + i % 7);
        struct plot_axis a = {low, low + width, false};
        int most = 2 + i % 7;
        struct plot_ticks t = plot_ticks(&a, most);
        assert_true(t.n <= most);
        for (int j = 0; j < t.n; j++) {
            assert_true(t.at[j] >= a.low - width * 1e-6 && t.at[j] <= a.high + width * 1e-6);
            assert_true(j == 0 || t.at[j] > t.at[j - 1]);
        }
    }
}

/* Any size, any data: nothing outside the area (the sanitizers watch the memory). */
static void test_any_area(void **state)
{
    (void)state;
    double x[50], y[50];
    for (int i = 0; i < 50; i++) {
        x[i] = i % 7 ? i : i * 1e6;
        y[i] = i % 5 ? sin(i) * pow(10, i % 40 - 20) : NAN;
    }
    for (int w = 0; w < 20; w++)
        for (int h = 0; h < 12; h++) {
            struct canvas c;
            canvas_init(&c, 24, 16);
            struct rect area = {3, 2, w, h};
            draw_line(&c, (enum glyphs)(w % 3), area, x, y, 50);
            for (int r = 0; r < 16; r++)
                for (int k = 0; k < 24; k++)
                    if (k < 3 || r < 2 || k >= 3 + w || r >= 2 + h)
                        assert_int_equal(canvas_at(&c, k, r)->code, ' ');
            canvas_fini(&c);
        }
}

static void test_bars(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 4, 6);
    const struct glyph_set *fine = glyphs_set(GLYPHS_BRAILLE), *plain = glyphs_set(GLYPHS_ASCII);
    bars_draw(&c, 0, 0, 4, 0.5, 0, plain);
    bars_draw(&c, 0, 1, 4, 0.001, 0, plain); /* anything above nothing shows */
    bars_draw(&c, 0, 2, 4, 0, 0, plain);
    bars_draw(&c, 0, 3, 4, NAN, 0, plain);
    bars_draw(&c, 0, 4, 4, 0.40625, 0, fine); /* 13 eighths of 32 */
    bars_draw_parts(&c, 0, 5, 4, 2, 0, 0.5, 0, '#', plain);
    assert_dump(&c, "==\n=\n\n\n\xe2\x96\x88\xe2\x96\x8b\n##==\n");
    assert_near(bars_share(99, 9999, true), 0.5, 1e-12); /* log 100 / log 10000 */
    assert_near(bars_share(25, 100, false), 0.25, 0);
    assert_near(bars_share(3, 0, true), 0, 0);
}

/* In every tier of glyphs a bar at or above a mark reaches into the mark's cell, one below it does
 * not go past. */
static void test_bars_and_marks_agree(void **state)
{
    (void)state;
    srand(3);
    for (int i = 0; i < 30000; i++) {
        int cells = 3 + rand() % 30;
        double mark = rand() % 1001 / 1000., share = rand() % 1001 / 1000.;
        const struct glyph_set *g = glyphs_set((enum glyphs)(i % GLYPHS_COUNT));
        struct canvas c;
        canvas_init(&c, cells, 1);
        bars_draw(&c, 0, 0, cells, share, INK_SCORE, g);
        int at = bars_cell(cells, mark, g);
        bool reaches = canvas_at(&c, at, 0)->code != ' ';
        bool goes_past = at + 1 < cells && canvas_at(&c, at + 1, 0)->code != ' ';
        if (mark > 0 && share >= mark)
            assert_true(reaches);
        if (share < mark)
            assert_false(goes_past);
        canvas_fini(&c);
    }
    const struct glyph_set *eighths = glyphs_set(GLYPHS_BRAILLE);
    assert_int_equal(bars_cell(10, 0.5, eighths), 4); /* the bar fills cells 0 to 4 */
    assert_int_equal(bars_cell(10, 0.52, eighths), 5);
    assert_int_equal(bars_cell(10, 1, eighths), 9);
    assert_int_equal(bars_cell(10, 0, eighths), 0);
}

static void test_slider(void **state)
{
    (void)state;
    struct canvas c;
    const struct glyph_set *g = glyphs_set(GLYPHS_ASCII);
    canvas_init(&c, 11, 5);
    slider_draw(&c, 0, 0, 11, (struct slider){0, 1, false}, g);
    slider_draw(&c, 0, 1, 11, (struct slider){0.5, 0.52, false}, g);
    slider_draw(&c, 0, 2, 11, (struct slider){0.3, NAN, false}, g);
    slider_draw(&c, 0, 3, 11, (struct slider){7, -7, true}, g);
    slider_draw(&c, 0, 4, 1, (struct slider){0.9, 0.1, false}, g);
    assert_dump(&c, "o---------|\n-----@-----\n---o-------\n|---------o\n@\n");
    assert_int_equal(slider_cell(NAN, 11), 0);
}

static void test_rising_bars(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 5, 3);
    for (int i = 0; i < 5; i++)
        bars_rise(&c, i, 2, 3, i / 4.0, 0, glyphs_set(GLYPHS_BRAILLE));
    assert_dump(&c, "   \u2582\u2588\n  \u2584\u2588\u2588\n \u2586\u2588\u2588\u2588\n");
    canvas_init(&c, 3, 2);
    bars_rise(&c, 0, 1, 2, 0.01, 0, glyphs_set(GLYPHS_ASCII)); /* whatever there is shows */
    bars_rise(&c, 2, 1, 2, 1, 0, glyphs_set(GLYPHS_ASCII));
    assert_dump(&c, "  #\n. #\n");
}

static void test_figures(void **state)
{
    (void)state;
    char t[NUMBER_FORMAT_MAX];
    assert_string_equal(number_format_fraction(0.5312, 4, t), ".5312");
    assert_string_equal(number_format_fraction(0.99999, 2, t), "1.00");
    assert_string_equal(number_format_fraction(-0.25, 2, t), "-.25");
    assert_string_equal(number_format_fraction(NAN, 2, t), "-");
    assert_string_equal(number_format_change(0.04, 2, t), "+.04");
    assert_string_equal(number_format_change(-0.0004, 2, t), "+.00");
    assert_string_equal(number_format_count(12885, t), "12885");
    assert_string_equal(number_format_count(123456, t), "123k");
    assert_string_equal(number_format_count(1234567, t), "1.23M");
    assert_string_equal(number_format_tick(0.05, t), ".05");
    assert_string_equal(number_format_tick(1e-4, t), "1e-4");
    assert_string_equal(number_format_on_axis(0.1, 0.05, t), ".10");
    assert_string_equal(number_format_on_axis(20, 10, t), "20");
    assert_string_equal(number_format_on_axis(1e-4, 5e-5, t), "1e-4");
    assert_string_equal(number_format_on_axis(1.5e-4, 5e-5, t), "1.5e-4");
    assert_string_equal(number_format_on_axis(1000.5, 0.5, t), "1000.5");
    assert_string_equal(number_format_on_axis(123457, 1, t), "123457");
    assert_string_equal(number_format_loss(0.08321, t), ".0832");
    assert_string_equal(number_format_loss(12.34, t), "12.3");
    assert_string_equal(number_format_loss(INFINITY, t), "-");
}

/* No two ticks of an axis may read the same, and each must read as its value. */
static void test_labels_of_any_axis(void **state)
{
    (void)state;
    char t[NUMBER_FORMAT_MAX], before[NUMBER_FORMAT_MAX];
    srand(7);
    for (int i = 0; i < 200000; i++) {
        double middle = pow(10, rand() % 13 - 7) * (rand() % 1000) / 100;
        double half = pow(10, rand() % 13 - 7) * (1 + rand() % 99) / 10;
        if (half < 1e-7 * middle)
            continue; /* finer than a curve's figures are */
        struct plot_axis a = {middle - half, middle + half, false};
        struct plot_ticks ticks = plot_ticks(&a, 2 + rand() % 8);
        for (int k = 0; k < ticks.n; k++) {
            number_format_on_axis(ticks.at[k], ticks.step, t);
            if (fabs(strtod(t, NULL) - ticks.at[k]) > 0.3 * ticks.step)
                fail_msg("%.9g, in steps of %g, reads %s", ticks.at[k], ticks.step, t);
            if (k && !strcmp(t, before))
                fail_msg("two ticks in steps of %g read %s", ticks.step, t);
            strcpy(before, t);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diagonal),
        cmocka_unit_test(test_gap_and_infinity),
        cmocka_unit_test(test_envelope_gives_way),
        cmocka_unit_test(test_bounds_without_nan),
        cmocka_unit_test(test_ticks),
        cmocka_unit_test(test_ticks_of_any_range),
        cmocka_unit_test(test_any_area),
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_bars_and_marks_agree),
        cmocka_unit_test(test_slider),
        cmocka_unit_test(test_rising_bars),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_labels_of_any_axis),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
