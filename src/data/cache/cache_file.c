/* Layout, locking and durability of a cache file. Whatever a crash, a full disk or a flipped bit
 * leaves behind is either recognised as damaged or whole: the header and every table entry carry a
 * digest, and an entry is written only after its pixels reached the disk.
 *
 * A stale file is never changed in place, since other processes may read it: it is unlinked and a
 * new one is made. The lock lies in a file of its own beside it, so it outlives that. */
#define _GNU_SOURCE
#include "cache_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

enum { PAGE = 4096, VERSION = 2 /* 1 rounded halves up */, BYTE_ORDER_MARK = 0x01020304 };

static const char MAGIC[8] = {'H', 'P', 'A', 'C', 'A', 'C', 'H', 'E'};

struct header {
    char magic[8];
    uint32_t version, byte_order, size, channels, n, entry_bytes;
    uint64_t fingerprint, pixels_offset, file_bytes;
    uint8_t unused[PAGE - 64];
    uint64_t digest; /* of all before */
};

static_assert(sizeof(struct header) == PAGE, "the header is one page");
static_assert(sizeof(struct cache_entry) == CACHE_ENTRY_BYTES, "entries have a fixed size");
static_assert(offsetof(struct cache_entry, source_digest) == CACHE_ENTRY_BYTES - 8, "at the end");

static uint64_t sample_bytes(int channels, int size)
{
    return (uint64_t)channels * (uint64_t)size * (uint64_t)size;
}

static uint64_t pixels_offset(int n)
{
    uint64_t end = PAGE + (uint64_t)n * CACHE_ENTRY_BYTES;
    return (end + PAGE - 1) / PAGE * PAGE;
}

uint64_t cache_file_bytes(int n, int channels, int size)
{
    return pixels_offset(n) + (uint64_t)n * sample_bytes(channels, size);
}

static uint64_t total_bytes(const struct cache_file *f)
{
    return cache_file_bytes(f->n, f->channels, f->size);
}

uint64_t cache_file_sample_bytes(const struct cache_file *f)
{
    return sample_bytes(f->channels, f->size);
}

void cache_file_init(struct cache_file *f, const char *path, int n, int channels, int size,
                     uint64_t fingerprint)
{
    *f = (struct cache_file){.n = n,
                             .channels = channels,
                             .size = size,
                             .fingerprint = fingerprint,
                             .fd = -1,
                             .lock_fd = -1};
    snprintf(f->path, sizeof f->path, "%s", path);
}

void cache_file_fini(struct cache_file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    cache_file_unlock(f);
}

