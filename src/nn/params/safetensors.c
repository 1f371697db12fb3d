/* Reading safetensors: nothing in the file is believed before it is checked.
 *
 * The header is read whole (16 MiB at most) and parsed by the strict JSON reader; every tensor's
 * type, shape and range must agree, and sorted by offset the ranges must tile the data exactly.
 * Data is read on demand into the caller's storage, converted in small pieces. Pickles are
 * recognised and never read. One owner. */
#include "nn/safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "safetensors_format.h"

enum { PIECE = 16 << 10, VERIFY_PIECE = 1 << 20, LENGTH_BYTES = 8, SAFE_NAME = 200 };

struct safetensors {
    int fd;
    char *path;
    char *header; /* its text */
    size_t header_size;
    struct json *json;                  /* owns all names and metadata */
    struct tensor_info *tensors;        /* [count] by offset */
    const struct tensor_info **by_name; /* [count] by name */
    int count;
    uint64_t data_begin, data_size;
};

/* An error about one tensor; the name comes from the file, so it is made safe. */
static int bad_tensor(const struct safetensors *f, const char *name, const char *what,
                      struct err *e)
{
    char safe[SAFE_NAME];
    text_safe(name, safe, sizeof safe);
    return err_set(e, ERR_DATA, "%s: tensor '%s' %s", f->path, safe, what);
}

/* No network needs it; here one of that name is wanted. */
static int bad_type(const struct safetensors *f, const struct tensor_info *t, struct err *e)
{
    char safe[32], what[160];
    text_safe(t->dtype, safe, sizeof safe);
    snprintf(what, sizeof what,
             "has type %s, which is not read; save it as F32, F16, BF16, F64 or I64", safe);
    return bad_tensor(f, t->name, what, e);
}

static bool is_pickle(const unsigned char *start)
{
    bool zip = memcmp(start, "PK\3\4", 4) == 0;
    return zip || (start[0] == 0x80 && start[1] >= 2 && start[1] <= 5);
}

/* Only a path without surprises may stand in a line that people paste into a shell. */
static bool plain_path(const char *path)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t n = strlen(path);
    for (size_t i = 0; i < n; i++)
        if (!strchr(letters, path[i]) && !strchr("._-/", path[i]))
            return false;
    return n <= 200;
}

static int refuse_pickle(const char *path, struct err *e)
{
    const char *shown = plain_path(path) ? path : "X.pth";
    const char *slash = strrchr(shown, '/'), *dot = strrchr(shown, '.');
    int stem = (int)(dot && dot > (slash ? slash : shown) ? dot - shown : (long)strlen(shown));
    return err_set(
        e, ERR_DATA,
        "%s: is a Python pickle, which can run any program and is never read here; where "
        "you trust it, convert it with: python3 -c \"import torch,safetensors.torch as "
        "s; s.save_file(torch.load('%s', map_location='cpu'), '%.*s.safetensors')\"",
        path, shown, stem, shown);
}

static int read_header(struct safetensors *f, uint64_t size, struct err *e)
{
    unsigned char start[LENGTH_BYTES];
    uint64_t n;
    if (size < LENGTH_BYTES)
        return err_set(e, ERR_DATA, "%s: %llu bytes are too short for a safetensors file", f->path,
                       (unsigned long long)size);
    if (file_pread(f->fd, start, sizeof start, 0, f->path, e))
        return -1;
    memcpy(&n, start, sizeof n);
    if (n > SAFETENSORS_HEADER_MAX || n > size - LENGTH_BYTES) {
        if (is_pickle(start))
            return refuse_pickle(f->path, e);
        return err_set(e, ERR_DATA,
                       "%s: is no safetensors file: its header would be %llu bytes long%s", f->path,
                       (unsigned long long)n,
                       n > SAFETENSORS_HEADER_MAX ? " (16 MiB at most)" : ", longer than the file");
    }
    f->header_size = (size_t)n;
    f->data_begin = LENGTH_BYTES + n;
    f->data_size = size - f->data_begin;
    f->header = mem_array(f->header_size + 1, 1, "header of a safetensors file", e);
    return f->header ? file_pread(f->fd, f->header, f->header_size, LENGTH_BYTES, f->path, e) : -1;
}

