/* What the Runs tab knows and shows: the list, which run is under the cursor, which are marked for
 * comparison, which are to be removed. UI thread. */
#ifndef TUI_RUNS_VIEW_H
#define TUI_RUNS_VIEW_H

#include <stdbool.h>

#include "draw/canvas.h"
#include "job/runs_query.h"
#include "prompt.h"

enum runs_sort { RUNS_BY_TIME, RUNS_BY_F1, RUNS_BY_NAME, RUNS_BY_STATUS, RUNS_SORTS };

/* The run under the cursor is always compared, too. */
enum { RUNS_MARKS = RUNS_QUERY_RUNS - 1, RUNS_REMOVED = 64 };

struct runs_view {
    struct runs_query_list *list;   /* NULL until answered; owned */
    struct runs_query_study *study; /* of the cursor's run and the marked ones; owned */
    int *order;                     /* [list->n] rows after filter and sort */
    int shown, row, top, page;
    char at[40]; /* uuid under the cursor, "" none */
    enum runs_sort sort;
    char filter[PROMPT_MAX];
    char mark[RUNS_MARKS][40];
    int marks;
    char removed[RUNS_REMOVED][40]; /* hidden; their files go at the end */
    int removed_n;
    int keys_top; /* first setting shown */
    bool loss;    /* the curves show validation loss, not macro F1 */
    bool ask;     /* for a study of what is now under the cursor and marked */
};

void runs_view_init(struct runs_view *v);
void runs_view_fini(struct runs_view *v);

/* Takes the list over; the cursor stays on its run. A list that could not be read replaces none. */
void runs_view_take(struct runs_view *v, struct runs_query_list *list);
void runs_view_arrange(struct runs_view *v);
void runs_view_select(struct runs_view *v, int row); /* kept inside */
void runs_view_scroll(struct runs_view *v, int page);
const struct runs_query_run *runs_view_at(const struct runs_view *v, int row); /* NULL: none */
/* Which of the compared runs it is, 0: under the cursor, from 1: marked; -1: none of them. */
int runs_view_compared(const struct runs_view *v, const char *uuid);
/* False: no more can be marked. */
bool runs_view_toggle_mark(struct runs_view *v);
bool runs_view_remove(struct runs_view *v);
/* The run that was removed last comes back; false: there is none. */
bool runs_view_unremove(struct runs_view *v);
/* The list of settings, `rows` further down. */
void runs_view_scroll_keys(struct runs_view *v, int rows);
/* The runs a study is to be asked of, the cursor's first; returns their number. */
int runs_view_wanted(const struct runs_view *v, char uuid[RUNS_QUERY_RUNS][40]);
/* The comparison, NULL: none that can be drawn. */
const struct runs_query_study *runs_view_study(const struct runs_view *v);
/* The style and letter of a compared run, the same in table, legend and curves. */
unsigned runs_view_style(int compared);
char runs_view_letter(int compared);
const char *runs_view_sort_name(enum runs_sort sort);

#endif
