/* Read from sysfs, which knows the caches of the cores at hand; glibc's sysconf may tell those of
 * the whole package, or none. */
#define _GNU_SOURCE
#include "base/host.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CPUS_MAX = CPU_SETSIZE, LEVELS_MAX = 16, PATH_BYTES = 512 };

struct cache {
    int level, leader; /* the first CPU of those that share it */
    uint64_t bytes;
};

/* "32768K", "0-1": the number in front, and what follows it. */
static bool read_number(const char *cpus, int cpu, int index, const char *name, long *number,
                        char *unit)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/cpu%d/cache/index%d/%s", cpus, cpu, index, name);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    int got = fscanf(f, "%ld%c", number, unit);
    fclose(f);
    return got >= 1;
}

static bool read_cache(const char *cpus, int cpu, int index, struct cache *c)
{
    long level, size, leader;
    char unit = 0, rest;
    if (!read_number(cpus, cpu, index, "level", &level, &rest) ||
        !read_number(cpus, cpu, index, "size", &size, &unit) ||
        !read_number(cpus, cpu, index, "shared_cpu_list", &leader, &rest) || size < 0)
        return false;
    uint64_t scale = unit == 'G' ? 1 << 30 : unit == 'M' ? 1 << 20 : unit == 'K' ? 1 << 10 : 1;
    *c = (struct cache){(int)level, (int)leader, (uint64_t)size * scale};
    return true;
}

static struct cache last_cache(const char *cpus, int cpu)
{
    struct cache last = {0, -1, 0}, c;
    for (int index = 0; index < LEVELS_MAX && read_cache(cpus, cpu, index, &c); index++)
        if (c.level > last.level)
            last = c;
    return last;
}

uint64_t host_cache_bytes(const char *cpus)
{
    cpu_set_t mine, counted;
    uint64_t bytes = 0;
    CPU_ZERO(&counted);
    if (sched_getaffinity(0, sizeof mine, &mine))
        return 0;
    for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
        if (!CPU_ISSET(cpu, &mine))
            continue;
        struct cache c = last_cache(cpus, cpu);
        if (c.leader < 0 || c.leader >= CPUS_MAX || CPU_ISSET(c.leader, &counted))
            continue;
        CPU_SET(c.leader, &counted);
        bytes += c.bytes;
    }
    return bytes;
}

uint64_t host_memory_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

uint64_t host_process_bytes(void)
{
    long page = sysconf(_SC_PAGESIZE);
    unsigned long long all, resident;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f)
        return 0;
    bool read = fscanf(f, "%llu %llu", &all, &resident) == 2 && page > 0;
    fclose(f);
    return read ? resident * (uint64_t)page : 0;
}
