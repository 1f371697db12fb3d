/* Conditions on samples: "21 and not 25", "fold 0 or labels 3", "class \"Lipid droplets\"", "id
 * abc".
 *
 *   N, class N, class NAME   has the class of this number or name (or any whose name contains it)
 *   fold N, train, val       its fold; in the part that trains or validates
 *   labels N                 so many classes at once
 *   finding KIND, any        a scan found something of this kind, or anything, about it
 *   mark KIND, any           somebody marked it so, or in any way
 *   predicted CLASS, any     this class, or any, is positive at the cuts
 *   missed CLASS, any        it has the class, but that is not positive at the cuts
 *   wrong CLASS, any         the class is positive at the cuts, but it does not have it
 *   id TEXT                  its id contains the text
 *   WORD, "SOME WORDS"       a class's name or the id contains it
 *   not, and, or, ( )        "not" binds strongest, then "and", which may be left out
 *
 * "finding:any" is the same as "finding any". Case does not matter. Pure; any thread. */
#ifndef DATA_QUERY_H
#define DATA_QUERY_H

#include <stdbool.h>

#include "base/err.h"
#include "base/labels.h"

/* What is asked about. */
struct query_table {
    int n, k;
    const char *const *ids; /* [n] */
    const struct labels *labels;
    const int *fold; /* [n]; NULL: not split, so that no sample is in a fold or a part */
    int held;        /* the fold that validates */
    const char *const *findings;    /* [n] "": none; NULL: not scanned, so that nothing is found */
    const char *const *marks;       /* [n] kinds, "": none; NULL: nothing is marked */
    const struct labels *predicted; /* positives at the cuts; NULL: no sample has scores */
    const int *scored; /* [n] row of `predicted`, -1: has no scores; NULL: row i is of sample i */
};

struct query;

/* `names` [k]. ERR_USAGE says in which column what is wrong, and what is known instead. An empty
 * text is every sample. */
struct query *query_parse(const char *text, const char *const *names, int k, struct err *e);
void query_free(struct query *q);

/* The values there are, where they are known. */
struct query_known {
    int folds;                   /* 0: not known */
    const char *const *findings; /* kinds, NULL after the last; NULL: not known */
    const char *const *marks;    /* the same */
    int n;
    const char *const *found; /* [n] what was found, which may be asked for by any part */
};
/* ERR_USAGE: it asks for a fold or a kind that there is not; kinds may be named in part. */
int query_check(const struct query *q, const struct query_known *known, struct err *e);

/* What it asks about beside ids and labels. */
enum { QUERY_SCORES = 1, QUERY_MARKS = 2, QUERY_TABLE = 4 /* folds, parts, findings */ };
unsigned query_needs(const struct query *q);

/* Rows that match, in order, into `rows` [n]; returns how many. */
int query_run(const struct query *q, const struct query_table *t, int *rows);

#endif
