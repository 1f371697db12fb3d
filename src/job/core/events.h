/* What happened to a training besides its epochs, oldest first; checkpoints carry it, since a
 * change of the rate made by hand decides how the run goes on. Pure. Kinds: continue (a process
 * took the run up again), pause, resume, lr, checkpoint, stop, hand-over. */
#ifndef JOB_EVENTS_H
#define JOB_EVENTS_H

#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "store/event_rows.h"

#define EVENT_LR "lr" /* value: the peak rate from `step` on */

struct events {
    struct event_row *rows; /* [n] */
    size_t n, capacity;
};

void events_fini(struct events *v);
/* Appends with the value rounded to what JSON keeps. */
int events_add(struct events *v, const struct event_row *row, struct err *e);
void events_put(const struct events *v, struct json *object); /* as its member "events" */
/* From such an object; none without the member (a checkpoint of before). */
int events_take(struct events *v, const struct json *object, const char *path, struct err *e);
/* The peak rate that holds now; NaN: never changed. */
double events_lr(const struct events *v);

#endif
