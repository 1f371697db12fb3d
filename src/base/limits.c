/* Every source is asked, and what it says is kept when it is less than what was known. A source
 * that is not there, or says something that is no number, says nothing. */
#define _GNU_SOURCE
#include "base/limits.h"

#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cgroup.h"

enum { CPUS_MAX = 1 << 16, LINE_BYTES = 512, PATH_BYTES = 4096 };

/* Also on machines with more CPUs than a cpu_set_t has. */
int limits_affinity(void)
{
    int n = 0;
    size_t size = CPU_ALLOC_SIZE(CPUS_MAX);
    cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
    if (set && sched_getaffinity(0, size, set) == 0)
        n = CPU_COUNT_S(size, set);
    if (set)
        CPU_FREE(set);
    return n > 0 ? n : 1;
}

/* A positive number of the environment. */
static bool read_variable(const char *name, int64_t *value)
{
    const char *text = getenv(name);
    return text && text_int(text, value) && *value > 0;
}

static void lower_cores(struct limits_cores *c, int64_t n, const char *by)
{
    n = n < 1 ? 1 : n;
    if (n >= c->n)
        return;
    c->n = (int)n;
    snprintf(c->by, sizeof c->by, "%s", by);
}

/* "200000 100000" or "max 100000"; of version 1 -1 is no quota. */
static bool read_quota(const struct cgroup *g, int64_t *quota, int64_t *period)
{
    char text[LINE_BYTES];
    if (g->v2)
        return cgroup_read(g, "cpu.max", text, sizeof text) &&
               sscanf(text, "%" SCNd64 " %" SCNd64, quota, period) == 2;
    return cgroup_read(g, "cpu.cfs_quota_us", text, sizeof text) && text_int(text, quota) &&
           cgroup_read(g, "cpu.cfs_period_us", text, sizeof text) && text_int(text, period);
}

/* Rounded up: with one thread less a part of the quota would never be used. */
static void take_quota(void *context, const struct cgroup *g)
{
    char by[LIMITS_TEXT];
    int64_t quota, period;
    if (!read_quota(g, &quota, &period) || quota <= 0 || period <= 0)
        return;
    snprintf(by, sizeof by, "the CPU quota of control group %.200s, %.2f cores", g->folder,
             (double)quota / (double)period);
    lower_cores(context, quota / period + (quota % period > 0), by);
}

void limits_cores(const char *root, int affinity, struct limits_cores *out)
{
    int64_t n;
    *out = (struct limits_cores){.n = affinity, .by = "CPU affinity"};
    cgroup_walk(root, "cpu", take_quota, out);
    if (read_variable("SLURM_CPUS_PER_TASK", &n))
        lower_cores(out, n, "SLURM_CPUS_PER_TASK");
}

/* What the process has of the three kinds of memory that are limited. */
struct usage {
    uint64_t mapped, resident, data;
};

struct search {
    struct limits_memory *least;
    struct usage usage;
};

uint64_t limits_room(const struct limits_memory *m)
{
    return m->bytes > m->used ? m->bytes - m->used : 0;
}

/* `all`: used by every process; at least what is our `own`. */
static void lower_memory(struct search *s, uint64_t bytes, uint64_t own, uint64_t all,
                         const char *by)
{
    struct limits_memory m = {.bytes = bytes, .used = all > own ? all : own, .own = own};
    if (bytes == UINT64_MAX ||
        (s->least->bytes != UINT64_MAX && limits_room(&m) >= limits_room(s->least)))
        return;
    snprintf(m.by, sizeof m.by, "%s", by);
    *s->least = m;
}

/* Of "inactive_file 4096" and the like: the sum of what the system drops before it runs out of
 * memory. Version 1 has the sums of the groups below under names that begin with "total_". */
static uint64_t read_reclaimable(const struct cgroup *g)
{
    static const char *const names[] = {"inactive_file", "active_file", "slab_reclaimable"};
    char line[LINE_BYTES], name[LINE_BYTES];
    const char *prefix = g->v2 ? "" : "total_";
    uint64_t sum = 0, bytes;
    FILE *f = cgroup_open(g, "memory.stat");
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, prefix, strlen(prefix)) != 0 ||
            sscanf(line + strlen(prefix), "%511s %" SCNu64, name, &bytes) != 2)
            continue;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            sum += strcmp(name, names[i]) == 0 ? bytes : 0;
    }
    if (f)
        fclose(f);
    return sum;
}

/* What all processes of the group and of those below it use, without reclaimable cache. */
static uint64_t read_group_usage(const struct cgroup *g)
{
    char text[LINE_BYTES];
    int64_t bytes;
    if (!cgroup_read(g, g->v2 ? "memory.current" : "memory.usage_in_bytes", text, sizeof text) ||
        !text_int(text, &bytes) || bytes < 0)
        return 0;
    uint64_t reclaimable = read_reclaimable(g);
    return (uint64_t)bytes > reclaimable ? (uint64_t)bytes - reclaimable : 0;
}