static int write_at(const struct cache_file *f, const void *data, uint64_t n, uint64_t offset,
                    struct err *e)
{
    const char *p = data;
    while (n > 0) {
        ssize_t put = pwrite(f->fd, p, n, (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return err_set_errno(e, ERR_IO, put < 0 ? errno : ENOSPC, "cache %s", f->path);
        p += put;
        offset += (uint64_t)put;
        n -= (uint64_t)put;
    }
    return 0;
}

static void fill_header(const struct cache_file *f, struct header *h)
{
    memset(h, 0, sizeof *h);
    memcpy(h->magic, MAGIC, sizeof MAGIC);
    h->version = VERSION;
    h->byte_order = BYTE_ORDER_MARK;
    h->size = (uint32_t)f->size;
    h->channels = (uint32_t)f->channels;
    h->n = (uint32_t)f->n;
    h->entry_bytes = CACHE_ENTRY_BYTES;
    h->fingerprint = f->fingerprint;
    h->pixels_offset = pixels_offset(f->n);
    h->file_bytes = total_bytes(f);
    h->digest = hash_bytes(h, offsetof(struct header, digest));
}

static bool all_zero(const void *data, size_t n)
{
    const char *p = data;
    while (n > 0 && *p == 0)
        p++, n--;
    return n == 0;
}

/* A header page of `have` bytes: is it a cache at all, and if so what keeps it from being ours? */
static enum cache_found judge(const struct cache_file *f, const struct header *h, uint64_t have,
                              uint64_t file_bytes, char why[256], struct err *e)
{
    struct header wanted;
    fill_header(f, &wanted);
    why[0] = '\0';
    if (all_zero(h, have))
        snprintf(why, 256, "it was never finished");
    else if (memcmp(h->magic, MAGIC, have < sizeof MAGIC ? have : sizeof MAGIC) != 0)
        return err_set(e, ERR_DATA,
                       "%s is not a cache file: move it away, or choose another work.cache_dir",
                       f->path),
               CACHE_FOUND_ERROR;
    else if (have < sizeof *h)
        snprintf(why, 256, "it is truncated");
    else if (h->version != VERSION || h->byte_order != BYTE_ORDER_MARK)
        snprintf(why, 256, "another version of the program wrote it");
    else if (h->digest != hash_bytes(h, offsetof(struct header, digest)))
        snprintf(why, 256, "its header is damaged");
    else if (h->size != wanted.size)
        snprintf(why, 256, "it holds %u pixels a side, not %u", h->size, wanted.size);
    else if (memcmp(h, &wanted, sizeof wanted) != 0)
        snprintf(why, 256, "it was made from other samples, stains or files");
    else if (file_bytes != wanted.file_bytes)
        snprintf(why, 256, "it is truncated (%llu bytes instead of %llu)",
                 (unsigned long long)file_bytes, (unsigned long long)wanted.file_bytes);
    return why[0] ? CACHE_FOUND_STALE : CACHE_FOUND_MATCH;
}

static int reopen_writable(struct cache_file *f, struct err *e)
{
    unsigned waits = 0;
    close(f->fd);
    do
        f->fd = open(f->path, O_RDWR | O_CLOEXEC);
    while (f->fd < 0 && file_wait_out(errno, &waits));
    return f->fd < 0 ? err_set_errno(e, ERR_CREATE, errno, "cache %s", f->path) : 0;
}

enum cache_found cache_file_find(struct cache_file *f, bool writable, char why[256], struct err *e)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    if (!file_exists(f->path))
        return CACHE_FOUND_NONE;
    uint64_t bytes;
    f->fd = file_open(f->path, &bytes, e);
    if (f->fd < 0)
        return CACHE_FOUND_ERROR;
    struct header h;
    uint64_t have = bytes < sizeof h ? bytes : sizeof h;
    if (file_pread(f->fd, &h, have, 0, f->path, e))
        return CACHE_FOUND_ERROR;
    enum cache_found found = judge(f, &h, have, bytes, why, e);
    if (found == CACHE_FOUND_MATCH && writable && reopen_writable(f, e))
        return CACHE_FOUND_ERROR;
    if (found == CACHE_FOUND_MATCH)
        cache_file_hold(f);
    return found;
}

int cache_file_find_other(const struct cache_file *f, struct cache_file *other, struct err *e)
{
    uint64_t bytes;
    struct header h;
    char why[256] = "it has no header";
    cache_file_init(other, f->path, f->n, f->channels, f->size, f->fingerprint);
    other->fd = file_open(f->path, &bytes, e);
    if (other->fd < 0)
        return -1;
    if (bytes >= sizeof h && file_pread(other->fd, &h, sizeof h, 0, f->path, e))
        return -1;
    if (bytes >= sizeof h && h.n > 0 && h.n <= INT_MAX) {
        other->n = (int)h.n;
        other->fingerprint = h.fingerprint;
        enum cache_found found = judge(other, &h, sizeof h, bytes, why, e);
        if (found == CACHE_FOUND_MATCH || found == CACHE_FOUND_ERROR)
            return found == CACHE_FOUND_MATCH ? 0 : -1;
    }
    return err_set(e, ERR_DATA, "cache %s: %s", f->path, why);
}

static int locked_by_other(const struct cache_file *f, int fd, struct err *e)
{
    char raw[200] = "", holder[400] = "another process";
    ssize_t got = pread(fd, raw, sizeof raw - 1, 0);
    if (got > 0)
        text_safe(raw, holder, sizeof holder);
    return err_set(e, ERR_LOCKED,
                   "cache %s is being built by %s: wait until it is done, or stop it", f->path,
                   holder);
}

static void sign_lock(int fd)
{
    char host[64] = "this machine", text[128];
    gethostname(host, sizeof host - 1);
    int n = snprintf(text, sizeof text, "process %ld on %s", (long)getpid(), host);
    if (ftruncate(fd, 0) || pwrite(fd, text, (size_t)n, 0) != n)
        log_debug("a cache lock could not be signed"); /* the lock holds all the same */
}

void cache_file_unlock(struct cache_file *f)
{
    if (f->lock_fd >= 0)
        close(f->lock_fd);
    f->lock_fd = -1;
}

static int make_parent(const struct cache_file *f, struct err *e)
{
    char folder[FILE_PATH_MAX];
    snprintf(folder, sizeof folder, "%s", f->path);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder)
        return 0;
    *slash = '\0';
    return file_make_folders(folder, e);
}

