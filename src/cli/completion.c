/* What all shells share: which values, actions and arguments there are. */
#include "completion.h"

#include <ctype.h>
#include <string.h>

static bool is_file(const char *value)
{
    return !strcmp(value, "FILE") || !strcmp(value, "DIR") || strstr(value, "FILE") != NULL;
}

enum completion_kind completion_value(const struct flag *flag, char *words, int size)
{
    words[0] = '\0';
    if (!flag->value)
        return COMPLETION_NONE;
    if (!strcmp(flag->value, "KEY=VALUE"))
        return COMPLETION_KEYS;
    if (strchr(flag->allowed, '|') && !strstr(flag->allowed, "..")) {
        snprintf(words, (size_t)size, "%s", flag->allowed);
        for (char *p = words; *p; p++)
            *p = *p == '|' ? ' ' : *p;
        return COMPLETION_WORDS;
    }
    if (!strcmp(flag->value, "RUN"))
        return COMPLETION_RUNS;
    return is_file(flag->value) ? COMPLETION_FILES : COMPLETION_NONE;
}

void completion_actions(const struct command *c, char *words, int size)
{
    int n = 0;
    words[0] = '\0';
    for (const char *p = c->args; *p;) {
        size_t length = strspn(p, "abcdefghijklmnopqrstuvwxyz-");
        if (length && n + (int)length + 2 < size)
            n += snprintf(words + n, (size_t)(size - n), "%s%.*s", n ? " " : "", (int)length, p);
        p += length ? length : 1;
    }
}

bool completion_takes_runs(const struct command *c)
{
    return strstr(c->args, "RUN") != NULL;
}

bool completion_takes_files(const struct command *c)
{
    return strstr(c->args, "FILE") || strstr(c->args, "DIR");
}

const char completion_run_names[] =
    "hpa --json runs list 2>/dev/null | sed -n 's/^ *\"name\": \"\\(.*\\)\",\\{0,1\\}$/\\1/p'";
