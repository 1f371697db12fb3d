/* The asker: the screen's requests to the trainer of a run in another process. A thread posts them
 * and waits for what the trainer says; the screen takes the answer when the wake fd rings. */
#ifndef JOB_ASKER_H
#define JOB_ASKER_H

#include <stdbool.h>

#include "base/chan.h"
#include "job/job_control.h"
#include "job/work.h"

struct asker;

struct asker_answer {
    bool failed;
    char text[512];
};

struct asker *asker_new(const struct work *w, struct wake *wake, struct err *e);
/* What was asked is still posted; a request at work may take its ten seconds. NULL is fine. */
void asker_free(struct asker *a);

/* Never blocks. `value`: of a rate, else NaN. */
void asker_ask(struct asker *a, const char *run_uuid, enum control_kind kind, double value);
/* The next answer; false when there is none. */
bool asker_take(struct asker *a, struct asker_answer *out);

#endif
