/* Looking at errors sample by sample: which samples a table of scores is about, and the marks that
 * a user puts on them. A thread reads; what is marked goes through the store's writer. Of the same
 * kind the newest question wins. */
#ifndef JOB_REVIEW_H
#define JOB_REVIEW_H

#include "base/arena.h"
#include "base/output.h"
#include "base/wake.h"
#include "job/run_query_table.h"
#include "job/work.h"
#include "store/mark_rows.h"

/* Ids of the validation samples of a run, or of a table of scores. */
struct review_names {
    struct err error; /* code ERR_NONE: the rest is valid */
    char uuid[40];    /* of the run that was asked about, "": the table */
    uint64_t question;
    double gamma; /* of its focal loss */
    int n;
    const char **ids;    /* [n] in the order of the scores */
    struct arena *arena; /* owns the strings */
};
void review_names_free(struct review_names *r);

struct review_marks {
    struct err error;
    uint64_t question;
    int n;
    struct mark_row *rows; /* [n] oldest first */
};
void review_marks_free(struct review_marks *m);

struct review;

/* `table` (with files, or none of them) stays borrowed. */
struct review *review_new(struct work *work, const struct run_query_table *table, struct wake *wake,
                          struct err *e);
/* What was asked to be exported is still written. NULL is nothing. */
void review_free(struct review *r);

/* `question` comes back with the answer. `uuid` "": of the table. */
void review_ask_names(struct review *r, const char *uuid, uint64_t question);
void review_ask_marks(struct review *r, uint64_t question);
/* All marks into a table; the answer is a line in the log. */
void review_export(struct review *r, const char *path, enum output_mode mode);

/* NULL: nothing has arrived. */
struct review_names *review_take_names(struct review *r);
struct review_marks *review_take_marks(struct review *r);

/* Is there a store that keeps marks? */
bool review_keeps(const struct review *r);
/* Queue for the store; never blocks. */
void review_mark(struct review *r, const struct mark_row *row);
void review_unmark(struct review *r, const char *sample, const char *kind);

#endif
