/* Links are followed here, step by step, and not by open(): rename would replace a link, and the
 * links of /proc/self/fd lead to descriptors that have no path (pipes, sockets, deleted files). */
#define _GNU_SOURCE
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/output_guard.h"
#include "base/text.h"

enum { LINKS_MAX = 40, POLL_MS = 50 };
enum { READER_MS = 300000, SCREEN_MS = 2000 };

enum target_kind { ABSENT, REGULAR, STREAM, DESCRIPTOR };

struct target {
    enum target_kind kind;
    char path[FILE_PATH_MAX]; /* links followed */
    struct stat st;           /* REGULAR, STREAM */
    int fd;                   /* DESCRIPTOR */
};

static int standard = STDOUT_FILENO; /* set once, before threads start */

void output_use_standard(int fd)
{
    standard = fd;
}

int output_standard(void)
{
    return standard;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* With its final slash; "./" when `path` is a name alone. */
static void folder_of(const char *path, char out[FILE_PATH_MAX])
{
    const char *name = name_of(path);
    snprintf(out, FILE_PATH_MAX, "%.*s", name > path ? (int)(name - path) : 2,
             name > path ? path : "./");
}

static bool is_number(const char *text, int *value)
{
    int64_t v;
    bool yes = text_int(text, &v) && v >= 0 && v <= INT32_MAX && text[0] != '+';
    *value = yes ? (int)v : -1;
    return yes;
}

/* N of /proc/self/fd/N, under any of its names. */
static bool is_descriptor(const char *path, int *fd)
{
    static const char *const folders[] = {"/proc/self/fd", "/proc/thread-self/fd"};
    char folder[FILE_PATH_MAX];
    if (!is_number(name_of(path), fd))
        return false;
    folder_of(path, folder);
    char *here = realpath(folder, NULL);
    bool found = false;
    for (size_t i = 0; here && !found && i < sizeof folders / sizeof *folders; i++) {
        char *own = realpath(folders[i], NULL);
        found = own && strcmp(own, here) == 0;
        free(own);
    }
    free(here);
    return found;
}

static int refuse(struct err *e, int number, const char *path)
{
    return err_set_errno(e, ERR_CREATE, number, "%s: cannot be written", path);
}

/* What the link `t->path` says, seen from its folder. */
static int follow(struct target *t, const char *path, struct err *e)
{
    char to[FILE_PATH_MAX], folder[FILE_PATH_MAX] = "";
    ssize_t n = readlink(t->path, to, sizeof to - 1);
    if (n < 0)
        return refuse(e, errno, path);
    to[n] = '\0';
    if (to[0] != '/')
        folder_of(t->path, folder);
    return file_join(t->path, folder, to, e) ? refuse(e, ENAMETOOLONG, path) : 0;
}

static int classify(struct target *t, const char *path, struct err *e)
{
    if (S_ISDIR(t->st.st_mode))
        return err_set(e, ERR_CREATE, "%s: is a folder: name a file to write", path);
    t->kind = S_ISREG(t->st.st_mode) ? REGULAR : STREAM;
    return 0;
}

static int resolve(const char *path, struct target *t, struct err *e)
{
    *t = (struct target){.kind = DESCRIPTOR, .fd = STDOUT_FILENO};
    if (!*path)
        return err_set(e, ERR_CREATE, "'' is no file name: name a file to write");
    if (!strcmp(path, "-"))
        return 0;
    if (snprintf(t->path, sizeof t->path, "%s", path) >= (int)sizeof t->path)
        return refuse(e, ENAMETOOLONG, path);
    for (int links = 0; links <= LINKS_MAX; links++) {
        if (is_descriptor(t->path, &t->fd))
            return 0;
        if (lstat(t->path, &t->st)) {
            t->kind = ABSENT;
            return errno == ENOENT ? 0 : refuse(e, errno, path);
        }
        if (!S_ISLNK(t->st.st_mode))
            return classify(t, path, e);
        if (follow(t, path, e))
            return -1;
    }
    return refuse(e, ELOOP, path);
}

bool output_is_standard(const char *path)
{
    struct target t;
    return resolve(path, &t, NULL) == 0 && t.kind == DESCRIPTOR && t.fd == STDOUT_FILENO;
}

/* The descriptor to write to in its place. */
static int real_descriptor(const struct target *t)
{
    return t->fd == STDOUT_FILENO ? standard : t->fd;
}

static int check_descriptor(const struct target *t, const char *path, struct err *e)
{
    int fd = real_descriptor(t), flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);
    if (standard < 0 && t->fd <= STDERR_FILENO)
        return err_set(e, ERR_CREATE, "%s: the screen has this terminal: name a file to write",
                       path);
    return flags < 0 || (flags & O_ACCMODE) == O_RDONLY ? refuse(e, EBADF, path) : 0;
}

