/* A folder of its own for a test, removed with everything in it. */
#ifndef TESTS_TEMPDIR_H
#define TESTS_TEMPDIR_H

#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char tempdir[64];

static inline void tempdir_make(void)
{
    snprintf(tempdir, sizeof tempdir, "/tmp/hpa-test-XXXXXX");
    if (!mkdtemp(tempdir))
        abort();
}

static inline const char *tempdir_path(const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", tempdir, name);
    return path;
}

static inline void tempdir_empty(const char *folder)
{
    DIR *d = opendir(folder);
    for (struct dirent *entry; d && (entry = readdir(d));) {
        char path[512];
        struct stat st;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!lstat(path, &st) && S_ISDIR(st.st_mode))
            tempdir_empty(path);
        remove(path);
    }
    if (d)
        closedir(d);
}

static inline int tempdir_entries(void)
{
    int n = -2; /* . and .. */
    DIR *d = opendir(tempdir);
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

static inline void tempdir_remove(void)
{
    tempdir_empty(tempdir);
    rmdir(tempdir);
}

#endif
