/* Is the runtime of a sanitizer linked? It has an allocator and an address space of its own, also
 * for objects that were compiled without it. */
#ifndef TESTS_SANITIZED_H
#define TESTS_SANITIZED_H

#include <stdbool.h>

__attribute__((weak)) void __asan_init(void);
__attribute__((weak)) void __tsan_init(void);

static inline bool sanitized(void)
{
    return __asan_init || __tsan_init;
}

#endif
