/* The history of a run as a file of events that TensorBoard reads. */
#ifndef JOB_TFEVENTS_H
#define JOB_TFEVENTS_H

#include <stdint.h>

#include "base/err.h"
#include "history.h"

/* One scalar for each figure of each epoch, at the epoch's last step; what is not a number is left
 * out. The time of an epoch is `started_ms` and the seconds of the epochs up to it. */
int tfevents_save(const char *path, const struct history *h, int64_t started_ms, struct err *e);

/* CRC-32C (Castagnoli), RFC 3720 appendix B.4. */
uint32_t tfevents_crc32c(const void *data, size_t n);

#endif
