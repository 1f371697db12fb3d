/* What a training is asked to do. */
#ifndef JOB_TRAIN_REQUEST_H
#define JOB_TRAIN_REQUEST_H

#include <stdbool.h>

#include "base/conf.h"

struct train_request {
    const struct conf *conf; /* of a new run; NULL: the work folder's */
    const char *name;        /* of a new run; NULL: run-1, run-2, ... */
    const char *resume;      /* run to go on with (name, uuid, "last"); NULL: a new run. Its
                              * configuration is that of its checkpoint, but for work.*, run.*, ui.*
                              * and where flags say that its table and images are */
    const char *split_of;    /* a new run takes the split of this run; NULL: the current split */
    bool
        go_on; /* `name` may be a run already: then go on with it, or end at once when it is done */
    bool of_queue; /* with go_on: `name` waits in the queue, and this is its turn */
};

#endif
