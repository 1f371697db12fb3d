/* The whole program on a system that is hard to write to: every write puts down half of what it is
 * given, and every third is interrupted before it has done anything. */
#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/cli.h"
#include "tui/tui.h"

static atomic_uint calls;

static size_t part(int fd, size_t n)
{
    return fd > STDERR_FILENO && n > 1 ? n / 2 : n;
}

static int interrupted(int fd)
{
    if (fd <= STDERR_FILENO || atomic_fetch_add(&calls, 1) % 3 != 2)
        return 0;
    errno = EINTR;
    return 1;
}

/* In place of the C library's, for all that is linked into this program. */
ssize_t write(int fd, const void *data, size_t n)
{
    return interrupted(fd) ? -1 : syscall(SYS_write, fd, data, part(fd, n));
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    return interrupted(fd) ? -1 : syscall(SYS_pwrite64, fd, data, part(fd, n), at);
}

int main(int argc, char **argv)
{
    static const struct cli_screen screen = {
        .run = tui_run, .print = tui_print, .key_table = tui_key_table};
    cli_prepare(argv);
    return cli_run(argc, argv, &screen);
}
