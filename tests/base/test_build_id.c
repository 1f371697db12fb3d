/* The build id of this test program, against what binutils reads from its file. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/build_id.h"
#include "test.h"

static void test_is_that_of_the_file(void **state)
{
    (void)state;
    char id[BUILD_ID_TEXT], expected[128] = "", path[2048] = "", command[4096];
    assert_true(readlink("/proc/self/exe", path, sizeof path - 1) > 0);
    snprintf(command, sizeof command, "readelf -n '%s' 2>/dev/null | sed -n 's/.*Build ID: //p'",
             path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    bool read = fgets(expected, sizeof expected, f) != NULL;
    pclose(f);
    build_id(id);
    if (read) /* binutils are there, and the linker wrote an id */
        assert_memory_equal(id, expected, 8);
    assert_true(*id == '\0' || strspn(id, "0123456789abcdef") == 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_that_of_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
