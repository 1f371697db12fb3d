/* The save recipe is the one place where durability is decided: every writer of anything that must
 * survive a crash goes through it. */
#define _GNU_SOURCE
#include "file_save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { NAME_BYTES_MAX = 220, ATTEMPTS = 100, COPY_BYTES = 1 << 20, LINK_MAX = 40 };

void file_save_name_temp(const char *path, int attempt, char out[FILE_SAVE_TEMP_MAX])
{
    struct timespec t;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = strlen(name); /* a long name leaves no room for the ending */
    clock_gettime(CLOCK_MONOTONIC, &t);
    snprintf(out, FILE_SAVE_TEMP_MAX, "%.*s.%lx.tmp",
             (int)(name - path) + (int)(n < NAME_BYTES_MAX ? n : NAME_BYTES_MAX), path,
             ((unsigned long)t.tv_nsec << 20) ^ (unsigned long)getpid() ^ (unsigned long)attempt);
}

/* Without its final slash. */
static void folder_of(const char *path, char folder[FILE_PATH_MAX])
{
    snprintf(folder, FILE_PATH_MAX, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == folder)
        slash[1] = '\0';
    else if (slash)
        *slash = '\0';
    else
        strcpy(folder, ".");
}

static int open_temp(struct file_save *s, unsigned mode)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        file_save_name_temp(s->path, attempt, s->temp);
        s->fd = open(s->temp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (s->fd >= 0)
            return s->fd;
        if (errno != EEXIST && errno != EINTR)
            break;
    }
    s->temp[0] = '\0'; /* not ours to remove */
    return -1;
}

static void link_of(int fd, char out[LINK_MAX])
{
    snprintf(out, LINK_MAX, "/proc/self/fd/%d", fd);
}

/* A file that has no name yet goes with its process, even a killed one. Not every file system has
 * such files, and giving them a name needs /proc. */
static int open_unnamed(struct file_save *s, unsigned mode)
{
    char folder[FILE_PATH_MAX], link[LINK_MAX];
    folder_of(s->path, folder);
    s->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
    if (s->fd < 0)
        return -1;
    link_of(s->fd, link);
    if (!access(link, F_OK))
        return s->fd;
    close(s->fd);
    s->fd = -1;
    return -1;
}

static int begin(struct file_save *s, const char *path, struct err *e)
{
    struct stat st;
    s->fd = -1;
    s->temp[0] = '\0';
    if (snprintf(s->path, sizeof s->path, "%s", path) >= (int)sizeof s->path)
        return err_set(e, ERR_CREATE, "%.60s...: the path is too long", path);
    if (!stat(path, &st) && S_ISDIR(st.st_mode))
        return err_set_errno(e, ERR_CREATE, EISDIR, "%s", path);
    return 0;
}

static int reserve(struct file_save *s, uint64_t expected, struct err *e)
{
    int failed = expected ? posix_fallocate(s->fd, 0, (off_t)expected) : 0;
    if (failed != ENOSPC && failed != EDQUOT && failed != EFBIG && failed != EIO)
        return 0;
    file_save_abort(s);
    return err_set_errno(e, ERR_IO, failed, "%s: cannot reserve %llu bytes", s->path,
                         (unsigned long long)expected);
}

int file_save_begin(struct file_save *s, const char *path, uint64_t expected, struct err *e)
{
    if (begin(s, path, e))
        return -1;
    if (open_temp(s, 0600) < 0)
        return err_set_errno(e, ERR_CREATE, errno, "%s", path);
    return reserve(s, expected, e);
}

int file_save_begin_output(struct file_save *s, const char *path, unsigned mode, uint64_t expected,
                           struct err *e)
{
    if (begin(s, path, e))
        return -1;
    if (open_unnamed(s, mode) < 0 && open_temp(s, mode) < 0)
        return err_set_errno(e, ERR_CREATE, errno, "%s", path);
    return reserve(s, expected, e);
}

