/* The history of a run as a file of events that TensorBoard reads. */
#ifndef JOB_TFEVENTS_H
#define JOB_TFEVENTS_H

#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "core/history.h"

/* Into a file of its own in `folder`, whose name goes to `path`. Saved again, a longer history lets
 * that file grow, as a reader that keeps it open expects; another history gets a file of a later
 * name. Nothing that was written is ever replaced. One scalar for each figure of each epoch, at the
 * epoch's last step; what is not a number is left out. The time of an epoch is `started_ms` and the
 * seconds of the epochs up to it. */
int tfevents_save(const char *folder, const struct history *h, int64_t started_ms,
                  char path[FILE_PATH_MAX], struct err *e);

/* CRC-32C (Castagnoli), RFC 3720 appendix B.4. */
uint32_t tfevents_crc32c(const void *data, size_t n);

#endif
