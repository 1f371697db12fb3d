/* Row operations that several jobs submit to the store's writer. Any thread. */
#ifndef JOB_STORE_OPS_H
#define JOB_STORE_OPS_H

#include "job/work.h"
#include "store/mark_rows.h"
#include "store/threshold_rows.h"
#include "store/writer.h"

void store_ops_set(struct writer *w, const char *run_uuid, const struct threshold_set *set);
/* After sets and edits: the run's folder gets them, too. */
void store_ops_sets(const struct work *w, const char *run_uuid);
void store_ops_edit(struct writer *w, const char *run_uuid, const char *set_name,
                    const struct threshold_edit *edit);
void store_ops_mark(struct writer *w, const struct mark_row *row);
/* `kind` "": all marks of the sample. */
void store_ops_unmark(struct writer *w, const char *sample, const char *kind);

#endif
