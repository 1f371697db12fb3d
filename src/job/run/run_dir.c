/* Names and folders of runs. Any thread. */
#include "run_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "core/run_files.h"
#include "run_pixels.h"
#include "run_state.h"
#include "saved_run.h"

enum { NAME_TRIES = 100000, LOCK_TRIES = 10, LOCK_PAUSE_NS = 20000000 };

/* As the store takes it; "last" means the newest run. */
bool run_dir_name_is_good(const char *name)
{
    size_t n = strlen(name);
    return strcmp(name, "last") != 0 && n > 0 && n < RUN_NAME_MAX && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == n;
}

/* Making the folder is the reservation: it succeeds for one process only. 1: taken. */
static int make_folder(const struct work *w, const char *name, struct err *e)
{
    char path[FILE_PATH_MAX];
    if (work_run_path(w, name, NULL, path, e))
        return -1;
    if (mkdir(path, 0700) == 0)
        return 0;
    return errno == EEXIST ? 1 : err_set_errno(e, ERR_CREATE, errno, "%s", path);
}

/* A folder without a checkpoint belongs to nobody, unless a run waits in the queue with it. */
int run_dir_check(const struct work *w, const char *wanted, enum run_dir_use use, struct err *e)
{
    enum run_state state;
    if (!wanted)
        return 0;
    if (!run_dir_name_is_good(wanted))
        return err_set(
            e, ERR_USAGE,
            "run name '%.80s': letters, digits, '.', '_' and '-' only, at most %d, and not "
            "'last'",
            wanted, RUN_NAME_MAX - 1);
    if (run_state_of(w, wanted, &state, e))
        return -1;
    if (state == RUN_STATE_NONE || state == RUN_STATE_EMPTY ||
        (state == RUN_STATE_WAITS && use == RUN_DIR_OF_QUEUE))
        return 0;
    run_state_fail(state == RUN_STATE_UNLISTED ? RUN_STATE_WHOLE : state, wanted, e);
    if (use == RUN_DIR_NEW && state != RUN_STATE_NOT_A_FOLDER)
        e->code = ERR_LOCKED; /* the name is taken; a job that continues a run would try for ever */
    return -1;
}

int run_dir_reserve(const struct work *w, const char *wanted, char name[RUN_NAME_MAX],
                    struct err *e)
{
    char runs[FILE_PATH_MAX];
    if (file_join(runs, w->folder, "runs", e) || file_make_folders(runs, e))
        return -1;
    for (int i = 1; i < NAME_TRIES; i++) {
        snprintf(name, RUN_NAME_MAX, wanted ? "%s" : "run-%.0s%d", wanted ? wanted : "", i);
        int taken = make_folder(w, name, e);
        if (taken < 0)
            return -1;
        if (!taken || (wanted && !saved_run_exists(w, wanted)))
            return 0;
        if (wanted)
            return run_state_fail(RUN_STATE_WHOLE, name, e);
    }
    return err_set(e, ERR_CREATE, "%s: too many runs", runs);
}

/* Who only looks whether a run is trained shares the lock for a moment (alive.c): that can be
 * waited for. A trainer shares it with nobody. */
static int take(int fd)
{
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (!flock(fd, LOCK_EX | LOCK_NB))
            return 0;
        if (errno != EWOULDBLOCK || flock(fd, LOCK_SH | LOCK_NB))
            return -1;
        flock(fd, LOCK_UN);
        nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_NS}, NULL);
    }
    errno = EWOULDBLOCK;
    return -1;
}

static int fail_removed(const char *name, struct err *e)
{
    return err_set(e, ERR_LOCKED, "run %s: its folder has just been removed; try again", name);
}

/* Whoever had the lock before may have removed it together with the folder. */
static int lock_file(int fd, const char *path, const char *name, struct err *e)
{
    struct stat locked, there;
    if (take(fd))
        return errno == EWOULDBLOCK
                   ? err_set(e, ERR_LOCKED,
                             "run %s: another process trains it; hpa stop --now %s ends it", name,
                             name)
                   : err_set_errno(e, ERR_LOCKED, errno, "%s: cannot be locked", path);
    if (fstat(fd, &locked) || stat(path, &there) || locked.st_ino != there.st_ino)
        return fail_removed(name, e);
    return 0;
}

int run_dir_lock(const struct work *w, const char *name, bool make, int *fd, struct err *e)
{
    char path[FILE_PATH_MAX];
    *fd = -1;
    if (work_run_path(w, name, RUN_FILES_LOCK, path, e))
        return -1;
    int lock = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0), 0600);
    if (lock < 0 && errno == ENOENT)
        return make ? fail_removed(name, e) : 0;
    if (lock < 0)
        return err_set_errno(e, ERR_CREATE, errno, "%s", path);
    if (lock_file(lock, path, name, e)) {
        close(lock);
        return -1;
    }
    *fd = lock;
    return 0;
}

void run_dir_give_back(const struct work *w, const char *name)
{
    static const char *const files[] = {
        RUN_FILES_FOLDS,    RUN_FILES_SPLIT,  RUN_FILES_TRUTH, RUN_FILES_SAMPLE_WEIGHTS,
        RUN_FILES_EXCLUDED, RUN_FILES_PIXELS, RUN_FILES_LOCK};
    char path[FILE_PATH_MAX];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!work_run_path(w, name, files[i], path, NULL))
            unlink(path);
    if (!work_run_path(w, name, NULL, path, NULL))
        rmdir(path);
}

void run_dir_leave(const struct work *w, const char *name)
{
    int lock;
    if (run_dir_lock(w, name, true, &lock, NULL))
        return;
    if (!saved_run_exists(w, name))
        run_dir_give_back(w, name);
    close(lock);
}
