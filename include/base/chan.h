/* A bounded queue of fixed-size items between threads. Several senders, one receiver; items are
 * copied. */
#ifndef BASE_CHAN_H
#define BASE_CHAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/wake.h"

struct chan;

struct chan *chan_new(int capacity, size_t item_size);
void chan_free(struct chan *c);

bool chan_try_send(struct chan *c, const void *item); /* false when full or closed */
bool chan_send(struct chan *c, const void *item);     /* waits; false when closed */
bool chan_try_receive(struct chan *c, void *item);    /* false when empty */
bool chan_receive(struct chan *c, void *item);        /* waits; false when closed and empty */
/* As chan_receive, but gives up after `seconds`. */
bool chan_receive_for(struct chan *c, void *item, double seconds);
void chan_close(struct chan *c);
int chan_count(struct chan *c);

#endif
