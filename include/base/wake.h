/* A coalescing wake-up for poll(): any number of rings before a look are one. The fd is readable
 * after a ring; wake_clear makes it unreadable again. */
#ifndef BASE_WAKE_H
#define BASE_WAKE_H

struct wake {
    int fd;
};
int wake_init(struct wake *w);
void wake_fini(struct wake *w);
int wake_fd(const struct wake *w);
void wake_ring(struct wake *w); /* async-signal-safe */
void wake_clear(struct wake *w);

#endif
