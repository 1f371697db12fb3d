/* The safetensors reader: headers, layouts, conversions and digests. */
#include <stdlib.h>
#include <unistd.h>

#include "fuzz/driver.h"
#include "nn/safetensors.h"
#include "reference/safetensors_files.h"

enum { MOST_VALUES = 4096 };

int fuzz_seeds(struct fuzz_seed *seeds)
{
    seeds[0] = (struct fuzz_seed){(const uint8_t *)good_file.bytes, good_file.size};
    seeds[1] = (struct fuzz_seed){(const uint8_t *)signed_file.bytes, signed_file.size};
    return 2;
}

static void read_tensor(struct safetensors *f, const struct tensor_info *t)
{
    float values[MOST_VALUES];
    int64_t whole[MOST_VALUES];
    uint64_t count = 1;
    for (int i = 0; i < t->rank; i++)
        count *= (uint64_t)t->shape[i];
    if (count > MOST_VALUES)
        count = MOST_VALUES; /* must then be refused */
    safetensors_read_f32(f, t, values, count, NULL);
    safetensors_read_i64(f, t, whole, count, NULL);
    if (safetensors_find(f, t->name) != t)
        abort();
}

int fuzz_one(const uint8_t *data, size_t n)
{
    char path[64];
    struct err e = {0};
    int fd = fuzz_memory_file(data, n, path);
    struct safetensors *f = safetensors_open(path, &e);
    if (f) {
        for (int i = 0; i < safetensors_count(f); i++)
            read_tensor(f, safetensors_at(f, i));
        safetensors_verify(f, &e);
        safetensors_close(f);
    }
    close(fd);
    return f ? 0 : -1;
}
