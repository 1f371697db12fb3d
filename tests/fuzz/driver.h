/* What a fuzz_*.c gives to the driver. */
#ifndef FUZZ_DRIVER_H
#define FUZZ_DRIVER_H

#include <stddef.h>
#include <stdint.h>

enum { FUZZ_SEEDS = 16 };

struct fuzz_seed {
    const uint8_t *data;
    size_t size;
};

/* Valid files to mutate; returns how many (at least 1, at most FUZZ_SEEDS). */
int fuzz_seeds(struct fuzz_seed *seeds);

/* Read one file; 0 when it was accepted. Must not crash, leak or hang, whatever it holds. */
int fuzz_one(const uint8_t *data, size_t n);

/* For readers that want a path: a file in memory that holds the bytes. Close the descriptor. */
int fuzz_memory_file(const uint8_t *data, size_t n, char path[64]);

#endif
