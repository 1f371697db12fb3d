/* A run and a database to put it in, for the tests of the store. */
#ifndef TESTS_STORE_SAMPLE_H
#define TESTS_STORE_SAMPLE_H

#include <stdio.h>
#include <string.h>

#include "data/scratch.h"
#include "store/run_rows.h"
#include "store/store.h"
#include "test.h"

static inline struct run_row sample_run(const char *uuid, const char *name)
{
    struct run_row r = {.started_ms = 1000,
                        .heartbeat_ms = 2000,
                        .pid = 4242,
                        .seed = 7,
                        .epochs = 20,
                        .config = strdup("{\"train.batch\": \"16\"}")};
    snprintf(r.uuid, sizeof r.uuid, "%s", uuid);
    snprintf(r.name, sizeof r.name, "%s", name);
    r.status = RUN_RUNNING;
    strcpy(r.host, "node7");
    strcpy(r.boot_id, "boot-1");
    strcpy(r.version, "0.1");
    strcpy(r.engine.cpu_tier, "avx2");
    strcpy(r.engine.blas, "OpenBLAS 0.3.21");
    strcpy(r.engine.blas_kernel, "Haswell");
    strcpy(r.engine.c_library, "glibc 2.36");
    strcpy(r.engine.build, "hpa 0.1");
    strcpy(r.fingerprint, "00ff");
    strcpy(r.note, "first");
    return r;
}

static inline struct store *sample_open(const char *name, enum store_mode mode)
{
    struct err e = {0};
    struct store *s = store_open(scratch_path(name), mode, &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

static inline void sample_insert(struct store *s, const char *uuid, const char *name)
{
    struct err e = {0};
    struct run_row r = sample_run(uuid, name);
    if (run_insert(s, &r, &e))
        fail_msg("%s", e.text);
    run_row_fini(&r);
}

#endif