int cache_file_lock(struct cache_file *f, struct err *e)
{
    char path[FILE_PATH_MAX + 8];
    snprintf(path, sizeof path, "%s.lock", f->path);
    if (make_parent(f, e))
        return -1;
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0)
        return err_set_errno(e, ERR_CREATE, errno, "%s", path);
    while (flock(fd, LOCK_EX | LOCK_NB)) {
        if (errno == EINTR)
            continue;
        if (errno == EWOULDBLOCK) {
            locked_by_other(f, fd, e);
            close(fd);
            return -1;
        }
        log_warn("%s: this file system has no locks (%s): build the cache from one process only",
                 path, strerror(errno));
        break;
    }
    sign_lock(fd);
    f->lock_fd = fd;
    return 0;
}

static int check_space(const struct cache_file *f, struct err *e)
{
    struct stat old;
    uint64_t room = file_free_space(f->path), need = total_bytes(f);
    if (!lstat(f->path, &old))
        room += (uint64_t)old.st_blocks * 512; /* it is about to be replaced */
    if (need <= room)
        return 0;
    char need_text[32], room_text[32];
    text_bytes(need, need_text, sizeof need_text);
    text_bytes(room, room_text, sizeof room_text);
    return err_set(
        e, ERR_IO,
        "cache %s: %d samples of %d x %d pixels need %s, but only %s are free: free some "
        "space, or set work.cache_dir to another disk",
        f->path, f->n, f->size, f->size, need_text, room_text);
}

/* Emulated reservation (posix_fallocate) would touch every block over a network; a file system
 * that cannot reserve reports a full disk at the write instead. */
static int reserve(const struct cache_file *f, struct err *e)
{
    int failed;
    do
        failed = fallocate(f->fd, 0, 0, (off_t)total_bytes(f));
    while (failed && errno == EINTR);
    if (failed && (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL))
        failed = ftruncate(f->fd, (off_t)total_bytes(f));
    char need[32];
    text_bytes(total_bytes(f), need, sizeof need);
    return failed ? err_set_errno(e, ERR_IO, errno, "cache %s: cannot reserve %s", f->path, need)
                  : 0;
}

