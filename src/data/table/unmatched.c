/* A list of strangers for a message: all are counted, the first few are kept. */
#include "data/unmatched.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

void unmatched_add(struct unmatched *u, const char *id, int line)
{
    char safe[96];
    size_t used = strlen(u->ids);
    if (u->n++ == 0)
        u->line = line;
    if (u->n > UNMATCHED_SHOWN)
        return;
    text_safe(*id ? id : "\"\"", safe, sizeof safe);
    snprintf(u->ids + used, sizeof u->ids - used, "%s%s", used ? ", " : "", safe);
}

const char *unmatched_text(const struct unmatched *u, char out[560])
{
    if (u->n > UNMATCHED_SHOWN)
        snprintf(out, 560, "%s and %d more", u->ids, u->n - UNMATCHED_SHOWN);
    else
        snprintf(out, 560, "%s", u->ids);
    return out;
}

void unmatched_tell_left_out(const char *path, const struct unmatched *u)
{
    char names[560];
    if (u->n)
        log_info("%s: %d of its samples %s left out by data.exclude: %s", path, u->n,
                 u->n == 1 ? "is" : "are", unmatched_text(u, names));
}