static int check_folder(const struct target *t, const char *path, struct err *e)
{
    char folder[FILE_PATH_MAX];
    struct stat st;
    folder_of(t->path, folder);
    if (access(folder, W_OK | X_OK) || stat(folder, &st))
        return err_set_errno(e, ERR_CREATE, errno, "%s: cannot be written into its folder", path);
    if (!S_ISDIR(st.st_mode))
        return refuse(e, ENOTDIR, path);
    if (!*name_of(t->path))
        return err_set(e, ERR_CREATE, "%s: is a folder: name a file to write", path);
    return 0;
}

static int check_target(const struct target *t, const char *path, struct err *e)
{
    if (t->kind == DESCRIPTOR)
        return check_descriptor(t, path, e);
    if (t->kind != ABSENT && access(t->path, W_OK))
        return refuse(e, errno, path);
    if (t->kind == REGULAR && output_guard_check(t->path, e))
        return -1;
    return t->kind == STREAM ? 0 : check_folder(t, path, e);
}

int output_look(const char *path, bool *taken, struct err *e)
{
    struct target t;
    if (resolve(path, &t, e) || check_target(&t, path, e))
        return -1;
    *taken = t.kind == REGULAR;
    return 0;
}

static int refuse_existing(struct err *e, const char *path)
{
    return err_set(e, ERR_CREATE, "%s already exists; --force overwrites it", path);
}

int output_check(const char *path, enum output_mode mode, struct err *e)
{
    bool taken;
    if (mode == OUTPUT_PRIVATE)
        return file_check_place(path, e);
    if (output_look(path, &taken, e))
        return -1;
    return taken && mode == OUTPUT_NEW ? refuse_existing(e, path) : 0;
}

static bool same_absent(const char *a, const char *b)
{
    char folder[2][FILE_PATH_MAX];
    folder_of(a, folder[0]);
    folder_of(b, folder[1]);
    struct stat one, other;
    return !strcmp(name_of(a), name_of(b)) && !stat(folder[0], &one) && !stat(folder[1], &other) &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool output_same(const char *a, const char *b)
{
    struct target one, other;
    if (resolve(a, &one, NULL) || resolve(b, &other, NULL) || one.kind != other.kind)
        return false;
    if (one.kind == DESCRIPTOR)
        return one.fd == other.fd;
    if (one.kind == ABSENT)
        return same_absent(one.path, other.path);
    return (one.kind == REGULAR || S_ISFIFO(one.st.st_mode)) && one.st.st_dev == other.st.st_dev &&
           one.st.st_ino == other.st.st_ino;
}

/* A screen cannot be left while something waits. */
static bool on_screen(void)
{
    return standard < 0;
}

static int open_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (on_screen() ? SOCK_NONBLOCK : 0), 0);
    if (fd < 0 || !connect(fd, (const struct sockaddr *)&address, sizeof address))
        return fd;
    int failed = errno;
    close(fd);
    errno = failed;
    return -1;
}

/* A FIFO cannot be opened before it has a reader; a signal ends the wait. */
static int open_fifo(const char *path)
{
    static const struct timespec pause = {0, POLL_MS * 1000000L};
    int patience = on_screen() ? SCREEN_MS : READER_MS;
    for (int waited = 0; waited < patience; waited += POLL_MS) {
        int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0)
            return !on_screen() && fcntl(fd, F_SETFL, O_WRONLY) ? close(fd), -1 : fd;
        if (errno != ENXIO || nanosleep(&pause, NULL))
            return -1;
    }
    errno = ENXIO;
    return -1;
}

static int open_stream(const struct target *t)
{
    if (t->kind == DESCRIPTOR)
        return fcntl(real_descriptor(t), F_DUPFD_CLOEXEC, 0);
    if (S_ISSOCK(t->st.st_mode))
        return open_socket(t->path);
    if (S_ISFIFO(t->st.st_mode))
        return open_fifo(t->path);
    return open(t->path, O_WRONLY | O_NOCTTY | O_CLOEXEC | (on_screen() ? O_NONBLOCK : 0));
}

