/* The Errors tab: moving in whatever pane has the focus, which samples are listed and in what
 * order, marks. */
#include "act_errors.h"
#include "act_choice.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "act_data.h"
#include "act_table.h"
#include "base/clock.h"
#include "base/text.h"
#include "job/job_errors.h"

enum direction { LEFT, DOWN, UP, RIGHT };

/* What is done fits scores and class as they are now, not as they were last drawn. */
static bool ready(struct app_model *b)
{
    errors_view_fit(b);
    return errors_view_ready(b);
}

static void move_pair(struct app_model *b, bool rows, int by)
{
    const struct errors_view *v = &b->errors;
    int at = errors_view_pair(b) + by;
    if (v->listed)
        errors_view_choose(b, at >= v->pairs_n ? v->pairs_n - 1 : at < 0 ? 0 : at);
    else if (rows)
        app_model_select_row(b, app_model_row(b) + by);
    else
        act_data_move_pair(b, by);
}

/* FN, FP, TP. */
static void move_column(struct errors_view *v, int by)
{
    int at = (int)v->column + by;
    v->column = (enum errors_show)(at < ERRORS_MISSED  ? ERRORS_MISSED
                                   : at > ERRORS_RIGHT ? ERRORS_RIGHT
                                                       : at);
}

static void move(struct app_model *b, int way, const char *argument)
{
    (void)argument;
    struct errors_view *v = &b->errors;
    bool rows = way == UP || way == DOWN;
    int by = way == LEFT || way == UP ? -1 : 1;
    if (!ready(b))
        return;
    if (b->focus == PANE_CONFUSION)
        move_pair(b, rows, by);
    else if (b->focus == PANE_PICTURE && b->data.zoom > 1)
        samples_model_pan(&b->data, rows ? 0 : by, rows ? by : 0);
    else if (b->focus == PANE_SAMPLE && rows && v->rows_n > 0)
        errors_view_move_class(b, by);
    else if (b->focus == PANE_CLASS_ERRORS && rows)
        app_model_select_row(b, app_model_row(b) + by);
    else if (b->focus == PANE_CLASS_ERRORS)
        move_column(v, by);
    else
        errors_view_select(v, v->at + (rows || b->focus != PANE_TOP_LOSSES ? by : by * v->page));
}

static void move_to(struct app_model *b, int end, const char *argument)
{
    (void)argument;
    if (!ready(b))
        return;
    if (b->focus == PANE_CONFUSION && b->errors.listed)
        move_pair(b, true, end ? ERRORS_PAIRS : -ERRORS_PAIRS);
    else if (b->focus == PANE_SAMPLE && b->errors.rows_n > 0)
        errors_view_move_class(b, end ? LABELS_MAX : -LABELS_MAX);
    else if (b->focus == PANE_CLASS_ERRORS || b->focus == PANE_CONFUSION)
        app_model_select_row(b, end ? LABELS_MAX : 0);
    else
        errors_view_select(&b->errors, end ? b->errors.rows_n : 0);
}

static void page(struct app_model *b, int pages, const char *argument)
{
    (void)argument;
    if (!ready(b))
        return;
    if (b->focus == PANE_CLASS_ERRORS || b->focus == PANE_CONFUSION)
        app_model_select_row(b, app_model_row(b) + pages * b->page);
    else
        errors_view_select(&b->errors, b->errors.at + pages * b->errors.page);
}

/* From what was counted to the samples behind it. */
static void list_samples(struct app_model *b)
{
    struct errors_view *v = &b->errors;
    bool pair = b->focus == PANE_CONFUSION && b->selected != b->data.other;
    v->missed = b->selected;
    v->added = b->data.other;
    errors_view_show(v, b->focus == PANE_CLASS_ERRORS ? v->column
                        : pair                        ? ERRORS_PAIR
                                                      : ERRORS_MISSED);
    errors_view_query(v, "");
    errors_view_fit(b);
    errors_view_select(v, 0);
    b->focus = PANE_TOP_LOSSES;
    b->zoomed = false;
}

