/* One cell of labels ("16 0", "3|7") as a set. */
#ifndef DATA_LABEL_CELL_H
#define DATA_LABEL_CELL_H

#include "base/err.h"
#include "base/labels.h"

struct label_rule {
    char separator;
    int k; /* labels are 0..k-1 */
};

/* ERR_DATA without file and line: the caller puts them in front. */
int label_cell_parse(const struct label_rule *rule, const char *cell, struct labels *out,
                     struct err *e);

#endif
