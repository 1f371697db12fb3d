/* Files of images. A look from outside costs one system call a file, relative to the open folder,
 * so that all of a large data set can be looked at each time. */
#define _GNU_SOURCE
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/room.h"
#include "data/image.h"
#include "data/png_file.h"

enum { FACTS = 5, OF_CONTENT = 3, LOOKS = 16 };

void source_open(struct source *s, const struct index *x)
{
    unsigned waits = 0;
    do
        *s = (struct source){x, open(x->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    while (s->folder < 0 && file_wait_out(errno, &waits));
}

void source_close(struct source *s)
{
    if (s->folder >= 0)
        close(s->folder);
    s->folder = -1;
}

static uint64_t never_zero(uint64_t hash)
{
    return hash ? hash : 1;
}

/* What passes is waited out, but only for a moment: a disk that is gone is asked about every file.
 */
static int look_at(int folder, const char *name, struct stat *st)
{
    unsigned waits = 0;
    int failed = fstatat(folder, name, st, 0);
    return failed && file_wait_out(errno, &waits) ? fstatat(folder, name, st, 0) : failed;
}

/* Size, time of change, time of change of the file's own facts; a file that is not there: -1, 0...
 */
static bool look(const struct source *s, int row, int channel, int64_t facts[FACTS])
{
    char name[4096];
    struct stat st;
    memset(facts, 0, FACTS * sizeof *facts);
    facts[0] = -1;
    if (s->folder < 0 || index_plane_name(s->index, row, channel, name, NULL) ||
        look_at(s->folder, name, &st))
        return false;
    facts[0] = st.st_size;
    facts[1] = st.st_mtim.tv_sec;
    facts[2] = st.st_mtim.tv_nsec;
    facts[3] = st.st_ctim.tv_sec;
    facts[4] = st.st_ctim.tv_nsec;
    return true;
}

void source_look(const struct source *s, int row, struct source_stamp *out)
{
    int channels = s->index->channels;
    int64_t file[INDEX_CHANNELS_MAX * FACTS], content[INDEX_CHANNELS_MAX * OF_CONTENT];
    *out = (struct source_stamp){0};
    for (int c = 0; c < channels; c++) {
        int64_t *facts = file + (size_t)c * FACTS;
        if (look(s, row, c, facts))
            out->bytes += (uint64_t)facts[0];
        else
            out->missing++;
        memcpy(content + (size_t)c * OF_CONTENT, facts, OF_CONTENT * sizeof *facts);
    }
    out->content = never_zero(hash_bytes(content, (size_t)channels * OF_CONTENT * sizeof *content));
    out->file = never_zero(hash_bytes(file, (size_t)channels * FACTS * sizeof *file));
}

struct reading {
    const struct index *index;
    int row, size;
    int width, height; /* of the first plane, 0 before it */
    struct hash *hash;
    bool passing;
};

static int read_bytes(struct reading *r, int channel, char path[4096], char **bytes, size_t *n,
                      struct err *e)
{
    if (index_plane_path(r->index, r->row, channel, path, e) ||
        file_read_patiently(path, PNG_FILE_BYTES_MAX, bytes, n, &r->passing, e))
        return -1;
    uint64_t length = *n;
    hash_add(r->hash, &length, sizeof length);
    hash_add(r->hash, *bytes, *n);
    return 0;
}

static int check_size(struct reading *r, const struct image *im, const char *path, struct err *e)
{
    if (!r->width) {
        r->width = im->width;
        r->height = im->height;
    }
    if (im->width == r->width && im->height == r->height)
        return 0;
    return err_set(e, ERR_DATA, "%s: %d x %d pixels, but %s has %d x %d", path, im->width,
                   im->height, r->index->channel_names[0], r->width, r->height);
}

static int read_plane(struct reading *r, int channel, uint8_t *out, struct err *e)
{
    char path[4096], *bytes;
    size_t n;
    struct image im = {0, 0, NULL};
    if (read_bytes(r, channel, path, &bytes, &n, e))
        return -1;
    int failed =
        png_file_decode((const uint8_t *)bytes, n, path, r->index->channel_names[channel], &im, e);
    free(bytes);
    failed = failed || check_size(r, &im, path, e) || image_resize(&im, r->size, out, e);
    image_fini(&im);
    return failed ? -1 : 0;
}

int source_pixels(const struct index *x, int row, int size, uint8_t *pixels, uint64_t *digest,
                  bool *passing, struct err *e)
{
    struct reading r = {.index = x, .row = row, .size = size, .hash = hash_new()};
    size_t plane = (size_t)size * (size_t)size;
    int failed = 0;
    for (int c = 0; c < x->channels && !failed; c++)
        failed = read_plane(&r, c, pixels + (size_t)c * plane, e);
    uint64_t hash = never_zero(hash_end(r.hash));
    if (digest)
        *digest = hash;
    if (passing)
        *passing = r.passing;
    return failed;
}

/* What the largest plane of a sample takes to be read; 0: unknown. */
static uint64_t plane_memory(const struct index *x, int row)
{
    char path[4096];
    uint8_t head[PNG_FILE_HEAD];
    uint64_t most = 0, bytes;
    for (int c = 0; c < x->channels; c++) {
        int fd = index_plane_path(x, row, c, path, NULL) ? -1 : file_open(path, &bytes, NULL);
        if (fd < 0)
            continue;
        if (bytes >= sizeof head && !file_pread(fd, head, sizeof head, 0, path, NULL)) {
            uint64_t need = png_file_memory(head, bytes);
            most = need > most ? need : most;
        }
        close(fd);
    }
    return most;
}

int source_room(const struct index *x, const int *rows, int count, int threads, uint64_t bytes,
                const char *who, struct err *e)
{
    uint64_t most = 0;
    int looks = count < LOOKS ? count : LOOKS;
    for (int i = 0; i < looks; i++) {
        int at = (int)((int64_t)i * count / looks);
        uint64_t need = plane_memory(x, rows ? rows[at] : at);
        most = need > most ? need : most;
    }
    return room_for_threads(who, threads < count ? threads : count, bytes + most, e);
}

int source_digest(const struct index *x, int row, uint64_t *digest, struct err *e)
{
    struct reading r = {.index = x, .row = row, .hash = hash_new()};
    int failed = 0;
    for (int c = 0; c < x->channels && !failed; c++) {
        char path[4096], *bytes;
        size_t n;
        failed = read_bytes(&r, c, path, &bytes, &n, e);
        if (!failed)
            free(bytes);
    }
    *digest = never_zero(hash_end(r.hash));
    return failed;
}
