/* A folder for a test's files, and real data where there is some. */
#ifndef TESTS_DATA_SCRATCH_H
#define TESTS_DATA_SCRATCH_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static char scratch_folder[64];

static inline int scratch_make(void **state)
{
    (void)state;
    strcpy(scratch_folder, "/tmp/hpa-test-XXXXXX");
    return mkdtemp(scratch_folder) ? 0 : -1;
}

static inline int scratch_remove(void **state)
{
    (void)state;
    DIR *folder = opendir(scratch_folder);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", scratch_folder, entry->d_name);
        if (unlink(path))
            rmdir(path);
    }
    if (folder)
        closedir(folder);
    return rmdir(scratch_folder);
}

/* Path of a file in the folder; four can be in use at a time. */
static inline const char *scratch_path(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_folder, name);
    return path;
}

static inline const char *scratch_write(const char *name, const void *bytes, size_t n)
{
    struct err e = {0};
    const char *path = scratch_path(name);
    if (file_save_all(path, bytes, n, &e)) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
    return path;
}

/* Path of a real file, NULL (and a line saying so) when the real data is not there. */
static inline const char *scratch_real(const char *name)
{
    static char path[1024];
    const char *folder = getenv("HPA_REAL_DATA");
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "../shared/data", name);
    if (!access(path, R_OK))
        return path;
    printf("SKIP: no real data at %s\n", path);
    return NULL;
}

#endif
