/* Themes and glyph tiers: choice by terminal, no colour where none is wanted, meanings that stay
 * apart for colour-blind eyes, readable contrast. */
#include <math.h>

#include "draw/glyphs.h"
#include "draw/theme.h"
#include "golden.h"
#include "test.h"

static void test_tier(void **state)
{
    (void)state;
    assert_int_equal(theme_tier("auto", 256, false), THEME_256);
    assert_int_equal(theme_tier("auto", 16, false), THEME_16);
    assert_int_equal(theme_tier("auto", 8, false), THEME_8);
    assert_int_equal(theme_tier("auto", 0, false), THEME_MONO);
    assert_int_equal(theme_tier("auto", 256, true), THEME_MONO);
    assert_int_equal(theme_tier("16", 256, true), THEME_16); /* asked for by name */
    assert_int_equal(theme_tier("256", 8, false), THEME_8);
}

static void test_mono_has_no_colour(void **state)
{
    (void)state;
    for (unsigned paper = 0; paper < PAPER_COUNT; paper++)
        for (unsigned ink = 0; ink < INK_COUNT; ink++)
            for (int theme = THEME_DARK; theme <= THEME_LIGHT; theme++) {
                struct look l = theme_look((enum theme)theme, THEME_MONO, ink | paper << 8);
                assert_int_equal(l.fg, -1);
                assert_int_equal(l.bg, -1);
                assert_int_equal(l.attr & ~(unsigned)(ATTR_BOLD | ATTR_UNDERLINE | ATTR_REVERSE),
                                 0);
            }
    assert_true(theme_look(THEME_DARK, THEME_MONO, PAPER_CURSOR).attr != 0);
    assert_true(theme_look(THEME_DARK, THEME_MONO, PAPER_BAR).attr & ATTR_REVERSE);
}

static void test_numbers_fit_the_tier(void **state)
{
    (void)state;
    static const int most[] = {255, 15, 7};
    for (int tier = THEME_256; tier <= THEME_8; tier++)
        for (unsigned paper = 0; paper < PAPER_COUNT; paper++)
            for (unsigned ink = 0; ink < INK_COUNT; ink++) {
                struct look l = theme_look(THEME_LIGHT, (enum theme_tier)tier, ink | paper << 8);
                assert_true(l.fg >= -1 && l.fg <= most[tier]);
                assert_true(l.bg >= -1 && l.bg <= most[tier]);
            }
}

struct rgb {
    double r, g, b; /* linear, 0..1 */
};

