/* Order, filter, cursor and marks over the list of runs. Runs are known by their uuid, so a new
 * list with other rows keeps all of it. */
#include "runs_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void runs_view_init(struct runs_view *v)
{
    *v = (struct runs_view){.page = 8};
}

void runs_view_fini(struct runs_view *v)
{
    runs_query_list_free(v->list);
    runs_query_study_free(v->study);
    free(v->order);
    *v = (struct runs_view){.page = 8};
}

static bool removed(const struct runs_view *v, const char *uuid)
{
    for (int i = 0; i < v->removed_n; i++)
        if (!strcmp(v->removed[i], uuid))
            return true;
    return false;
}

static bool passes(const struct runs_view *v, const struct runs_query_run *r)
{
    const char *const fields[] = {r->row.name, run_status_name(r->row.status), r->row.note,
                                  r->row.tags, r->model};
    if (removed(v, r->row.uuid))
        return false;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (text_contains(fields[i], v->filter))
            return true;
    return false;
}

static int compare(const struct runs_query_run *a, const struct runs_query_run *b,
                   enum runs_sort sort)
{
    switch (sort) {
    case RUNS_BY_F1:
        if (isnan(a->row.macro_f1) || isnan(b->row.macro_f1))
            return isnan(a->row.macro_f1) - isnan(b->row.macro_f1);
        return (a->row.macro_f1 < b->row.macro_f1) - (a->row.macro_f1 > b->row.macro_f1);
    case RUNS_BY_NAME:
        return strcmp(a->row.name, b->row.name);
    case RUNS_BY_STATUS:
        return strcmp(run_status_name(a->row.status), run_status_name(b->row.status));
    case RUNS_BY_TIME:
    case RUNS_SORTS:
        break;
    }
    return 0; /* as the list has them: the newest first */
}

/* Insertion from behind keeps equal runs in the list's order. */
static void insert(struct runs_view *v, int run)
{
    const struct runs_query_run *runs = v->list->runs;
    int at = v->shown++;
    for (; at > 0 && compare(&runs[v->order[at - 1]], &runs[run], v->sort) > 0; at--)
        v->order[at] = v->order[at - 1];
    v->order[at] = run;
}

void runs_view_arrange(struct runs_view *v)
{
    int old = v->row;
    v->shown = 0;
    for (int i = 0; v->list && i < v->list->n; i++)
        if (passes(v, &v->list->runs[i]))
            insert(v, i);
    v->row = -1;
    for (int row = 0; row < v->shown && v->row < 0; row++)
        if (!strcmp(v->list->runs[v->order[row]].row.uuid, v->at))
            v->row = row;
    runs_view_select(v, v->row >= 0 ? v->row : old);
}

void runs_view_take(struct runs_view *v, struct runs_query_list *list)
{
    if (list->error.code != ERR_NONE && v->list && v->list->error.code == ERR_NONE) {
        runs_query_list_free(list);
        return;
    }
    runs_query_list_free(v->list);
    v->list = list;
    v->order = xrealloc(v->order, ((size_t)list->n + 1) * sizeof *v->order);
    runs_view_arrange(v);
}

const struct runs_query_run *runs_view_at(const struct runs_view *v, int row)
{
    return row >= 0 && row < v->shown ? &v->list->runs[v->order[row]] : NULL;
}

void runs_view_select(struct runs_view *v, int row)
{
    if (row >= v->shown)
        row = v->shown - 1;
    v->row = row > 0 ? row : 0;
    const struct runs_query_run *r = runs_view_at(v, v->row);
    const char *uuid = r ? r->row.uuid : "";
    v->ask |= strcmp(uuid, v->at) != 0;
    snprintf(v->at, sizeof v->at, "%s", uuid);
    runs_view_scroll(v, v->page);
}

void runs_view_scroll(struct runs_view *v, int page)
{
    v->page = page > 0 ? page : 1;
    if (v->row < v->top)
        v->top = v->row;
    if (v->row >= v->top + v->page)
        v->top = v->row - v->page + 1;
    if (v->top > v->shown - v->page)
        v->top = v->shown - v->page;
    if (v->top < 0)
        v->top = 0;
}

static int mark_of(const struct runs_view *v, const char *uuid)
{
    for (int i = 0; i < v->marks; i++)
        if (!strcmp(v->mark[i], uuid))
            return i;
    return -1;
}

int runs_view_compared(const struct runs_view *v, const char *uuid)
{
    char wanted[RUNS_QUERY_RUNS][40];
    int n = runs_view_wanted(v, wanted);
    for (int i = 0; i < n; i++)
        if (!strcmp(wanted[i], uuid))
            return i;
    return -1;
}

static void unmark(struct runs_view *v, int at)
{
    memmove(v->mark[at], v->mark[at + 1], (size_t)(--v->marks - at) * sizeof *v->mark);
}

bool runs_view_toggle_mark(struct runs_view *v)
{
    int at = mark_of(v, v->at);
    if (!v->at[0] || (at < 0 && v->marks == RUNS_MARKS))
        return false;
    if (at >= 0)
        unmark(v, at);
    else
        memcpy(v->mark[v->marks++], v->at, sizeof v->at);
    return v->ask = true;
}

bool runs_view_remove(struct runs_view *v)
{
    int at = mark_of(v, v->at);
    if (!v->at[0] || v->removed_n == RUNS_REMOVED)
        return false;
    if (at >= 0)
        unmark(v, at);
    memcpy(v->removed[v->removed_n++], v->at, sizeof v->at);
    runs_view_arrange(v);
    return true;
}

bool runs_view_unremove(struct runs_view *v)
{
    if (v->removed_n == 0)
        return false;
    memcpy(v->at, v->removed[--v->removed_n], sizeof v->at);
    v->ask = true;
    runs_view_arrange(v);
    return true;
}

void runs_view_scroll_keys(struct runs_view *v, int rows)
{
    int last = v->study && v->study->keys_n > 0 ? v->study->keys_n - 1 : 0;
    v->keys_top += rows;
    if (v->keys_top > last)
        v->keys_top = last;
    if (v->keys_top < 0)
        v->keys_top = 0;
}

int runs_view_wanted(const struct runs_view *v, char uuid[RUNS_QUERY_RUNS][40])
{
    int n = 0;
    if (!v->at[0])
        return 0;
    memcpy(uuid[n++], v->at, sizeof v->at);
    for (int i = 0; i < v->marks; i++)
        if (strcmp(v->mark[i], v->at))
            memcpy(uuid[n++], v->mark[i], sizeof v->at);
    return n;
}

const struct runs_query_study *runs_view_study(const struct runs_view *v)
{
    const struct runs_query_study *s = v->study;
    return s && s->error.code == ERR_NONE && s->n ? s : NULL;
}

unsigned runs_view_style(int compared)
{
    static const unsigned styles[RUNS_QUERY_RUNS] = {INK_SCORE, INK_TRAIN, INK_VAL, INK_BEST,
                                                     INK_WARN};
    return styles[compared];
}

char runs_view_letter(int compared)
{
    return (char)('A' + compared);
}

const char *runs_view_sort_name(enum runs_sort sort)
{
    static const char *const names[] = {"time", "F1", "name", "status"};
    return names[sort];
}