static void enter(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (!ready(b))
        return;
    if (b->focus == PANE_CLASS_ERRORS || b->focus == PANE_CONFUSION) {
        list_samples(b);
    } else if (b->errors.rows_n > 0) {
        b->zoomed = b->focus != PANE_PICTURE || !b->zoomed;
        b->focus = PANE_PICTURE;
    }
}

bool act_errors_back(struct app_model *b)
{
    struct errors_view *v = &b->errors;
    if (b->zoomed) {
        b->zoomed = false;
        if (b->focus == PANE_PICTURE)
            b->focus = PANE_TOP_LOSSES;
    } else if (v->query[0]) {
        errors_view_query(v, "");
    } else if (v->show != ERRORS_ALL) {
        errors_view_show(v, ERRORS_ALL);
    } else {
        return false;
    }
    errors_view_fit(b);
    return true;
}

static void show(struct app_model *b, int value, const char *argument)
{
    (void)value;
    static const char *const names[] = {"all", "missed", "wrong", "right", "marked"};
    struct errors_view *v = &b->errors;
    int now = v->show > ERRORS_MARKED ? ERRORS_MARKED : (int)v->show;
    int next = act_choice(b, argument, names, ERRORS_MARKED + 1, now);
    if (next < 0)
        return;
    errors_view_show(v, (enum errors_show)next);
    if (ready(b))
        errors_view_select(v, 0);
}

static void order(struct app_model *b, int value, const char *argument)
{
    (void)value;
    static const char *const names[ERRORS_ORDERS] = {"loss", "cut"};
    struct errors_view *v = &b->errors;
    int next = act_choice(b, argument, names, ERRORS_ORDERS, (int)v->order);
    if (next < 0)
        return;
    v->order = (enum errors_order)next;
    v->stale = true;
    if (ready(b))
        errors_view_select(v, 0);
}

static void query(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (!*argument) {
        prompt_open(&b->prompt, PROMPT_FILTER, b->errors.query);
        return;
    }
    errors_view_query(&b->errors, argument);
    errors_view_fit(b);
    if (b->errors.wrong[0])
        app_model_say(b, INK_WARN, "%s: %s", argument, b->errors.wrong);
}

static void share(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->errors.share = !b->errors.share;
    app_model_say(b, INK_DIM, "the table of all pairs: %s",
                  b->errors.share ? "by the share of what is missed" : "by count");
}

static void gradcam(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    gradcam_view_switch(&b->heat, !b->heat.on && !b->table[0]);
    if (b->table[0])
        app_model_say(b, INK_WARN, "Grad-CAM needs a run: behind a table of scores is no network");
    else if (!ready(b) || gradcam_view_state(b) == HEAT_NEVER)
        app_model_say(b, INK_TEXT, "Grad-CAM is %s: there is no sample yet",
                      b->heat.on ? "on" : "off");
    else
        act_data_tell_unseen(b, b->heat.on ? "Grad-CAM is on" : "Grad-CAM is off");
}

/* A sample with a name, that a mark would still mean in another run. */
static bool markable(struct app_model *b)
{
    bool named = ready(b) && b->errors.rows_n > 0 && errors_view_named(&b->errors);
    if (named && !b->table[0] && !b->read_only)
        return true;
    app_model_say(b, INK_WARN,
                  b->table[0]    ? "marks are kept with runs: this is a table of scores"
                  : b->read_only ? "marks cannot be kept: the work folder is read-only"
                                 : "there is no sample to mark");
    return false;
}

static int kind_named(const char *word, size_t n)
{
    for (int i = 0; n > 0 && job_errors_kinds[i]; i++)
        if (strncasecmp(job_errors_kinds[i], word, n) == 0)
            return i;
    return -1;
}

/* The key is for marks on the Errors tab alone; on other tabs it is for thresholds. */
static const char *mark_undo_name(const struct app_model *b)
{
    return b->tab == TAB_ERRORS ? "u" : ":mark-undo";
}

