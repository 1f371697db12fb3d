/* The machine's speed limits, measured, not looked up: fused multiply-adds in single precision, and
 * the way to memory. */
#ifndef KERN_PEAK_H
#define KERN_PEAK_H

#include <stddef.h>
#include <stdint.h>

#include "base/workers.h"

/* GFLOP/s (2 per fused multiply-add) of all workers together over `seconds`, with the widest
 * vectors this CPU has. NULL workers: of the calling thread alone. */
double peak_fma(struct workers *w, double seconds);

/* How large a triad has to be to measure memory, not the cache: each array four times the cache of
 * the last level, as STREAM wants it; 96 MB where the cache is small or unknown (0), at most 2 GB
 * and an eighth of the memory. */
size_t peak_triad_bytes(uint64_t cache, uint64_t memory);

/* GB/s of the triad a = b + s c over `bytes` of memory in three arrays, all workers together, best
 * of `looks` (McCalpin's STREAM: 12 bytes count for each float, the read that a write may cost does
 * not). NaN and ERR_NOMEM when it does not fit. */
double peak_triad(struct workers *w, size_t bytes, int looks, struct err *e);

#endif
