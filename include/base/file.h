/* Files: whole-file reads with a limit, and saves that are complete or did not happen.
 *
 * A save writes a temporary file in the same folder, reserves its size first, fsyncs, renames and
 * fsyncs the folder; until file_save_commit returns 0 the old file stays in place. Any thread. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { FILE_PATH_MAX = 4096 };

/* Reading waits for a disturbance that may pass (EINTR, EIO, EMFILE, ESTALE and the like), about a
 * second in all, before it fails.
 *
 * Read a whole regular file; `*data` gets a final NUL that `*size` does not count. Free with
 * free(). A folder, FIFO or device is refused without blocking. ERR_NOINPUT, ERR_IO, ERR_DATA (>
 * limit). */
int file_read(const char *path, size_t limit, char **data, size_t *size, struct err *e);

/* The same; `*passing`: it failed by a disturbance that did not pass in that time. */
int file_read_patiently(const char *path, size_t limit, char **data, size_t *size, bool *passing,
                        struct err *e);

/* Open a regular file for reading (O_NOFOLLOW not set: users link data), size in `*size`. -1:
 * error.*/
int file_open(const char *path, uint64_t *size, struct err *e);

/* For opening in other ways: true when the call that failed with `errno_value` is worth another
 * try, after a pause that grows with `*waits`, which begins with 0. */
bool file_wait_out(int errno_value, unsigned *waits);

/* Read exactly `n` bytes at `offset`; EINTR and short reads are handled; a short file is ERR_DATA.
 */
int file_pread(int fd, void *data, size_t n, uint64_t offset, const char *path, struct err *e);

struct file_save {
    char path[FILE_PATH_MAX], temp[FILE_PATH_MAX + 32];
    int fd;
};

/* Start saving `path`; `expected` bytes are reserved (0: unknown). Mode 0600. */
int file_save_begin(struct file_save *s, const char *path, uint64_t expected, struct err *e);
int file_save_write(struct file_save *s, const void *data, size_t n, struct err *e);
int file_save_commit(struct file_save *s, struct err *e); /* on error the temp file is removed */

/* The same for a file that the user keeps. The umask is taken of its mode. It has no name while it
 * is written, where the file system can do that, so that not even a killed process leaves a part of
 * it. To be committed by one of the two below. */
int file_save_begin_output(struct file_save *s, const char *path, unsigned mode, uint64_t expected,
                           struct err *e);
/* In place of the file that is there. One that cannot be replaced, but written, is written. */
int file_save_commit_over(struct file_save *s, struct err *e);
/* What has come to have that name meanwhile stays: then -1 and `*taken`. */
int file_save_commit_new(struct file_save *s, bool *taken, struct err *e);
void file_save_abort(struct file_save *s); /* also after a failed write */

/* Could `path` be saved? Asked before hours of work: its folder is there and may be written into,
 * and it is no folder itself. ERR_CREATE. */
int file_check_place(const char *path, struct err *e);

/* All of it at once. */
int file_save_all(const char *path, const void *data, size_t n, struct err *e);

/* Make `to` another name of the file `from`, in place of what it was; a copy where the file system
 * has no second names. Durable with the next save into that folder. ERR_CREATE, ERR_IO. */
int file_also_as(const char *from, const char *to, struct err *e);

/* Remove what killed saves left in a folder (NAME.<hex>.tmp). For a folder that nobody saves into
 * now.
 */
void file_remove_temps(const char *folder);

/* A file, or a folder with all that is in it; links are removed, not followed. What is not there is
 * fine. */
int file_remove_tree(const char *path, struct err *e);

/* Make a folder and its parents, mode 0700. Existing folders are fine. */
int file_make_folders(const char *path, struct err *e);
/* The same with another mode, of which the umask is taken. */
int file_make_folders_as(const char *path, unsigned mode, struct err *e);
/* What disturbs a disk for a moment is waited out. False sets errno. Other processes make and
 * remove files: a second look may see something else. */
bool file_exists(const char *path);
/* Whether a file or folder that is there may not be written: permissions, or a file system mounted
 * read-only. */
bool file_is_read_only(const char *path);
/* Whether errno's number of a failed call says so. */
bool file_error_is_read_only(int number);

/* out = folder/name, ERR_USAGE when it does not fit into FILE_PATH_MAX. */
int file_join(char out[FILE_PATH_MAX], const char *folder, const char *name, struct err *e);

/* Free bytes on the file system that holds `path` (or its nearest existing parent). */
uint64_t file_free_space(const char *path);

#endif
