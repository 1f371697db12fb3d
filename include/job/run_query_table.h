/* A table of scores alone, as the answers that a run's scores would come in: two files are enough
 * to tune on, without a data set and a work folder. */
#ifndef JOB_RUN_QUERY_TABLE_H
#define JOB_RUN_QUERY_TABLE_H

#include "job/run_query.h"

struct run_query_table {
    const char *probs, *truth; /* files; NULL, NULL: there is no such table */
};

/* The caller owns both (free(), run_query_run_free). ERR_NOINPUT, ERR_DATA with file and line. */
int run_query_table_read(const struct run_query_table *t, const struct conf *c,
                         struct run_query_labels **labels, struct run_query_run **run,
                         struct err *e);

#endif
