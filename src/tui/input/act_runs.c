/* The Runs tab: the cursor, marks, order and filter of the table; which run is shown everywhere. */
#include "act_runs.h"
#include "act_choice.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "act_table.h"
#include "base/text.h"

static void row_by(struct app_model *b, int rows, const char *argument)
{
    (void)argument;
    runs_view_select(&b->runs, b->runs.row + rows);
}

static void row_to(struct app_model *b, int end, const char *argument)
{
    (void)argument;
    runs_view_select(&b->runs, end ? b->runs.shown - 1 : 0);
}

static void page(struct app_model *b, int pages, const char *argument)
{
    (void)argument;
    runs_view_select(&b->runs, b->runs.row + pages * b->runs.page);
}

static const struct runs_query_run *named(struct app_model *b, const char *name)
{
    const struct runs_view *v = &b->runs;
    for (int i = 0; *name && v->list && i < v->list->n; i++)
        if (!strcmp(v->list->runs[i].row.name, name))
            return &v->list->runs[i];
    return *name ? NULL : runs_view_at(v, v->row);
}

/* The list is read only while somebody looks at it: a run it lacks may have begun since. */
static void read_again(struct app_model *b, const char *name)
{
    b->awaits.runs = true;
    snprintf(b->postponed, sizeof b->postponed, "run-open %s", name);
    app_model_say(b, INK_TEXT, "reading the runs ...");
}

static void open_run(struct app_model *b, int value, const char *argument)
{
    (void)value;
    const struct runs_query_run *r = named(b, argument);
    const struct runs_query_list *list = b->runs.list;
    if (r) {
        app_model_wish(b, WISH_SHOW, r->row.uuid);
        app_model_say(b, INK_TEXT, "every tab shows run %s", r->row.name);
    } else if (!b->runs_fresh && (*argument || !list) && !b->table[0]) {
        read_again(b, argument);
    } else if (list && list->error.code != ERR_NONE) {
        app_model_say(b, INK_ERROR, "%s", list->error.text);
    } else {
        app_model_say(b, INK_WARN,
                      *argument ? "run \"%s\" is not in the list" : "there is no run%.0s",
                      argument);
    }
}

static void mark(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    struct runs_view *v = &b->runs;
    int before = v->marks;
    if (!runs_view_toggle_mark(v))
        app_model_say(b, INK_WARN, "%d runs are compared at most: Space takes a mark away",
                      RUNS_QUERY_RUNS);
    else if (v->marks > before)
        app_model_say(b, INK_TEXT, "this run stays: j and k choose what it is compared with");
    else
        app_model_say(b, INK_TEXT, "this run is compared no longer");
}

static void sort(struct app_model *b, int value, const char *argument)
{
    (void)value;
    struct runs_view *v = &b->runs;
    const char *names[RUNS_SORTS];
    for (int i = 0; i < RUNS_SORTS; i++)
        names[i] = runs_view_sort_name((enum runs_sort)i);
    int next = act_choice(b, argument, names, RUNS_SORTS, (int)v->sort);
    if (next < 0)
        return;
    v->sort = (enum runs_sort)next;
    runs_view_arrange(v);
}

void act_runs_filter(struct app_model *b, const char *text)
{
    snprintf(b->runs.filter, sizeof b->runs.filter, "%s", text);
    runs_view_arrange(&b->runs);
}

static void filter(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (*argument)
        act_runs_filter(b, argument);
    else
        prompt_open(&b->prompt, PROMPT_FILTER, b->runs.filter);
}

static void remove_run(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    const struct runs_query_run *r = runs_view_at(&b->runs, b->runs.row);
    if (!r)
        app_model_say(b, INK_WARN, "there is no run to delete");
    else if (r->live)
        app_model_say(b, INK_WARN, "run %s is at work: S stops it", r->row.name);
    else if (r->row.status == RUN_WAITING)
        app_model_say(b, INK_WARN, "run %s waits: hpa queue rm %s", r->row.name, r->row.name);
    else if (!strcmp(r->row.uuid, app_model_run_uuid(b)))
        app_model_say(b, INK_WARN, "run %s is the one shown: Enter on another first", r->row.name);
    else if (runs_view_remove(&b->runs))
        app_model_say(b, INK_TEXT, "deleted when hpa ends; u brings it back");
    else
        app_model_say(b, INK_WARN, "%d runs are to be deleted already", RUNS_REMOVED);
}

static void bring_back(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (!runs_view_unremove(&b->runs))
        app_model_say(b, INK_TEXT, "nothing was deleted");
}

static void note(struct app_model *b, int tags, const char *argument)
{
    const struct runs_query_run *r = runs_view_at(&b->runs, b->runs.row);
    if (!r)
        app_model_say(b, INK_WARN, "there is no run to note something of");
    else if (*argument)
        app_model_wish(b, tags ? WISH_TAG : WISH_NOTE, argument);
    else if (tags)
        prompt_ask(&b->prompt, ACTION_RUN_TAG, "tags: ", r->row.tags);
    else
        prompt_ask(&b->prompt, ACTION_RUN_NOTE, "note: ", r->row.note);
}

static void keys_by(struct app_model *b, int rows, const char *argument)
{
    (void)argument;
    runs_view_scroll_keys(&b->runs, rows);
}

static void quantity(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->runs.loss = !b->runs.loss;
}

const struct act_handler act_runs_table[] = {
    {ACTION_RUN_DOWN, row_by, 1},       {ACTION_RUN_UP, row_by, -1},
    {ACTION_RUN_FIRST, row_to, 0},      {ACTION_RUN_LAST, row_to, 1},
    {ACTION_RUN_PAGE_DOWN, page, 1},    {ACTION_RUN_PAGE_UP, page, -1},
    {ACTION_RUN_OPEN, open_run, 0},     {ACTION_RUN_MARK, mark, 0},
    {ACTION_RUN_SORT, sort, 0},         {ACTION_RUN_FILTER, filter, 0},
    {ACTION_RUN_DELETE, remove_run, 0}, {ACTION_RUN_UNDELETE, bring_back, 0},
    {ACTION_RUN_NOTE, note, 0},         {ACTION_RUN_TAG, note, 1},
    {ACTION_SETTINGS_DOWN, keys_by, 1}, {ACTION_SETTINGS_UP, keys_by, -1},
    {ACTION_QUANTITY, quantity, 0},     {ACTION_NONE, NULL, 0},
};