static int check_metadata(const struct safetensors *f, const struct json *metadata, struct err *e)
{
    int n = json_count(metadata);
    if (!json_is_object(metadata) || n > SAFETENSORS_COUNT_MAX)
        return err_set(e, ERR_DATA, "%s: __metadata__ is no object of at most %d texts", f->path,
                       SAFETENSORS_COUNT_MAX);
    for (int i = 0; i < n; i++)
        if (!json_get_text(json_value_at(metadata, i), NULL))
            return err_set(e, ERR_DATA, "%s: __metadata__ holds something that is no text",
                           f->path);
    return 0;
}

/* `*size` gets the bytes of an element. */
static int read_type(const struct safetensors *f, const struct json *j, struct tensor_info *t,
                     uint64_t *size, struct err *e)
{
    const char *type = json_get_text(j, "dtype");
    if (!type)
        return bad_tensor(f, t->name, "has no dtype", e);
    t->dtype = type;
    return safetensors_format_type(type, &t->type, size) ? 0 : bad_type(f, t, e);
}

/* The shape; `*bytes` has the size of an element and gets what all of them need. */
static int read_shape(const struct safetensors *f, const struct json *j, struct tensor_info *t,
                      uint64_t *bytes, struct err *e)
{
    const struct json *shape = json_get(j, "shape");
    t->rank = json_count(shape);
    if (!shape || json_is_object(shape) || json_get_text(shape, NULL))
        return bad_tensor(f, t->name, "has no shape", e);
    if (t->rank > TENSOR_RANK_MAX)
        return bad_tensor(f, t->name, "has more than 8 dimensions", e);
    for (int i = 0; i < t->rank; i++) {
        if (!json_get_int(json_at(shape, i), NULL, &t->shape[i]) || t->shape[i] < 0)
            return bad_tensor(f, t->name, "has a shape that is no list of whole numbers", e);
        if (__builtin_mul_overflow(*bytes, (uint64_t)t->shape[i], bytes))
            return bad_tensor(f, t->name, "has a shape larger than any file", e);
    }
    return 0;
}

static int read_range(const struct safetensors *f, const struct json *j, struct tensor_info *t,
                      uint64_t bytes, struct err *e)
{
    const struct json *range = json_get(j, "data_offsets");
    int64_t begin, end;
    if (json_count(range) != 2 || !json_get_int(json_at(range, 0), NULL, &begin) ||
        !json_get_int(json_at(range, 1), NULL, &end))
        return bad_tensor(f, t->name, "has no data_offsets of two whole numbers", e);
    if (begin < 0 || end < begin || (uint64_t)end > f->data_size)
        return bad_tensor(f, t->name, "lies outside of the file's data", e);
    t->begin = (uint64_t)begin;
    t->end = (uint64_t)end;
    if (t->end - t->begin != bytes)
        return bad_tensor(f, t->name, "has a shape that does not match its data_offsets", e);
    return 0;
}

static int read_tensor(const struct safetensors *f, const struct json *j, struct tensor_info *t,
                       struct err *e)
{
    uint64_t bytes = 0;
    size_t length = strlen(t->name);
    if (length == 0 || length > SAFETENSORS_NAME_MAX)
        return bad_tensor(f, t->name, "has a name that is empty or longer than 256 bytes", e);
    if (!json_is_object(j) || json_count(j) != 3)
        return bad_tensor(f, t->name, "is not described by dtype, shape and data_offsets alone", e);
    return read_type(f, j, t, &bytes, e) || read_shape(f, j, t, &bytes, e) ||
                   read_range(f, j, t, bytes, e)
               ? -1
               : 0;
}

static int read_tensors(struct safetensors *f, struct err *e)
{
    int n = json_count(f->json), most = SAFETENSORS_COUNT_MAX;
    if (!json_is_object(f->json) || n - (json_get(f->json, "__metadata__") != NULL) > most)
        return err_set(e, ERR_DATA, "%s: the header is no object of at most %d tensors", f->path,
                       most);
    f->tensors = mem_array((size_t)n, sizeof *f->tensors, "tensors", e);
    f->by_name = f->tensors ? mem_array((size_t)n, sizeof *f->by_name, "tensors", e) : NULL;
    if (!f->by_name)
        return -1;
    for (int i = 0; i < n; i++) {
        const char *name = json_key_at(f->json, i);
        const struct json *j = json_get(f->json, name);
        int failed;
        if (strcmp(name, "__metadata__") == 0) {
            failed = check_metadata(f, j, e);
        } else {
            f->tensors[f->count].name = name;
            failed = read_tensor(f, j, &f->tensors[f->count++], e);
        }
        if (failed)
            return -1;
    }
    return 0;
}

