/* Pictures in few colours or none through chafa: the only door to it. Each cell takes the symbol of
 * the tier that is nearest to its pixels. In 256 colours, where a cell has two of its own, what
 * chafa would choose is known to be chosen anew for the line's sake, so it is not asked: that takes
 * a fifth of the time (cell_compression.h). */
#include "picture.h"

#include <chafa.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cell_compression.h"

static const float WORK = 0.2F; /* of 1: more takes longer and hardly looks better */

static ChafaSymbolTags symbols(enum glyphs glyphs, bool mono)
{
    switch (glyphs) {
    case GLYPHS_BRAILLE:
        return mono ? CHAFA_SYMBOL_TAG_BRAILLE
                    : CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_SOLID | CHAFA_SYMBOL_TAG_HALF |
                          CHAFA_SYMBOL_TAG_QUAD;
    case GLYPHS_BLOCK:
        return CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_SOLID | CHAFA_SYMBOL_TAG_HALF |
               (mono ? CHAFA_SYMBOL_TAG_STIPPLE : 0);
    case GLYPHS_ASCII:
    case GLYPHS_COUNT:
        break;
    }
    return mono ? CHAFA_SYMBOL_TAG_ASCII : CHAFA_SYMBOL_TAG_SPACE;
}

static ChafaCanvasMode mode(enum theme_tier tier)
{
    static const ChafaCanvasMode modes[] = {[THEME_256] = CHAFA_CANVAS_MODE_INDEXED_240,
                                            [THEME_16] = CHAFA_CANVAS_MODE_INDEXED_16,
                                            [THEME_8] = CHAFA_CANVAS_MODE_INDEXED_8,
                                            [THEME_MONO] = CHAFA_CANVAS_MODE_FGBG};
    return modes[tier];
}

/* Without colours brightness has to come from how much of a cell is ink: dots are scattered, one
 * for each of braille's; other tiers fill an even cell with what is as dense. */
static void tone(ChafaCanvasConfig *config, enum glyphs glyphs)
{
    static const ChafaSymbolTags fills[] = {
        [GLYPHS_BRAILLE] = CHAFA_SYMBOL_TAG_BRAILLE,
        [GLYPHS_BLOCK] = CHAFA_SYMBOL_TAG_STIPPLE | CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_SOLID,
        [GLYPHS_ASCII] = CHAFA_SYMBOL_TAG_ASCII};
    ChafaSymbolMap *map = chafa_symbol_map_new();
    chafa_symbol_map_add_by_tags(map, fills[glyphs]);
    chafa_canvas_config_set_preprocessing_enabled(config, FALSE);
    chafa_canvas_config_set_fill_symbol_map(config, map);
    chafa_symbol_map_unref(map);
    if (glyphs != GLYPHS_BRAILLE)
        return;
    chafa_canvas_config_set_dither_mode(config, CHAFA_DITHER_MODE_DIFFUSION);
    chafa_canvas_config_set_dither_grain_size(config, 4, 2);
}

static ChafaCanvas *canvas_new(int columns, int rows, const struct picture_look *look)
{
    bool mono = look->tier == THEME_MONO, dark = look->theme == THEME_DARK;
    ChafaSymbolMap *map = chafa_symbol_map_new();
    ChafaCanvasConfig *config = chafa_canvas_config_new();
    chafa_symbol_map_add_by_tags(map, symbols(look->glyphs, mono));
    chafa_canvas_config_set_geometry(config, columns, rows);
    chafa_canvas_config_set_pixel_mode(config, CHAFA_PIXEL_MODE_SYMBOLS);
    chafa_canvas_config_set_canvas_mode(config, mode(look->tier));
    chafa_canvas_config_set_symbol_map(config, map);
    chafa_canvas_config_set_fg_color(config, dark ? 0xffffff : 0x000000);
    chafa_canvas_config_set_bg_color(config, dark ? 0x000000 : 0xffffff);
    chafa_canvas_config_set_work_factor(config, WORK);
    if (mono)
        tone(config, look->glyphs);
    ChafaCanvas *canvas = chafa_canvas_new(config);
    chafa_canvas_config_unref(config);
    chafa_symbol_map_unref(map);
    return canvas;
}

/* A colour that chafa leaves to the terminal is black: pictures of light on dark. */
static uint8_t number(int color)
{
    return (uint8_t)(color < 0 ? 0 : color);
}

static struct picture_cell cell_of(ChafaCanvas *canvas, int x, int y)
{
    int fg, bg;
    uint32_t code = chafa_canvas_get_char_at(canvas, x, y);
    chafa_canvas_get_raw_colors_at(canvas, x, y, &fg, &bg);
    return (struct picture_cell){.code = code ? code : ' ', .fg = number(fg), .bg = number(bg)};
}

