/* One "epoch" of a run without a name in the store: what is edited on it is kept nowhere. */
#include "job/run_query_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "run/score_file.h"

static void count(const struct scores *s, struct run_query_labels *l)
{
    l->samples = s->n;
    l->k = s->k;
    for (int i = 0; i < s->n; i++)
        for (int c = labels_next(&s->truth[i], 0); c >= 0; c = labels_next(&s->truth[i], c + 1))
            l->count[c]++;
}

int run_query_table_read(const struct run_query_table *t, const struct conf *c,
                         struct run_query_labels **labels, struct run_query_run **run,
                         struct err *e)
{
    struct scores *s = score_file_read(t->probs, t->truth, c, e);
    if (!s)
        return -1;
    struct run_query_labels *l = xcalloc(1, sizeof *l);
    if (score_file_names(c, s->k, l->names, e)) {
        free(l);
        scores_free(s);
        return -1;
    }
    count(s, l);
    struct run_query_run *r = xcalloc(1, sizeof *r);
    const char *slash = strrchr(t->probs, '/');
    snprintf(r->row.name, sizeof r->row.name, "%s", slash ? slash + 1 : t->probs);
    r->scores = s;
    r->scores_epoch = 1;
    r->held_out_f1 = r->held_out_std = NAN;
    *labels = l;
    *run = r;
    return 0;
}
