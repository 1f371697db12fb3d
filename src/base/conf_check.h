/* Is a text a legal value of a key? */
#ifndef BASE_CONF_CHECK_H
#define BASE_CONF_CHECK_H

#include "base/conf.h"

int conf_check_value(enum conf_key key, const char *value, struct err *e);
/* "0.9,1.1", or "0.1" for the same; false for anything else. */
bool conf_check_scale(const char *text, double *low, double *high);
int conf_check_flag(const char *text); /* 1 yes, 0 no, -1 neither */

#endif