/* Any stain alone is as bright as any other. */
static uint8_t *brightest(const uint8_t *rgb, size_t n)
{
    uint8_t *gray = xmalloc(3 * n);
    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = rgb + 3 * i;
        uint8_t most = p[0] > p[1] ? p[0] : p[1];
        memset(gray + 3 * i, most > p[2] ? most : p[2], 3);
    }
    return gray;
}

/* Further from gray: dark hues would become one of the many grays among the few colours. What a
 * perceptual colour space would do as well takes three times as long. */
static uint8_t *vivid(const uint8_t *rgb, size_t n)
{
    uint8_t *out = xmalloc(3 * n);
    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = rgb + 3 * i;
        int gray = (p[0] + p[1] + p[2]) / 3;
        for (int c = 0; c < 3; c++) {
            int value = p[c] + (p[c] - gray) / 2;
            out[3 * i + (size_t)c] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
    return out;
}

static void draw_symbols(struct picture *p, const uint8_t *rgb, int width, int height,
                         const struct picture_look *look)
{
    chafa_set_n_threads(1);
    ChafaCanvas *canvas = canvas_new(p->columns, p->rows, look);
    chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGB8, rgb, width, height, width * 3);
    for (int y = 0; y < p->rows; y++)
        for (int x = 0; x < p->columns; x++)
            p->cells[y * p->columns + x] = cell_of(canvas, x, y);
    chafa_canvas_unref(canvas);
}

struct picture *picture_make(const uint8_t *rgb, int width, int height, int columns, int rows,
                             const struct picture_look *look)
{
    struct picture *p = xmalloc(sizeof *p);
    *p = (struct picture){.columns = columns, .rows = rows, .tier = look->tier};
    p->cells = xcalloc((size_t)columns * (size_t)rows, sizeof *p->cells);
    size_t n = (size_t)width * (size_t)height;
    uint8_t *fit = look->tier == THEME_MONO ? brightest(rgb, n) : vivid(rgb, n);
    if (look->tier == THEME_256)
        cell_compression_draw(p, fit, width, height, look->glyphs);
    else
        draw_symbols(p, fit, width, height, look);
    free(fit);
    return p;
}

/* In tenths, of the cell's middle; there is no border to what lies outside of the picture. */
static int band(const struct picture *p, const float *levels, int width, int height, int x, int y)
{
    if (x < 0 || y < 0 || x >= p->columns || y >= p->rows)
        return 10;
    int column = (2 * x + 1) * width / (2 * p->columns), row = (2 * y + 1) * height / (2 * p->rows);
    float level = levels[(size_t)row * (size_t)width + (size_t)column];
    return level >= 0.8F ? 8 : level >= 0.5F ? 5 : 0;
}

void picture_mark(struct picture *p, const float *levels, int width, int height,
                  const struct picture_look *look)
{
    if (look->tier != THEME_MONO && look->glyphs != GLYPHS_ASCII)
        return;
    for (int y = 0; y < p->rows; y++)
        for (int x = 0; x < p->columns; x++) {
            int here = band(p, levels, width, height, x, y);
            bool border = band(p, levels, width, height, x - 1, y) < here ||
                          band(p, levels, width, height, x + 1, y) < here ||
                          band(p, levels, width, height, x, y - 1) < here ||
                          band(p, levels, width, height, x, y + 1) < here;
            if (border)
                p->cells[y * p->columns + x] =
                    (struct picture_cell){.code = (uint32_t)('0' + here), .mark = true};
        }
}

void picture_free(struct picture *p)
{
    if (!p)
        return;
    free(p->cells);
    free(p);
}

void picture_draw(const struct picture *p, struct canvas *c, int x, int y)
{
    for (int row = 0; row < p->rows; row++)
        for (int column = 0; column < p->columns; column++) {
            const struct picture_cell *cell = &p->cells[row * p->columns + column];
            if (cell->mark)
                canvas_put(c, x + column, y + row,
                           INK_FOCUS | (p->tier == THEME_MONO ? ATTR_REVERSE : 0), cell->code);
            else if (p->tier == THEME_MONO)
                canvas_put(c, x + column, y + row, INK_TEXT, cell->code);
            else
                canvas_put_colors(c, x + column, y + row, cell->code, cell->fg, cell->bg);
        }
}

double picture_pixels_per_dot(double scale, const struct picture_look *look)
{
    static const int across[] = {[GLYPHS_BRAILLE] = 2, [GLYPHS_BLOCK] = 1, [GLYPHS_ASCII] = 1};
    static const int colored[] = {[GLYPHS_BRAILLE] = 2, [GLYPHS_BLOCK] = 2, [GLYPHS_ASCII] = 1};
    static const int mono[] = {[GLYPHS_BRAILLE] = 4, [GLYPHS_BLOCK] = 2, [GLYPHS_ASCII] = 1};
    int down = look->tier == THEME_MONO ? mono[look->glyphs] : colored[look->glyphs];
    return fmax((double)PICTURE_CELL_WIDTH / across[look->glyphs],
                (double)PICTURE_CELL_HEIGHT / down) /
           scale;
}
