/* Files that a user names as output: submissions, tables, thresholds, weights, frames.
 *
 * An existing file is overwritten only with OUTPUT_REPLACE, and then keeps its mode, and its owner
 * where that is allowed; a new one follows the umask. Both are complete or not there: they are
 * written to a file without a name in the folder of the target, which is then given the name; a new
 * one never replaces what somebody else made meanwhile. A file that may be written but not replaced
 * (a mount of its own, another user's in a sticky folder) is written in place at the end. Symbolic
 * links are followed: the file they lead to is written, or made where they lead to nothing. A pipe,
 * FIFO, device, socket or open descriptor (/dev/stdout, /dev/fd/N) is written into. "-" is standard
 * output. What the program keeps for itself (the store, checkpoints, configuration) is
 * OUTPUT_PRIVATE: base/file.h's save, mode 0600. Any thread; output_use_standard before threads
 * start. */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"

enum output_mode {
    OUTPUT_NEW,     /* refuse an existing file */
    OUTPUT_REPLACE, /* the user said so */
    OUTPUT_PRIVATE
};

struct output {
    struct file_save save; /* of a regular file */
    int fd;                /* of anything else; -1: a regular file */
    bool is_new, may_replace, is_private;
    char name[FILE_PATH_MAX]; /* as the user named it */
};

/* Can `path` be written? Asked before long work. ERR_CREATE: no, or it exists and `mode` is
 * OUTPUT_NEW. Opens nothing: a reader of a FIFO notices nothing. */
int output_check(const char *path, enum output_mode mode, struct err *e);
/* The same, but an existing file only sets `*taken`. */
int output_look(const char *path, bool *taken, struct err *e);
/* Would both outputs go to one place? Devices are fine. */
bool output_same(const char *a, const char *b);

/* `expected` bytes are reserved (0: unknown). Waits for the reader of a FIFO. After a failed begin
 * or commit there is nothing to abort, after a failed write there is. ERR_CREATE, ERR_IO. */
int output_begin(struct output *o, const char *path, enum output_mode mode, uint64_t expected,
                 struct err *e);
int output_write(struct output *o, const void *data, size_t n, struct err *e);
int output_commit(struct output *o, struct err *e);
void output_abort(struct output *o);
/* All of it at once. */
int output_save(const char *path, enum output_mode mode, const void *data, size_t n, struct err *e);

/* Does `path` mean standard output ("-", /dev/stdout, /dev/fd/1)? */
bool output_is_standard(const char *path);
/* Where standard output goes from now on; -1: nowhere, there is a screen, and no reader of a FIFO
 * is waited for longer than two seconds. At first 1. */
void output_use_standard(int fd);
int output_standard(void);

#endif
