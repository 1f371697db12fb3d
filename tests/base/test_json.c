#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "test.h"

static void assert_prints(struct json *j, const char *want)
{
    char *text = json_print(j, false);
    assert_string_equal(text, want);
    free(text);
    json_free(j);
}

static void objects_keep_their_order(void **state)
{
    (void)state;
    struct json *j = json_new_object(), *list = json_new_array();
    json_put_int(list, NULL, -3);
    json_put_flag(list, NULL, true);
    json_put_text(list, NULL, NULL);
    json_put_text(j, "z", "last first");
    json_put(j, "a", list);
    json_put_flag(j, "m", false);
    assert_prints(j, "{\"z\":\"last first\",\"a\":[-3,true,null],\"m\":false}");
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *want;
    } reals[] = {{0.1f, "[0.100000001]"},
                 {1, "[1]"},
                 {-2, "[-2]"},
                 {1. / 3, "[0.333333333]"},
                 {0, "[0]"},
                 {1e-12, "[1e-12]"},
                 {NAN, "[null]"},
                 {-INFINITY, "[null]"},
                 {123456.75, "[123456.75]"}};
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        struct json *j = json_new_array();
        json_put_real(j, NULL, reals[i].value);
        assert_prints(j, reals[i].want);
    }
}

/* Nine digits give every float back. */
static void floats_survive(void **state)
{
    (void)state;
    static const float values[] = {0.1f, 1e-20f, 3.4028235e38f, 0.99999994f, 16777216.0f, 1e10f};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct json *j = json_new_object();
        json_put_real(j, "v", (double)values[i]);
        char *text = json_print(j, false);
        json_free(j);
        j = json_parse(text, strlen(text), "text", NULL);
        double v = 0;
        assert_true(json_get_real(j, "v", &v));
        assert_true((float)v == values[i]);
        free(text);
        json_free(j);
    }
}

static void hostile_text(void **state)
{
    (void)state;
    struct json *j = json_new_array();
    json_put_text(j, NULL, "\"\\\n\x1b");
    json_put_text(j, NULL, "\xE2\x80\xAE\xC2\x9B");
    json_put_text(j, NULL, "a\xFF");
    json_put_text(j, NULL, "x\x7fy\x7f");
    assert_prints(j,
                  "[\"\\\"\\\\\\n\\u001B\",\"\\u202E\\u009B\",\"a\\\\xff\",\"x\\u007Fy\\u007F\"]");
}

static void looking(void **state)
{
    (void)state;
    const char *text = "{\"a\": [1, 2.5, \"x\"], \"b\": {\"c\": true}, \"n\": 7}";
    struct json *j = json_parse(text, strlen(text), "text", NULL);
    const struct json *a = json_get(j, "a");
    int64_t i = 0;
    double d = 0;
    bool flag = false;
    assert_int_equal(json_count(j), 3);
    assert_int_equal(json_count(a), 3);
    assert_true(json_get_int(json_at(a, 0), NULL, &i) && i == 1);
    assert_false(json_get_int(json_at(a, 1), NULL, &i));
    assert_true(json_get_real(json_at(a, 1), NULL, &d) && d == 2.5);
    assert_true(json_get_real(j, "n", &d) && d == 7);
    assert_string_equal(json_get_text(json_at(a, 2), NULL), "x");
    assert_null(json_at(a, 3));
    assert_null(json_at(a, -1));
    assert_true(json_get_flag(json_get(j, "b"), "c", &flag) && flag);
    assert_true(json_is_object(json_get(j, "b")));
    assert_false(json_is_object(a));
    assert_false(json_is_object(NULL));
    assert_string_equal(json_key_at(j, 1), "b");
    assert_ptr_equal(json_value_at(j, 0), a);
    assert_null(json_key_at(j, 3));
    assert_null(json_key_at(a, 0));
    assert_null(json_get(a, "a"));
    assert_null(json_get_text(j, "n"));
    assert_int_equal(json_count(NULL), 0);
    assert_null(json_get(NULL, "a"));
    json_free(j);
    json_free(NULL);
}

/* RFC 8259, section 8.1: a reader may ignore it. */
static void byte_order_mark(void **state)
{
    (void)state;
    const char *text = "\xEF\xBB\xBF{\"a\": 7}";
    struct err e = {0};
    int64_t i = 0;
    struct json *j = json_parse(text, strlen(text), "text", &e);
    if (!j)
        fail_msg("%s", e.text);
    assert_true(json_get_int(j, "a", &i) && i == 7);
    json_free(j);
}

static void assert_refused(const char *text, size_t n, const char *part)
{
    struct err e = {0};
    assert_null(json_parse(text, n, "cuts.json", &e));
    assert_int_equal(e.code, ERR_DATA);
    assert_memory_equal(e.text, "cuts.json: line ", 16);
    if (!strstr(e.text, part))
        fail_msg("'%s' is not in '%s'", part, e.text);
}

static void strict_parsing(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } bad[] = {{"{\"a\":1,\n\"a\":2}", "line 2, column"},
               {"[1] x", "end of file"},
               {"[1][2]", "end of file"},
               {"", ""},
               {"[1", "]"},
               {"[1,]", ""},
               {"{'a':1}", ""},
               {"[NaN]", ""},
               {"[1e999]", ""},
               {"[\"\xFF\"]", "0xff"},
               {"[01]", ""},
               {"[\"\n\"]", ""},
               {"[99999999999999999999]", ""},
               {"[\"\\u0000\"]", ""}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_refused(bad[i].text, strlen(bad[i].text), bad[i].part);
    assert_refused("[1]\0", 4, "");
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *text = malloc(DEPTH);
    memset(text, '[', DEPTH);
    assert_refused(text, DEPTH, "depth");
    free(text);
}

static void pretty(void **state)
{
    (void)state;
    struct json *j = json_new_object();
    json_put_int(j, "a", 1);
    char *text = json_print(j, true);
    assert_string_equal(text, "{\n  \"a\": 1\n}");
    free(text);
    json_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_keep_their_order),
        cmocka_unit_test(numbers),
        cmocka_unit_test(floats_survive),
        cmocka_unit_test(hostile_text),
        cmocka_unit_test(looking),
        cmocka_unit_test(byte_order_mark),
        cmocka_unit_test(strict_parsing),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(pretty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