/* "max" and the like is no number, and no limit. Version 1 writes a huge number instead, which
 * never is the least. */
static void take_group(void *context, const struct cgroup *g)
{
    static const char *const files[] = {"memory.max", "memory.high", "memory.limit_in_bytes"};
    struct search *s = context;
    char text[LINE_BYTES], by[LIMITS_TEXT];
    int64_t bytes;
    for (int i = g->v2 ? 0 : 2; i < (g->v2 ? 2 : 3); i++) {
        if (!cgroup_read(g, files[i], text, sizeof text) || !text_int(text, &bytes) || bytes < 0)
            continue;
        snprintf(by, sizeof by, "%s of control group %.200s", files[i], g->folder);
        lower_memory(s, (uint64_t)bytes, s->usage.resident, read_group_usage(g), by);
    }
}

static FILE *open_proc(const char *root, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/proc/%s", root, name);
    return fopen(path, "re");
}

static struct usage read_usage(const char *root)
{
    struct usage u = {0};
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), shared, text, library;
    FILE *f = open_proc(root, "self/statm");
    if (!f)
        return u;
    if (fscanf(f, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &u.mapped,
               &u.resident, &shared, &text, &library, &u.data) != 6)
        u = (struct usage){0};
    fclose(f);
    return (struct usage){u.mapped * page, u.resident * page, u.data * page};
}

/* "Max address space     335544320     unlimited     bytes": the soft limit is in force. */
static void take_ulimits(struct search *s, const char *root)
{
    char line[LINE_BYTES];
    uint64_t bytes;
    FILE *f = open_proc(root, "self/limits");
    while (f && fgets(line, sizeof line, f)) {
        if (sscanf(line, "Max address space %" SCNu64, &bytes) == 1)
            lower_memory(s, bytes, s->usage.mapped, 0, "ulimit -v (address space)");
        if (sscanf(line, "Max data size %" SCNu64, &bytes) == 1)
            lower_memory(s, bytes, s->usage.data, 0, "ulimit -d (data)");
    }
    if (f)
        fclose(f);
}

/* Memory that is available and swap that is free are both room for more. Old systems do not say
 * what is available. */
static void take_machine(struct search *s, const char *root)
{
    char line[LINE_BYTES];
    uint64_t kb, total = 0, available = UINT64_MAX, swap = 0;
    FILE *f = open_proc(root, "meminfo");
    while (f && fgets(line, sizeof line, f)) {
        if (sscanf(line, "MemTotal: %" SCNu64, &kb) == 1)
            total = kb << 10;
        else if (sscanf(line, "MemAvailable: %" SCNu64, &kb) == 1)
            available = kb << 10;
        else if (sscanf(line, "SwapFree: %" SCNu64, &kb) == 1)
            swap = kb << 10;
    }
    if (f)
        fclose(f);
    uint64_t room = available > UINT64_MAX - swap ? UINT64_MAX : available + swap;
    uint64_t used = total > room ? total - room : 0;
    if (total)
        lower_memory(s, total, s->usage.resident, used, "physical memory");
}

/* Of this node: SLURM_JOB_CPUS_PER_NODE begins with a number, as in "16(x2)". */
static int64_t slurm_cpus(void)
{
    int64_t n;
    const char *list = getenv("SLURM_JOB_CPUS_PER_NODE");
    if (read_variable("SLURM_CPUS_ON_NODE", &n))
        return n;
    n = list ? strtol(list, NULL, 10) : 0;
    return n > 0 || read_variable("SLURM_CPUS_PER_TASK", &n) ? n : 1;
}

/* In MiB. Slurm writes 0 for all the memory of a node. */
static void take_slurm(struct search *s)
{
    char by[LIMITS_TEXT];
    int64_t mb, cpus = slurm_cpus();
    if (read_variable("SLURM_MEM_PER_NODE", &mb) && mb < INT64_MAX >> 20)
        lower_memory(s, (uint64_t)mb << 20, s->usage.resident, 0, "SLURM_MEM_PER_NODE");
    if (!read_variable("SLURM_MEM_PER_CPU", &mb) || mb > (INT64_MAX >> 20) / cpus)
        return;
    snprintf(by, sizeof by, "SLURM_MEM_PER_CPU for %" PRId64 " %s", cpus,
             cpus == 1 ? "CPU" : "CPUs");
    lower_memory(s, (uint64_t)(mb * cpus) << 20, s->usage.resident, 0, by);
}

void limits_memory(const char *root, struct limits_memory *out)
{
    struct search s = {out, read_usage(root)};
    *out = (struct limits_memory){.bytes = UINT64_MAX};
    take_machine(&s, root);
    cgroup_walk(root, "memory", take_group, &s);
    take_ulimits(&s, root);
    take_slurm(&s);
}
