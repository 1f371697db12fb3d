/* What reader and writer of safetensors share.
 *
 * Our files carry two digests (XXH3, 16 hexadecimal digits) in their metadata: "digest" over the
 * data, and "header_digest" over the header's length and text, in which its own 16 digits count as
 * zeros. So a flipped bit is found wherever it falls, and a header alone can be trusted without
 * reading the data. Pure functions; any thread. */
#include "safetensors_format.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"

static const struct {
    const char *name;
    uint64_t size;
} types[] = {
    [TENSOR_F32] = {"F32", 4}, [TENSOR_F16] = {"F16", 2}, [TENSOR_BF16] = {"BF16", 2},
    [TENSOR_F64] = {"F64", 8}, [TENSOR_I64] = {"I64", 8},
};

/* Only that a file may hold them beside weights: counters, masks. */
static const struct {
    const char *name;
    uint64_t size;
} other_types[] = {
    {"BOOL", 1},    {"U8", 1},          {"I8", 1},          {"F8_E5M2", 1}, {"F8_E4M3", 1},
    {"F8_E8M0", 1}, {"F8_E5M2FNUZ", 1}, {"F8_E4M3FNUZ", 1}, {"I16", 2},     {"U16", 2},
    {"I32", 4},     {"U32", 4},         {"U64", 8},         {"C64", 8},
};

bool safetensors_format_type(const char *name, enum tensor_type *type, uint64_t *size)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, name))
            continue;
        *type = (enum tensor_type)i;
        *size = types[i].size;
        return true;
    }
    for (size_t i = 0; i < sizeof other_types / sizeof *other_types; i++) {
        if (strcmp(other_types[i].name, name))
            continue;
        *type = TENSOR_OTHER;
        *size = other_types[i].size;
        return true;
    }
    return false;
}

const char *safetensors_format_type_name(enum tensor_type type)
{
    return types[type].name;
}

uint64_t safetensors_format_size(enum tensor_type type)
{
    return types[type].size;
}

void safetensors_format_hex(uint64_t hash, char out[SAFETENSORS_DIGEST + 1])
{
    snprintf(out, SAFETENSORS_DIGEST + 1, "%016llx", (unsigned long long)hash);
}

/* Where `needle` ends in `text`, 0 when it is not there. A quote inside a JSON string is escaped,
 * so the needle with its quotes cannot stand inside one. */
static size_t end_of(const char *text, size_t n, const char *needle)
{
    size_t length = strlen(needle);
    for (size_t i = 0; i + length <= n; i++)
        if (text[i] == needle[0] && memcmp(text + i, needle, length) == 0)
            return i + length;
    return 0;
}

bool safetensors_format_digest(const char *header, size_t n, char out[SAFETENSORS_DIGEST + 1],
                               size_t *at)
{
    static const char zeros[SAFETENSORS_DIGEST] = "0000000000000000";
    uint64_t length = n;
    *at = end_of(header, n, "\"" SAFETENSORS_HEADER_DIGEST "\":\"");
    if (*at == 0 || n - *at < SAFETENSORS_DIGEST)
        return false;
    size_t rest = *at + SAFETENSORS_DIGEST;
    struct hash *h = hash_new();
    hash_add(h, &length, sizeof length);
    hash_add(h, header, *at);
    hash_add(h, zeros, sizeof zeros);
    hash_add(h, header + rest, n - rest);
    safetensors_format_hex(hash_end(h), out);
    return true;
}
