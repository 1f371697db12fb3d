/* Conditions on samples: "21 and not 25", "fold 0 or labels 3", "class \"Lipid droplets\"", "id
 * abc".
 *
 *   N, class N, class NAME   has the class of this number or name (or any whose name contains it)
 *   fold N, train, val       its fold; in the part that trains or validates
 *   labels N                 so many classes at once
 *   finding KIND, any        a scan found something of this kind, or anything, about it
 *   id TEXT                  its id contains the text
 *   WORD, "SOME WORDS"       a class's name or the id contains it
 *   not, and, or, ( )        "not" binds strongest, then "and", which may be left out
 *
 * Case does not matter. Pure; any thread. */
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
    const char *const *findings; /* [n] "": none; NULL: not scanned, so that nothing is found */
};

struct query;

/* `names` [k]. ERR_USAGE says what is wrong and what is known instead. An empty text is every
 * sample. */
struct query *query_parse(const char *text, const char *const *names, int k, struct err *e);
void query_free(struct query *q);

bool query_match(const struct query *q, const struct query_table *t, int row);
/* Rows that match, in order, into `rows` [n]; returns how many. */
int query_run(const struct query *q, const struct query_table *t, int *rows);

#endif
