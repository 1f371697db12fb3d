/* Files, apart from saves (file_save.c). */
#define _GNU_SOURCE
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "file_save.h"

enum { COPY_BYTES = 1 << 20 };

/* What other threads and processes, a network or a cable cause for a moment. */
static bool may_pass(int errno_value)
{
    static const int codes[] = {EINTR, EIO, EMFILE, ENFILE, EAGAIN, ESTALE, ETIMEDOUT, EBUSY};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (errno_value == codes[i])
            return true;
    return false;
}

bool file_wait_out(int errno_value, unsigned *waits)
{
    static const long waits_ms[] = {5, 50, 250, 700};
    if (!may_pass(errno_value) || *waits == sizeof waits_ms / sizeof *waits_ms)
        return false;
    nanosleep(&(struct timespec){.tv_nsec = waits_ms[(*waits)++] * 1000000}, NULL);
    return true;
}

static int check_regular(int fd, const char *path, uint64_t *size, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st))
        return err_set_errno(e, ERR_IO, errno, "%s", path);
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_NOINPUT, "%s: is a %s, not a regular file", path,
                       S_ISDIR(st.st_mode) ? "folder" : "pipe or device");
    *size = (uint64_t)st.st_size;
    return 0;
}

static int open_with(const char *path, unsigned *waits, uint64_t *size, struct err *e)
{
    int fd;
    do
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    while (fd < 0 && (errno == EINTR || file_wait_out(errno, waits)));
    if (fd < 0)
        return err_set_errno(e, ERR_NOINPUT, errno, "%s", path);
    if (!check_regular(fd, path, size, e))
        return fd;
    close(fd);
    return -1;
}

int file_open(const char *path, uint64_t *size, struct err *e)
{
    unsigned waits = 0;
    return open_with(path, &waits, size, e);
}

static int pread_with(int fd, void *data, size_t n, uint64_t offset, unsigned *waits,
                      const char *path, struct err *e)
{
    char *p = data;
    while (n > 0) {
        ssize_t got = pread(fd, p, n, (off_t)offset);
        if (got < 0 && (errno == EINTR || file_wait_out(errno, waits)))
            continue;
        if (got < 0)
            return err_set_errno(e, ERR_IO, errno, "%s", path);
        if (got == 0)
            return err_set(e, ERR_DATA, "%s: the file ends %zu bytes too early", path, n);
        p += got;
        offset += (uint64_t)got;
        n -= (size_t)got;
    }
    return 0;
}

int file_pread(int fd, void *data, size_t n, uint64_t offset, const char *path, struct err *e)
{
    unsigned waits = 0;
    return pread_with(fd, data, n, offset, &waits, path, e);
}

/* errno says why it failed, 0 where no system call did. */
static int read_all(const char *path, size_t limit, char **data, size_t *size, struct err *e)
{
    uint64_t length;
    unsigned waits = 0; /* of the whole file */
    errno = 0;
    int fd = open_with(path, &waits, &length, e), failed_by;
    if (fd < 0)
        return -1;
    char *text = NULL;
    if (length > limit) {
        err_set(e, ERR_DATA, "%s: %llu bytes, more than the limit of %zu", path,
                (unsigned long long)length, limit);
        goto fail;
    }
    text = mem_array((size_t)length + 1, 1, path, e);
    errno = 0;
    if (!text || pread_with(fd, text, (size_t)length, 0, &waits, path, e))
        goto fail;
    close(fd);
    *data = text;
    *size = (size_t)length;
    return 0;
fail:
    failed_by = errno;
    close(fd);
    free(text);
    errno = failed_by;
    return -1;
}

int file_read(const char *path, size_t limit, char **data, size_t *size, struct err *e)
{
    return read_all(path, limit, data, size, e);
}

int file_read_patiently(const char *path, size_t limit, char **data, size_t *size, bool *passing,
                        struct err *e)
{
    int failed = read_all(path, limit, data, size, e);
    *passing = failed && may_pass(errno);
    return failed;
}

int file_check_place(const char *path, struct err *e)
{
    char folder[FILE_PATH_MAX];
    struct stat st;
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    if (access(folder, W_OK | X_OK) || stat(folder, &st))
        return err_set_errno(e, ERR_CREATE, errno, "%s: cannot be written into its folder", path);
    if (!S_ISDIR(st.st_mode))
        return err_set_errno(e, ERR_CREATE, ENOTDIR, "%s: cannot be written", path);
    if (!*path || (!stat(path, &st) && S_ISDIR(st.st_mode)))
        return err_set(e, ERR_CREATE, "'%s' is a folder or nothing: name a file to write", path);
    return 0;
}

static int copy_all(int from, uint64_t bytes, char *buffer, struct file_save *to, struct err *e)
{
    for (uint64_t at = 0; at < bytes;) {
        size_t n = bytes - at < COPY_BYTES ? (size_t)(bytes - at) : COPY_BYTES;
        if (file_pread(from, buffer, n, at, to->path, e) || file_save_write(to, buffer, n, e))
            return -1;
        at += n;
    }
    return 0;
}

