/* A wake-up for a poll loop: an eventfd that any thread or signal handler may ring. */
#include "base/wake.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int wake_init(struct wake *w)
{
    w->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return w->fd < 0 ? -1 : 0;
}

void wake_fini(struct wake *w)
{
    close(w->fd);
}

int wake_fd(const struct wake *w)
{
    return w->fd;
}

void wake_ring(struct wake *w)
{
    uint64_t one = 1;
    ssize_t put_bytes = write(w->fd, &one, sizeof one);
    (void)put_bytes; /* a full counter is a wake-up already */
}

void wake_clear(struct wake *w)
{
    uint64_t count;
    ssize_t got = read(w->fd, &count, sizeof count);
    (void)got;
}