static int by_offset(const void *a, const void *b)
{
    const struct tensor_info *s = a, *t = b;
    if (s->begin != t->begin)
        return s->begin < t->begin ? -1 : 1;
    if (s->end != t->end) /* an empty tensor stands before the one that begins in its place */
        return s->end < t->end ? -1 : 1;
    return strcmp(s->name, t->name);
}

static int by_name(const void *a, const void *b)
{
    const struct tensor_info *const *s = a, *const *t = b;
    return strcmp((*s)->name, (*t)->name);
}

static int check_tiling(struct safetensors *f, struct err *e)
{
    uint64_t end = 0;
    qsort(f->tensors, (size_t)f->count, sizeof *f->tensors, by_offset);
    for (int i = 0; i < f->count; i++) {
        const struct tensor_info *t = &f->tensors[i];
        f->by_name[i] = t;
        if (t->begin < end)
            return bad_tensor(f, t->name, "overlaps the tensor before it", e);
        if (t->begin > end)
            return bad_tensor(f, t->name, "begins behind a hole that belongs to no tensor", e);
        end = t->end;
    }
    qsort(f->by_name, (size_t)f->count, sizeof(f->by_name[0]), by_name);
    if (end != f->data_size)
        return err_set(e, ERR_DATA, "%s: the last %llu bytes belong to no tensor", f->path,
                       (unsigned long long)(f->data_size - end));
    return 0;
}

struct safetensors *safetensors_open(const char *path, struct err *e)
{
    uint64_t size;
    int fd = file_open(path, &size, e);
    if (fd < 0)
        return NULL;
    struct safetensors *f = xcalloc(1, sizeof *f);
    f->fd = fd;
    f->path = xstrdup(path);
    if (read_header(f, size, e))
        goto fail;
    f->json = json_parse(f->header, f->header_size, f->path, e);
    if (!f->json || read_tensors(f, e) || check_tiling(f, e))
        goto fail;
    return f;
fail:
    safetensors_close(f);
    return NULL;
}

void safetensors_close(struct safetensors *f)
{
    if (!f)
        return;
    close(f->fd);
    json_free(f->json);
    free(f->tensors);
    free(f->by_name);
    free(f->header);
    free(f->path);
    free(f);
}

int safetensors_count(const struct safetensors *f)
{
    return f->count;
}

const struct tensor_info *safetensors_at(const struct safetensors *f, int i)
{
    return &f->tensors[i];
}

const struct tensor_info *safetensors_find(const struct safetensors *f, const char *name)
{
    struct tensor_info wanted = {.name = name};
    const struct tensor_info *key = &wanted;
    const struct tensor_info **found =
        bsearch(&key, f->by_name, (size_t)f->count, sizeof(f->by_name[0]), by_name);
    return found ? *found : NULL;
}

const char *safetensors_metadata(const struct safetensors *f, const char *key)
{
    return json_get_text(json_get(f->json, "__metadata__"), key);
}

