/* Writing safetensors: describe the tensors, then save them durably in one go.
 *
 * The header carries the digest of the data behind it, so values are gone through twice: once for
 * the digest, once for the file. Tensors that are computed (a layout turned round) are filled piece
 * by piece into one small array, so that a checkpoint takes no memory that a watched training would
 * not have. Names and sizes come from code, so describing cannot fail. One owner. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/output.h"
#include "safetensors_format.h"

enum { PIECE = 512 << 10 }; /* bytes, or one slice where that is more */

struct item {
    struct tensor_info info;
    char *name;
    const void *data; /* borrowed; NULL: filled */
    safetensors_fill *fill;
    const void *context;
    int number;
};

struct safetensors_out {
    struct item *items;
    int count, room;
    struct json *metadata;
};

struct safetensors_out *safetensors_out_new(void)
{
    struct safetensors_out *o = xcalloc(1, sizeof *o);
    o->metadata = json_new_object();
    json_put_text(o->metadata, "format", "pt");
    return o;
}

void safetensors_out_free(struct safetensors_out *o)
{
    if (!o)
        return;
    for (int i = 0; i < o->count; i++)
        free(o->items[i].name);
    free(o->items);
    json_free(o->metadata);
    free(o);
}

void safetensors_out_metadata(struct safetensors_out *o, const char *key, const char *value)
{
    json_put_text(o->metadata, key, value);
}

static struct item *add(struct safetensors_out *o, const char *name, enum tensor_type type,
                        int rank, const int64_t *shape)
{
    if (o->count == o->room) {
        o->room = o->room ? 2 * o->room : 64;
        o->items = xrealloc(o->items, (size_t)o->room * sizeof *o->items);
    }
    struct item *item = &o->items[o->count++];
    memset(item, 0, sizeof *item);
    item->name = xstrdup(name);
    item->info = (struct tensor_info){.name = item->name, .type = type, .rank = rank};
    uint64_t bytes = safetensors_format_size(type);
    for (int i = 0; i < rank; i++) {
        item->info.shape[i] = shape[i];
        bytes *= (uint64_t)shape[i];
    }
    item->info.end = bytes;
    return item;
}

void safetensors_out_f32(struct safetensors_out *o, const char *name, int rank,
                         const int64_t *shape, const float *data)
{
    add(o, name, TENSOR_F32, rank, shape)->data = data;
}

void safetensors_out_i64(struct safetensors_out *o, const char *name, int rank,
                         const int64_t *shape, const int64_t *data)
{
    add(o, name, TENSOR_I64, rank, shape)->data = data;
}

void safetensors_out_filled(struct safetensors_out *o, const char *name, int rank,
                            const int64_t *shape, safetensors_fill *fill, const void *context,
                            int number)
{
    struct item *item = add(o, name, TENSOR_F32, rank, shape);
    item->fill = fill;
    item->context = context;
    item->number = number;
}

static int in_file_order(const void *a, const void *b)
{
    const struct item *s = a, *t = b;
    uint64_t size_s = safetensors_format_size(s->info.type);
    uint64_t size_t_ = safetensors_format_size(t->info.type);
    if (size_s != size_t_)
        return size_s > size_t_ ? -1 : 1;
    return strcmp(s->name, t->name);
}

static size_t bytes_of(const struct item *item)
{
    return (size_t)(item->info.end - item->info.begin);
}

static size_t slices_of(const struct item *item)
{
    return item->info.rank ? (size_t)item->info.shape[0] : 1;
}

/* How many slices of a filled tensor go through the scratch at once. */
static size_t slices_at_once(const struct item *item)
{
    size_t slices = slices_of(item), slice = slices ? bytes_of(item) / slices : 0;
    size_t fit = slice ? PIECE / slice : slices;
    return fit < 1 ? 1 : fit > slices ? slices : fit;
}

/* Sort and give every tensor its place; `*scratch` gets the bytes of the largest piece. */
static uint64_t lay_out(struct safetensors_out *o, size_t *scratch)
{
    uint64_t end = 0;
    *scratch = 0;
    if (o->count)
        qsort(o->items, (size_t)o->count, sizeof *o->items, in_file_order);
    for (int i = 0; i < o->count; i++) {
        struct item *item = &o->items[i];
        size_t slices = slices_of(item);
        size_t piece = slices ? bytes_of(item) / slices * slices_at_once(item) : 0;
        uint64_t bytes = bytes_of(item);
        item->info.begin = end;
        item->info.end = end += bytes;
        if (item->fill && piece > *scratch)
            *scratch = piece;
    }
    return end;
}

