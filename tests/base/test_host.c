/* Caches of hosts that do not exist, described as sysfs does. */
#include "tempdir.h"
#include "test.h"

#include <sched.h>

#include "base/host.h"

static void put(int cpu, int index, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/cpu%d", tempdir, cpu);
    mkdir(path, 0700);
    strcat(path, "/cache");
    mkdir(path, 0700);
    snprintf(path + strlen(path), 32, "/index%d", index);
    mkdir(path, 0700);
    snprintf(path + strlen(path), 64, "/%s", name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "%s\n", text);
    fclose(f);
}

static void put_cache(int cpu, int index, const char *level, const char *size, const char *shared)
{
    put(cpu, index, "level", level);
    put(cpu, index, "size", size);
    put(cpu, index, "shared_cpu_list", shared);
}

/* On one core, whose number the system chose. */
static int pin(void)
{
    cpu_set_t one;
    int cpu = sched_getcpu();
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    return cpu;
}

static void test_last_level(void **state)
{
    (void)state;
    int cpu = pin();
    assert_int_equal(host_cache_bytes(tempdir), 0);
    put_cache(cpu, 0, "1", "32K", "0");
    put_cache(cpu, 1, "1", "32K", "0");
    assert_int_equal(host_cache_bytes(tempdir), 32 << 10);
    put_cache(cpu, 2, "2", "1024K", "0");
    put_cache(cpu, 3, "3", "96M", "0-7,16-23");
    assert_int_equal(host_cache_bytes(tempdir), 96 << 20);
    put_cache(cpu + 1, 3, "3", "96M", "8"); /* of a core that this process may not use */
    assert_int_equal(host_cache_bytes(tempdir), 96 << 20);
}

static void test_each_counted_once(void **state)
{
    cpu_set_t *before = *state;
    int n = 0;
    assert_int_equal(sched_setaffinity(0, sizeof *before, before), 0);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        char leader[16];
        if (!CPU_ISSET(cpu, before))
            continue;
        snprintf(leader, sizeof leader, "%d", n / 2 + 500); /* pairs share */
        for (int index = 0; index < 4; index++)
            put_cache(cpu, index, index == 3 ? "3" : "1", index == 3 ? "16384K" : "8K", leader);
        n++;
    }
    assert_int_equal(host_cache_bytes(tempdir), (uint64_t)((n + 1) / 2) << 24);
}

static void test_this_host(void **state)
{
    (void)state;
    uint64_t memory = host_memory_bytes();
    assert_true(memory > 1 << 28);
    assert_true(host_cache_bytes(HOST_CPUS) < memory);
}

static int begin(void **state)
{
    static cpu_set_t before;
    tempdir_make();
    *state = &before;
    return sched_getaffinity(0, sizeof before, &before);
}

static int end(void **state)
{
    (void)state;
    tempdir_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_level),
        cmocka_unit_test(test_each_counted_once),
        cmocka_unit_test(test_this_host),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
