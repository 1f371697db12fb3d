/* A folder of its own for each test that writes files. */
#ifndef TESTS_NN_FILES_H
#define TESTS_NN_FILES_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "test.h"

struct folder {
    char path[64], file[128];
};

/* setup and teardown of cmocka: *state is a struct folder, `file` a path in it. */
static inline int folder_make(void **state)
{
    static struct folder f;
    strcpy(f.path, "/tmp/hpa-test-XXXXXX");
    if (!mkdtemp(f.path))
        return -1;
    snprintf(f.file, sizeof f.file, "%s/x.safetensors", f.path);
    *state = &f;
    return 0;
}

/* How many files lie in the folder; with `remove_all` they are removed. */
static inline int folder_files(const struct folder *f, int remove_all)
{
    int n = 0;
    DIR *d = opendir(f->path);
    for (struct dirent *entry; d && (entry = readdir(d));) {
        char path[512];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", f->path, entry->d_name);
        if (remove_all)
            unlink(path);
        n++;
    }
    closedir(d);
    return n;
}

static inline int folder_remove(void **state)
{
    const struct folder *f = *state;
    folder_files(f, 1);
    return rmdir(f->path);
}

static inline void file_put(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static inline unsigned char *file_get(const char *path, size_t *n)
{
    char *bytes;
    assert_int_equal(file_read(path, 1 << 26, &bytes, n, NULL), 0);
    return (unsigned char *)bytes;
}

#endif
