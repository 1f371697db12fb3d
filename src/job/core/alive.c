/* Locks first, then signs of life; never a process id, which another process may have got. The
 * clocks of two hosts differ, so the age of a sign of life is measured by one clock alone, that of
 * the file system which both of them see. */
#define _GNU_SOURCE
#include "alive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "process_id.h"
#include "run_files.h"

static const int64_t SILENT_MS = 120000;

enum lock { LOCK_FREE, LOCK_HELD, LOCK_UNKNOWN };

static int path_of(const char *database, const char *name, const char *file,
                   char out[FILE_PATH_MAX])
{
    const char *slash = strrchr(database, '/');
    int folder = slash ? (int)(slash - database) : 0;
    int n = snprintf(out, FILE_PATH_MAX, "%.*s%sruns/%s/%s", folder, database, slash ? "/" : "",
                     name, file);
    return n < FILE_PATH_MAX ? 0 : -1;
}

/* Shared, for a moment: a trainer, which needs it alone, tries more than once. */
static enum lock look_at_lock(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? LOCK_FREE : LOCK_UNKNOWN;
    int failed = flock(fd, LOCK_SH | LOCK_NB), why = errno;
    close(fd);
    return !failed ? LOCK_FREE : why == EWOULDBLOCK ? LOCK_HELD : LOCK_UNKNOWN;
}

static int64_t to_ms(const struct timespec *t)
{
    return (int64_t)t->tv_sec * 1000 + t->tv_nsec / 1000000;
}

/* What the file system gives a file that is made now; 0: nothing can be made there. */
static int64_t file_system_now(const char *lock)
{
    char path[FILE_PATH_MAX + 16];
    struct stat st;
    snprintf(path, sizeof path, "%s.XXXXXX.tmp", lock);
    int fd = mkostemps(path, 4, O_CLOEXEC);
    if (fd < 0)
        return 0;
    int failed = fstat(fd, &st);
    unlink(path);
    close(fd);
    return failed ? 0 : to_ms(&st.st_mtim);
}

/* By the lock's time stamp, which the trainer renews; one of an older program renews only its row.
 */
static bool heard_of(const char *lock, const struct run_row *row)
{
    struct stat st;
    int64_t beat = clock_unix_ms() - row->heartbeat_ms;
    if (beat > -SILENT_MS && beat < SILENT_MS)
        return true;
    int64_t now = stat(lock, &st) ? 0 : file_system_now(lock);
    return now && now - to_ms(&st.st_mtim) < SILENT_MS;
}

enum alive alive_state(const char *database, const struct run_row *row)
{
    char path[FILE_PATH_MAX];
    struct run_row here = {0};
    if (!run_status_is_live(row->status) || path_of(database, row->name, RUN_FILES_LOCK, path))
        return ALIVE_NO;
    enum lock lock = look_at_lock(path);
    if (lock == LOCK_HELD)
        return ALIVE_YES;
    process_id_stamp(&here);
    if (lock == LOCK_FREE && !strcmp(row->boot_id, here.boot_id))
        return ALIVE_NO;
    if (heard_of(path, row))
        return ALIVE_YES;
    return strcmp(row->host, here.host) ? ALIVE_SILENT : ALIVE_NO; /* the same host has restarted */
}

bool alive_locked(const char *database, const char *name)
{
    char path[FILE_PATH_MAX];
    return !path_of(database, name, RUN_FILES_LOCK, path) && look_at_lock(path) == LOCK_HELD;
}

bool alive_run(const char *database, const struct run_row *row)
{
    return alive_state(database, row) == ALIVE_YES;
}

void alive_unseen(const struct run_row *row, char *out, size_t size)
{
    char when[32];
    clock_iso(row->heartbeat_ms, when, sizeof when);
    snprintf(out, size,
             "process %d on %s trained it and was last heard of at %s; from this host it cannot be "
             "seen whether it still does",
             row->pid, row->host, when);
}

void alive_touch(const char *database, const char *name)
{
    char path[FILE_PATH_MAX];
    if (!path_of(database, name, RUN_FILES_LOCK, path))
        utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW); /* if it fails, the row is all */
}
