/* Pixels to cells. What a cell must look like is known for plain areas and edges; which symbol
 * chafa takes for the rest is its affair. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "draw/picture.h"
#include "test.h"

enum {
    COLUMNS = 12,
    ROWS = 6,
    WIDTH = COLUMNS * PICTURE_CELL_WIDTH,
    HEIGHT = ROWS * PICTURE_CELL_HEIGHT
};

static uint8_t pixels[HEIGHT][WIDTH][3];

static void paint(int x, int w, int r, int g, int b)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int i = x; i < x + w; i++) {
            pixels[y][i][0] = (uint8_t)r;
            pixels[y][i][1] = (uint8_t)g;
            pixels[y][i][2] = (uint8_t)b;
        }
}

static struct picture *make(enum glyphs glyphs, enum theme_tier tier, enum theme theme)
{
    struct picture_look look = {glyphs, tier, theme};
    return picture_make(&pixels[0][0][0], WIDTH, HEIGHT, COLUMNS, ROWS, &look);
}

/* The colour that fills a cell of one colour. */
static int plain_color(const struct picture_cell *cell)
{
    return cell->code == ' ' ? cell->bg : cell->code == 0x2588 ? cell->fg : -1;
}

/* xterm's palette: 196 is ff0000, 46 00ff00, 21 0000ff, 226 ffff00, 16 000000. */
static void test_plain_colors(void **state)
{
    (void)state;
    static const struct {
        int r, g, b, in256, in16;
    } stains[] = {
        {255, 0, 0, 196, 9}, {0, 255, 0, 46, 10}, {255, 255, 0, 226, 11}, {0, 0, 0, 16, 0}};
    for (int g = 0; g < GLYPHS_COUNT; g++)
        for (size_t i = 0; i < sizeof stains / sizeof *stains; i++) {
            paint(0, WIDTH, stains[i].r, stains[i].g, stains[i].b);
            struct picture *many = make((enum glyphs)g, THEME_256, THEME_DARK);
            struct picture *few = make((enum glyphs)g, THEME_16, THEME_LIGHT);
            for (int c = 0; c < COLUMNS * ROWS; c++) {
                assert_int_equal(plain_color(&many->cells[c]), stains[i].in256);
                assert_int_equal(plain_color(&few->cells[c]), stains[i].in16);
            }
            picture_free(many);
            picture_free(few);
        }
}

static bool allowed(enum glyphs g, bool mono, uint32_t code)
{
    if (g == GLYPHS_ASCII)
        return mono ? code >= ' ' && code < 0x7f : code == ' ';
    if (g == GLYPHS_BRAILLE && mono)
        return code >= 0x2800 && code <= 0x28ff;
    bool half = code == 0x2580 || code == 0x2584 || code == 0x258c || code == 0x2590;
    bool shade = code >= 0x2591 && code <= 0x2593;
    if (g == GLYPHS_BLOCK)
        return code == ' ' || code == 0x2588 || half || (mono && shade);
    return code == ' ' || (code >= 0x2580 && code <= 0x259f && !shade);
}

static void test_only_symbols_of_the_tier(void **state)
{
    (void)state;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int k = 0; k < 3; k++)
                pixels[y][x][k] = (uint8_t)(x * (5 + k) + y * (3 + 2 * k) + (x * y) / 7);
    for (int g = 0; g < GLYPHS_COUNT; g++)
        for (int tier = THEME_256; tier <= THEME_MONO; tier++) {
            struct picture *p = make((enum glyphs)g, (enum theme_tier)tier, THEME_DARK);
            int most = tier == THEME_256 ? 255 : tier == THEME_16 ? 15 : 7;
            for (int c = 0; c < COLUMNS * ROWS; c++) {
                if (!allowed((enum glyphs)g, tier == THEME_MONO, p->cells[c].code))
                    fail_msg("glyphs %d, colours %d: U+%04X", g, tier, p->cells[c].code);
                if (tier != THEME_MONO) {
                    assert_in_range(p->cells[c].fg, 0, most);
                    assert_in_range(p->cells[c].bg, 0, most);
                }
            }
            picture_free(p);
        }
}

static int blank_cells(const struct picture *p, int column)
{
    int n = 0;
    for (int y = 0; y < ROWS; y++) {
        uint32_t code = p->cells[y * COLUMNS + column].code;
        n += code == ' ' || code == 0x2800;
    }
    return n;
}

/* Without colours a bright half is ink on a dark terminal and paper on a bright one; a stain of any
 * colour is as bright as white. */
