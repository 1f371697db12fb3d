/* NumPy arrays on disk. The header is a Python dict literal; only the exact form that numpy writes
 * for a C-ordered two-dimensional '<f4' array is accepted. */
#include "data/npy_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

enum { PREFIX = 10, ALIGN = 64, LIMIT = 1 << 30 };
static const char MAGIC[8] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0};

static const char *value_of(const char *header, const char *key)
{
    const char *p = strstr(header, key);
    return p ? p + strlen(key) + strspn(p + strlen(key), " ") : "";
}

/* "(586, 28)" */
static int parse_shape(const char *text, int *rows, int *columns)
{
    char tail = 0;
    long r = 0, c = 0;
    if (sscanf(text, "(%9ld, %9ld%c", &r, &c, &tail) != 3 || tail != ')' || r < 0 || c < 1)
        return -1;
    *rows = (int)r;
    *columns = (int)c;
    return 0;
}

static int parse_header(const char *header, int *rows, int *columns)
{
    if (strncmp(value_of(header, "'descr':"), "'<f4'", 5) ||
        strncmp(value_of(header, "'fortran_order':"), "False", 5))
        return -1;
    return parse_shape(value_of(header, "'shape':"), rows, columns);
}

/* Only a path without surprises belongs in a line that people paste into a shell. */
static const char *pasted(const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/";
    return path[strspn(path, plain)] == '\0' && strlen(path) <= 200 ? path : "X.npy";
}

/* With the line that converts any array of numbers into the form that is read. */
static int refuse(const char *path, const char *what, struct err *e)
{
    const char *shown = pasted(path);
    return err_set(e, ERR_DATA,
                   "%s: %s; convert it with: python3 -c \"import numpy as n; a=n.load('%s'); "
                   "n.save('%s', n.ascontiguousarray(a.reshape(len(a), -1), '<f4'))\"",
                   path, what, shown, shown);
}

static int parse_file(const char *path, char *file, size_t size, float **data, int *rows,
                      int *columns, struct err *e)
{
    if (size >= PREFIX && !memcmp(file, MAGIC, 6) && memcmp(file, MAGIC, sizeof MAGIC))
        return refuse(path, "is not a .npy file of version 1.0", e);
    if (size < PREFIX || memcmp(file, MAGIC, sizeof MAGIC))
        return err_set(e, ERR_DATA, "%s: is not a .npy file of version 1.0", path);
    size_t length = (size_t)(unsigned char)file[8] | (size_t)(unsigned char)file[9] << 8;
    if (length == 0 || size - PREFIX < length)
        return err_set(e, ERR_DATA, "%s: the header is longer than the file", path);
    char *header = file + PREFIX, *end = header + length, last = end[-1];
    end[-1] = '\0'; /* where the header's newline was */
    if (last != '\n' || parse_header(header, rows, columns))
        return refuse(path, "only two-dimensional float32 arrays in C order are read", e);
    uint64_t bytes = (uint64_t)*rows * (uint64_t)*columns * sizeof(float);
    if (bytes != size - PREFIX - length)
        return err_set(e, ERR_DATA, "%s: holds %zu bytes of data, shape (%d, %d) needs %llu", path,
                       size - PREFIX - length, *rows, *columns, (unsigned long long)bytes);
    *data = mem_array((size_t)bytes / sizeof(float), sizeof(float), path, e);
    if (!*data)
        return -1;
    memcpy(*data, end, (size_t)bytes);
    return 0;
}

int npy_file_read(const char *path, float **data, int *rows, int *columns, struct err *e)
{
    char *file;
    size_t size;
    if (file_read(path, LIMIT, &file, &size, e))
        return -1;
    int failed = parse_file(path, file, size, data, rows, columns, e);
    free(file);
    return failed;
}

int npy_file_write(const char *path, enum output_mode mode, const float *data, int rows,
                   int columns, struct err *e)
{
    char header[256];
    struct output save;
    size_t bytes = (size_t)rows * (size_t)columns * sizeof *data;
    memcpy(header, MAGIC, sizeof MAGIC);
    int text =
        snprintf(header + PREFIX, sizeof header - PREFIX,
                 "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", rows, columns);
    size_t total = ((size_t)text + PREFIX + 1 + ALIGN - 1) / ALIGN * ALIGN;
    memset(header + PREFIX + text, ' ', total - PREFIX - (size_t)text);
    header[total - 1] = '\n';
    header[8] = (char)((total - PREFIX) & 0xff);
    header[9] = (char)((total - PREFIX) >> 8);
    if (output_begin(&save, path, mode, total + bytes, e))
        return -1;
    if (output_write(&save, header, total, e) || output_write(&save, data, bytes, e)) {
        output_abort(&save);
        return -1;
    }
    return output_commit(&save, e);
}
