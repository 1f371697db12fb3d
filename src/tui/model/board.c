/* The model's own arithmetic: order and filter of the class list, the selected class, wishes. */
#include "board.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "draw/scroll.h"

static const double NOTICE_SECONDS = 4;

void board_init(struct board *b)
{
    *b = (struct board){.tab = TAB_BOARD,
                        .focus = tab_board.focus,
                        .held = PANE_COUNT,
                        .page = 8,
                        .held_out = NAN,
                        .held_out_std = NAN,
                        .log_counts = true,
                        .smooth = 1,
                        .tier = "",
                        .notice_ink = INK_TEXT};
    for (int t = 1; t < TAB_COUNT; t++)
        if (tabs_ops((enum tab)t))
            b->focus_in[t] = tabs_ops((enum tab)t)->focus;
    cuts_init(&b->cuts);
    runs_view_init(&b->runs);
    train_view_init(&b->train);
    browse_init(&b->data);
    tune_view_init(&b->tune);
    errors_view_init(&b->errors);
}

void board_fini(struct board *b)
{
    cuts_fini(&b->cuts);
    runs_view_fini(&b->runs);
    train_view_fini(&b->train);
    browse_fini(&b->data);
    tune_view_fini(&b->tune);
    errors_view_fini(&b->errors);
    gradcam_view_fini(&b->heat);
    scores_free(b->scores);
    free(b->labels);
    if (b->run)
        run_query_run_free(b->run);
    *b = (struct board){0};
}

static bool labels_known(const struct board *b)
{
    return b->labels && b->labels->error.code == ERR_NONE;
}

const char *board_class_name(const struct board *b, int class, char out[48])
{
    if (labels_known(b) && class < b->labels->k)
        text_safe(b->labels->names[class], out, 48);
    else
        snprintf(out, 48, "class %d", class);
    return out;
}

bool board_busy(const struct board *b)
{
    return snapshot_busy(b->snap.phase);
}

bool board_predicts(const struct board *b)
{
    return board_busy(b) && b->snap.aside == ASIDE_PREDICTION;
}

bool board_scans(const struct board *b)
{
    return board_busy(b) && b->snap.aside == ASIDE_SCAN;
}

bool board_busy_elsewhere(const struct board *b)
{
    return !board_busy(b) && b->run && b->run->error.code == ERR_NONE && b->run->live &&
           strcmp(b->run->row.uuid, b->snap.run_uuid) != 0;
}

bool board_labels_stale(const struct board *b)
{
    const struct run_query_labels *l = b->labels;
    if (!l || !b->run)
        return false;
    return l->error.code != ERR_NONE || b->run->split_ms != (l->has_split ? l->split.made_ms : 0);
}

bool board_at_work(const struct board *b)
{
    return board_busy(b) || board_busy_elsewhere(b);
}

/* Of the chosen method when it is there, else of the one that validation uses. */
double board_held_out(const struct board *b, double *std, const char **method)
{
    const struct held_out_estimate *t = tune_view_estimates(&b->tune, b->scores_taken);
    const struct held_out_estimate_method *m = tune_view_method(t, b->tune.method);
    bool chosen = m && isfinite(m->held_out);
    *std = chosen ? m->held_out_std : b->held_out_std;
    *method = chosen ? m->name : RUN_EPOCH_METHOD;
    return chosen ? m->held_out : b->held_out_epoch == b->cuts.epoch ? b->held_out : NAN;
}

static bool run_known(const struct board *b)
{
    return b->run && b->run->error.code == ERR_NONE;
}

bool board_shows_own(const struct board *b)
{
    return b->snap.run_uuid[0] && (!b->chosen[0] || !strcmp(b->chosen, b->snap.run_uuid));
}

const struct epoch_row *board_epochs(const struct board *b, int *n)
{
    bool own = board_shows_own(b);
    *n = own ? b->snap.points_n : run_known(b) ? b->run->epochs_n : 0;
    return *n == 0 ? NULL : own ? b->snap.points : b->run->epochs;
}

const char *board_run_name(const struct board *b)
{
    if (board_shows_own(b))
        return b->snap.run_name;
    return run_known(b) ? b->run->row.name : "";
}

const char *board_run_shown(const struct board *b, char out[4 * RUN_NAME_MAX])
{
    text_safe(board_run_name(b), out, 4 * RUN_NAME_MAX);
    return out;
}

const char *board_run_uuid(const struct board *b)
{
    if (b->chosen[0] || board_shows_own(b))
        return b->chosen[0] ? b->chosen : b->snap.run_uuid;
    return run_known(b) ? b->run->row.uuid : "";
}

static bool passes(const struct board *b, int class)
{
    char name[48], number[16];
    if (!b->filter[0])
        return true;
    snprintf(number, sizeof number, "%d", class);
    return strcmp(number, b->filter) == 0 ||
           text_contains(board_class_name(b, class, name), b->filter);
}