/* Where a tensor's bytes go, in order. */
typedef int take_bytes(void *to, const void *bytes, size_t n, struct err *e);

static int give(const struct item *item, void *scratch, take_bytes *take, void *to, struct err *e)
{
    size_t slices = slices_of(item), slice = slices ? bytes_of(item) / slices : 0, n;
    if (!item->fill)
        return take(to, item->data, bytes_of(item), e);
    for (size_t first = 0; first < slices; first += n) {
        n = slices_at_once(item);
        n = n < slices - first ? n : slices - first;
        item->fill(item->context, item->number, first, n, scratch);
        if (take(to, scratch, n * slice, e))
            return -1;
    }
    return 0;
}

static int into_hash(void *to, const void *bytes, size_t n, struct err *e)
{
    (void)e;
    hash_add(to, bytes, n);
    return 0;
}

static int into_file(void *to, const void *bytes, size_t n, struct err *e)
{
    return output_write(to, bytes, n, e);
}

static uint64_t hash_data(const struct safetensors_out *o, void *scratch)
{
    struct hash *h = hash_new();
    for (int i = 0; i < o->count; i++)
        give(&o->items[i], scratch, into_hash, h, NULL);
    return hash_end(h);
}

static struct json *describe(const struct tensor_info *t)
{
    struct json *j = json_new_object(), *shape = json_new_array(), *range = json_new_array();
    for (int i = 0; i < t->rank; i++)
        json_put_int(shape, NULL, t->shape[i]);
    json_put_int(range, NULL, (int64_t)t->begin);
    json_put_int(range, NULL, (int64_t)t->end);
    json_put_text(j, "dtype", safetensors_format_type_name(t->type));
    json_put(j, "shape", shape);
    json_put(j, "data_offsets", range);
    return j;
}

/* The header's text, padded to 8 and with both digests in place; free() it. */
static char *make_header(struct safetensors_out *o, uint64_t data_hash, size_t *size)
{
    char digest[SAFETENSORS_DIGEST + 1];
    safetensors_format_hex(data_hash, digest);
    safetensors_out_metadata(o, SAFETENSORS_DATA_DIGEST, digest);
    safetensors_format_hex(0, digest);
    safetensors_out_metadata(o, SAFETENSORS_HEADER_DIGEST, digest);
    struct json *j = json_new_object();
    json_put(j, "__metadata__", o->metadata);
    o->metadata = json_new_object(); /* it belongs to `j` now */
    for (int i = 0; i < o->count; i++)
        json_put(j, o->items[i].name, describe(&o->items[i].info));
    char *text = json_print(j, false);
    json_free(j);
    size_t n = strlen(text), at;
    *size = (n + 7) / 8 * 8;
    text = xrealloc(text, *size);
    memset(text + n, ' ', *size - n);
    if (safetensors_format_digest(text, *size, digest, &at))
        memcpy(text + at, digest, SAFETENSORS_DIGEST);
    return text;
}

static int write_all(const struct safetensors_out *o, const char *path, enum output_mode mode,
                     const char *header, size_t header_size, uint64_t data_size, void *scratch,
                     struct err *e)
{
    struct output s;
    uint64_t length = header_size;
    if (output_begin(&s, path, mode, sizeof length + header_size + data_size, e))
        return -1;
    int failed =
        output_write(&s, &length, sizeof length, e) || output_write(&s, header, header_size, e);
    for (int i = 0; i < o->count && !failed; i++)
        failed = give(&o->items[i], scratch, into_file, &s, e);
    if (!failed)
        return output_commit(&s, e);
    output_abort(&s);
    return -1;
}

int safetensors_out_save(struct safetensors_out *o, const char *path, struct err *e)
{
    return safetensors_out_write(o, path, OUTPUT_PRIVATE, e);
}

int safetensors_out_write(struct safetensors_out *o, const char *path, enum output_mode mode,
                          struct err *e)
{
    size_t scratch_size, header_size;
    uint64_t data_size = lay_out(o, &scratch_size);
    void *scratch = mem_array(scratch_size, 1, "tensor to be saved", e);
    if (!scratch)
        return -1;
    char *header = make_header(o, hash_data(o, scratch), &header_size);
    int failed;
    if (header_size > SAFETENSORS_HEADER_MAX)
        failed =
            err_set(e, ERR_DATA,
                    "%s: cannot be saved: its header would be %zu bytes long, more than 16 MiB",
                    path, header_size);
    else
        failed = write_all(o, path, mode, header, header_size, data_size, scratch, e);
    free(header);
    free(scratch);
    return failed;
}
