/* Reference vectors made by the scripts of tests/reference, and the numbers that those scripts and
 * the tests make alike: the C side of tests/reference/vectors.py. Run tests from the repository's
 * root. */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ref_tensor {
    char name[96];
    uint32_t rank, shape[8];
    size_t count;
    float *data;
};

struct ref {
    uint32_t n;
    struct ref_tensor *at;
};

static inline void ref_read(FILE *f, void *out, size_t size)
{
    if (fread(out, 1, size, f) != size)
        abort();
}

static inline struct ref ref_open(const char *file)
{
    char path[256];
    snprintf(path, sizeof path, "tests/reference/%s", file);
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "%s: not found; run tests from the repository's root\n", path);
        abort();
    }
    struct ref r;
    ref_read(f, &r.n, sizeof r.n);
    r.at = calloc(r.n, sizeof *r.at);
    for (uint32_t i = 0; i < r.n; i++) {
        struct ref_tensor *t = &r.at[i];
        uint32_t length;
        ref_read(f, &length, sizeof length);
        if (length >= sizeof t->name)
            abort();
        ref_read(f, t->name, length);
        ref_read(f, &t->rank, sizeof t->rank);
        if (t->rank > 8)
            abort();
        ref_read(f, t->shape, t->rank * sizeof t->shape[0]);
        t->count = 1;
        for (uint32_t j = 0; j < t->rank; j++)
            t->count *= t->shape[j];
        t->data = malloc((t->count ? t->count : 1) * sizeof(float));
        ref_read(f, t->data, t->count * sizeof(float));
    }
    fclose(f);
    return r;
}

static inline void ref_close(struct ref *r)
{
    for (uint32_t i = 0; i < r->n; i++)
        free(r->at[i].data);
    free(r->at);
}

/* A tensor by its (printf) name; ends the test when there is none. */
__attribute__((format(printf, 2, 3))) static inline const struct ref_tensor *
ref_get(const struct ref *r, const char *format, ...)
{
    char name[96];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    for (uint32_t i = 0; i < r->n; i++)
        if (!strcmp(r->at[i].name, name))
            return &r->at[i];
    fprintf(stderr, "no reference tensor %s\n", name);
    abort();
}

static inline uint64_t ref_fnv(const char *text)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001B3u;
    return h;
}

static inline uint64_t ref_hash(uint64_t z)
{
    z += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* out[i] = scale * u(text, i) + shift */
static inline void ref_uniform(const char *text, float *out, size_t count, double scale,
                               double shift)
{
    uint64_t key = ref_fnv(text);
    for (size_t i = 0; i < count; i++)
        out[i] = (float)(((double)(ref_hash(key + i) >> 40) * 0x1p-24 - 0.5) * scale + shift);
}

/* Add a named part of a vector to its count sketch. */
static inline void ref_sketch(const char *name, const float *values, size_t count, double *sketch,
                              size_t buckets)
{
    uint64_t key = ref_fnv(name);
    for (size_t i = 0; i < count; i++) {
        uint64_t h = ref_hash(key + i);
        sketch[h % buckets] += h >> 63 ? -(double)values[i] : (double)values[i];
    }
}

/* |got - want| / |want|, Euclidean. */
static inline double ref_distance(const float *got, const float *want, size_t count)
{
    double difference = 0, length = 0;
    for (size_t i = 0; i < count; i++) {
        difference += ((double)got[i] - want[i]) * ((double)got[i] - want[i]);
        length += (double)want[i] * want[i];
    }
    return sqrt(difference / (length > 0 ? length : 1));
}

static inline double ref_sketch_distance(const double *got, const struct ref_tensor *want)
{
    double difference = 0, length = 0;
    for (size_t i = 0; i < want->count; i++) {
        difference += (got[i] - want->data[i]) * (got[i] - want->data[i]);
        length += (double)want->data[i] * want->data[i];
    }
    return sqrt(difference / length);
}

static inline double ref_largest_difference(const float *got, const float *want, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        double d = fabs((double)got[i] - want[i]);
        if (!(d <= largest))
            largest = d;
    }
    return largest;
}

#endif
