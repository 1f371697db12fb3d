/* Hosts, containers and batch jobs that do not exist, drawn as files of /proc and /sys. The
 * expected numbers are those of the files, by hand. */
#include "tempdir.h"
#include "test.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "sanitized.h"

#define MB ((uint64_t)1 << 20)
enum { IGNORED = 77 };

static const char *const variables[] = {"SLURM_CPUS_PER_TASK", "SLURM_MEM_PER_NODE",
                                        "SLURM_MEM_PER_CPU", "SLURM_CPUS_ON_NODE",
                                        "SLURM_JOB_CPUS_PER_NODE"};

static int begin(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    tempdir_make();
    return 0;
}

static int end(void **state)
{
    tempdir_remove();
    (void)state;
    return 0;
}

/* A file below the drawn root, with the folders above it. */
static void put(const char *name, const char *text)
{
    char path[1024];
    snprintf(path, sizeof path, "%s%s", tempdir, name);
    for (char *p = path + strlen(tempdir) + 1; (p = strchr(p, '/')); *p++ = '/') {
        *p = '\0';
        mkdir(path, 0700);
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "%s\n", text);
    fclose(f);
}

/* 16 GiB; of this process 100 pages are mapped, 20 resident, 50 data. */
static void put_machine(void)
{
    put("/proc/meminfo", "MemTotal:       16777216 kB\nMemFree:  100 kB");
    put("/proc/self/statm", "100 20 5 1 0 50 0");
    put("/proc/self/limits",
        "Limit                     Soft Limit           Hard Limit           Units\n"
        "Max data size             unlimited            unlimited            bytes\n"
        "Max address space         unlimited            unlimited            bytes");
}

static void cores_are(int affinity, int n, const char *by)
{
    struct limits_cores c;
    limits_cores(tempdir, affinity, &c);
    assert_int_equal(c.n, n);
    if (!strstr(c.by, by))
        fail_msg("decided by \"%s\", not by \"%s\"", c.by, by);
}

static void memory_is(uint64_t bytes, int used_pages, const char *by)
{
    struct limits_memory m;
    limits_memory(tempdir, &m);
    assert_int_equal(m.bytes, bytes);
    assert_int_equal(m.used, used_pages * sysconf(_SC_PAGESIZE));
    if (!strstr(m.by, by))
        fail_msg("decided by \"%s\", not by \"%s\"", m.by, by);
}

static void test_nothing_there(void **state)
{
    (void)state;
    struct limits_memory m;
    cores_are(7, 7, "CPU affinity");
    limits_memory(tempdir, &m);
    assert_true(m.bytes == UINT64_MAX);
    assert_true(limits_affinity() >= 1);
}

static void test_version_2(void **state)
{
    (void)state;
    put_machine();
    put("/proc/self/cgroup", "0::/user.slice/job.scope");
    put("/proc/self/mountinfo",
        "25 1 0:5 / /proc rw,nosuid - proc proc rw\n"
        "31 23 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate");
    put("/sys/fs/cgroup/user.slice/job.scope/cpu.max", "max 100000");
    put("/sys/fs/cgroup/user.slice/job.scope/memory.max", "max");
    cores_are(64, 64, "CPU affinity");
    memory_is(16384 * MB, 20, "physical memory");
    put("/sys/fs/cgroup/user.slice/cpu.max", "250000 100000"); /* of the group above */
    put("/sys/fs/cgroup/user.slice/memory.max", "314572800");
    cores_are(64, 3, "/sys/fs/cgroup/user.slice, 2.50 cores");
    cores_are(2, 2, "CPU affinity");
    memory_is(300 * MB, 20, "memory.max of control group /sys/fs/cgroup/user.slice");
    put("/sys/fs/cgroup/user.slice/job.scope/cpu.max", "50000 100000");
    put("/sys/fs/cgroup/user.slice/job.scope/memory.high", "104857600");
    cores_are(64, 1, "user.slice/job.scope, 0.50 cores");
    memory_is(100 * MB, 20, "memory.high of control group /sys/fs/cgroup/user.slice/job.scope");
}

