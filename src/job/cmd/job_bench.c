/* The machine a bench runs on, and the matrix product. The machine's limits are measured, never
 * looked up: other programs can only make it look slower than it is, so the best of many short
 * looks counts. Runs in the job's thread, computes with the job's workers. */
#include "job/job_bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/host.h"
#include "base/mem.h"
#include "bench_parts.h"
#include "kern/gemm.h"
#include "kern/kern.h"
#include "kern/peak.h"

enum { PEAK_LOOKS = 30, TRIAD_LOOKS = 5 };

static const double PEAK_SECONDS = .008;

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double job_bench_median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, compare_doubles);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

int job_bench_check_rounds(int rounds, struct err *e)
{
    if (rounds >= 1 && rounds <= BENCH_ROUNDS_MAX)
        return 0;
    return err_set(e, ERR_USAGE, "--rounds: %d is not in 1..%d", rounds, BENCH_ROUNDS_MAX);
}

/* Linux on x86 has a line "model name : ..."; elsewhere the architecture must do. */
static void name_cpu(char *out, size_t size)
{
    char line[256], *colon;
    struct utsname host;
    FILE *f = fopen("/proc/cpuinfo", "r");
    out[0] = '\0';
    while (f && !out[0] && fgets(line, sizeof line, f))
        if (!strncmp(line, "model name", 10) && (colon = strchr(line, ':')))
            snprintf(out, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
    if (f)
        fclose(f);
    if (!out[0])
        snprintf(out, size, "%s", uname(&host) ? "unknown" : host.machine);
}

double job_bench_peak(struct workers *w, int looks)
{
    double best = 0;
    for (int i = 0; i < looks; i++)
        best = fmax(best, peak_fma(w, PEAK_SECONDS));
    return best;
}

int job_bench_machine(const struct kern *kern, struct workers *w, bool memory,
                      struct bench_machine *out, struct err *e)
{
    name_cpu(out->cpu, sizeof out->cpu);
    out->cores = workers_cores();
    out->threads = workers_count(w);
    out->tier = kern->name;
    if (getloadavg(&out->load, 1) != 1)
        out->load = NAN;
    out->fma_peak_gflops = job_bench_peak(w, PEAK_LOOKS);
    out->memory_gb_per_second = NAN;
    uint64_t cache = host_cache_bytes(HOST_CPUS);
    size_t bytes = peak_triad_bytes(cache, host_memory_bytes());
    out->cache_mb = (double)cache / 1e6;
    out->memory_mb = memory ? (double)bytes / 1e6 : NAN;
    if (!memory)
        return 0;
    out->memory_gb_per_second = peak_triad(w, bytes, TRIAD_LOOKS, e);
    return isnan(out->memory_gb_per_second) ? -1 : 0;
}

/* ResNet-34 at 256 px as im2col sees it: 512 rows of output, C x taps deep, K wide. */
static const int GEMM_SHAPES[][3] = {
    {512, 64, 196}, {512, 64, 576}, {512, 128, 1152}, {512, 256, 2304}, {512, 512, 4608},
};

static double time_gemm(const struct gemm *g, int rounds)
{
    double seconds[BENCH_ROUNDS_MAX];
    gemm_nn(g);
    for (int i = 0; i < rounds; i++) {
        double start = clock_seconds();
        gemm_nn(g);
        seconds[i] = clock_seconds() - start;
    }
    return 2.0 * g->m * g->n * g->k / job_bench_median(seconds, rounds) / 1e9;
}

static int bench_product(const int *s, int rounds, struct bench_gemm_row *row, struct err *e)
{
    size_t a = (size_t)s[0] * (size_t)s[2], b = (size_t)s[2] * (size_t)s[1];
    size_t c = (size_t)s[0] * (size_t)s[1];
    float *memory = mem_aligned((a + b + c) * sizeof *memory, "matrices", e);
    if (!memory)
        return -1;
    for (size_t i = 0; i < a + b; i++)
        memory[i] = (float)(i % 17) / 17;
    struct gemm g = {.m = s[0],
                     .n = s[1],
                     .k = s[2],
                     .a = memory,
                     .lda = s[2],
                     .b = memory + a,
                     .ldb = s[1],
                     .c = memory + a + b,
                     .ldc = s[1]};
    *row = (struct bench_gemm_row){s[0], s[1], s[2], time_gemm(&g, rounds)};
    mem_free_aligned(memory);
    return 0;
}

int job_bench_gemm(struct job *j, int rounds, struct bench_gemm *out, struct err *e)
{
    int shapes = (int)(sizeof GEMM_SHAPES / sizeof *GEMM_SHAPES);
    if (job_bench_check_rounds(rounds, e))
        return -1;
    gemm_setup();
    if (gemm_reserve(1, e))
        return -1;
    for (out->n = 0; out->n < shapes; out->n++)
        if (bench_product(GEMM_SHAPES[out->n], rounds, &out->rows[out->n], e))
            return -1;
    return job_bench_machine(j->work->kern, NULL, true, &out->machine, e);
}
