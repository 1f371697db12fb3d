/* The model's own arithmetic: order and filter of the class list, the selected class, wishes. */
#include "app_model.h"

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

void app_model_init(struct app_model *b)
{
    *b = (struct app_model){.tab = TAB_BOARD,
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
    samples_model_init(&b->data);
    tune_view_init(&b->tune);
    errors_view_init(&b->errors);
}

void app_model_fini(struct app_model *b)
{
    cuts_fini(&b->cuts);
    runs_view_fini(&b->runs);
    train_view_fini(&b->train);
    samples_model_fini(&b->data);
    tune_view_fini(&b->tune);
    errors_view_fini(&b->errors);
    gradcam_view_fini(&b->heat);
    scores_free(b->scores);
    free(b->labels);
    if (b->run)
        run_query_run_free(b->run);
    *b = (struct app_model){0};
}

static bool labels_known(const struct app_model *b)
{
    return b->labels && b->labels->error.code == ERR_NONE;
}

const char *app_model_class_name(const struct app_model *b, int class, char out[48])
{
    if (labels_known(b) && class < b->labels->k)
        text_safe(b->labels->names[class], out, 48);
    else
        snprintf(out, 48, "class %d", class);
    return out;
}

bool app_model_awaits(const struct app_model *b)
{
    return b->awaits.labels || b->awaits.run || b->awaits.runs;
}

bool app_model_busy(const struct app_model *b)
{
    return snapshot_busy(b->snap.phase);
}

bool app_model_predicts(const struct app_model *b)
{
    return app_model_busy(b) && b->snap.aside == ASIDE_PREDICTION;
}

bool app_model_scans(const struct app_model *b)
{
    return app_model_busy(b) && b->snap.aside == ASIDE_SCAN;
}

bool app_model_busy_elsewhere(const struct app_model *b)
{
    return !app_model_busy(b) && b->run && b->run->error.code == ERR_NONE && b->run->live &&
           strcmp(b->run->row.uuid, b->snap.run_uuid) != 0;
}

bool app_model_labels_stale(const struct app_model *b)
{
    const struct run_query_labels *l = b->labels;
    if (!l || !b->run)
        return false;
    return l->error.code != ERR_NONE || b->run->split_ms != (l->has_split ? l->split.made_ms : 0);
}

bool app_model_at_work(const struct app_model *b)
{
    return app_model_busy(b) || app_model_busy_elsewhere(b);
}

/* Of the chosen method when it is there, else of the one that validation uses. */
double app_model_held_out(const struct app_model *b, double *std, const char **method)
{
    const struct held_out_estimate *t = tune_view_estimates(&b->tune, b->scores_taken);
    const struct held_out_estimate_method *m = tune_view_method(t, b->tune.method);
    bool chosen = m && isfinite(m->held_out);
    *std = chosen ? m->held_out_std : b->held_out_std;
    *method = chosen ? m->name : RUN_EPOCH_METHOD;
    return chosen ? m->held_out : b->held_out_epoch == b->cuts.epoch ? b->held_out : NAN;
}

static bool run_known(const struct app_model *b)
{
    return b->run && b->run->error.code == ERR_NONE;
}

bool app_model_shows_own(const struct app_model *b)
{
    return b->snap.run_uuid[0] && (!b->chosen[0] || !strcmp(b->chosen, b->snap.run_uuid));
}

const struct epoch_row *app_model_epochs(const struct app_model *b, int *n)
{
    bool own = app_model_shows_own(b);
    *n = own ? b->snap.points_n : run_known(b) ? b->run->epochs_n : 0;
    return *n == 0 ? NULL : own ? b->snap.points : b->run->epochs;
}

const char *app_model_run_name(const struct app_model *b)
{
    if (app_model_shows_own(b))
        return b->snap.run_name;
    return run_known(b) ? b->run->row.name : "";
}

const char *app_model_run_shown(const struct app_model *b, char out[4 * RUN_NAME_MAX])
{
    text_safe(app_model_run_name(b), out, 4 * RUN_NAME_MAX);
    return out;
}

const char *app_model_run_uuid(const struct app_model *b)
{
    if (b->chosen[0] || app_model_shows_own(b))
        return b->chosen[0] ? b->chosen : b->snap.run_uuid;
    return run_known(b) ? b->run->row.uuid : "";
}

static bool passes(const struct app_model *b, int class)
{
    char name[48], number[16];
    if (!b->filter[0])
        return true;
    snprintf(number, sizeof number, "%d", class);
    return strcmp(number, b->filter) == 0 ||
           text_contains(app_model_class_name(b, class, name), b->filter);
}

/* Smaller comes first. */
static double sort_key(const struct app_model *b, int class)
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

const char *app_model_sort_name(enum app_model_sort sort)
{
    static const char *const names[] = {"rarity", "index", "F1", "gain"};
    return names[sort];
}

/* Insertion keeps equal keys in class order; the list is short. */
static void insert(struct app_model *b, double *keys, int class)
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

void app_model_arrange(struct app_model *b)
{
    double keys[LABELS_MAX];
    bool first = b->k == 0;
    b->k = labels_known(b) ? b->labels->k : b->cuts.k;
    b->shown = 0;
    for (int class = 0; class < b->k; class ++)
        if (passes(b, class))
            insert(b, keys, class);
    if (b->shown && (first || app_model_row(b) < 0))
        b->selected = b->order[0];
    if (b->shown && first)
        b->first = b->selected;
    app_model_scroll(b, b->page);
}

int app_model_row(const struct app_model *b)
{
    for (int row = 0; row < b->shown; row++)
        if (b->order[row] == b->selected)
            return row;
    return -1;
}

void app_model_select_row(struct app_model *b, int row)
{
    if (b->shown == 0)
        return;
    if (row >= b->shown)
        row = b->shown - 1;
    b->selected = b->order[row < 0 ? 0 : row];
    app_model_scroll(b, b->page);
}

void app_model_scroll(struct app_model *b, int page)
{
    b->page = page > 0 ? page : 1;
    b->top = scroll_top(b->top, app_model_row(b), b->page, b->shown);
}

int app_model_first_row(const struct app_model *b, int height)
{
    int last = b->shown - height;
    int top = b->top < last ? b->top : last;
    return top > 0 ? top : 0;
}

void app_model_show_tab(struct app_model *b, enum tab tab)
{
    if (!tabs_ops(tab) || tab == b->tab)
        return;
    b->focus_in[b->tab] = b->focus;
    b->tab = tab;
    b->focus = b->focus_in[tab];
    b->zoomed = false;
}

void app_model_focus_by(struct app_model *b, int panes)
{
    const struct tab_ops *tab = tabs_ops(b->tab);
    int at = 0;
    while (at + 1 < tab->panes_n && tab->panes[at] != b->focus)
        at++;
    b->focus = tab->panes[(at + tab->panes_n + panes) % tab->panes_n];
}

double app_model_smooth_weight(const struct app_model *b)
{
    static const double weights[] = {0, 0.6, 0.9};
    return weights[b->smooth % 3];
}

void app_model_say(struct app_model *b, enum ink ink, const char *format, ...)
{
    char text[sizeof b->notice];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    b->warnings += ink == INK_WARN || ink == INK_ERROR;
    if (b->notice_stays)
        return;
    text_safe(text, b->notice, sizeof b->notice);
    b->notice_ink = ink;
    b->notice_at = clock_seconds();
}

void app_model_say_until_key(struct app_model *b, enum ink ink, const char *text)
{
    app_model_forget_said(b);
    app_model_say(b, ink, "%s", text);
    b->notice_stays = true;
}

void app_model_forget_said(struct app_model *b)
{
    b->notice[0] = '\0';
    b->notice_stays = false;
}

void app_model_say_locked(struct app_model *b)
{
    char name[48];
    app_model_say(b, INK_WARN, "%s is locked: * unlocks it",
                  app_model_class_name(b, b->selected, name));
}

double app_model_notice_due(const struct app_model *b)
{
    bool stays = !b->notice[0] || b->notice_ink == INK_WARN || b->notice_ink == INK_ERROR;
    return stays ? INFINITY : b->notice_at + NOTICE_SECONDS;
}

bool app_model_forget_notice(struct app_model *b, double now)
{
    if (now < app_model_notice_due(b))
        return false;
    b->notice[0] = '\0';
    return true;
}

void app_model_wish(struct app_model *b, enum wish_kind kind, const char *text)
{
    if (b->wishes_n == WISHES_MAX)
        return;
    struct wish *w = &b->wishes[b->wishes_n++];
    w->kind = kind;
    w->overwrite = b->overwrite;
    snprintf(w->text, sizeof w->text, "%s", text);
}

bool app_model_next_wish(struct app_model *b, struct wish *out)
{
    if (b->wishes_n == 0)
        return false;
    *out = b->wishes[0];
    memmove(b->wishes, b->wishes + 1, (size_t)--b->wishes_n * sizeof *b->wishes);
    return true;
}
