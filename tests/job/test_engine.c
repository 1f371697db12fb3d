/* What computes a run: as it is written down, and what is said where it differs. */
#include <stdlib.h>
#include <string.h>

#include "job/engine.h"
#include "test.h"

static const struct run_engine one = {"avx512", "OpenBLAS 0.3.21", "SkylakeX", "glibc 2.36",
                                      "hpa 0.1.0, gcc 12.2.0"};

static void test_of_this_process(void **state)
{
    (void)state;
    struct run_engine here;
    char text[ENGINE_TEXT];
    for (int i = 0; kern_at(i); i++) {
        engine_here(kern_at(i), &here);
        assert_string_equal(here.cpu_tier, kern_at(i)->name);
        assert_true(*here.blas && *here.build);
        assert_false(engine_differs(&here, &here, text));
    }
}

static void test_text(void **state)
{
    (void)state;
    char text[ENGINE_TEXT];
    struct run_engine other = one;
    engine_text(&one, text);
    assert_string_equal(text, "avx512 kernels, OpenBLAS 0.3.21 with SkylakeX kernels, glibc 2.36, "
                              "hpa 0.1.0, gcc 12.2.0");
    strcpy(other.blas, "libblas.so.3.11.0");
    strcpy(other.blas_kernel, "");
    engine_text(&other, text);
    assert_string_equal(text,
                        "avx512 kernels, libblas.so.3.11.0, glibc 2.36, hpa 0.1.0, gcc 12.2.0");
    engine_text(&(struct run_engine){.blas = ""}, text);
    assert_string_equal(text, "");
}

static void test_differences(void **state)
{
    (void)state;
    char text[ENGINE_TEXT];
    struct run_engine other = one, unknown = {.blas = ""};
    assert_false(engine_differs(&one, &other, text));
    strcpy(other.blas_kernel, "Haswell");
    assert_true(engine_differs(&one, &other, text));
    assert_string_equal(text, "BLAS kernels Haswell, before SkylakeX");
    strcpy(other.cpu_tier, "avx2");
    assert_true(engine_differs(&one, &other, text));
    assert_string_equal(text,
                        "CPU tier avx2, before avx512; BLAS kernels Haswell, before SkylakeX");
    strcpy(other.blas, "libblas.so.3.11.0");
    strcpy(other.blas_kernel, "");
    strcpy(other.c_library, "glibc 2.41");
    strcpy(other.build, "hpa 0.2.0, gcc 14.2.0");
    assert_true(engine_differs(&one, &other, text));
    assert_string_equal(text,
                        "CPU tier avx2, before avx512; BLAS library libblas.so.3.11.0, before "
                        "OpenBLAS 0.3.21; BLAS kernels unknown, before SkylakeX; C library glibc "
                        "2.41, before glibc 2.36; program hpa 0.2.0, gcc 14.2.0, before hpa 0.1.0, "
                        "gcc 12.2.0");
    /* other mathematical functions of the same library, another build of the same version */
    other = one;
    strcpy(other.c_library, "glibc 2.36, math 0123abcd");
    strcpy(other.build, "hpa 0.1.0, gcc 12.2.0, build 89abcdef");
    assert_false(engine_differs(&one, &other, text)); /* as far as the older program wrote it */
    struct run_engine third = other;
    strcpy(third.c_library, "glibc 2.36, math 4567abcd");
    strcpy(third.build, "hpa 0.1.0, gcc 12.2.0, build 89abcdee");
    assert_true(engine_differs(&other, &third, text));
    assert_string_equal(text,
                        "C library glibc 2.36, math 4567abcd, before glibc 2.36, math 0123abcd; "
                        "program hpa 0.1.0, gcc 12.2.0, build 89abcdee, before hpa 0.1.0, gcc "
                        "12.2.0, build 89abcdef");
    strcpy(third.c_library, "glibc 2.3");
    strcpy(third.build, other.build);
    assert_true(engine_differs(&third, &other, text));    /* 2.3 is not the beginning of 2.36 */
    assert_false(engine_differs(&unknown, &other, text)); /* of a run that did not record it */
    assert_string_equal(text, "");
}

static void test_longest(void **state)
{
    (void)state;
    char text[ENGINE_TEXT];
    struct run_engine a, b;
    memset(&a, 'a', sizeof a);
    a.cpu_tier[sizeof a.cpu_tier - 1] = a.blas[sizeof a.blas - 1] = '\0';
    a.blas_kernel[sizeof a.blas_kernel - 1] = a.c_library[sizeof a.c_library - 1] = '\0';
    a.build[sizeof a.build - 1] = '\0';
    b = a;
    b.cpu_tier[0] = b.blas[0] = b.blas_kernel[0] = b.c_library[0] = b.build[0] = 'b';
    assert_true(engine_differs(&a, &b, text));
    assert_true(strlen(text) < ENGINE_TEXT);
    engine_text(&a, text);
    assert_true(strlen(text) < ENGINE_TEXT);
}

static void test_json(void **state)
{
    (void)state;
    struct run_engine back = {.blas = ""};
    struct err e;
    struct json *j = json_new_object();
    engine_put(&one, j);
    char *text = json_print(j, false);
    json_free(j);
    assert_string_equal(text, "{\"cpu_tier\":\"avx512\",\"blas\":\"OpenBLAS 0.3.21\","
                              "\"blas_kernel\":\"SkylakeX\",\"c_library\":\"glibc 2.36\","
                              "\"build\":\"hpa 0.1.0, gcc 12.2.0\"}");
    j = json_parse(text, strlen(text), "x", &e);
    engine_take(&back, j);
    assert_memory_equal(&back, &one, sizeof one);
    json_free(j);
    j = json_parse("{\"blas\": 7}", 11, "x", &e); /* nothing of it */
    engine_take(&back, j);
    assert_memory_equal(&back, &one, sizeof one);
    json_free(j);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_this_process),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
