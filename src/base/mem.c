/* Memory. Two families: x* for sizes fixed by code, which end the process through the fatal hook,
 * and mem_* for sizes set by data, which report. A test can make any one reporting allocation fail.
 */
#include "base/mem.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, HUGE_PAGE = 2 << 20, LARGE = 1 << 20 };

static mem_fatal_hook *fatal_hook; /* set once before threads start */
static atomic_int fail_countdown;  /* test seam; 0: off */

void mem_set_fatal_hook(mem_fatal_hook *hook)
{
    fatal_hook = hook;
}

_Noreturn static void end(enum err_code code, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

_Noreturn static void end(enum err_code code, const char *format, va_list args)
{
    char message[512];
    vsnprintf(message, sizeof message, format, args);
    if (fatal_hook)
        fatal_hook(code, message);
    abort();
}

void mem_fatal(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    end(ERR_BUG, format, args);
}

void mem_none_left(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    end(ERR_NOMEM, format, args);
}

/* glibc raises its bound to the largest block it has seen freed, and what it then keeps depends on
 * what happens to lie above: memory that seems to grow. */
void mem_give_back_large(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, LARGE);
#endif
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        mem_none_left("out of memory: %zu bytes", size);
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        mem_none_left("out of memory: %zu items of %zu bytes", count, size);
    return p;
}

void *xrealloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p)
        mem_none_left("out of memory: %zu bytes", size);
    return p;
}

char *xstrdup(const char *text)
{
    size_t n = strlen(text) + 1;
    return memcpy(xmalloc(n), text, n);
}

char *xasprintf(const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = xmalloc((size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

void mem_fail_after(int n)
{
    atomic_store(&fail_countdown, n);
}

static int must_fail(void)
{
    int left = atomic_load_explicit(&fail_countdown, memory_order_relaxed);
    while (left > 0)
        if (atomic_compare_exchange_weak(&fail_countdown, &left, left - 1))
            return left == 1;
    return 0;
}

static void *no_memory(const char *what, size_t count, size_t size, struct err *e)
{
    err_set(e, ERR_NOMEM, "%s: %zu x %zu bytes do not fit into memory", what, count, size);
    return NULL;
}

void *mem_array(size_t count, size_t size, const char *what, struct err *e)
{
    bool fits = size == 0 || count <= SIZE_MAX / 2 / size;
    void *p = must_fail() || !fits ? NULL : calloc(count ? count : 1, size ? size : 1);
    return p ? p : no_memory(what, count, size, e);
}

int mem_grow(void *array, size_t *capacity, size_t need, size_t size, const char *what,
             struct err *e)
{
    if (need <= *capacity)
        return 0;
    size_t wanted = *capacity < 16 ? 16 : *capacity * 2;
    if (wanted < need)
        wanted = need;
    void *old, *grown;
    memcpy(&old, array, sizeof old);
    if (must_fail() || wanted > SIZE_MAX / size || !(grown = realloc(old, wanted * size))) {
        no_memory(what, wanted, size, e);
        return -1;
    }
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return 0;
}

void *mem_aligned(size_t size, const char *what, struct err *e)
{
    size_t boundary = size >= 4 * HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
    if (size > SIZE_MAX - boundary)
        return no_memory(what, 1, size, e);
    size_t rounded = (size + boundary - 1) / boundary * boundary;
    void *p = must_fail() ? NULL : aligned_alloc(boundary, rounded ? rounded : boundary);
    if (!p)
        return no_memory(what, 1, size, e);
    if (boundary == HUGE_PAGE)
        (void)madvise(p, rounded, MADV_HUGEPAGE); /* a hint: without it the code is only slower */
    memset(p, 0, rounded);
    return p;
}

void mem_free_aligned(void *block)
{
    free(block);
}
