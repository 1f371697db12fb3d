/* Compared at the time of writing, links followed: the files may have come since. */
#include "base/output_guard.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

static struct guarded {
    char path[FILE_PATH_MAX];
    const char *what;
} guarded[OUTPUT_GUARD_MAX];

void output_guard_set(const struct output_guard *list, int n)
{
    memset(guarded, 0, sizeof guarded);
    for (int i = 0, at = 0; i < n && at < OUTPUT_GUARD_MAX; i++) {
        struct guarded *g = &guarded[at];
        if (!*list[i].path || strlen(list[i].path) >= sizeof g->path)
            continue;
        snprintf(g->path, sizeof g->path, "%s", list[i].path);
        g->what = list[i].what;
        at++;
    }
}

/* Hard links of a file are the file; what is in a folder begins with its path. */
static bool is_at(const char *path, const char *guard)
{
    struct stat one, other;
    if (stat(path, &one) || stat(guard, &other))
        return false;
    if (!S_ISDIR(other.st_mode))
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    char *file = realpath(path, NULL), *folder = realpath(guard, NULL);
    size_t n = folder ? strlen(folder) : 0;
    bool inside = file && folder && !strncmp(file, folder, n) && file[n] == '/';
    free(file);
    free(folder);
    return inside;
}

int output_guard_check(const char *path, struct err *e)
{
    for (const struct guarded *g = guarded; g < guarded + OUTPUT_GUARD_MAX && g->what; g++)
        if (is_at(path, g->path))
            return err_set(e, ERR_CREATE,
                           "%s: is %s, which is never overwritten: name another file", path,
                           g->what);
    return 0;
}
