/* safetensors files: strict reading with checked sizes (pread, no mmap), durable writing.
 * Any thread, one owner. */
#ifndef NN_SAFETENSORS_H
#define NN_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/output.h"

enum tensor_type {
    TENSOR_F32,
    TENSOR_F16,
    TENSOR_BF16,
    TENSOR_F64,
    TENSOR_I64,
    TENSOR_OTHER /* of the format, but its values are never read here */
};
enum { TENSOR_RANK_MAX = 8 };

struct tensor_info {
    const char *name;
    const char *dtype; /* the type as the file says it; NULL of a tensor that is written */
    enum tensor_type type;
    int rank;
    int64_t shape[TENSOR_RANK_MAX];
    uint64_t begin, end; /* bytes, relative to the data */
};

struct safetensors;

/* Open and check header and layout (FORMATS: holes, overlaps, overflow, duplicate names, limits).
 * ERR_NOINPUT, ERR_DATA with the reason; a zip/pickle (.pth) is recognised and refused with the
 * line of Python that converts it. */
struct safetensors *safetensors_open(const char *path, struct err *e);
void safetensors_close(struct safetensors *f);
int safetensors_count(const struct safetensors *f);
const struct tensor_info *safetensors_at(const struct safetensors *f, int i);
const struct tensor_info *safetensors_find(const struct safetensors *f, const char *name);
const char *safetensors_metadata(const struct safetensors *f, const char *key); /* or NULL */
/* Read as float (converted from F32, F16, BF16, F64) or as int64 (I64 only); `count` must match.
 * ERR_DATA for every other type. */
int safetensors_read_f32(struct safetensors *f, const struct tensor_info *t, float *out,
                         uint64_t count, struct err *e);
int safetensors_read_i64(struct safetensors *f, const struct tensor_info *t, int64_t *out,
                         uint64_t count, struct err *e);

/* Writing: describe the tensors, then save. Data is borrowed until the save. */
struct safetensors_out;
struct safetensors_out *safetensors_out_new(void);
void safetensors_out_free(struct safetensors_out *o);
void safetensors_out_metadata(struct safetensors_out *o, const char *key, const char *value);
void safetensors_out_f32(struct safetensors_out *o, const char *name, int rank,
                         const int64_t *shape, const float *data);
void safetensors_out_i64(struct safetensors_out *o, const char *name, int rank,
                         const int64_t *shape, const int64_t *data);
/* A tensor that is computed while saving: `fill` writes slices `first` to first + n - 1 of its
 * first dimension in order, and is called twice for each of them with the same result. */
typedef void safetensors_fill(const void *context, int number, size_t first, size_t n, float *out);
void safetensors_out_filled(struct safetensors_out *o, const char *name, int rank,
                            const int64_t *shape, safetensors_fill *fill, const void *context,
                            int number);
/* Durable save (base/file.h), once for each safetensors_out. Metadata gets format "pt", "digest"
 * (XXH3 of the data) and "header_digest" (XXH3 of the header, its own digits as zeros). */
int safetensors_out_save(struct safetensors_out *o, const char *path, struct err *e);
/* The same, to a place that the user named. */
int safetensors_out_write(struct safetensors_out *o, const char *path, enum output_mode mode,
                          struct err *e);

/* ERR_DATA when header or data do not match the file's digests; files without them pass. */
int safetensors_verify(struct safetensors *f, struct err *e);
int safetensors_verify_header(struct safetensors *f, struct err *e); /* without reading the data */

#endif
