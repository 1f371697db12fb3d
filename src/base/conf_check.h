/* Is a text a legal value of a key? */
#ifndef BASE_CONF_CHECK_H
#define BASE_CONF_CHECK_H

#include "base/conf.h"

int conf_check_value(enum conf_key key, const char *value, struct err *e);
int conf_check_flag(const char *text); /* 1 yes, 0 no, -1 neither */

#endif
