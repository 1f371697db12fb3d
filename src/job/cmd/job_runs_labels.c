/* Runs whose figures rest on labels of before. The table of today is read once for all runs that
 * share it; a run whose fingerprint it has needs no closer look. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "data/index.h"
#include "job/job_runs.h"
#include "run/run_truth.h"
#include "run/saved_run.h"

struct table {
    struct index *index; /* NULL: none, or not readable */
    char *name;          /* what it was opened by */
};

static char *name_table(const struct conf *c)
{
    return xasprintf("%s|%s|%s|%s|%s", conf_text(c, CONF_DATA_TRAIN_CSV),
                     conf_text(c, CONF_DATA_EXCLUDE), conf_text(c, CONF_DATA_CLASSES),
                     conf_text(c, CONF_DATA_TARGET_COLUMN), conf_text(c, CONF_DATA_SEPARATOR));
}

static void open_table(struct table *t, const struct conf *c)
{
    char *name = name_table(c);
    if (t->name && !strcmp(t->name, name)) {
        free(name);
        return;
    }
    index_close(t->index);
    free(t->name);
    t->name = name;
    t->index = index_open_train(c, NULL);
}

static bool is_same(const struct index *x, const struct run_row *run)
{
    char now[20];
    snprintf(now, sizeof now, "%016llx", (unsigned long long)x->fingerprint);
    return !strcmp(now, run->fingerprint);
}

static void look(struct table *table, const struct work *w, const struct run_row *run,
                 struct runs_labels *out)
{
    char what[900];
    struct run_truth t;
    struct conf *c = saved_run_data(run->config, w);
    open_table(table, c);
    if (table->index && !is_same(table->index, run) &&
        !run_truth_look(&t, w, run->name, c, table->index, NULL)) {
        out->changed = t.changed.n;
        out->gone = t.gone.n;
        if (run_truth_text(&t, c, what, sizeof what))
            snprintf(out->text, sizeof out->text,
                     "%s; figures recorded with the run were measured on the older labels", what);
        run_truth_close(&t);
    }
    conf_free(c);
}

void job_runs_labels(const struct conf *c, const struct run_row *runs, int n,
                     struct runs_labels *out)
{
    struct work w = {.conf = conf_copy(c)};
    struct table table = {0};
    snprintf(w.folder, sizeof w.folder, "%s", conf_text(c, CONF_WORK_DIR));
    for (int i = 0; i < n; i++) {
        out[i] = (struct runs_labels){0};
        if (runs[i].config)
            look(&table, &w, &runs[i], &out[i]);
    }
    index_close(table.index);
    free(table.name);
    conf_free(w.conf);
}
