/* The machine's speed limit: fused multiply-adds in single precision, measured, not looked up. */
#ifndef KERN_PEAK_H
#define KERN_PEAK_H

#include "base/workers.h"

/* GFLOP/s (2 per fused multiply-add) of all workers together over `seconds`, with the widest
 * vectors this CPU has. NULL workers: of the calling thread alone. */
double peak_fma(struct workers *w, double seconds);

#endif