/* Smaller comes first. */
static double sort_key(const struct board *b, int class)
{
    bool scored = class < b->cuts.k;
    switch (b->sort) {
    case SORT_RARITY:
        if (!labels_known(b) || class >= b->labels->k)
            return class;
        return b->labels->count[class] ? b->labels->count[class] : INT_MAX; /* absent is not rare */
    case SORT_F1:
        return scored ? b->cuts.at[class].f1 : 2;
    case SORT_GAIN:
        return scored ? -cuts_gain(&b->cuts, class) : 2;
    case SORT_INDEX:
    case SORT_COUNT:
        break;
    }
    return class;
}

const char *board_sort_name(enum board_sort sort)
{
    static const char *const names[] = {"rarity", "index", "F1", "gain"};
    return names[sort];
}

/* Insertion keeps equal keys in class order; the list is short. */
static void insert(struct board *b, double *keys, int class)
{
    double key = sort_key(b, class);
    int at = b->shown++;
    for (; at > 0 && keys[at - 1] > key; at--) {
        keys[at] = keys[at - 1];
        b->order[at] = b->order[at - 1];
    }
    keys[at] = key;
    b->order[at] = class;
}

void board_arrange(struct board *b)
{
    double keys[LABELS_MAX];
    bool first = b->k == 0;
    b->k = labels_known(b) ? b->labels->k : b->cuts.k;
    b->shown = 0;
    for (int class = 0; class < b->k; class ++)
        if (passes(b, class))
            insert(b, keys, class);
    if (b->shown && (first || board_row(b) < 0))
        b->selected = b->order[0];
    if (b->shown && first)
        b->first = b->selected;
    board_scroll(b, b->page);
}

int board_row(const struct board *b)
{
    for (int row = 0; row < b->shown; row++)
        if (b->order[row] == b->selected)
            return row;
    return -1;
}

void board_select_row(struct board *b, int row)
{
    if (b->shown == 0)
        return;
    if (row >= b->shown)
        row = b->shown - 1;
    b->selected = b->order[row < 0 ? 0 : row];
    board_scroll(b, b->page);
}

void board_scroll(struct board *b, int page)
{
    b->page = page > 0 ? page : 1;
    b->top = scroll_top(b->top, board_row(b), b->page, b->shown);
}

int board_first_row(const struct board *b, int height)
{
    int last = b->shown - height;
    int top = b->top < last ? b->top : last;
    return top > 0 ? top : 0;
}

void board_show_tab(struct board *b, enum tab tab)
{
    if (!tabs_ops(tab) || tab == b->tab)
        return;
    b->focus_in[b->tab] = b->focus;
    b->tab = tab;
    b->focus = b->focus_in[tab];
    b->zoomed = false;
}

void board_focus_by(struct board *b, int panes)
{
    const struct tab_ops *tab = tabs_ops(b->tab);
    int at = 0;
    while (at + 1 < tab->panes_n && tab->panes[at] != b->focus)
        at++;
    b->focus = tab->panes[(at + tab->panes_n + panes) % tab->panes_n];
}

double board_smooth_weight(const struct board *b)
{
    static const double weights[] = {0, 0.6, 0.9};
    return weights[b->smooth % 3];
}

void board_say(struct board *b, enum ink ink, const char *format, ...)
{
    char text[sizeof b->notice];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text_safe(text, b->notice, sizeof b->notice);
    b->notice_ink = ink;
    b->notice_at = clock_seconds();
}

void board_say_locked(struct board *b)
{
    char name[48];
    board_say(b, INK_WARN, "%s is locked: * unlocks it", board_class_name(b, b->selected, name));
}

double board_notice_due(const struct board *b)
{
    bool stays = !b->notice[0] || b->notice_ink == INK_WARN || b->notice_ink == INK_ERROR;
    return stays ? INFINITY : b->notice_at + NOTICE_SECONDS;
}

bool board_forget_notice(struct board *b, double now)
{
    if (now < board_notice_due(b))
        return false;
    b->notice[0] = '\0';
    return true;
}

void board_wish(struct board *b, enum wish_kind kind, const char *text)
{
    if (b->wishes_n == WISHES_MAX)
        return;
    struct wish *w = &b->wishes[b->wishes_n++];
    w->kind = kind;
    w->overwrite = b->overwrite;
    snprintf(w->text, sizeof w->text, "%s", text);
}

bool board_next_wish(struct board *b, struct wish *out)
{
    if (b->wishes_n == 0)
        return false;
    *out = b->wishes[0];
    memmove(b->wishes, b->wishes + 1, (size_t)--b->wishes_n * sizeof *b->wishes);
    return true;
}
