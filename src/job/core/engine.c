/* One table says where each part of an engine is, what its key is and how people call it. */
#include "job/engine.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/build_id.h"
#include "base/hash.h"
#include "base/version.h"
#include "kern/gemm.h"

struct part {
    const char *key, *name;
    size_t at, size; /* in struct run_engine */
};
enum { PARTS = 5, PROBES = 8192 };
static const struct part parts[PARTS];

static const char *text_of(const struct run_engine *x, const struct part *p)
{
    return (const char *)x + p->at;
}

/* One C library computes with one set of functions or another, as the CPU has instructions for
 * them. One value in some thousands differs, in its last bit. */
static unsigned math_digest(void)
{
    struct hash *h = hash_new();
    for (int i = 1; i <= PROBES; i++) {
        double x = i * 0.0137;
        double values[] = {exp(-x), log(x), log1p(x), sin(x), cos(x), pow(0.999, x)};
        hash_add(h, values, sizeof values);
    }
    return (unsigned)hash_end(h);
}

static void describe_library(char *out, size_t size)
{
    char name[24] = "";
#ifdef _CS_GNU_LIBC_VERSION
    if (!confstr(_CS_GNU_LIBC_VERSION, name, sizeof name))
        name[0] = '\0';
#endif
    snprintf(out, size, "%s%smath %08x", name, *name ? ", " : "", math_digest());
}

/* Without a build id two builds of one version are taken for the same. */
static void describe_build(char *out, size_t size)
{
    char id[BUILD_ID_TEXT];
#ifdef __clang__
    int n = snprintf(out, size, "hpa %s, clang %d.%d.%d", HPA_VERSION, __clang_major__,
                     __clang_minor__, __clang_patchlevel__);
#else
    int n = snprintf(out, size, "hpa %s, gcc %d.%d.%d", HPA_VERSION, __GNUC__, __GNUC_MINOR__,
                     __GNUC_PATCHLEVEL__);
#endif
    build_id(id);
    if (*id && n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, ", build %s", id);
}

void engine_here(const struct kern *kern, struct run_engine *out)
{
    struct gemm_library blas;
    gemm_library(&blas);
    *out = (struct run_engine){0};
    snprintf(out->cpu_tier, sizeof out->cpu_tier, "%s", kern->name);
    snprintf(out->blas, sizeof out->blas, "%s", blas.name);
    snprintf(out->blas_kernel, sizeof out->blas_kernel, "%s", blas.kernel);
    describe_library(out->c_library, sizeof out->c_library);
    describe_build(out->build, sizeof out->build);
}

void engine_put(const struct run_engine *x, struct json *j)
{
    for (const struct part *p = parts; p < parts + PARTS; p++)
        json_put_text(j, p->key, text_of(x, p));
}

void engine_take(struct run_engine *x, const struct json *j)
{
    for (const struct part *p = parts; p < parts + PARTS; p++) {
        const char *text = json_get_text(j, p->key);
        if (text)
            snprintf((char *)x + p->at, p->size, "%s", text);
    }
}

void engine_text(const struct run_engine *x, char out[ENGINE_TEXT])
{
    out[0] = '\0';
    if (*x->cpu_tier)
        snprintf(out, ENGINE_TEXT, "%s kernels, %s%s%s%s, %s, %s", x->cpu_tier, x->blas,
                 *x->blas_kernel ? " with " : "", x->blas_kernel, *x->blas_kernel ? " kernels" : "",
                 x->c_library, x->build);
}

/* An older program wrote less of the same: "glibc 2.36". */
static bool is_same(const char *old, const char *new)
{
    size_t n = strlen(old);
    return !strcmp(old, new) || (n > 0 && !strncmp(old, new, n) && new[n] == ',');
}

bool engine_differs(const struct run_engine *before, const struct run_engine *now,
                    char out[ENGINE_TEXT])
{
    size_t n = 0;
    out[0] = '\0';
    if (!*before->cpu_tier)
        return false; /* of a program that did not record it */
    for (const struct part *p = parts; p < parts + PARTS && n < ENGINE_TEXT; p++) {
        const char *old = text_of(before, p), *new = text_of(now, p);
        if (!is_same(old, new))
            n += (size_t)snprintf(out + n, ENGINE_TEXT - n, "%s%s %s, before %s", n ? "; " : "",
                                  p->name, *new ? new : "unknown", *old ? old : "unknown");
    }
    return n > 0;
}

#define PART(member, name)                                                                         \
    {                                                                                              \
#member, name, offsetof(struct run_engine, member), sizeof((struct run_engine *)0)->member \
    }

static const struct part parts[PARTS] = {
    PART(cpu_tier, "CPU tier"),   PART(blas, "BLAS library"), PART(blas_kernel, "BLAS kernels"),
    PART(c_library, "C library"), PART(build, "program"),
};
