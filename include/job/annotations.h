/* Looking at errors sample by sample: which samples a table of scores is about, and the marks that
 * a user puts on them. A thread reads; what is marked goes through the store's writer. Of the same
 * kind the newest question wins. */
#ifndef JOB_ANNOTATIONS_H
#define JOB_ANNOTATIONS_H

#include "base/arena.h"
#include "base/output.h"
#include "base/wake.h"
#include "job/run_query_table.h"
#include "job/work.h"
#include "store/mark_rows.h"

/* Ids of the validation samples of a run, or of a table of scores. */
struct annotations_names {
    struct err error; /* code ERR_NONE: the rest is valid */
    char uuid[40];    /* of the run that was asked about, "": the table */
    uint64_t question;
    double gamma; /* of its focal loss */
    int n;
    const char **ids;    /* [n] in the order of the scores */
    struct arena *arena; /* owns the strings */
};
void annotations_names_free(struct annotations_names *r);

struct annotations_marks {
    struct err error;
    uint64_t question;
    int n;
    struct mark_row *rows; /* [n] oldest first */
};
void annotations_marks_free(struct annotations_marks *m);

struct annotations;

/* `table` (with files, or none of them) stays borrowed. */
struct annotations *annotations_new(struct work *work, const struct run_query_table *table,
                                    struct wake *wake, struct err *e);
/* What was asked to be exported is still written. NULL is nothing. */
void annotations_free(struct annotations *r);

/* `question` comes back with the answer. `uuid` "": of the table. */
void annotations_ask_names(struct annotations *r, const char *uuid, uint64_t question);
void annotations_ask_marks(struct annotations *r, uint64_t question);
/* All marks into a table; the answer is a line in the log. */
void annotations_export(struct annotations *r, const char *path, enum output_mode mode);

/* NULL: nothing has arrived. */
struct annotations_names *annotations_take_names(struct annotations *r);
struct annotations_marks *annotations_take_marks(struct annotations *r);

/* Is there a store that keeps marks? */
bool annotations_keeps(const struct annotations *r);
/* Queue for the store; never blocks. */
void annotations_mark(struct annotations *r, const struct mark_row *row);
void annotations_unmark(struct annotations *r, const char *sample, const char *kind);

#endif
