#include "standard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

/* Reading and printing fail, as they do with a closed descriptor; messages go nowhere. The folder
 * is for a machine without /dev/null: it can be neither read nor written. */
void standard_open(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) < 0)
            (void)!open("/", O_RDONLY);
}

bool standard_unread(int fd)
{
    struct pollfd p = {.fd = fd};
    return poll(&p, 1, 0) > 0 && p.revents & (POLLERR | POLLHUP);
}

/* The failure may have been in an earlier call, whose number is lost: one byte more meets it again,
 * at the end of an output that is incomplete anyway. */
static int why_it_failed(void)
{
    if (errno)
        return errno;
    return write(STDOUT_FILENO, "\n", 1) == 1 ? EIO : errno;
}

int standard_flush(struct err *e)
{
    errno = 0;
    if (!fflush(stdout) && !ferror(stdout))
        return 0;
    int why = standard_unread(STDOUT_FILENO) ? EPIPE : why_it_failed();
    return err_set_errno(e, ERR_IO, why, "standard output");
}
