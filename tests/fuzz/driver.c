/* Feeds mutated files to one reader. Each fuzz_*.c names valid seeds (fuzz_seed) and calls its
 * reader (fuzz_one); this file breeds: bits, bytes, cuts, repeats, magic numbers, a few at a time,
 * from a fixed random sequence, so a crash comes back with the same run. Runs for SOAK seconds,
 * or a short fixed count. A crash leaves its input beside the program; one call over the time limit
 * fails the run. */
#define _GNU_SOURCE /* memfd_create */
#include "fuzz/driver.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { SHORT_COUNT = 3000, CAPACITY = 1 << 18 };
static const double SHORT_SECONDS = 3, SLOWEST_SECONDS = 10; /* a call; machines may be busy */

static uint8_t input[CAPACITY];
static volatile size_t input_size;
static char crash_path[512];
static uint64_t state = UINT64_C(0x9E3779B97F4A7C15);

static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) % below);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void keep_input(int number)
{
    int fd = open(crash_path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (fd >= 0) {
        ssize_t put = write(fd, input, input_size);
        (void)put;
        close(fd);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static size_t resize_hole(size_t n, size_t at, size_t old, size_t new)
{
    if (n - old + new > CAPACITY)
        return n;
    memmove(input + at + new, input + at + old, n - at - old);
    return n - old + new;
}

static void set_magic(size_t n)
{
    static const uint64_t magic[] = {0,          1,          0x7F,       0xFF,       0x7FFF,
                                     0xFFFF,     0x7FFFFFFF, 0xFFFFFFFF, UINT64_MAX, UINT64_MAX / 2,
                                     0x100000000};
    size_t width = (size_t)1 << draw(4);
    uint64_t value = magic[draw(sizeof magic / sizeof magic[0])];
    if (n < width)
        return;
    size_t at = draw((uint32_t)(n - width + 1));
    for (size_t i = 0; i < width; i++)
        input[at + i] = (uint8_t)(value >> (draw(2) ? 8 * i : 8 * (width - 1 - i)));
}

static size_t mutate_once(size_t n)
{
    if (n == 0) {
        input[0] = (uint8_t)draw(256);
        return 1;
    }
    size_t at = draw((uint32_t)n);
    size_t length = 1 + draw(draw(4) ? 8 : 256);
    if (length > n - at)
        length = n - at;
    switch (draw(7)) {
    case 0:
        input[at] ^= (uint8_t)(1u << draw(8));
        return n;
    case 1:
        input[at] = (uint8_t)draw(256);
        return n;
    case 2:
        input[at] = (uint8_t) "0-9.,;\"'\n\r={}[]:\\"[draw(17)];
        return n;
    case 3:
        return draw(8) ? resize_hole(n, at, length, 0) : at;
    case 4: {
        size_t grown = resize_hole(n, at, 0, length);
        for (size_t i = 0; grown > n && i < length; i++)
            input[at + i] = (uint8_t)draw(256);
        return grown;
    }
    case 5: {
        size_t grown = resize_hole(n, at, 0, length);
        if (grown > n)
            memcpy(input + at, input + at + length, length);
        return grown;
    }
    default:
        set_magic(n);
        return n;
    }
}

static void breed(const struct fuzz_seed *seed)
{
    size_t n = seed->size < CAPACITY ? seed->size : CAPACITY;
    memcpy(input, seed->data, n);
    for (uint32_t count = draw(6); count > 0; count--)
        n = mutate_once(n);
    input_size = n;
}

int fuzz_memory_file(const uint8_t *data, size_t n, char path[64])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, n) != (ssize_t)n)
        abort();
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

int main(int argc, char **argv)
{
    (void)argc;
    struct fuzz_seed seeds[FUZZ_SEEDS];
    int seed_count = fuzz_seeds(seeds);
    snprintf(crash_path, sizeof crash_path, "%s.crash", argv[0]);
    signal(SIGSEGV, keep_input);
    signal(SIGABRT, keep_input);
    signal(SIGBUS, keep_input);
    signal(SIGFPE, keep_input);
    const char *soak = getenv("SOAK");
    double limit = soak ? atof(soak) : SHORT_SECONDS, begin = now(), slowest = 0;
    long count = 0, accepted = 0;
    for (; now() - begin < limit && (soak || count < SHORT_COUNT); count++) {
        breed(&seeds[draw((uint32_t)seed_count)]);
        double started = now();
        accepted += fuzz_one(input, input_size) == 0;
        double took = now() - started;
        slowest = took > slowest ? took : slowest;
    }
    for (int i = 0; i < seed_count; i++)
        if (fuzz_one(seeds[i].data, seeds[i].size) != 0) {
            printf("fuzz: seed %d is refused by its own reader\n", i);
            return 1;
        }
    printf("fuzz: %ld inputs, %ld accepted, slowest %.3f s\n", count, accepted, slowest);
    printf("ok %ld mutated inputs\n", count);
    return slowest > SLOWEST_SECONDS;
}
