/* What the host's CPUs share. Any thread. */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdint.h>

#define HOST_CPUS "/sys/devices/system/cpu"

/* Bytes of the caches of the last level that the cores of this process use, each counted once;
 * 0: unknown. `cpus`: the folder that describes them, HOST_CPUS but in tests. */
uint64_t host_cache_bytes(const char *cpus);

/* Bytes of memory that is installed; 0: unknown. */
uint64_t host_memory_bytes(void);

/* Bytes of memory that this process holds now; 0: unknown. */
uint64_t host_process_bytes(void);

#endif
