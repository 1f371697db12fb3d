/* A worker with one kind of question, and the run that it was about. It computes by itself: the
 * team of workers is the runner's. */
#include "job/gradcam_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async_worker.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

struct gradcam_query {
    struct work work; /* without workers */
    struct async_worker *worker;
    /* the worker's thread alone: */
    struct gradcam_run *run; /* NULL: none is open */
    char uuid[40];           /* of it */
};

struct ask {
    char uuid[40], id[INDEX_ID_MAX + 1]; /* uuid "": close the run */
    uint64_t question;
};

void gradcam_query_free_answer(struct gradcam_answer *a)
{
    if (!a)
        return;
    free(a->sample);
    free(a);
}

static void close_run(struct gradcam_query *d)
{
    job_gradcam_close(d->run);
    d->run = NULL;
}

static int open_run(struct gradcam_query *d, const char *uuid, struct err *e)
{
    char size[32];
    if (d->run && (strcmp(d->uuid, uuid) != 0 || !job_gradcam_current(d->run)))
        close_run(d);
    if (d->run)
        return 0;
    d->run = job_gradcam_open(&d->work, uuid, e);
    if (!d->run)
        return -1;
    snprintf(d->uuid, sizeof d->uuid, "%s", uuid);
    text_bytes(job_gradcam_memory(d->run), size, sizeof size);
    log_info("Grad-CAM: the network takes %s until another run is shown", size);
    return 0;
}

static void *answer(void *context, void *asked)
{
    struct gradcam_query *d = context;
    const struct ask *ask = asked;
    if (!ask->uuid[0]) {
        close_run(d);
        return NULL;
    }
    struct gradcam_answer *a = xcalloc(1, sizeof *a);
    snprintf(a->uuid, sizeof a->uuid, "%s", ask->uuid);
    snprintf(a->id, sizeof a->id, "%s", ask->id);
    a->question = ask->question;
    if (!open_run(d, ask->uuid, &a->error))
        a->sample = job_gradcam_look(d->run, ask->id, async_worker_superseded_flag(d->worker, 0),
                                     &a->error);
    if (a->error.code != ERR_CANCELLED)
        return a;
    gradcam_query_free_answer(a);
    return NULL;
}

static void free_answer(void *a)
{
    gradcam_query_free_answer(a);
}

static const struct async_worker_kind kinds[] = {{answer, free_answer, false}};

struct gradcam_query *gradcam_query_new(const struct work *work, struct wake *wake, struct err *e)
{
    struct gradcam_query *d = xcalloc(1, sizeof *d);
    d->work = *work;
    d->work.workers = NULL;
    d->worker = async_worker_new("hpa-gradcam", kinds, 1, d, wake, e);
    if (d->worker)
        return d;
    free(d);
    return NULL;
}

void gradcam_query_free(struct gradcam_query *d)
{
    if (!d)
        return;
    async_worker_free(d->worker);
    close_run(d);
    free(d);
}

void gradcam_query_ask(struct gradcam_query *d, const char *uuid, const char *id, uint64_t question)
{
    struct ask *ask = xcalloc(1, sizeof *ask);
    snprintf(ask->uuid, sizeof ask->uuid, "%s", uuid);
    snprintf(ask->id, sizeof ask->id, "%s", id);
    ask->question = question;
    async_worker_ask(d->worker, 0, ask);
}

void gradcam_query_rest(struct gradcam_query *d)
{
    gradcam_query_ask(d, "", "", 0);
}

struct gradcam_answer *gradcam_query_take(struct gradcam_query *d)
{
    return async_worker_take(d->worker, 0);
}
