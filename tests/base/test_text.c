#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "test.h"

static void assert_safe(const char *text, const char *want)
{
    char out[256], again[256];
    text_safe(text, out, sizeof out);
    assert_string_equal(out, want);
    text_safe(out, again, sizeof again);
    assert_string_equal(again, want); /* what is safe stays as it is */
}

static void plain_text_stays(void **state)
{
    (void)state;
    assert_safe("", "");
    assert_safe("Id_01.png ~ \\x", "Id_01.png ~ \\x");
    assert_safe("Zellkörper µm 細胞 \xF0\x9F\x94\xAC", "Zellkörper µm 細胞 \xF0\x9F\x94\xAC");
}

static void controls_and_escapes_show(void **state)
{
    (void)state;
    assert_safe("a\x1b[31mb\x07\n\t\x7f", "a\\x1b[31mb\\x07\\x0a\\x09\\x7f");
    assert_safe("\xC2\x9b"
                "2J \xC2\x85",
                "\\u009b2J \\u0085"); /* C1: an escape sequence of one character */
}

static void what_hides_or_reorders_shows(void **state)
{
    (void)state;
    assert_safe("a\xE2\x80\xAE"
                "b",
                "a\\u202eb"); /* right-to-left override */
    assert_safe("\xE2\x81\xA6\xE2\x81\xA9\xE2\x80\x8F\xD8\x9C", "\\u2066\\u2069\\u200f\\u061c");
    assert_safe("\xE2\x80\x8B\xE2\x80\x8D\xEF\xBB\xBF\xC2\xAD", "\\u200b\\u200d\\ufeff\\u00ad");
    assert_safe("\xE2\x80\xA8\xF3\xA0\x80\x81", "\\u2028\\U000e0001"); /* line separator, tag */
}

static bool stays(uint32_t code)
{
    char text[8] = "", out[64];
    text_encode(code, text);
    text_safe(text, out, sizeof out);
    return strcmp(text, out) == 0;
}

/* First and last of what Unicode calls default ignorable (DerivedCoreProperties.txt), of line
 * separators, interlinear marks and noncharacters; and what stands before and behind each. */
