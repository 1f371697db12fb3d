/* How many cores and how much memory this process may use, and who says so: the system, a control
 * group (a container, a systemd slice), a shell's ulimit or Slurm. Any thread. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stdint.h>

enum { LIMITS_TEXT = 320 };

/* `root`: "" but in tests, which have a /proc and a /sys of their own there. */

struct limits_cores {
    int n;                /* at least 1 */
    char by[LIMITS_TEXT]; /* what decided: "CPU affinity", "SLURM_CPUS_PER_TASK", ... */
};

int limits_affinity(void); /* cores that the system may run this process on, at least 1 */
/* The least of `affinity`, every CPU quota from our group up to the root (a part of a core counts
 * as a whole one) and SLURM_CPUS_PER_TASK. */
void limits_cores(const char *root, int affinity, struct limits_cores *out);

/* The limit that leaves the least room for memory to come. */
struct limits_memory {
    uint64_t bytes;       /* of the limit; UINT64_MAX: none is known */
    uint64_t used;        /* what of it is used already, without cache that the system can drop */
    uint64_t own;         /* what of that this process uses */
    char by[LIMITS_TEXT]; /* "memory.max of /sys/fs/cgroup/x", "ulimit -v", "physical memory" */
};

/* Of the memory limits of every control group up to the root, ulimit -v and -d, SLURM_MEM_PER_NODE,
 * SLURM_MEM_PER_CPU times the CPUs, and the memory of the machine. Of a group and of the machine,
 * what other processes use is used, too. */
void limits_memory(const char *root, struct limits_memory *out);
uint64_t limits_room(const struct limits_memory *m); /* bytes - used, at least 0 */

#endif