/* Two hierarchies, one of them for two controllers, mounted where a space is in the name. */
static void test_version_1(void **state)
{
    (void)state;
    put_machine();
    put("/proc/self/cgroup", "9:cpuset:/other\n8:memory:/batch/job_7/step_0\n"
                             "4:cpu,cpuacct:/batch/job_7\n1:name=systemd:/x");
    put("/proc/self/mountinfo",
        "32 31 0:29 / /cg\\040v1/cpu,cpuacct rw shared:1 master:2 - cgroup none rw,cpu,cpuacct\n"
        "33 31 0:30 / /cg\\040v1/memory rw - cgroup cgroup rw,memory\n"
        "34 31 0:31 / /cg\\040v1/cpuset rw - cgroup cgroup rw,cpuset");
    put("/cg v1/cpu,cpuacct/batch/job_7/cpu.cfs_quota_us", "-1");
    put("/cg v1/cpu,cpuacct/batch/job_7/cpu.cfs_period_us", "100000");
    put("/cg v1/cpu,cpuacct/other/cpu.cfs_quota_us", "100000");
    put("/cg v1/cpu,cpuacct/other/cpu.cfs_period_us", "100000");
    put("/cg v1/memory/memory.limit_in_bytes", "9223372036854771712");
    put("/cg v1/memory/batch/job_7/step_0/memory.limit_in_bytes", "9223372036854771712");
    cores_are(8, 8, "CPU affinity");
    memory_is(16384 * MB, 20, "physical memory");
    put("/cg v1/cpu,cpuacct/batch/cpu.cfs_quota_us", "400000");
    put("/cg v1/cpu,cpuacct/batch/cpu.cfs_period_us", "100000");
    put("/cg v1/memory/batch/job_7/memory.limit_in_bytes", "2147483648");
    cores_are(8, 4, "/cg v1/cpu,cpuacct/batch, 4.00 cores");
    memory_is(2048 * MB, 20, "memory.limit_in_bytes of control group /cg v1/memory/batch/job_7");
}

/* Controllers of version 1 beside an empty tree of version 2. */
static void test_hybrid(void **state)
{
    (void)state;
    put_machine();
    put("/proc/self/cgroup", "4:memory:/job\n1:cpu:/\n0::/job");
    put("/proc/self/mountinfo", "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                                "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                                "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw");
    put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000");
    put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "50000");
    put("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "536870912");
    put("/sys/fs/cgroup/unified/job/cgroup.procs", "1");
    cores_are(16, 3, "/sys/fs/cgroup/cpu, 3.00 cores");
    memory_is(512 * MB, 20, "memory.limit_in_bytes of control group /sys/fs/cgroup/memory/job");
}

static void used_is(uint64_t used, int own_pages)
{
    struct limits_memory m;
    limits_memory(tempdir, &m);
    assert_int_equal(m.used, used);
    assert_int_equal(m.own, own_pages * sysconf(_SC_PAGESIZE));
}

/* A group's memory that another process has is not there for us; a cache of files is dropped by
 * the system when somebody needs its place. 250 MB, of which 100 + 20 + 5 are such. */
static void test_others_of_a_group(void **state)
{
    (void)state;
    put_machine();
    put("/proc/self/cgroup", "0::/job");
    put("/proc/self/mountinfo", "31 23 0:27 / /cg rw - cgroup2 cgroup2 rw");
    put("/cg/job/memory.max", "314572800");
    put("/cg/job/memory.current", "262144000");
    used_is(250 * MB, 20);
    put("/cg/job/memory.stat", "anon 131072000\nfile 125829120\ninactive_anon 7\n"
                               "inactive_file 104857600\nactive_file 20971520\n"
                               "slab_reclaimable 5242880\nslab 999999999");
    used_is(125 * MB, 20);
    put("/cg/job/memory.current", "4096"); /* not moved along with us: at least what we hold */
    used_is(20 * (uint64_t)sysconf(_SC_PAGESIZE), 20);
}

static void test_others_of_a_version_1_group(void **state)
{
    (void)state;
    put_machine();
    put("/proc/self/cgroup", "8:memory:/job/step");
    put("/proc/self/mountinfo", "33 31 0:30 / /cg rw - cgroup cgroup rw,memory");
    put("/cg/job/step/memory.limit_in_bytes", "9223372036854771712");
    put("/cg/job/memory.limit_in_bytes", "314572800");
    put("/cg/job/memory.usage_in_bytes", "262144000");
    put("/cg/job/memory.stat", "cache 1\ninactive_file 52428800\nactive_file 0\n"
                               "total_inactive_file 104857600\ntotal_active_file 20971520");
    used_is(130 * MB, 20); /* with the groups below: 250 less 100 and 20 */
}

/* 16 GiB, of which 4 are available, and 3 of swap are free. */
static void test_others_of_the_machine(void **state)
{
    (void)state;
    put_machine();
    put("/proc/meminfo", "MemTotal:       16777216 kB\nMemFree:  100 kB\n"
                         "MemAvailable:   4194304 kB\nSwapTotal: 8388608 kB\nSwapFree: 3145728 kB");
    used_is(9 * 1024 * MB, 20);
    put("/proc/meminfo", "MemTotal:       16777216 kB\n"
                         "MemAvailable:   4194304 kB\nSwapFree: 99999999 kB");
    used_is(20 * (uint64_t)sysconf(_SC_PAGESIZE), 20);
}