static int copy(const char *from, const char *to, struct err *e)
{
    struct file_save s;
    uint64_t bytes;
    int fd = file_open(from, &bytes, e);
    if (fd < 0)
        return -1;
    char *buffer = xmalloc(COPY_BYTES);
    int failed = file_save_begin(&s, to, bytes, e);
    if (!failed && copy_all(fd, bytes, buffer, &s, e)) {
        file_save_abort(&s);
        failed = -1;
    } else if (!failed) {
        failed = file_save_commit(&s, e);
    }
    free(buffer);
    close(fd);
    return failed;
}

int file_also_as(const char *from, const char *to, struct err *e)
{
    char temp[FILE_SAVE_TEMP_MAX];
    file_save_name_temp(to, 0, temp);
    if (link(from, temp)) {
        bool none = errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK ||
                    errno == EXDEV;
        return none ? copy(from, to, e) : err_set_errno(e, ERR_CREATE, errno, "%s", to);
    }
    int failed = rename(temp, to) ? errno : 0;
    unlink(temp); /* still there after a failure, and when both were one file already */
    return failed ? err_set_errno(e, ERR_IO, failed, "%s", to) : 0;
}

static bool is_temp(const char *name)
{
    size_t n = strlen(name);
    if (n < 5 || strcmp(name + n - 4, ".tmp"))
        return false;
    const char *hex = name + n - 4;
    while (hex > name && strchr("0123456789abcdef", hex[-1]))
        hex--;
    return hex > name && hex[-1] == '.' && hex < name + n - 4;
}

void file_remove_temps(const char *folder)
{
    DIR *d = opendir(folder);
    if (!d)
        return;
    for (struct dirent *entry; (entry = readdir(d));)
        if (is_temp(entry->d_name))
            (void)unlinkat(dirfd(d), entry->d_name, 0); /* only litter: staying is harmless */
    closedir(d);
}

static int remove_failed(const char *path, struct err *e)
{
    if (errno == ENOENT) /* somebody else was faster */
        return 0;
    return err_set_errno(e, ERR_IO, errno, "%s: cannot be removed", path);
}

int file_remove_tree(const char *path, struct err *e)
{
    char inside[FILE_PATH_MAX];
    int failed = 0;
    if (unlink(path) == 0 || errno == ENOENT)
        return 0;
    DIR *d = opendir(path);
    if (!d)
        return remove_failed(path, e);
    for (struct dirent *entry; !failed && (entry = readdir(d));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            failed = file_join(inside, path, entry->d_name, e) || file_remove_tree(inside, e);
    closedir(d);
    return failed || rmdir(path) ? (failed ? -1 : remove_failed(path, e)) : 0;
}

int file_make_folders(const char *path, struct err *e)
{
    return file_make_folders_as(path, 0700, e);
}

int file_make_folders_as(const char *path, unsigned mode, struct err *e)
{
    char part[FILE_PATH_MAX];
    size_t n = strlen(path);
    if (n >= sizeof part)
        return err_set(e, ERR_CREATE, "%.60s...: the path is too long", path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        struct stat st;
        if (!mkdir(part, mode))
            continue;
        int failed = errno; /* read-only file systems say EROFS for folders that exist, too */
        if (stat(part, &st) || !S_ISDIR(st.st_mode))
            return err_set_errno(e, ERR_CREATE, failed == EEXIST ? ENOTDIR : failed, "folder %s",
                                 part);
    }
    return 0;
}

bool file_exists(const char *path)
{
    unsigned waits = 0;
    int failed;
    do
        failed = access(path, F_OK);
    while (failed && file_wait_out(errno, &waits));
    return !failed;
}

bool file_error_is_read_only(int number)
{
    return number == EROFS || number == EACCES || number == EPERM;
}

bool file_is_read_only(const char *path)
{
    return access(path, W_OK) != 0 && file_error_is_read_only(errno);
}

int file_join(char out[FILE_PATH_MAX], const char *folder, const char *name, struct err *e)
{
    const char *slash = !*folder || folder[strlen(folder) - 1] == '/' ? "" : "/";
    if (snprintf(out, FILE_PATH_MAX, "%s%s%s", folder, slash, name) >= FILE_PATH_MAX)
        return err_set(e, ERR_USAGE, "%.60s...: the path is too long", folder);
    return 0;
}

uint64_t file_free_space(const char *path)
{
    char part[FILE_PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    struct statvfs v;
    for (;;) {
        if (!statvfs(*part ? part : ".", &v))
            return (uint64_t)v.f_bavail * v.f_frsize;
        char *slash = strrchr(part, '/');
        if (!*part || !strcmp(part, "/"))
            return 0;
        if (slash)
            slash[slash == part] = '\0';
        else
            *part = '\0';
    }
}
