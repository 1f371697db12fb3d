/* The list is looked at anew as long as somebody looks at it, more often than a run's heartbeat. */
#include "runs_link.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "job/job_runs.h"

static const double LOOK_EVERY = 2;

struct runs_link {
    struct work *work;
    struct runs_query *archive;
    double due;    /* clock_seconds */
    bool studying; /* an answer is still to come */
};

struct runs_link *runs_link_open(struct work *work, struct wake *wake, struct err *e)
{
    struct runs_query *archive = runs_query_new(work, wake, e);
    if (!archive)
        return NULL;
    struct runs_link *l = xcalloc(1, sizeof *l);
    *l = (struct runs_link){.work = work, .archive = archive};
    return l;
}

static bool remove_one(const struct runs_link *l, const struct app_model *b, const char *uuid)
{
    struct err e;
    const struct runs_query_list *list = b->runs.list;
    for (int i = 0; list && i < list->n; i++) {
        if (strcmp(list->runs[i].row.uuid, uuid) != 0)
            continue;
        if (!job_runs_remove(l->work->conf, &list->runs[i].row, &e))
            return true;
        log_error("run %s is not removed: %s", list->runs[i].row.name, e.text);
    }
    return false;
}

int runs_link_close(struct runs_link *l, const struct app_model *b)
{
    int removed = 0;
    if (!l)
        return 0;
    runs_query_free(l->archive);
    for (int i = 0; i < b->runs.removed_n; i++)
        removed += remove_one(l, b, b->runs.removed[i]);
    free(l);
    return removed;
}

/* The Train tab shows those that wait; a command may wait for the list on any tab. */
static bool is_looked_at(const struct app_model *b)
{
    return b->tab == TAB_RUNS || b->tab == TAB_TRAIN || b->awaits.runs;
}

void runs_link_ask(struct runs_link *l, struct app_model *b, double now)
{
    char uuid[RUNS_QUERY_RUNS][40];
    struct runs_view *v = &b->runs;
    if (!is_looked_at(b)) {
        l->due = 0;
        return;
    }
    if (now >= l->due) {
        l->due = now + LOOK_EVERY;
        runs_query_ask_list(l->archive);
        v->ask |= runs_view_at(v, v->row) && runs_view_at(v, v->row)->live;
    }
    if (v->ask && b->tab == TAB_RUNS) {
        runs_query_ask_study(l->archive, uuid, runs_view_wanted(v, uuid));
        l->studying = true;
        v->ask = false;
    }
}

double runs_link_due(const struct runs_link *l, const struct app_model *b)
{
    return is_looked_at(b) ? l->due : INFINITY;
}

bool runs_link_news(struct runs_link *l, struct app_model *b)
{
    struct runs_query_list *list = runs_query_take_list(l->archive);
    struct runs_query_study *study = runs_query_take_study(l->archive);
    if (list) {
        runs_view_take(&b->runs, list);
        b->awaits.runs = false;
    }
    if (study) {
        runs_query_study_free(b->runs.study);
        b->runs.study = study;
        l->studying = false;
    }
    return list || study;
}

bool runs_link_idle(const struct runs_link *l, const struct app_model *b)
{
    if (!is_looked_at(b))
        return true;
    return b->runs.list && (b->tab != TAB_RUNS || (!b->runs.ask && !l->studying));
}

void runs_link_note(struct runs_link *l, const struct app_model *b, const char *text, bool tags)
{
    runs_query_note(l->archive, b->runs.at, text, tags);
    l->due = 0;
}
