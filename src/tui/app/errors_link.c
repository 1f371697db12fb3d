/* Marks are read each time the tab is opened, or the Data tab asks about them: other processes set
 * them, too. An answer that is older than a mark set here meanwhile is asked for again. */
#include "errors_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "data/query.h"

struct errors_link {
    struct annotations *review;
    bool looked;         /* at this tab, or with a condition of the Data tab, in the turn before */
    bool names, marks;   /* asked for, still to come */
    uint64_t asked;      /* scores that ids were asked for, 0: none */
    char asked_uuid[40]; /* ... of this run */
};

struct errors_link *errors_link_open(struct work *work, const struct run_query_table *table,
                                     struct wake *wake, struct err *e)
{
    struct annotations *review = annotations_new(work, table, wake, e);
    if (!review)
        return NULL;
    struct errors_link *l = xcalloc(1, sizeof *l);
    l->review = review;
    return l;
}

static void hand_over(struct errors_link *l, struct marks *m)
{
    struct marks_order order;
    while (annotations_keeps(l->review) && marks_next_order(m, &order))
        if (order.remove)
            annotations_unmark(l->review, order.row.sample, order.row.kind);
        else
            annotations_mark(l->review, &order.row);
}

void errors_link_close(struct errors_link *l, struct app_model *b)
{
    if (!l)
        return;
    hand_over(l, &b->errors.marks);
    annotations_free(l->review);
    free(l);
}

static void ask_names(struct errors_link *l, const struct app_model *b)
{
    const char *uuid = app_model_run_uuid(b);
    bool same = l->asked != 0 && strcmp(l->asked_uuid, uuid) == 0;
    bool failed = b->errors.names && b->errors.names->error.code != ERR_NONE;
    if (!b->scores || (same && (!failed || l->asked == b->scores_taken)) ||
        (!uuid[0] && !b->table[0]))
        return;
    l->asked = b->scores_taken;
    l->names = true;
    snprintf(l->asked_uuid, sizeof l->asked_uuid, "%s", uuid);
    annotations_ask_names(l->review, uuid, l->asked);
}

static void ask_marks(struct errors_link *l, const struct app_model *b)
{
    l->marks = true;
    annotations_ask_marks(l->review, b->errors.marks.version);
}

void errors_link_ask(struct errors_link *l, struct app_model *b)
{
    hand_over(l, &b->errors.marks);
    bool asks = b->tab == TAB_DATA && b->data.needs & (QUERY_SCORES | QUERY_MARKS);
    bool looks = b->tab == TAB_ERRORS || asks;
    if (looks)
        ask_names(l, b);
    if (looks && !l->looked && !b->table[0])
        ask_marks(l, b);
    l->looked = looks;
}

bool errors_link_news(struct errors_link *l, struct app_model *b)
{
    struct annotations_names *names = annotations_take_names(l->review);
    struct annotations_marks *marks = annotations_take_marks(l->review);
    bool any = names || marks;
    l->names &= !names;
    l->marks &= !marks;
    if (names && strcmp(names->uuid, app_model_run_uuid(b)) != 0) {
        annotations_names_free(names);
        names = NULL;
        l->asked = 0;
    }
    if (names && names->error.code != ERR_NONE)
        log_warn("ids of the samples are not known: %s", names->error.text);
    if (names)
        errors_view_take_names(&b->errors, names);
    bool late = marks && marks->question != b->errors.marks.version;
    if (late)
        ask_marks(l, b);
    if (late)
        annotations_marks_free(marks);
    else if (marks)
        errors_view_take_marks(&b->errors, marks);
    return any;
}

bool errors_link_idle(const struct errors_link *l)
{
    return !l->names && !l->marks;
}

void errors_link_export(struct errors_link *l, const char *path, enum output_mode mode)
{
    annotations_export(l->review, path, mode);
}
