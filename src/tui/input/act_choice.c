/* One word of a few: looked up, or the next one. */
#include "act_choice.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

int act_choice(struct app_model *b, const char *argument, const char *const names[], int n, int now)
{
    char all[200];
    size_t used = 0;
    if (!*argument)
        return (now + 1) % n;
    for (int i = 0; i < n; i++)
        if (strcasecmp(names[i], argument) == 0)
            return i;
    for (int i = 0; i < n && used < sizeof all; i++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", names[i]);
    app_model_say(b, INK_WARN, "\"%s\" is none of %s", argument, all);
    return -1;
}
