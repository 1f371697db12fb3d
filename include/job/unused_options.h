/* Keys of a recipe that do nothing, since others decide otherwise: train.onecycle_rise without
 * train.schedule=onecycle. Pure, but for the log. Any thread. */
#ifndef JOB_UNUSED_OPTIONS_H
#define JOB_UNUSED_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"

/* Why a key does nothing: "has no effect with train.schedule=cosine: it is for
 * train.schedule=onecycle". False, and no text: it does something. */
bool unused_options_why(const struct conf *c, enum conf_key key, char *why, size_t size);

/* Warn of every key that does nothing although it was changed, and of a beginning (frozen epochs,
 * smaller images, warm-up) that takes all epochs. */
void unused_options_tell(const struct conf *c);

#endif