static int begin_stream(struct output *o, const struct target *t, struct err *e)
{
    o->fd = open_stream(t);
    if (o->fd >= 0)
        return 0;
    if (errno == ENXIO && S_ISFIFO(t->st.st_mode))
        return err_set(e, ERR_CREATE, "%s: nothing reads from this FIFO", o->name);
    return refuse(e, errno, o->name);
}

/* The owner goes first: a change of it may clear bits of the mode. Both as far as is allowed. */
static void keep_attributes(int fd, const struct stat *old)
{
    if (fchown(fd, old->st_uid, old->st_gid))
        (void)!fchown(fd, (uid_t)-1, old->st_gid);
    (void)!fchmod(fd, old->st_mode & 0777);
}

static int begin_file(struct output *o, const struct target *t, uint64_t expected, struct err *e)
{
    o->is_new = t->kind == ABSENT;
    if (!o->is_new && !o->may_replace)
        return refuse_existing(e, o->name);
    if (file_save_begin_output(&o->save, t->path, o->is_new ? 0666 : 0600, expected, e))
        return -1;
    if (!o->is_new)
        keep_attributes(o->save.fd, &t->st);
    return 0;
}

int output_begin(struct output *o, const char *path, enum output_mode mode, uint64_t expected,
                 struct err *e)
{
    struct target t;
    o->fd = -1;
    o->is_new = false;
    o->may_replace = mode != OUTPUT_NEW;
    o->is_private = mode == OUTPUT_PRIVATE;
    snprintf(o->name, sizeof o->name, "%s", strcmp(path, "-") ? path : "standard output");
    if (o->is_private)
        return file_save_begin(&o->save, path, expected, e);
    if (resolve(path, &t, e) || check_target(&t, path, e))
        return -1;
    bool file = t.kind == ABSENT || t.kind == REGULAR;
    return file ? begin_file(o, &t, expected, e) : begin_stream(o, &t, e);
}

/* One write; EAGAIN of a descriptor that is non-blocking is waited out. */
static ssize_t write_some(int fd, const char *data, size_t n)
{
    struct pollfd ready = {fd, POLLOUT, 0};
    ssize_t put;
    while ((put = write(fd, data, n)) < 0 && (errno == EINTR || errno == EAGAIN)) {
        int can = errno == EAGAIN ? poll(&ready, 1, on_screen() ? SCREEN_MS : -1) : 1;
        if (can == 0)
            errno = ETIMEDOUT;
        if (can == 0 || (can < 0 && errno != EINTR))
            break;
    }
    return put;
}

int output_write(struct output *o, const void *data, size_t n, struct err *e)
{
    const char *p = data;
    if (o->fd < 0)
        return file_save_write(&o->save, data, n, e);
    while (n > 0) {
        ssize_t put = write_some(o->fd, p, n);
        if (put <= 0)
            return err_set_errno(e, ERR_IO, put < 0 ? errno : ENOSPC, "%s", o->name);
        p += put;
        n -= (size_t)put;
    }
    return 0;
}

int output_commit(struct output *o, struct err *e)
{
    if (o->fd >= 0) {
        int failed = close(o->fd) && errno != EINTR ? errno : 0;
        o->fd = -1;
        return failed ? err_set_errno(e, ERR_IO, failed, "%s", o->name) : 0;
    }
    if (o->is_private)
        return file_save_commit(&o->save, e);
    if (!o->is_new || (o->may_replace && file_exists(o->save.path)))
        return file_save_commit_over(&o->save, e);
    bool taken = false;
    if (file_save_commit_new(&o->save, &taken, e) == 0)
        return 0;
    return taken ? refuse_existing(e, o->name) : -1;
}

void output_abort(struct output *o)
{
    if (o->fd >= 0)
        close(o->fd);
    else
        file_save_abort(&o->save);
    o->fd = -1;
}

int output_save(const char *path, enum output_mode mode, const void *data, size_t n, struct err *e)
{
    struct output o;
    if (output_begin(&o, path, mode, n, e))
        return -1;
    if (output_write(&o, data, n, e)) {
        output_abort(&o);
        return -1;
    }
    return output_commit(&o, e);
}
