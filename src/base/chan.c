/* A bounded queue under one lock. */
#include "base/chan.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

struct chan {
    int capacity;
    size_t item_size;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    char *items;
    int first, count;
    bool closed;
};

struct chan *chan_new(int capacity, size_t item_size)
{
    struct chan *c = xcalloc(1, sizeof *c);
    c->capacity = capacity;
    c->item_size = item_size;
    c->items = xcalloc((size_t)capacity, item_size);
    pthread_mutex_init(&c->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&c->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return c;
}

void chan_free(struct chan *c)
{
    if (!c)
        return;
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
    free(c->items);
    free(c);
}

static void put(struct chan *c, const void *item)
{
    int slot = (c->first + c->count) % c->capacity;
    memcpy(c->items + (size_t)slot * c->item_size, item, c->item_size);
    c->count++;
    pthread_cond_broadcast(&c->changed);
}

static void take(struct chan *c, void *item)
{
    memcpy(item, c->items + (size_t)c->first * c->item_size, c->item_size);
    c->first = (c->first + 1) % c->capacity;
    c->count--;
    pthread_cond_broadcast(&c->changed);
}

bool chan_try_send(struct chan *c, const void *item)
{
    pthread_mutex_lock(&c->lock);
    bool fits = !c->closed && c->count < c->capacity;
    if (fits)
        put(c, item);
    pthread_mutex_unlock(&c->lock);
    return fits;
}

bool chan_send(struct chan *c, const void *item)
{
    pthread_mutex_lock(&c->lock);
    while (!c->closed && c->count == c->capacity)
        pthread_cond_wait(&c->changed, &c->lock);
    bool open = !c->closed;
    if (open)
        put(c, item);
    pthread_mutex_unlock(&c->lock);
    return open;
}

bool chan_try_receive(struct chan *c, void *item)
{
    pthread_mutex_lock(&c->lock);
    bool any = c->count > 0;
    if (any)
        take(c, item);
    pthread_mutex_unlock(&c->lock);
    return any;
}

bool chan_receive(struct chan *c, void *item)
{
    pthread_mutex_lock(&c->lock);
    while (!c->closed && c->count == 0)
        pthread_cond_wait(&c->changed, &c->lock);
    bool any = c->count > 0;
    if (any)
        take(c, item);
    pthread_mutex_unlock(&c->lock);
    return any;
}

bool chan_receive_for(struct chan *c, void *item, double seconds)
{
    const double longest = 1e6; /* seconds; a time further away overflows */
    if (!(seconds > 0))
        seconds = 0;
    if (seconds > longest)
        seconds = longest;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanoseconds = until.tv_nsec + (int64_t)(seconds * 1e9);
    until.tv_sec += nanoseconds / 1000000000;
    until.tv_nsec = nanoseconds % 1000000000;
    pthread_mutex_lock(&c->lock);
    while (!c->closed && c->count == 0)
        if (pthread_cond_timedwait(&c->changed, &c->lock, &until))
            break;
    bool any = c->count > 0;
    if (any)
        take(c, item);
    pthread_mutex_unlock(&c->lock);
    return any;
}

void chan_close(struct chan *c)
{
    pthread_mutex_lock(&c->lock);
    c->closed = true;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->lock);
}

int chan_count(struct chan *c)
{
    pthread_mutex_lock(&c->lock);
    int count = c->count;
    pthread_mutex_unlock(&c->lock);
    return count;
}
