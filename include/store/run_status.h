/* What a run is doing, or how it ended. In the store, in run.json and on screen it is a word. Pure;
 * any thread. */
#ifndef STORE_RUN_STATUS_H
#define STORE_RUN_STATUS_H

#include <stdbool.h>

enum run_status {
    RUN_NO_STATUS, /* of a table of scores, behind which is no run; "" */
    RUN_UNKNOWN,   /* a word that this program does not know; "unknown" */
    RUN_RUNNING,
    RUN_PAUSED,
    RUN_DONE,
    RUN_STOPPED,
    RUN_FAILED,
    RUN_INTERRUPTED,
    RUN_WAITING,    /* in the queue; never in the table of runs */
    RUN_NOT_LISTED, /* a folder that the store does not know */
    RUN_STATUS_COUNT
};

const char *run_status_name(enum run_status status);
enum run_status run_status_parse(const char *name);
/* Running or paused: somebody trains it, unless its process has died. */
bool run_status_is_live(enum run_status status);

#endif
