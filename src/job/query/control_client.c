/* One slot for each kind of request, so that a second pause replaces one that was not posted yet,
 * and a stop none of them. */
#include "job/control_client.h"

#include <stdio.h>
#include <stdlib.h>

#include "async_worker.h"
#include "base/mem.h"

static const double PATIENCE = 10; /* seconds */
static const struct async_worker_kind kinds[CONTROL_KIND_COUNT];

struct control_client {
    const struct work *work;
    struct async_worker *worker;
};

struct question {
    char uuid[40];
    struct control_ask ask; /* its run is set when it is posted */
};

static void *answer(void *context, void *question)
{
    const struct control_client *a = context;
    struct question *q = question;
    struct control_client_answer *out = xcalloc(1, sizeof *out);
    struct control_told told;
    struct err e = {0};
    q->ask.run = q->uuid;
    out->failed = job_control_ask(a->work->database, &q->ask, &told, &e) != 0;
    if (out->failed)
        snprintf(out->text, sizeof out->text, "%s", e.text);
    else if (told.answer[0])
        snprintf(out->text, sizeof out->text, "run %s: %s", told.run.name, told.answer);
    else
        snprintf(out->text, sizeof out->text, "run %s: process %d will do it after its step",
                 told.run.name, told.run.pid);
    return out;
}

struct control_client *control_client_new(const struct work *w, struct wake *wake, struct err *e)
{
    struct control_client *a = xcalloc(1, sizeof *a);
    a->work = w;
    a->worker = async_worker_new("hpa-control", kinds, CONTROL_KIND_COUNT, a, wake, e);
    if (a->worker)
        return a;
    free(a);
    return NULL;
}

void control_client_free(struct control_client *a)
{
    if (!a)
        return;
    async_worker_free(a->worker);
    free(a);
}

void control_client_ask(struct control_client *a, const char *run_uuid, enum control_kind kind,
                        double value)
{
    struct question *q = xcalloc(1, sizeof *q);
    snprintf(q->uuid, sizeof q->uuid, "%s", run_uuid);
    q->ask = (struct control_ask){.kind = kind, .value = value, .seconds = PATIENCE};
    async_worker_ask(a->worker, kind, q);
}

bool control_client_take(struct control_client *a, struct control_client_answer *out)
{
    for (int kind = 0; kind < CONTROL_KIND_COUNT; kind++) {
        struct control_client_answer *got = async_worker_take(a->worker, kind);
        if (!got)
            continue;
        *out = *got;
        free(got);
        return true;
    }
    return false;
}

static const struct async_worker_kind kinds[CONTROL_KIND_COUNT] = {
    [CONTROL_PAUSE] = {answer, free, true},      [CONTROL_RESUME] = {answer, free, true},
    [CONTROL_STOP] = {answer, free, true},       [CONTROL_STOP_NOW] = {answer, free, true},
    [CONTROL_CHECKPOINT] = {answer, free, true}, [CONTROL_LR] = {answer, free, true},
    [CONTROL_LR_TIMES] = {answer, free, true},
};