static void test_brightness_without_colors(void **state)
{
    (void)state;
    static const int stains[][3] = {{255, 255, 255}, {255, 0, 0}, {0, 0, 255}};
    for (int g = 0; g < GLYPHS_COUNT; g++)
        for (size_t i = 0; i < sizeof stains / sizeof *stains; i++) {
            paint(0, WIDTH, 0, 0, 0);
            paint(0, WIDTH / 2, stains[i][0], stains[i][1], stains[i][2]);
            struct picture *dark = make((enum glyphs)g, THEME_MONO, THEME_DARK);
            struct picture *light = make((enum glyphs)g, THEME_MONO, THEME_LIGHT);
            assert_int_equal(blank_cells(dark, 1), 0);
            assert_int_equal(blank_cells(dark, COLUMNS - 2), ROWS);
            assert_int_equal(blank_cells(light, 1), ROWS);
            assert_int_equal(blank_cells(light, COLUMNS - 2), 0);
            picture_free(dark);
            picture_free(light);
        }
}

static void test_same_pixels_same_cells(void **state)
{
    (void)state;
    for (int x = 0; x < WIDTH; x++)
        paint(x, 1, x * 5, 255 - x * 5, x * 97 % 256);
    struct picture *a = make(GLYPHS_BRAILLE, THEME_256, THEME_DARK);
    struct picture *b = make(GLYPHS_BRAILLE, THEME_256, THEME_LIGHT);
    assert_memory_equal(a->cells, b->cells, COLUMNS * ROWS * sizeof *a->cells);
    picture_free(a);
    picture_free(b);
}

static void test_drawn_inside_the_clip(void **state)
{
    (void)state;
    struct canvas c;
    paint(0, WIDTH, 255, 0, 0);
    struct picture *p = make(GLYPHS_ASCII, THEME_256, THEME_DARK);
    canvas_init(&c, 20, 10);
    canvas_set_clip(&c, (struct rect){3, 2, 4, 3});
    picture_draw(p, &c, 1, 1);
    for (int y = 0; y < 10; y++)
        for (int x = 0; x < 20; x++) {
            const struct cell *cell = canvas_at(&c, x, y);
            bool in = x >= 3 && x < 7 && y >= 2 && y < 5;
            assert_int_equal(cell->style, in ? ATTR_COLORS : INK_TEXT);
            assert_int_equal(cell->bg, in ? 196 : 0);
        }
    canvas_fini(&c);
    picture_free(p);
}

/* Half of the picture over .8, a quarter over .5, as seen from the left: one column of eights, one
 * of fives. */
static void test_marks_of_a_map(void **state)
{
    (void)state;
    static float levels[HEIGHT * WIDTH];
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
        int column = i % WIDTH / PICTURE_CELL_WIDTH;
        levels[i] = column < COLUMNS / 2 ? .9F : column < COLUMNS / 4 * 3 ? .6F : .4F;
    }
    for (int g = 0; g < GLYPHS_COUNT; g++)
        for (int tier = THEME_256; tier <= THEME_MONO; tier++) {
            struct picture_look look = {(enum glyphs)g, (enum theme_tier)tier, THEME_DARK};
            struct picture *p = make(look.glyphs, look.tier, look.theme);
            bool marked = g == GLYPHS_ASCII || tier == THEME_MONO;
            picture_mark(p, levels, WIDTH, HEIGHT, &look);
            for (int i = 0; i < COLUMNS * ROWS; i++) {
                int column = i % COLUMNS;
                bool eight = column == COLUMNS / 2 - 1, five = column == COLUMNS / 4 * 3 - 1;
                assert_int_equal(p->cells[i].mark, marked && (eight || five));
                if (p->cells[i].mark)
                    assert_int_equal(p->cells[i].code, eight ? '8' : '5');
            }
            picture_free(p);
        }
}

/* Of a cell's 4 by 8 pixels: two by two quarters, two halves, two by four dots of braille, or one.
 */
static void test_pixels_per_dot(void **state)
{
    (void)state;
    const struct picture_look quarters = {GLYPHS_BRAILLE, THEME_256, THEME_DARK},
                              halves = {GLYPHS_BLOCK, THEME_16, THEME_DARK},
                              dots = {GLYPHS_BRAILLE, THEME_MONO, THEME_DARK},
                              cells = {GLYPHS_ASCII, THEME_256, THEME_DARK};
    assert_true(fabs(picture_pixels_per_dot(4.0 / 3, &quarters) - 3) < 1e-12);
    assert_true(picture_pixels_per_dot(4, &quarters) == 1);
    assert_true(picture_pixels_per_dot(1, &halves) == 4);
    assert_true(picture_pixels_per_dot(2, &dots) == 1);
    assert_true(picture_pixels_per_dot(2, &cells) == 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pixels_per_dot),
        cmocka_unit_test(test_plain_colors),
        cmocka_unit_test(test_only_symbols_of_the_tier),
        cmocka_unit_test(test_brightness_without_colors),
        cmocka_unit_test(test_same_pixels_same_cells),
        cmocka_unit_test(test_marks_of_a_map),
        cmocka_unit_test(test_drawn_inside_the_clip),
    };
    return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