int file_save_write(struct file_save *s, const void *data, size_t n, struct err *e)
{
    const char *p = data;
    while (n > 0) {
        ssize_t put = write(s->fd, p, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return err_set_errno(e, ERR_IO, put < 0 ? errno : ENOSPC, "%s", s->path);
        p += put;
        n -= (size_t)put;
    }
    return 0;
}

static int cut(int fd, off_t end)
{
    int failed;
    do
        failed = ftruncate(fd, end);
    while (failed && errno == EINTR);
    return failed;
}

static int sync_file(int fd)
{
    int failed;
    do
        failed = fsync(fd);
    while (failed && errno == EINTR);
    return failed;
}

static int sync_folder_of(const char *path)
{
    char folder[FILE_PATH_MAX];
    folder_of(path, folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int failed = sync_file(fd);
    if (failed && errno == EINVAL)
        failed = 0; /* some network file systems cannot sync a folder; rename is still atomic */
    int saved = errno;
    close(fd);
    errno = saved;
    return failed;
}

/* All that was written, on the disk. */
static int settle(struct file_save *s)
{
    off_t end = lseek(s->fd, 0, SEEK_CUR); /* the reserved size may have been an estimate */
    return end < 0 || cut(s->fd, end) || sync_file(s->fd) ? -1 : 0;
}

static int close_file(struct file_save *s)
{
    int failed = close(s->fd) && errno != EINTR; /* it is closed then, and was synced before */
    s->fd = -1;
    return failed ? -1 : 0;
}

static int commit_failed(struct file_save *s, struct err *e)
{
    err_set_errno(e, ERR_IO, errno, "%s", s->path);
    file_save_abort(s);
    return -1;
}

int file_save_commit(struct file_save *s, struct err *e)
{
    if (settle(s) || close_file(s) || rename(s->temp, s->path))
        return commit_failed(s, e);
    s->temp[0] = '\0';
    return sync_folder_of(s->path) ? commit_failed(s, e) : 0;
}

static int copy_into(int from, int to, off_t size)
{
    char *piece = xmalloc(COPY_BYTES);
    off_t at = 0;
    while (at < size) {
        ssize_t got = pread(from, piece, COPY_BYTES, at);
        ssize_t put = got > 0 ? pwrite(to, piece, (size_t)got, at) : got;
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            break;
        at += put;
    }
    free(piece);
    return at < size || cut(to, size) || sync_file(to) ? -1 : 0;
}

/* Where a file may be made without a name, but not be given one: as a copy that has one. */
static int copy_to_temp(struct file_save *s)
{
    struct stat st;
    int from = s->fd;
    if (fstat(from, &st))
        return -1;
    if (open_temp(s, 0600) < 0) {
        s->fd = from;
        return -1;
    }
    (void)!fchown(s->fd, st.st_uid, st.st_gid);
    int failed = fchmod(s->fd, st.st_mode & 0777) || copy_into(from, s->fd, st.st_size) ? -1 : 0;
    int why = errno;
    close(from);
    errno = why;
    return failed;
}

/* Give the file its name unless that is taken: EEXIST. Not every file system can do that by
 * renaming, nor by linking; the last way reserves the name first. */
static int name_new(struct file_save *s)
{
    char link_path[LINK_MAX];
    link_of(s->fd, link_path);
    if (!s->temp[0] && !linkat(AT_FDCWD, link_path, AT_FDCWD, s->path, AT_SYMLINK_FOLLOW))
        return 0;
    if (!s->temp[0] && (errno == EEXIST || copy_to_temp(s)))
        return -1;
    if (!renameat2(AT_FDCWD, s->temp, AT_FDCWD, s->path, RENAME_NOREPLACE))
        return 0;
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
        return -1;
    if (!link(s->temp, s->path))
        return unlink(s->temp);
    if (errno == EEXIST)
        return -1;
    int fd = open(s->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    close(fd);
    if (!rename(s->temp, s->path))
        return 0;
    int why = errno;
    unlink(s->path); /* the empty file that reserved the name */
    errno = why;
    return -1;
}

/* Only a name can be renamed. */
static int name_temp(struct file_save *s)
{
    char link_path[LINK_MAX];
    link_of(s->fd, link_path);
    for (int attempt = 0; attempt < ATTEMPTS && !s->temp[0]; attempt++) {
        file_save_name_temp(s->path, attempt, s->temp);
        if (!linkat(AT_FDCWD, link_path, AT_FDCWD, s->temp, AT_SYMLINK_FOLLOW))
            break;
        s->temp[0] = '\0';
        if (errno != EEXIST && errno != EINTR)
            break;
    }
    return s->temp[0] ? 0 : copy_to_temp(s);
}

/* Not by posix_fallocate: on a file system that cannot do it, that reads the file, which is open
 * for writing only. */
static int make_room(int fd, off_t size)
{
    int failed;
    do
        failed = size ? fallocate(fd, 0, 0, size) : 0;
    while (failed && errno == EINTR);
    return failed && errno != EOPNOTSUPP && errno != ENOSYS ? -1 : 0;
}

/* Make room first: what was there is lost when the disk is full all the same. */
static int write_over(const struct file_save *s, int to)
{
    struct stat st, old;
    if (fstat(s->fd, &st) || fstat(to, &old))
        return -1;
    if (!S_ISREG(old.st_mode)) {
        errno = EINVAL;
        return -1;
    }
    return make_room(to, st.st_size) ? -1 : copy_into(s->fd, to, st.st_size);
}

/* A file that is a mount of its own, or another user's in a sticky folder, can be written but not
 * replaced. */
static int write_in_place(const struct file_save *s)
{
    int fd = open(s->path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int failed = write_over(s, fd), why = errno;
    if (close(fd) && !failed)
        return -1;
    errno = why;
    return failed;
}

static int put_over(struct file_save *s)
{
    if (name_temp(s))
        return -1;
    if (!rename(s->temp, s->path)) {
        s->temp[0] = '\0';
        return 0;
    }
    if ((errno != EBUSY && errno != EPERM) || write_in_place(s))
        return -1;
    unlink(s->temp);
    s->temp[0] = '\0';
    return 0;
}

int file_save_commit_over(struct file_save *s, struct err *e)
{
    if (settle(s) || put_over(s) || close_file(s))
        return commit_failed(s, e);
    return sync_folder_of(s->path) ? commit_failed(s, e) : 0;
}

int file_save_commit_new(struct file_save *s, bool *taken, struct err *e)
{
    *taken = false;
    if (settle(s))
        return commit_failed(s, e);
    if (name_new(s)) {
        *taken = errno == EEXIST;
        return commit_failed(s, e);
    }
    s->temp[0] = '\0';
    return close_file(s) || sync_folder_of(s->path) ? commit_failed(s, e) : 0;
}

void file_save_abort(struct file_save *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    if (s->temp[0])
        unlink(s->temp);
    s->temp[0] = '\0';
}

int file_save_all(const char *path, const void *data, size_t n, struct err *e)
{
    struct file_save s;
    if (file_save_begin(&s, path, n, e))
        return -1;
    if (file_save_write(&s, data, n, e)) {
        file_save_abort(&s);
        return -1;
    }
    return file_save_commit(&s, e);
}