static void ranges_of_what_hides(void **state)
{
    (void)state;
    static const uint32_t hidden[][2] = {
        {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x061C, 0x061C}, {0x115F, 0x1160},
        {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F}, {0x2028, 0x202E},
        {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFDD0, 0xFDEF}, {0xFE00, 0xFE0F},
        {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3},
        {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        assert_true(stays(hidden[i][0] - 1));
        for (uint32_t code = hidden[i][0]; code <= hidden[i][1]; code++)
            assert_false(stays(code));
        assert_true(stays(hidden[i][1] + 1));
    }
}

static void invalid_bytes_show(void **state)
{
    (void)state;
    assert_safe("a\xFFz", "a\\xffz");
    assert_safe("\xC3", "\\xc3");                            /* cut short */
    assert_safe("\xE2\x82", "\\xe2\\x82");                   /* cut short */
    assert_safe("\xC0\xAF", "\\xc0\\xaf");                   /* overlong / */
    assert_safe("\xE0\x80\xAF", "\\xe0\\x80\\xaf");          /* overlong */
    assert_safe("\xED\xA0\x80", "\\xed\\xa0\\x80");          /* surrogate */
    assert_safe("\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* beyond U+10FFFF */
    assert_safe("\x80x", "\\x80x");                          /* continuation without a lead */
}

static void a_small_buffer_keeps_whole_characters(void **state)
{
    (void)state;
    char out[8];
    text_safe("abc\x1b", out, 7);
    assert_string_equal(out, "abc"); /* the escape needs four */
    text_safe("abc\x1b", out, 8);
    assert_string_equal(out, "abc\\x1b");
    text_safe("ab\xE7\xB4\xB0", out, 5);
    assert_string_equal(out, "ab");
    text_safe("abc", out, 1);
    assert_string_equal(out, "");
    text_safe("abc", NULL, 0);
}

static void validity(void **state)
{
    (void)state;
    assert_true(text_utf8_valid("a\0b", 3));
    assert_true(text_utf8_valid("\xF4\x8F\xBF\xBF", 4));
    assert_false(text_utf8_valid("\xF4\x8F\xBF\xBF", 3));
    assert_false(text_utf8_valid("\xC1\x81", 2));
    assert_false(text_utf8_valid("\xED\xBF\xBF", 3));
    assert_false(text_utf8_valid("\xF5\x80\x80\x80", 4));
    assert_true(text_utf8_valid("", 0));
}

static void code_points_round_trip(void **state)
{
    (void)state;
    static const uint32_t codes[] = {1,      0x7F,   0x80,   0x7FF,   0x800,
                                     0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char out[5];
        const char *p = out;
        int n = text_encode(codes[i], out);
        assert_int_equal(strlen(out), n);
        assert_int_equal(text_next(&p), codes[i]);
        assert_ptr_equal(p, out + n);
        assert_int_equal(text_next(&p), 0);
        assert_ptr_equal(p, out + n);
    }
    char out[5];
    const char *p = out, *bad = "\xE2\x82z";
    text_encode(0xD800, out);
    assert_int_equal(text_next(&p), 0xFFFD);
    assert_int_equal(text_next(&bad), 0xFFFD);
    assert_int_equal(text_next(&bad), 0xFFFD);
    assert_int_equal(text_next(&bad), 'z');
}

static void widths(void **state)
{
    (void)state;
    assert_int_equal(text_char_width('a'), 1);
    assert_int_equal(text_char_width(0xE9), 1);
    assert_int_equal(text_char_width(0x2588), 1);  /* full block */
    assert_int_equal(text_char_width(0x28FF), 1);  /* braille */
    assert_int_equal(text_char_width(0x301), 0);   /* combining acute */
    assert_int_equal(text_char_width(0x7D30), 2);  /* CJK */
    assert_int_equal(text_char_width(0xAC00), 2);  /* hangul */
    assert_int_equal(text_char_width(0xFF21), 2);  /* full width A */
    assert_int_equal(text_char_width(0x1F52C), 2); /* microscope */
    assert_int_equal(text_char_width(0x20000), 2);
    assert_int_equal(text_char_width(0x200B), 0);
    assert_int_equal(text_char_width(0x1b), 0);
    assert_int_equal(text_width("e\xCC\x81"), 1);
    assert_int_equal(text_width("細胞ab"), 6);
    assert_int_equal(text_width(""), 0);
}

static void assert_cut(const char *text, int cells, bool ellipsis, const char *want)
{
    char out[64];
    text_cut(text, cells, ellipsis, out, sizeof out);
    assert_string_equal(out, want);
    assert_true(text_width(out) <= cells || cells < 0);
}

static void cutting(void **state)
{
    (void)state;
    assert_cut("nucleus", 7, false, "nucleus");
    assert_cut("nucleus", 6, false, "nucle.");
    assert_cut("nucleus", 6, true, "nucle…");
    assert_cut("nucleus", 1, false, ".");
    assert_cut("nucleus", 0, false, "");
    assert_cut("nucleus", -3, false, "");
    assert_cut("", 5, true, "");
    assert_cut("細胞核", 5, false, "細胞.");
    assert_cut("細胞核", 4, false, "細."); /* a half character is left out */
    assert_cut("e\xCC\x81xyz", 2, false, "e\xCC\x81.");
    char small[5];
    text_cut("細胞核", 6, false, small, sizeof small);
    assert_string_equal(small, "細.");
    text_cut("abc", 3, false, small, 1);
    assert_string_equal(small, "");
}

static void whole_numbers(void **state)
{
    (void)state;
    int64_t v = -1;
    assert_true(text_int("0", &v) && v == 0);
    assert_true(text_int("+12", &v) && v == 12);
    assert_true(text_int("-9223372036854775808", &v) && v == INT64_MIN);
    static const char *const bad[] = {
        "", "+", "1.0", " 1", "1 ", "0x1", "1e3", "--1", "9223372036854775808"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(text_int(bad[i], &v));
}

static void reals(void **state)
{
    (void)state;
    double v = -1;
    assert_true(text_real("0.5", &v) && v == .5);
    assert_true(text_real("+.5e-1", &v) && v == .05);
    assert_true(text_real("3", &v) && v == 3);
    assert_true(text_real("-1E3", &v) && v == -1000);
    static const char *const bad[] = {"",    ".",  "e5", "1e",    "nan",   "inf", "1e999",
                                      "0,5", " 1", "1 ", "0x1p3", "1.2.3", "-",   "1e5x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(text_real(bad[i], &v));
}

static void assert_prints(double value, const char *want)
{
    char out[32];
    text_put_real(value, out, sizeof out);
    assert_string_equal(out, want);
}

/* Where a locale with a decimal comma is installed it must not matter; elsewhere this is plain. */
static void numbers_ignore_the_locale(void **state)
{
    (void)state;
    const char *found = setlocale(LC_ALL, "de_DE.UTF-8");
    double v = 0;
    assert_true(text_real("0.25", &v) && v == .25);
    assert_prints(.25, "0.25");
    assert_prints(1. / 3, "0.333333333");
    assert_prints(0.1f, "0.100000001");
    assert_prints(1e-7, "1e-07");
    assert_prints(-2, "-2");
    if (found)
        setlocale(LC_ALL, "C");
}

static void byte_counts(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *want;
    } sizes[] = {{0, "0 B"},
                 {1023, "1023 B"},
                 {1024, "1.0 KiB"},
                 {12897485, "12.3 MiB"},
                 {UINT64_MAX, "15.9 EiB"}};
    char out[16];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        text_bytes(sizes[i].bytes, out, sizeof out);
        assert_string_equal(out, sizes[i].want);
    }
}

static void nearest_names(void **state)
{
    (void)state;
    static const char *const names[] = {"train.batch", "train.epochs", "split.fold", "synth",
                                        "eda"};
    assert_string_equal(text_nearest("trian.batch", names, 5), "train.batch");
    assert_string_equal(text_nearest("train_batch", names, 5), "train.batch");
    assert_string_equal(text_nearest("TRAIN.BATCH", names, 5), "train.batch");
    assert_string_equal(text_nearest("split.folds", names, 5), "split.fold");
    assert_string_equal(text_nearest("snyth", names, 5), "synth");
    assert_null(text_nearest("xyz", names, 5));
    assert_null(text_nearest("", names, 5));
    assert_null(text_nearest("abcdefghijklmnopqrstuvwxyz", names, 5));
    char longer[200];
    memset(longer, 'a', sizeof longer);
    longer[199] = '\0';
    assert_null(text_nearest(longer, names, 5));
    assert_null(text_nearest("eda", NULL, 0));
}

static void parts_of_a_text(void **state)
{
    (void)state;
    assert_true(text_contains("Lipid droplets", "lipid"));
    assert_true(text_contains("Lipid droplets", "DROPLETS"));
    assert_true(text_contains("aab", "ab"));
    assert_true(text_contains("x", ""));
    assert_true(text_contains("", ""));
    assert_false(text_contains("", "x"));
    assert_false(text_contains("droplet", "droplets"));
    assert_false(text_contains("[", "{")); /* letters alone have a case */
}

static void lists_of_reals(void **state)
{
    (void)state;
    double v[3] = {9, 9, 9};
    assert_int_equal(text_reals("0.5", v, 3), 1);
    assert_true(v[0] == .5);
    assert_int_equal(text_reals(" .1 ,-2, 1e3 ", v, 3), 3);
    assert_true(v[0] == .1 && v[1] == -2 && v[2] == 1000);
    static const char *const bad[] = {"",    "1,", ",1",      "1,,2",  "1;2",
                                      "1 2", "x",  "1,2,3,4", "1,2,3,"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(text_reals(bad[i], v, 3), -1);
    char longer[100];
    memset(longer, '1', sizeof longer);
    longer[99] = '\0';
    assert_int_equal(text_reals(longer, v, 3), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_stays),
        cmocka_unit_test(controls_and_escapes_show),
        cmocka_unit_test(what_hides_or_reorders_shows),
        cmocka_unit_test(ranges_of_what_hides),
        cmocka_unit_test(invalid_bytes_show),
        cmocka_unit_test(a_small_buffer_keeps_whole_characters),
        cmocka_unit_test(validity),
        cmocka_unit_test(code_points_round_trip),
        cmocka_unit_test(widths),
        cmocka_unit_test(cutting),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(reals),
        cmocka_unit_test(lists_of_reals),
        cmocka_unit_test(numbers_ignore_the_locale),
        cmocka_unit_test(byte_counts),
        cmocka_unit_test(nearest_names),
        cmocka_unit_test(parts_of_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
