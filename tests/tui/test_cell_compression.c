/* Sparing pictures: within the budget whatever they show, true where it can be seen. Numbers of
 * colours are xterm's: 16 + 36 r + 6 g + b of the levels 0 95 135 175 215 255, 232.. are grays of
 * 8, 18, 28, ... */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "draw/picture.h"
#include "test.h"

enum {
    COLUMNS = 20,
    ROWS = 4,
    WIDTH = COLUMNS * PICTURE_CELL_WIDTH,
    HEIGHT = ROWS * PICTURE_CELL_HEIGHT,
    CELL_BUDGET = 7,
    COLORS_BYTES = 22
};

static uint8_t pixels[HEIGHT][WIDTH][3];

static void paint(int x, int y, int w, int h, int red, int green, int blue)
{
    for (int i = y; i < y + h; i++)
        for (int j = x; j < x + w; j++) {
            pixels[i][j][0] = (uint8_t)red;
            pixels[i][j][1] = (uint8_t)green;
            pixels[i][j][2] = (uint8_t)blue;
        }
}

static struct picture *make(enum glyphs glyphs)
{
    struct picture_look look = {glyphs, THEME_256, THEME_DARK};
    return picture_make(&pixels[0][0][0], WIDTH, HEIGHT, COLUMNS, ROWS, &look);
}

/* How often a row sets colours, its beginning included. */
static int sets_of(const struct picture *p, int row)
{
    int sets = 1;
    const struct picture_cell *cell = p->cells + row * p->columns;
    for (int x = 1; x < p->columns; x++)
        sets += cell[x].fg != cell[x - 1].fg || cell[x].bg != cell[x - 1].bg;
    return sets;
}

static int bytes_of(const struct picture *p)
{
    int bytes = 0;
    for (int y = 0; y < p->rows; y++)
        bytes += COLORS_BYTES * sets_of(p, y);
    for (int i = 0; i < p->columns * p->rows; i++)
        bytes += p->cells[i].code == ' ' ? 1 : 3;
    return bytes;
}

/* Noise has as many colours as it has pixels. */
static void test_within_the_budget(void **state)
{
    (void)state;
    struct rng r = rng_stream(3, RNG_TEST, 2, 0);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 3; c++)
                pixels[y][x][c] = (uint8_t)(rng_unit(&r) * 256);
    for (int g = 0; g < GLYPHS_COUNT; g++) {
        struct picture *p = make((enum glyphs)g);
        assert_in_range(bytes_of(p), 1, CELL_BUDGET * COLUMNS * ROWS);
        picture_free(p);
    }
}

/* Two grays of 8 and 18 a cell in turn: one colour does. */
static void test_what_is_hardly_seen_goes(void **state)
{
    (void)state;
    for (int x = 0; x < COLUMNS; x++)
        paint(x * PICTURE_CELL_WIDTH, 0, PICTURE_CELL_WIDTH, HEIGHT, x % 2 ? 8 : 18, x % 2 ? 8 : 18,
              x % 2 ? 8 : 18);
    struct picture *p = make(GLYPHS_BRAILLE);
    for (int y = 0; y < ROWS; y++)
        assert_int_equal(sets_of(p, y), 1);
    picture_free(p);
}

/* Red and green, five cells each in turn, and a blue spot among them. */
static void test_what_is_seen_stays(void **state)
{
    (void)state;
    for (int x = 0; x < COLUMNS; x++)
        paint(x * PICTURE_CELL_WIDTH, 0, PICTURE_CELL_WIDTH, HEIGHT, x / 5 % 2 ? 255 : 0,
              x / 5 % 2 ? 0 : 255, 0);
    paint(8 * PICTURE_CELL_WIDTH, PICTURE_CELL_HEIGHT, PICTURE_CELL_WIDTH, PICTURE_CELL_HEIGHT, 0,
          0, 255);
    struct picture *p = make(GLYPHS_BRAILLE);
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++) {
            const struct picture_cell *cell = &p->cells[y * COLUMNS + x];
            int want = y == 1 && x == 8 ? 21 : x / 5 % 2 ? 196 : 46;
            assert_true(cell->code == ' ' || cell->code == 0x2588);
            assert_int_equal(cell->code == ' ' ? cell->bg : cell->fg, want);
        }
    picture_free(p);
}

/* One quarter of a cell at a time is bright: ▘ ▝ ▖ ▗. */
static void test_quarters(void **state)
{
    (void)state;
    static const uint32_t want[4] = {0x2598, 0x259D, 0x2596, 0x2597};
    int w = PICTURE_CELL_WIDTH / 2, h = PICTURE_CELL_HEIGHT / 2;
    paint(0, 0, WIDTH, HEIGHT, 0, 0, 0);
    for (int q = 0; q < 4; q++)
        paint((2 * q + 1) * PICTURE_CELL_WIDTH + q % 2 * w, q / 2 * h, w, h, 255, 255, 255);
    struct picture *p = make(GLYPHS_BRAILLE);
    for (int q = 0; q < 4; q++) {
        assert_int_equal(p->cells[2 * q + 1].code, want[q]);
        int fg = p->cells[2 * q + 1].fg; /* white, or nearly */
        assert_true(fg == 231 || fg >= 250);
        assert_int_equal(p->cells[2 * q + 1].bg, 16);
        assert_int_equal(p->cells[2 * q].code, ' ');
    }
    picture_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_within_the_budget),
        cmocka_unit_test(test_what_is_hardly_seen_goes),
        cmocka_unit_test(test_what_is_seen_stays),
        cmocka_unit_test(test_quarters),
    };
    return cmocka_run_group_tests_name("thrift", tests, NULL, NULL);
}
