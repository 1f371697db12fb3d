/* The feed: what the configuration says of the training samples, before the network sees them.
 * Pure.
 */
#ifndef JOB_FEED_H
#define JOB_FEED_H

#include "base/conf.h"
#include "data/augment.h"

struct augment feed_augment(const struct conf *c);
/* "flip, turn, rotate 30, scale 0.9-1.1": all that is on; "none". */
void feed_augment_text(const struct augment *a, char *out, size_t size);

#endif
