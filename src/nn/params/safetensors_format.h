/* What reader and writer of safetensors share: limits, element types, the header's digest. Pure. */
#ifndef NN_SAFETENSORS_FORMAT_H
#define NN_SAFETENSORS_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/safetensors.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "safetensors data is little-endian");

enum {
    SAFETENSORS_HEADER_MAX = 16 << 20,
    SAFETENSORS_NAME_MAX = 256,
    SAFETENSORS_COUNT_MAX = 10000,
    SAFETENSORS_DIGEST = 16 /* hexadecimal digits */
};

#define SAFETENSORS_DATA_DIGEST   "digest"
#define SAFETENSORS_HEADER_DIGEST "header_digest"

/* "F32" and the like, and the bytes of an element; false for a type that the format does not have
 * or whose elements are no whole bytes. */
bool safetensors_format_type(const char *name, enum tensor_type *type, uint64_t *size);
const char *safetensors_format_type_name(enum tensor_type type);
uint64_t safetensors_format_size(enum tensor_type type); /* bytes of an element, not of OTHER */

void safetensors_format_hex(uint64_t hash, char out[SAFETENSORS_DIGEST + 1]);

/* The digest of a header of n bytes (its length included), the 16 digits of its own entry counted
 * as zeros; `*at` gets their place. False when the header has no such entry. */
bool safetensors_format_digest(const char *header, size_t n, char out[SAFETENSORS_DIGEST + 1],
                               size_t *at);

#endif
