/* TensorBoard's event files: records of length, masked CRC-32C of the length, data, masked CRC-32C
 * of the data. The data is one protobuf message Event, written by hand: wall_time 1 (double), step
 * 2 (varint), file_version 3 (text), summary 5 { value 1 { tag 1 (text), simple_value 2 (float) }
 * }. */
#include "tfevents.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/file.h"

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

static int write_record(struct file_save *f, const struct message *m, struct err *e)
{
    struct message head = {0}, tail = {0};
    put_little(&head, m->n, 8);
    put_little(&head, masked_crc(head.bytes, 8), 4);
    put_little(&tail, masked_crc(m->bytes, m->n), 4);
    return file_save_write(f, head.bytes, head.n, e) || file_save_write(f, m->bytes, m->n, e) ||
                   file_save_write(f, tail.bytes, tail.n, e)
               ? -1
               : 0;
}

static int write_version(struct file_save *f, double at, struct err *e)
{
    static const char version[] = "brain.Event:2";
    struct message event = {0};
    put_double(&event, 1, at);
    put_bytes(&event, 3, version, strlen(version));
    return write_record(f, &event, e);
}

static int write_scalar(struct file_save *f, double at, int64_t step, const char *tag, double value,
                        struct err *e)
{
    struct message v = {0}, summary = {0}, event = {0};
    put_bytes(&v, 1, tag, strlen(tag));
    put_float(&v, 2, (float)value);
    put_bytes(&summary, 1, v.bytes, v.n);
    put_double(&event, 1, at);
    put_key(&event, 2, VARINT);
    put_varint(&event, (uint64_t)step);
    put_bytes(&event, 5, summary.bytes, summary.n);
    return write_record(f, &event, e);
}

static int write_epoch(struct file_save *f, double at, const struct epoch_row *row, struct err *e)
{
    for (const struct scalar *s = scalars; s->tag; s++) {
        double value;
        memcpy(&value, (const char *)row + s->offset, sizeof value);
        if (isfinite(value) && write_scalar(f, at, row->steps, s->tag, value, e))
            return -1;
    }
    return 0;
}

static int write_all(struct file_save *f, const struct history *h, double at, struct err *e)
{
    if (write_version(f, at, e))
        return -1;
    for (size_t i = 0; i < h->n; i++) {
        at += isfinite(h->rows[i].seconds) ? h->rows[i].seconds : 0;
        if (write_epoch(f, at, &h->rows[i], e))
            return -1;
    }
    return 0;
}

int tfevents_save(const char *path, const struct history *h, int64_t started_ms, struct err *e)
{
    struct file_save f;
    if (file_save_begin(&f, path, 0, e))
        return -1;
    if (write_all(&f, h, (double)started_ms / 1e3, e)) {
        file_save_abort(&f);
        return -1;
    }
    return file_save_commit(&f, e);
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
