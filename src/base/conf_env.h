/* Configuration from variables of the environment: HPA_TRAIN_BATCH sets train.batch. */
#ifndef BASE_CONF_ENV_H
#define BASE_CONF_ENV_H

#include "base/conf.h"

/* Set every key whose variable is set. `*ignored` becomes a warning that names the variables HPA_*
 * that belong to no key (free()), or NULL. ERR_CONFIG for a value that its key does not allow. */
int conf_env_load(struct conf *c, char **ignored, struct err *e);

#endif
