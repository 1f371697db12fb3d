#include "base/room.h"

#include <stdbool.h>
#include <stdio.h>

static const double MB = 1e6;

void room_used_text(const struct limits_memory *limit, char *out, int size)
{
    double used = (double)limit->used / MB, own = (double)limit->own / MB;
    if (limit->used > limit->own)
        snprintf(out, (size_t)size, "%.0f MB are in use already, %.0f MB of them by this process",
                 used, own);
    else
        snprintf(out, (size_t)size, "this process holds %.0f MB already", used);
}

int room_fits(const struct room_plan *p, const struct limits_memory *limit, struct err *e)
{
    char used[96];
    if (limit->bytes == UINT64_MAX || p->bytes <= limits_room(limit))
        return 0;
    room_used_text(limit, used, sizeof used);
    return err_set(e, ERR_NOMEM,
                   "%s: does not fit into memory: it plans %s, and %s, but %s allows %.0f MB: "
                   "%s%sraise that limit",
                   p->who, p->text, used, limit->by, (double)limit->bytes / MB,
                   p->lower ? p->lower : "", p->lower ? ", or " : "");
}

int room_for_threads(const char *who, int threads, uint64_t bytes_each, struct err *e)
{
    char text[96], lower[64];
    struct limits_memory limit;
    struct room_plan p = {who, text, (uint64_t)threads * bytes_each, NULL};
    snprintf(text, sizeof text, "%.0f MB: %d %s of %.1f MB", (double)p.bytes / MB, threads,
             threads == 1 ? "thread" : "threads", (double)bytes_each / MB);
    snprintf(lower, sizeof lower, "use fewer threads (-s run.threads=%d)", threads / 2);
    p.lower = threads > 1 ? lower : NULL;
    limits_memory("", &limit);
    return room_fits(&p, &limit, e);
}
