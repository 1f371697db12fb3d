/* One table says where each part of an engine is, what its key is and how people call it. */
#include "job/engine.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/version.h"
#include "kern/gemm.h"

struct part {
    const char *key, *name;
    size_t at, size; /* in struct run_engine */
};
enum { PARTS = 5 };
static const struct part parts[PARTS];

static const char *text_of(const struct run_engine *x, const struct part *p)
{
    return (const char *)x + p->at;
}

void engine_here(const struct kern *kern, struct run_engine *out)
{
    struct gemm_library blas;
    gemm_library(&blas);
    *out = (struct run_engine){0};
    snprintf(out->cpu_tier, sizeof out->cpu_tier, "%s", kern->name);
    snprintf(out->blas, sizeof out->blas, "%s", blas.name);
    snprintf(out->blas_kernel, sizeof out->blas_kernel, "%s", blas.kernel);
#ifdef _CS_GNU_LIBC_VERSION
    if (!confstr(_CS_GNU_LIBC_VERSION, out->c_library, sizeof out->c_library))
        out->c_library[0] = '\0';
#endif
#ifdef __clang__
    snprintf(out->build, sizeof out->build, "hpa %s, clang %d.%d.%d", HPA_VERSION, __clang_major__,
             __clang_minor__, __clang_patchlevel__);
#else
    snprintf(out->build, sizeof out->build, "hpa %s, gcc %d.%d.%d", HPA_VERSION, __GNUC__,
             __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
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

bool engine_differs(const struct run_engine *before, const struct run_engine *now,
                    char out[ENGINE_TEXT])
{
    size_t n = 0;
    out[0] = '\0';
    if (!*before->cpu_tier)
        return false; /* of a program that did not record it */
    for (const struct part *p = parts; p < parts + PARTS && n < ENGINE_TEXT; p++) {
        const char *old = text_of(before, p), *new = text_of(now, p);
        if (strcmp(old, new) != 0)
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