/* sRGB, IEC 61966-2-1. */
static double linear(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* xterm's colours; the first 16 as VGA shows them, where they are closest together. */
static struct rgb rgb_of(int colour)
{
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    static const int vga[16] = {0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa,
                                0x00aaaa, 0xaaaaaa, 0x555555, 0xff5555, 0x55ff55, 0xffff55,
                                0x5555ff, 0xff55ff, 0x55ffff, 0xffffff};
    static const int power[] = {36, 6, 1};
    int v[3];
    for (int i = 0; i < 3; i++)
        v[i] = colour >= 232  ? 8 + 10 * (colour - 232)
               : colour >= 16 ? levels[(colour - 16) / power[i] % 6]
                              : vga[colour] >> (16 - 8 * i) & 255;
    struct rgb c;
    c.r = linear(v[0] / 255.0);
    c.g = linear(v[1] / 255.0);
    c.b = linear(v[2] / 255.0);
    return c;
}

static double luminance(struct rgb c)
{
    return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

static double contrast(struct look l)
{
    double ink = luminance(rgb_of(l.fg)) + 0.05, paper = luminance(rgb_of(l.bg)) + 0.05;
    return ink > paper ? ink / paper : paper / ink;
}

/* WCAG's contrast ratio of every ink that carries text, on every paper, whatever the colours of the
 * terminal: so both have to be given. */
static void assert_contrast(enum theme_tier tier, double plain, double other)
{
    static const enum ink texts[] = {INK_TEXT, INK_DIM,   INK_FOCUS, INK_KEY,  INK_TRAIN, INK_VAL,
                                     INK_GOOD, INK_SCORE, INK_BAD,   INK_WARN, INK_ERROR, INK_KNOB};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (unsigned paper = 0; paper < PAPER_COUNT; paper++)
            for (int theme = THEME_DARK; theme <= THEME_LIGHT; theme++) {
                struct look l = theme_look((enum theme)theme, tier, texts[i] | paper << 8);
                assert_true(l.fg >= 0 && l.bg >= 0);
                if (contrast(l) < (paper == 0 ? plain : other))
                    fail_msg("ink %d on paper %u of theme %d: a contrast of %.2f only", texts[i],
                             paper, theme, contrast(l));
            }
}

static void test_contrast(void **state)
{
    (void)state;
    assert_contrast(THEME_256, 4.5, 3.0);
    assert_contrast(THEME_16, 3.0, 1.6);
}

/* Text is told from what is secondary, and frames stand behind both. */
static void test_ranks(void **state)
{
    (void)state;
    for (int tier = THEME_256; tier <= THEME_16; tier++)
        for (int theme = THEME_DARK; theme <= THEME_LIGHT; theme++) {
            double text = contrast(theme_look((enum theme)theme, (enum theme_tier)tier, INK_TEXT));
            double dim = contrast(theme_look((enum theme)theme, (enum theme_tier)tier, INK_DIM));
            double edge =
                contrast(theme_look((enum theme)theme, (enum theme_tier)tier, INK_BORDER));
            assert_true(text > 1.5 * dim);
            assert_true(dim > 1.5 * edge);
        }
}

static void print_looks(FILE *out, enum theme theme, enum theme_tier tier)
{
    fprintf(out, "%s %s\n", theme == THEME_DARK ? "dark" : "light", theme_tier_name(tier));
    for (unsigned ink = 0; ink < INK_COUNT; ink++) {
        fprintf(out, "%2u", ink);
        for (unsigned paper = 0; paper < PAPER_COUNT; paper++) {
            struct look l = theme_look(theme, tier, ink | paper << 8);
            fprintf(out, "  %3d on %3d %x", l.fg, l.bg, l.attr >> 12);
        }
        fprintf(out, "\n");
    }
}

/* All of them at a glance: that they can be read and told apart is checked above. */
static void test_looks_are_as_they_were(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (int tier = THEME_256; tier <= THEME_MONO; tier++)
        for (int theme = THEME_DARK; theme <= THEME_LIGHT; theme++)
            print_looks(out, (enum theme)theme, (enum theme_tier)tier);
    fclose(out);
    assert_golden_text(text, "looks");
    free(text);
}

static void test_eight_colours(void **state)
{
    (void)state;
    struct look plain = theme_look(THEME_DARK, THEME_8, INK_TEXT);
    struct look row = theme_look(THEME_DARK, THEME_8, (unsigned)INK_TEXT | PAPER_CURSOR);
    assert_true(plain.fg == -1 && plain.bg == -1); /* the terminal's own */
    assert_true(row.fg == 7 && row.bg == 4);
}

/* Training, validation and F1 as a deuteranope sees them (Vienot, Brettel, Mollon 1999,
 * doi:10.1002/(SICI)1520-6378(199908)24:4<243::AID-COL5>3.0.CO;2-3). */
static struct rgb deuteranope(struct rgb c)
{
    double l = 17.8824 * c.r + 43.5161 * c.g + 4.11935 * c.b;
    double s = 0.0299566 * c.r + 0.184309 * c.g + 1.46709 * c.b;
    double m = 0.494207 * l + 1.24827 * s;
    struct rgb out = {0.080944 * l - 0.130504 * m + 0.116721 * s,
                      -0.0102485 * l + 0.0540194 * m - 0.113615 * s,
                      -0.000365294 * l - 0.00412163 * m + 0.693513 * s};
    return out;
}

static void test_colour_blind(void **state)
{
    (void)state;
    static const enum ink data[] = {INK_TRAIN, INK_VAL, INK_SCORE};
    for (int theme = THEME_DARK; theme <= THEME_LIGHT; theme++)
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < i; j++) {
                struct rgb a =
                    deuteranope(rgb_of(theme_look((enum theme)theme, THEME_256, data[i]).fg));
                struct rgb b =
                    deuteranope(rgb_of(theme_look((enum theme)theme, THEME_256, data[j]).fg));
                double apart = sqrt(pow(a.r - b.r, 2) + pow(a.g - b.g, 2) + pow(a.b - b.b, 2));
                if (apart < 0.1)
                    fail_msg("inks %d and %d of theme %d are %.3f apart", data[i], data[j], theme,
                             apart);
            }
}

static void test_glyph_tiers(void **state)
{
    (void)state;
    assert_int_equal(glyphs_automatic("UTF-8", "xterm-256color"), GLYPHS_BRAILLE);
    assert_int_equal(glyphs_automatic("UTF-8", "linux"), GLYPHS_BLOCK);
    assert_int_equal(glyphs_automatic("UTF-8", "linux-16color"), GLYPHS_BLOCK);
    assert_int_equal(glyphs_automatic("UTF-8", "vt100"), GLYPHS_ASCII);
    assert_int_equal(glyphs_automatic("ANSI_X3.4-1968", "xterm-256color"), GLYPHS_ASCII);
    assert_int_equal(glyphs_automatic("ISO-8859-1", NULL), GLYPHS_ASCII);
    assert_int_equal(glyphs_named("block", GLYPHS_ASCII), GLYPHS_BLOCK);
    assert_int_equal(glyphs_named("auto", GLYPHS_BRAILLE), GLYPHS_BRAILLE);
    const uint32_t *first = &glyphs_set(GLYPHS_ASCII)->h;
    const uint32_t *last = &glyphs_set(GLYPHS_ASCII)->point_score;
    for (const uint32_t *code = first; code <= last; code++)
        assert_true(*code < 0x7f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tier),
        cmocka_unit_test(test_mono_has_no_colour),
        cmocka_unit_test(test_numbers_fit_the_tier),
        cmocka_unit_test(test_contrast),
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_looks_are_as_they_were),
        cmocka_unit_test(test_eight_colours),
        cmocka_unit_test(test_colour_blind),
        cmocka_unit_test(test_glyph_tiers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
