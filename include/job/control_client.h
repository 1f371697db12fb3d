/* The asker: the screen's requests to the trainer of a run in another process. A thread posts them
 * and waits for what the trainer says; the screen takes the answer when the wake fd rings. */
#ifndef JOB_CONTROL_CLIENT_H
#define JOB_CONTROL_CLIENT_H

#include <stdbool.h>

#include "base/wake.h"
#include "job/job_control.h"
#include "job/work.h"

struct control_client;

struct control_client_answer {
    bool failed;
    char text[512];
};

struct control_client *control_client_new(const struct work *w, struct wake *wake, struct err *e);
/* What was asked is still posted; a request at work may take its ten seconds. NULL is fine. */
void control_client_free(struct control_client *a);

/* Never blocks. `value`: of a rate, else NaN. */
void control_client_ask(struct control_client *a, const char *run_uuid, enum control_kind kind,
                        double value);
/* The next answer; false when there is none. */
bool control_client_take(struct control_client *a, struct control_client_answer *out);

#endif
