#include "store/run_status.h"

#include <string.h>

static const char *const names[RUN_STATUS_COUNT];

const char *run_status_name(enum run_status status)
{
    return names[status];
}

enum run_status run_status_parse(const char *name)
{
    for (int i = 0; i < RUN_STATUS_COUNT; i++)
        if (!strcmp(name, names[i]))
            return (enum run_status)i;
    return RUN_UNKNOWN;
}

bool run_status_is_live(enum run_status status)
{
    return status == RUN_RUNNING || status == RUN_PAUSED;
}

static const char *const names[RUN_STATUS_COUNT] = {
    [RUN_NO_STATUS] = "",      [RUN_UNKNOWN] = "unknown",
    [RUN_RUNNING] = "running", [RUN_PAUSED] = "paused",
    [RUN_DONE] = "done",       [RUN_STOPPED] = "stopped",
    [RUN_FAILED] = "failed",   [RUN_INTERRUPTED] = "interrupted",
    [RUN_WAITING] = "waiting", [RUN_NOT_LISTED] = "not listed",
};
