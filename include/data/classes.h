/* Names of the classes: the two built-in lists of the Human Protein Atlas competitions, or a file.
 * Any thread. */
#ifndef DATA_CLASSES_H
#define DATA_CLASSES_H

#include "base/err.h"
#include "base/labels.h"
#include "base/mem.h"

enum { CLASSES_NAME_MAX = 100 }; /* bytes of a name */

/* "hpa28" (2018) or "hpa19" (single-cell, 2021): the names and their number; NULL for others. */
const char *const *classes_builtin(const char *which, int *k);

/* `which`: a built-in list, or a file with one name a line (1..128 different names). Names of a
 * file live in `a`. ERR_CONFIG when there is no such file, ERR_DATA ("names.txt: line 3: ..."). */
int classes_load(const char *which, struct arena *a, const char *names[LABELS_MAX], int *k,
                 struct err *e);

#endif
