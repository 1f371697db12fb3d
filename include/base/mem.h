/* Memory: allocators that cannot fail for sizes fixed by code, and allocators that report for sizes
 * set by data. Any thread. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Called with a message when the process cannot go on (out of memory in an x* function, a broken
 * internal promise). Floor 4 installs a hook that restores the terminal and exits; without one the
 * process aborts. Must not return. Set once, before threads start. */
typedef void mem_fatal_hook(enum err_code code, const char *message);
void mem_set_fatal_hook(mem_fatal_hook *hook);
/* A broken promise (ERR_BUG); memory that is not there (ERR_NOMEM). */
_Noreturn void mem_fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void mem_none_left(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From now on blocks of a megabyte and more go back to the system when freed. Before threads start.
 */
void mem_give_back_large(void);

/* Sizes fixed by code. Never NULL; free with free(). */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Sizes set by data: zeroed, overflow-checked, NULL and ERR_NOMEM ("WHAT: N bytes do not fit into
 * memory") when it does not fit. Free with free(). */
void *mem_array(size_t count, size_t size, const char *what, struct err *e);

/* Grow `*array` (count `*capacity`, items of `size` bytes) to hold `need` items, doubling. */
int mem_grow(void *array, size_t *capacity, size_t need, size_t size, const char *what,
             struct err *e);

/* `size` zeroed bytes on a 64-byte boundary, for vector code; huge pages are asked for when large.
 * NULL and ERR_NOMEM when it does not fit. Free with mem_free_aligned. */
void *mem_aligned(size_t size, const char *what, struct err *e);
void mem_free_aligned(void *block);

/* Test seam: let the n-th allocation from now (1 is the next, counted over all threads) of the
 * failing kind return NULL once; 0 switches it off. */
void mem_fail_after(int n);

#endif
