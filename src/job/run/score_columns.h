/* Which column of a table of scores is what: the id, and one for each class. */
#ifndef JOB_SCORE_COLUMNS_H
#define JOB_SCORE_COLUMNS_H

#include "base/labels.h"
#include "data/csv_file.h"
#include "data/index.h"

struct score_columns {
    int id;
    int of_class[LABELS_MAX]; /* [k] */
};

/* By the header's names: those of the classes (upper and lower case are the same), or their
 * numbers, 0 to k - 1, alone or all behind one prefix (c00, c01, ...). Where no name says which
 * class it is, the columns are in class order, and the log says so. The id is the column that
 * data.id_column or "Id" names, else the first. ERR_DATA: a header that is data; a name of no
 * class, a class without a column or with two. */
int score_columns_find(const struct csv_file *f, const struct index *truth, const char *id_column,
                       struct score_columns *out, struct err *e);
/* The column of the ids alone, whatever else is in the table. */
int score_columns_id(const struct csv_file *f, const char *id_column);

#endif