int cache_file_create(struct cache_file *f, struct err *e)
{
    struct header h;
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    if (check_space(f, e))
        return -1;
    if (unlink(f->path) && errno != ENOENT)
        return err_set_errno(e, ERR_CREATE, errno, "cache %s", f->path);
    f->fd = open(f->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (f->fd < 0)
        return err_set_errno(e, ERR_CREATE, errno, "cache %s", f->path);
    fill_header(f, &h);
    if (reserve(f, e) || write_at(f, &h, sizeof h, 0, e) || cache_file_sync(f, e)) {
        unlink(f->path);
        return -1;
    }
    cache_file_hold(f);
    return 0;
}

static uint64_t seal_of(int row, const struct cache_entry *entry)
{
    char sealed[sizeof(uint64_t) + sizeof *entry];
    uint64_t number = (uint64_t)row;
    memcpy(sealed, &number, sizeof number);
    memcpy(sealed + sizeof number, (const char *)entry + sizeof entry->seal,
           sizeof *entry - sizeof entry->seal);
    return hash_bytes(sealed, sizeof number + sizeof *entry - sizeof entry->seal);
}

static bool entry_sound(int row, const struct cache_entry *entry)
{
    return entry->seal == seal_of(row, entry) &&
           (entry->state == CACHE_GOOD || entry->state == CACHE_BAD) &&
           entry->reason[CACHE_REASON_MAX - 1] == '\0';
}

int cache_file_read_table(struct cache_file *f, struct cache_entry *entries, int *damaged,
                          struct err *e)
{
    *damaged = 0;
    if (file_pread(f->fd, entries, (size_t)f->n * sizeof *entries, PAGE, f->path, e))
        return err_prefix(e, "cache");
    for (int row = 0; row < f->n; row++) {
        struct cache_entry *entry = &entries[row];
        if (all_zero(entry, sizeof *entry) || entry_sound(row, entry))
            continue;
        memset(entry, 0, sizeof *entry);
        ++*damaged;
    }
    return 0;
}

static uint64_t pixels_at(const struct cache_file *f, int row)
{
    return pixels_offset(f->n) + (uint64_t)row * cache_file_sample_bytes(f);
}

int cache_file_put_pixels(const struct cache_file *f, int row, const uint8_t *pixels, struct err *e)
{
    return write_at(f, pixels, cache_file_sample_bytes(f), pixels_at(f, row), e);
}

int cache_file_read_pixels(const struct cache_file *f, int row, uint8_t *pixels, struct err *e)
{
    return file_pread(f->fd, pixels, cache_file_sample_bytes(f), pixels_at(f, row), f->path, e);
}

int cache_file_put_entry(const struct cache_file *f, int row, struct cache_entry *entry,
                         struct err *e)
{
    entry->seal = seal_of(row, entry);
    return write_at(f, entry, sizeof *entry, PAGE + (uint64_t)row * sizeof *entry, e);
}

int cache_file_put_absent(const struct cache_file *f, const int *rows, int n, struct err *e)
{
    static const struct cache_entry absent;
    for (int i = 0; i < n; i++)
        if (write_at(f, &absent, sizeof absent, PAGE + (uint64_t)rows[i] * sizeof absent, e))
            return -1;
    return n ? cache_file_sync(f, e) : 0;
}

uint64_t cache_file_digest(uint64_t digest)
{
    return digest >> 8 ? digest >> 8 : 1;
}

void cache_file_hold(const struct cache_file *f)
{
    while (f->fd >= 0 && flock(f->fd, LOCK_SH | LOCK_NB) && errno == EINTR)
        ;
}

bool cache_file_take(const struct cache_file *f)
{
    int failed;
    do
        failed = flock(f->fd, LOCK_EX | LOCK_NB);
    while (failed && errno == EINTR);
    if (failed)
        cache_file_hold(f); /* asking for more may have cost what there was */
    return !failed;
}

int cache_file_sync(const struct cache_file *f, struct err *e)
{
    int failed;
    do
        failed = fdatasync(f->fd);
    while (failed && errno == EINTR);
    return failed ? err_set_errno(e, ERR_IO, errno, "cache %s", f->path) : 0;
}

static int copy_bytes(const struct cache_file *from, const struct cache_file *to, uint64_t at,
                      uint64_t n, struct err *e)
{
    enum { PIECE = 1 << 20 };
    char *piece = mem_array(PIECE, 1, "copy of a cache", e);
    int failed = !piece;
    while (n > 0 && !failed) {
        size_t part = n < PIECE ? (size_t)n : PIECE;
        failed = file_pread(from->fd, piece, part, at, from->path, e) ||
                 write_at(to, piece, part, at, e);
        at += part;
        n -= part;
    }
    free(piece);
    return failed ? -1 : 0;
}

/* Runs of rows at a time; all pixels are on the disk before the first entry. */
static int copy_rows(const struct cache_file *from, const struct cache_file *to,
                     struct cache_entry *entries, const bool *keep, struct err *e)
{
    for (int row = 0, end; row < from->n; row = end) {
        for (end = row + 1; end < from->n && keep[end] == keep[row]; end++)
            ;
        uint64_t begin = pixels_at(from, row);
        if (keep[row] && copy_bytes(from, to, begin, pixels_at(from, end) - begin, e))
            return -1;
    }
    if (cache_file_sync(to, e))
        return -1;
    for (int row = 0; row < from->n; row++)
        if (keep[row] && cache_file_put_entry(to, row, &entries[row], e))
            return -1;
    return cache_file_sync(to, e);
}

int cache_file_create_beside(const struct cache_file *f, struct cache_file *copy, struct err *e)
{
    cache_file_init(copy, "", f->n, f->channels, f->size, f->fingerprint);
    if (snprintf(copy->path, sizeof copy->path, "%s.new", f->path) >= (int)sizeof copy->path)
        return err_set(e, ERR_USAGE, "cache %.60s...: the path is too long", f->path);
    return cache_file_create(copy, e);
}

int cache_file_drop(struct cache_file *copy)
{
    unlink(copy->path);
    cache_file_fini(copy);
    return -1;
}

int cache_file_take_place(struct cache_file *f, struct cache_file *copy, struct err *e)
{
    if (rename(copy->path, f->path)) {
        err_set_errno(e, ERR_CREATE, errno, "cache %s", f->path);
        return cache_file_drop(copy);
    }
    if (f->fd >= 0)
        close(f->fd);
    f->fd = copy->fd;
    return 0;
}

int cache_file_copy(struct cache_file *f, struct cache_entry *entries, const bool *keep,
                    struct err *e)
{
    struct cache_file copy;
    if (cache_file_create_beside(f, &copy, e))
        return -1;
    return copy_rows(f, &copy, entries, keep, e) ? cache_file_drop(&copy)
                                                 : cache_file_take_place(f, &copy, e);
}
