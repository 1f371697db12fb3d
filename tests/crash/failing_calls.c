/* The whole program, in which one call fails, whichever library makes it: the n-th allocation or
 * the n-th start of a thread since main began. FAIL_ALLOCATION=n, FAIL_THREAD=n; FAIL_COUNT=FILE:
 * how many allocations there were is written into FILE at the end. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/cli.h"
#include "tui/tui.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);

static atomic_long allocations, threads;
static atomic_long failing_allocation, failing_thread; /* 0: none */

static int fails(void)
{
    if (atomic_fetch_add(&allocations, 1) + 1 != atomic_load(&failing_allocation))
        return 0;
    errno = ENOMEM;
    return 1;
}

/* In place of the C library's, for this program and every library that it is linked with. */
void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
    return fails() ? NULL : __libc_realloc(p, size);
}

/* The large blocks of the arenas; SQLite maps nothing here. */
void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
    if ((flags & MAP_ANONYMOUS) && fails())
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, n, protection, flags, fd, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    if (atomic_fetch_add(&threads, 1) + 1 == atomic_load(&failing_thread))
        return EAGAIN;
    return real(thread, attributes, run, argument);
}

static long number_of(const char *name)
{
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static void write_count(void)
{
    const char *path = getenv("FAIL_COUNT");
    FILE *f = path ? fopen(path, "w") : NULL;
    if (!f)
        return;
    fprintf(f, "%ld %ld\n", atomic_load(&allocations), atomic_load(&threads));
    fclose(f);
}

int main(int argc, char **argv)
{
    static const struct cli_screen screen = {
        .run = tui_run, .print = tui_print, .key_table = tui_key_table};
    cli_prepare(argv);
    atexit(write_count);
    atomic_store(&allocations, 0);
    atomic_store(&threads, 0);
    atomic_store(&failing_allocation, number_of("FAIL_ALLOCATION"));
    atomic_store(&failing_thread, number_of("FAIL_THREAD"));
    return cli_run(argc, argv, &screen);
}