/* The mounted root is the container's group; its path is the host's, the namespace's, or outside.
 */
static void test_container(void **state)
{
    (void)state;
    static const char *const own[] = {"0::/docker/4f", "0::/", "0::/../../system.slice",
                                      "0::/somewhere/else"};
    static const char *const mounted[] = {"/docker/4f", "/", "/../..", "/docker/4f"};
    char mount[256];
    put_machine();
    put("/sys/fs/cgroup/cpu.max", "150000 100000");
    put("/sys/fs/cgroup/memory.max", "1073741824");
    put("/sys/fs/cgroup/docker/4f/cpu.max", "10000 100000"); /* another container's, inside ours */
    for (int i = 0; i < 4; i++) {
        snprintf(mount, sizeof mount, "31 23 0:27 %s /sys/fs/cgroup ro - cgroup2 cgroup rw",
                 mounted[i]);
        put("/proc/self/cgroup", own[i]);
        put("/proc/self/mountinfo", mount);
        cores_are(64, 2, "/sys/fs/cgroup, 1.50 cores");
        memory_is(1024 * MB, 20, "memory.max of control group /sys/fs/cgroup");
    }
}

static void test_slurm(void **state)
{
    (void)state;
    put_machine();
    setenv("SLURM_CPUS_PER_TASK", "3", 1);
    setenv("SLURM_MEM_PER_CPU", "200", 1);
    cores_are(8, 3, "SLURM_CPUS_PER_TASK");
    setenv("SLURM_CPUS_PER_TASK", "1", 1);
    cores_are(8, 1, "SLURM_CPUS_PER_TASK");
    setenv("SLURM_CPUS_PER_TASK", "3", 1);
    memory_is(600 * MB, 20, "SLURM_MEM_PER_CPU for 3 CPUs");
    setenv("SLURM_JOB_CPUS_PER_NODE", "4(x2)", 1);
    memory_is(800 * MB, 20, "SLURM_MEM_PER_CPU for 4 CPUs");
    setenv("SLURM_CPUS_ON_NODE", "6", 1);
    memory_is(1200 * MB, 20, "SLURM_MEM_PER_CPU for 6 CPUs");
    setenv("SLURM_MEM_PER_NODE", "500", 1);
    memory_is(500 * MB, 20, "SLURM_MEM_PER_NODE");
    setenv("SLURM_MEM_PER_NODE", "0", 1); /* all of the node's */
    setenv("SLURM_MEM_PER_CPU", "lots", 1);
    setenv("SLURM_CPUS_PER_TASK", "-2", 1);
    cores_are(8, 8, "CPU affinity");
    memory_is(16384 * MB, 20, "physical memory");
}

/* What counts is the room that is left: of the address space more is used already. */
static void test_ulimits(void **state)
{
    (void)state;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    struct limits_memory m;
    put_machine();
    put("/proc/self/limits", "Max data size   unlimited  unlimited  bytes\n"
                             "Max address space   335544320  unlimited  bytes");
    memory_is(320 * MB, 100, "ulimit -v");
    limits_memory(tempdir, &m);
    assert_int_equal(limits_room(&m), 320 * MB - 100 * page);
    setenv("SLURM_MEM_PER_NODE", "320", 1);
    memory_is(320 * MB, 100, "ulimit -v");
    put("/proc/self/limits", "Max data size   4096  unlimited  bytes");
    memory_is(4096, 50, "ulimit -d");
    limits_memory(tempdir, &m);
    assert_int_equal(limits_room(&m), 0);
}

/* The system's own files, in a process with a real limit. */
static void test_for_real(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct limits_memory m;
        struct rlimit limit = {(rlim_t)(1 << 30), RLIM_INFINITY};
        setrlimit(RLIMIT_AS, &limit);
        getrlimit(RLIMIT_AS, &limit);
        if (limit.rlim_cur != 1 << 30)
            _exit(IGNORED);
        limits_memory("", &m);
        _exit(m.bytes == 1 << 30 && m.used > MB && m.used < 1 << 30 && strstr(m.by, "ulimit -v")
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    bool ignored = WIFEXITED(status) && WEXITSTATUS(status) == IGNORED; /* by qemu-user */
    if (sanitized() || ignored)
        skip(); /* a sanitizer maps terabytes */
    assert_int_equal(status, 0);
}

int main(void)
{
#define DRAWN(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        DRAWN(test_nothing_there),
        DRAWN(test_version_2),
        DRAWN(test_version_1),
        DRAWN(test_hybrid),
        DRAWN(test_container),
        DRAWN(test_slurm),
        DRAWN(test_ulimits),
        DRAWN(test_for_real),
        DRAWN(test_others_of_a_group),
        DRAWN(test_others_of_a_version_1_group),
        DRAWN(test_others_of_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
