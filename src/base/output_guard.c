/* Compared at the time of writing, links followed: the files may have come since. */
#include "base/output_guard.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

static struct guarded {
    char path[FILE_PATH_MAX], names[FILE_PATH_MAX];
    const char *what;
} guarded[OUTPUT_GUARD_MAX];

static void add(const struct output_guard *new)
{
    const char *names = new->names ? new->names : "";
    struct guarded *g = guarded;
    while (g < guarded + OUTPUT_GUARD_MAX && g->what)
        g++;
    if (g == guarded + OUTPUT_GUARD_MAX || !*new->path || strlen(new->path) >= sizeof g->path ||
        strlen(names) >= sizeof g->names)
        return;
    snprintf(g->path, sizeof g->path, "%s", new->path);
    snprintf(g->names, sizeof g->names, "%s", names);
    g->what = new->what;
}

void output_guard_set(const struct output_guard *list, int n)
{
    memset(guarded, 0, sizeof guarded);
    for (int i = 0; i < n; i++)
        add(&list[i]);
}

void output_guard_add(const char *path, const char *what)
{
    if (path && strcmp(path, "-") != 0)
        add(&(struct output_guard){.path = path, .what = what});
}

/* Hard links of a file are the file; what is in a folder begins with its path. */
static bool is_at(const char *path, const struct guarded *g)
{
    struct stat one, other;
    if (stat(path, &one) || stat(g->path, &other))
        return false;
    if (!S_ISDIR(other.st_mode))
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    char *file = realpath(path, NULL), *folder = realpath(g->path, NULL);
    size_t n = folder ? strlen(folder) : 0;
    bool inside = file && folder && !strncmp(file, folder, n) && file[n] == '/';
    if (inside && *g->names)
        inside = !fnmatch(g->names, file + n + 1, 0);
    free(file);
    free(folder);
    return inside;
}

int output_guard_check(const char *path, struct err *e)
{
    for (const struct guarded *g = guarded; g < guarded + OUTPUT_GUARD_MAX && g->what; g++)
        if (is_at(path, g))
            return err_set(e, ERR_CREATE,
                           "%s: is %s, which is never overwritten: name another file", path,
                           g->what);
    return 0;
}