static void set_mark(struct app_model *b, int kind, const char *note)
{
    char id[ERRORS_ID];
    struct errors_view *v = &b->errors;
    struct mark_row row = {.made_ms = clock_unix_ms()};
    snprintf(row.sample, sizeof row.sample, "%.128s", errors_view_id(v, v->rows[v->at], id));
    snprintf(row.kind, sizeof row.kind, "%s", job_errors_kinds[kind]);
    snprintf(row.run, sizeof row.run, "%.63s", app_model_run_name(b));
    text_safe(note, row.note, sizeof row.note);
    marks_set(&v->marks, &row);
    app_model_say(b, INK_TEXT, "sample %s marked as %s; %s takes it back", row.sample, row.kind,
                  mark_undo_name(b));
}

/* KIND, or its beginning, and a note. */
static void mark(struct app_model *b, int value, const char *argument)
{
    (void)value;
    size_t n = strcspn(argument, " ");
    int kind = kind_named(argument, n);
    if (!markable(b))
        return;
    if (!*argument)
        dialog_open(&b->dialog, DIALOG_MARK);
    else if (kind < 0)
        app_model_say(b, INK_WARN, "\"%.*s\" is no kind of mark: M lists them", (int)n, argument);
    else
        set_mark(b, kind, argument + n + strspn(argument + n, " "));
}

static void unmark(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    char id[ERRORS_ID];
    struct errors_view *v = &b->errors;
    if (!markable(b))
        return;
    if (marks_remove(&v->marks, errors_view_id(v, v->rows[v->at], id)))
        app_model_say(b, INK_TEXT, "marks of sample %s removed; %s brings them back", id,
                      mark_undo_name(b));
    else
        app_model_say(b, INK_TEXT, "sample %s has no mark", id);
}

void act_errors_marked(struct app_model *b, int kind)
{
    char text[64];
    if (kind < 0) {
        unmark(b, 0, "");
        return;
    }
    snprintf(text, sizeof text, "%s ", job_errors_kinds[kind]);
    prompt_ask(&b->prompt, ACTION_SAMPLE_MARK, "mark and note: ", text);
}

static void undo(struct app_model *b, int back, const char *argument)
{
    (void)argument;
    char id[ERRORS_ID];
    struct errors_view *v = &b->errors;
    const char *sample = back ? marks_undo(&v->marks) : marks_redo(&v->marks);
    if (!sample) {
        app_model_say(b, INK_TEXT, "no mark to %s", back ? "take back" : "set again");
        return;
    }
    app_model_say(b, INK_TEXT, "marks of %s are as they were %s", sample,
                  back ? "before" : "after");
    errors_view_fit(b);
    for (int i = 0; i < v->rows_n; i++)
        if (strcmp(errors_view_id(v, v->rows[i], id), sample) == 0)
            errors_view_select(v, i);
}

static void export(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (*argument)
        app_model_wish(b, WISH_MARKS, argument);
    else
        prompt_ask(&b->prompt, ACTION_MARKS, "write all marks to file: ", "marks.csv");
}

const struct act_handler act_errors_table[] = {
    {ACTION_ERROR_DOWN, move, DOWN},   {ACTION_ERROR_UP, move, UP},
    {ACTION_ERROR_LEFT, move, LEFT},   {ACTION_ERROR_RIGHT, move, RIGHT},
    {ACTION_ERROR_FIRST, move_to, 0},  {ACTION_ERROR_LAST, move_to, 1},
    {ACTION_ERROR_PAGE_DOWN, page, 1}, {ACTION_ERROR_PAGE_UP, page, -1},
    {ACTION_ERROR_OPEN, enter, 0},     {ACTION_ERROR_SHOW, show, 0},
    {ACTION_ERROR_ORDER, order, 0},    {ACTION_ERROR_QUERY, query, 0},
    {ACTION_GRADCAM, gradcam, 0},      {ACTION_SHARE, share, 0},
    {ACTION_SAMPLE_MARK, mark, 0},     {ACTION_SAMPLE_UNMARK, unmark, 0},
    {ACTION_MARK_UNDO, undo, 1},       {ACTION_MARK_REDO, undo, 0},
    {ACTION_MARKS, export, 0},         {ACTION_NONE, NULL, 0},
};
