/* The rule of run.keep: parsed where the configuration is checked, asked where files are pruned. */
#include "base/retention_rule.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static bool counted(const char *word, const char *name, int64_t *value)
{
    size_t n = strlen(name);
    return !strncmp(word, name, n) && word[n] == ':' && text_int(word + n + 1, value) && *value > 0;
}

bool retention_rule_parse(const char *text, struct retention_rule *rule)
{
    *rule = (struct retention_rule){0};
    for (const char *at = text;; at++) {
        char word[32];
        size_t n = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", n < sizeof word ? (int)n : 0, at);
        if (strcmp(word, "last") != 0 && strcmp(word, "previous") != 0 &&
            strcmp(word, "best") != 0 && !counted(word, "every", &rule->every) &&
            !counted(word, "newest", &rule->newest))
            return false;
        at += n;
        if (!*at)
            return true;
    }
}

bool retention_rule_holds(const struct retention_rule *rule, int64_t epoch, int64_t done)
{
    return (rule->every > 0 && epoch % rule->every == 0) || epoch > done - rule->newest;
}
