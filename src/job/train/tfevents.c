/* TensorBoard's event files: records of length, masked CRC-32C of the length, data, masked CRC-32C
 * of the data. The data is one protobuf message Event, written by hand: wall_time 1 (double), step
 * 2 (varint), file_version 3 (text), summary 5 { value 1 { tag 1 (text), simple_value 2 (float) }
 * }. */
#include "tfevents.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/output.h"

enum { FILE_MAX = 1 << 30, PARTS_MAX = 1000 };
enum { MESSAGE_MAX = 160, VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

struct message {
    uint8_t bytes[MESSAGE_MAX];
    size_t n;
};

struct scalar {
    const char *tag;
    size_t offset; /* of a double in struct epoch_row */
};
static const struct scalar scalars[11];

uint32_t tfevents_crc32c(const void *data, size_t n)
{
    const uint8_t *p = data;
    uint32_t crc = ~UINT32_C(0);
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0x82F63B78) : 0);
    }
    return ~crc;
}

/* A record's own checksum would otherwise be part of what is checksummed around it. */
static uint32_t masked_crc(const void *data, size_t n)
{
    uint32_t crc = tfevents_crc32c(data, n);
    return (crc >> 15 | crc << 17) + UINT32_C(0xA282EAD8);
}

static void put_little(struct message *m, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        m->bytes[m->n++] = (uint8_t)(value >> 8 * i);
}

static void put_varint(struct message *m, uint64_t value)
{
    for (; value > 127; value >>= 7)
        m->bytes[m->n++] = (uint8_t)(value | 128);
    m->bytes[m->n++] = (uint8_t)value;
}

static void put_key(struct message *m, int field, int type)
{
    put_varint(m, (uint64_t)(field << 3 | type));
}

static void put_double(struct message *m, int field, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_key(m, field, FIXED64);
    put_little(m, bits, 8);
}

static void put_float(struct message *m, int field, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_key(m, field, FIXED32);
    put_little(m, bits, 4);
}

static void put_bytes(struct message *m, int field, const void *data, size_t n)
{
    put_key(m, field, BYTES);
    put_varint(m, n);
    memcpy(m->bytes + m->n, data, n);
    m->n += n;
}

static void put_record(FILE *out, const struct message *m)
{
    struct message head = {0}, tail = {0};
    put_little(&head, m->n, 8);
    put_little(&head, masked_crc(head.bytes, 8), 4);
    put_little(&tail, masked_crc(m->bytes, m->n), 4);
    fwrite(head.bytes, 1, head.n, out);
    fwrite(m->bytes, 1, m->n, out);
    fwrite(tail.bytes, 1, tail.n, out);
}

static void put_version(FILE *out, double at)
{
    static const char version[] = "brain.Event:2";
    struct message event = {0};
    put_double(&event, 1, at);
    put_bytes(&event, 3, version, strlen(version));
    put_record(out, &event);
}

static void put_scalar(FILE *out, double at, int64_t step, const char *tag, double value)
{
    struct message v = {0}, summary = {0}, event = {0};
    put_bytes(&v, 1, tag, strlen(tag));
    put_float(&v, 2, (float)value);
    put_bytes(&summary, 1, v.bytes, v.n);
    put_double(&event, 1, at);
    put_key(&event, 2, VARINT);
    put_varint(&event, (uint64_t)step);
    put_bytes(&event, 5, summary.bytes, summary.n);
    put_record(out, &event);
}

static void put_epoch(FILE *out, double at, const struct epoch_row *row)
{
    for (const struct scalar *s = scalars; s->tag; s++) {
        double value;
        memcpy(&value, (const char *)row + s->offset, sizeof value);
        if (isfinite(value))
            put_scalar(out, at, row->steps, s->tag, value);
    }
}

/* The whole history; free() it. */
static char *make_events(const struct history *h, double at, size_t *n)
{
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, n);
    if (!out)
        mem_fatal("out of memory: events for TensorBoard");
    put_version(out, at);
    for (size_t i = 0; i < h->n; i++) {
        at += isfinite(h->rows[i].seconds) ? h->rows[i].seconds : 0;
        put_epoch(out, at, &h->rows[i]);
    }
    if (fclose(out))
        mem_fatal("out of memory: events for TensorBoard");
    return bytes;
}

static int append(const char *path, const char *bytes, size_t n, struct err *e)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return err_set_errno(e, ERR_CREATE, errno, "%s", path);
    int failed = 0;
    while (n > 0 && !failed) {
        ssize_t put = write(fd, bytes, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            failed = err_set_errno(e, ERR_IO, put < 0 ? errno : ENOSPC, "%s", path);
        bytes += put > 0 ? put : 0;
        n -= put > 0 ? (size_t)put : 0;
    }
    if (close(fd) && !failed)
        failed = err_set_errno(e, ERR_IO, errno, "%s", path);
    return failed;
}

/* TensorBoard keeps the file of a known name open, so it only grows: what it lacks of `bytes` is
 * appended. 1: it holds something else. */
static int grow(const char *path, const char *bytes, size_t n, struct err *e)
{
    char *old;
    size_t old_n;
    if (file_read(path, FILE_MAX, &old, &old_n, e))
        return -1;
    bool begins = old_n <= n && memcmp(old, bytes, old_n) == 0;
    free(old);
    if (!begins)
        return 1;
    return old_n < n ? append(path, bytes + old_n, n - old_n, e) : 0;
}

/* "events.out.tfevents.0000001234.hpa", and with a number behind it when that is another history: a
 * file of a later name is one more part of the same run to TensorBoard. */
static int events_path(const char *folder, int64_t started_ms, int number, char path[FILE_PATH_MAX],
                       struct err *e)
{
    char name[80], end[16] = "";
    if (number > 0)
        snprintf(end, sizeof end, ".%03d", number);
    snprintf(name, sizeof name, "events.out.tfevents.%010lld.hpa%s", (long long)(started_ms / 1000),
             end);
    return file_join(path, folder, name, e);
}

int tfevents_save(const char *folder, const struct history *h, int64_t started_ms,
                  char path[FILE_PATH_MAX], struct err *e)
{
    size_t n = 0;
    char *bytes = make_events(h, (double)started_ms / 1e3, &n);
    int failed = 1;
    for (int number = 0; failed == 1 && number < PARTS_MAX; number++) {
        failed = events_path(folder, started_ms, number, path, e);
        if (!failed)
            failed = file_exists(path) ? grow(path, bytes, n, e)
                                       : output_save(path, OUTPUT_NEW, bytes, n, e);
    }
    free(bytes);
    return failed == 1 ? err_set(e, ERR_CREATE, "%s: too many other events: delete some", folder)
                       : failed;
}

static const struct scalar scalars[] = {
    {"loss/train", offsetof(struct epoch_row, train_loss)},
    {"loss/validation", offsetof(struct epoch_row, val_loss)},
    {"macro_f1/best_cuts", offsetof(struct epoch_row, macro_f1)},
    {"macro_f1/held_out", offsetof(struct epoch_row, held_out_f1)},
    {"macro_f1/at_half", offsetof(struct epoch_row, macro_f1_half)},
    {"learning_rate", offsetof(struct epoch_row, lr)},
    {"gradient_norm", offsetof(struct epoch_row, grad_norm)},
    {"images_per_second", offsetof(struct epoch_row, images_per_second)},
    {"data_wait_percent", offsetof(struct epoch_row, data_wait_percent)},
    {"memory_mb", offsetof(struct epoch_row, rss_mb)},
    {NULL, 0},
};
