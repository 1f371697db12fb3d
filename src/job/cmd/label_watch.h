/* Which runs were measured on labels that are others today; looked at again only when a table or
 * the list of runs has changed. One thread. */
#ifndef JOB_LABEL_WATCH_H
#define JOB_LABEL_WATCH_H

#include <stdint.h>

#include "base/conf.h"
#include "store/run_rows.h"

struct label_watch {
    uint64_t seen; /* of the tables and runs that `changed` is about */
    int *changed;  /* [n] validation samples with other labels, or gone; of each run */
};

/* Another number when the table or the exclude list is another file, or was written. */
uint64_t label_watch_tables(const struct conf *c);

/* Of runs [n] with their configurations; the watch owns what it returns, [n]. */
const int *label_watch_look(struct label_watch *w, const struct conf *c, const struct run_row *runs,
                            int n);
void label_watch_fini(struct label_watch *w);

#endif