static float from_f16(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, exponent = h >> 10 & 31, mantissa = h & 1023;
    uint32_t bits;
    float value = (float)mantissa * 0x1p-24f; /* a subnormal or zero */
    if (exponent == 31)
        bits = 0x7F800000 | mantissa << 13;
    else if (exponent > 0)
        bits = (exponent + 112) << 23 | mantissa << 13;
    else
        memcpy(&bits, &value, sizeof bits);
    bits |= sign;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float from_bf16(uint16_t h)
{
    uint32_t bits = (uint32_t)h << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float element(const unsigned char *at, enum tensor_type type)
{
    uint16_t half;
    double wide;
    if (type == TENSOR_F64) {
        memcpy(&wide, at, sizeof wide);
        return (float)wide;
    }
    memcpy(&half, at, sizeof half);
    return type == TENSOR_F16 ? from_f16(half) : from_bf16(half);
}

static int check_count(const struct safetensors *f, const struct tensor_info *t, uint64_t count,
                       struct err *e)
{
    uint64_t size = safetensors_format_size(t->type), has = (t->end - t->begin) / size;
    char what[96];
    if (has == count)
        return 0;
    snprintf(what, sizeof what, "has %llu values; %llu are expected", (unsigned long long)has,
             (unsigned long long)count);
    return bad_tensor(f, t->name, what, e);
}

static int convert(struct safetensors *f, const struct tensor_info *t, float *out, struct err *e)
{
    unsigned char piece[PIECE];
    size_t size = (size_t)safetensors_format_size(t->type);
    for (uint64_t at = t->begin; at < t->end;) {
        size_t n = t->end - at < PIECE ? (size_t)(t->end - at) : PIECE;
        if (file_pread(f->fd, piece, n, f->data_begin + at, f->path, e))
            return -1;
        for (size_t i = 0; i < n; i += size)
            *out++ = element(piece + i, t->type);
        at += n;
    }
    return 0;
}

int safetensors_read_f32(struct safetensors *f, const struct tensor_info *t, float *out,
                         uint64_t count, struct err *e)
{
    if (t->type == TENSOR_I64)
        return bad_tensor(f, t->name, "holds whole numbers (I64), not weights", e);
    if (t->type == TENSOR_OTHER)
        return bad_type(f, t, e);
    if (check_count(f, t, count, e))
        return -1;
    if (t->type != TENSOR_F32)
        return convert(f, t, out, e);
    return file_pread(f->fd, out, (size_t)(t->end - t->begin), f->data_begin + t->begin, f->path,
                      e);
}

int safetensors_read_i64(struct safetensors *f, const struct tensor_info *t, int64_t *out,
                         uint64_t count, struct err *e)
{
    if (t->type != TENSOR_I64)
        return bad_tensor(f, t->name, "holds no whole numbers (I64)", e);
    if (check_count(f, t, count, e))
        return -1;
    return file_pread(f->fd, out, (size_t)(t->end - t->begin), f->data_begin + t->begin, f->path,
                      e);
}

static int damaged(const struct safetensors *f, const char *part, struct err *e)
{
    return err_set(
        e, ERR_DATA,
        "%s: is damaged: its %s does not match the digest it was saved with; use another "
        "copy",
        f->path, part);
}

int safetensors_verify_header(struct safetensors *f, struct err *e)
{
    char digest[SAFETENSORS_DIGEST + 1];
    size_t at;
    const char *wanted = safetensors_metadata(f, SAFETENSORS_HEADER_DIGEST);
    if (!wanted)
        return 0;
    if (!safetensors_format_digest(f->header, f->header_size, digest, &at) ||
        strcmp(digest, wanted))
        return damaged(f, "header", e);
    return 0;
}

static int digest_data(struct safetensors *f, char out[SAFETENSORS_DIGEST + 1], struct err *e)
{
    unsigned char *piece = mem_array(VERIFY_PIECE, 1, f->path, e);
    if (!piece)
        return -1;
    struct hash *h = hash_new();
    int failed = 0;
    for (uint64_t at = 0; at < f->data_size && !failed;) {
        size_t n = f->data_size - at < VERIFY_PIECE ? (size_t)(f->data_size - at) : VERIFY_PIECE;
        failed = file_pread(f->fd, piece, n, f->data_begin + at, f->path, e);
        hash_add(h, piece, failed ? 0 : n);
        at += n;
    }
    safetensors_format_hex(hash_end(h), out);
    free(piece);
    return failed;
}

int safetensors_verify(struct safetensors *f, struct err *e)
{
    char digest[SAFETENSORS_DIGEST + 1];
    const char *wanted = safetensors_metadata(f, SAFETENSORS_DATA_DIGEST);
    if (safetensors_verify_header(f, e))
        return -1;
    if (!wanted)
        return 0;
    if (digest_data(f, digest, e))
        return -1;
    return strcmp(digest, wanted) ? damaged(f, "data", e) : 0;
}
