/* How things are shown: tabs, panes, zoom, scales, characters, the log's and the help's position.
 */
#include <string.h>

#include "act_choice.h"
#include "act_classes.h"
#include "act_data.h"
#include "act_errors.h"
#include "act_runs.h"
#include "act_table.h"
#include "base/log.h"
#include "base/text.h"

enum {
    HELP_END = 10000, /* drawing brings it back to the last page */
    CURVE_ZOOM_MOST = 5
};

static void log_counts(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->log_counts = !b->log_counts;
}

static void log_loss(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->log_loss = !b->log_loss;
}

static void smooth(struct app_model *b, int value, const char *argument)
{
    (void)value;
    double weight;
    bool given = text_real(argument, &weight);
    if (*argument && (!given || weight < 0 || weight > 1)) {
        app_model_say(b, INK_WARN, "\"%s\": a weight from 0 to 1 is needed", argument);
        return;
    }
    b->smooth = (b->smooth + 1) % 3;
    if (given)
        for (b->smooth = 2; b->smooth > 0 && weight < app_model_smooth_weight(b);)
            b->smooth--;
}

static int epochs_shown(const struct app_model *b)
{
    int n;
    const struct epoch_row *epochs = app_model_epochs(b, &n);
    return n ? epochs[n - 1].epoch : 0;
}

static void curve_cursor(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->curve_epoch = b->curve_epoch ? 0 : epochs_shown(b);
}

static void curve_by(struct app_model *b, int epochs, const char *argument)
{
    (void)argument;
    int last = epochs_shown(b), at = b->curve_epoch ? b->curve_epoch + epochs : last;
    b->curve_epoch = at > last ? last : at < 1 ? (last > 0) : at;
}

static void curve_zoom(struct app_model *b, int by, const char *argument)
{
    (void)argument;
    int zoom = b->curve_zoom + by;
    b->curve_zoom = zoom < 0 ? 0 : zoom > CURVE_ZOOM_MOST ? CURVE_ZOOM_MOST : zoom;
}

static void pane_by(struct app_model *b, int panes, const char *argument)
{
    (void)argument;
    app_model_focus_by(b, panes);
}

static void zoom(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->zoomed = !b->zoomed;
}

static void glyphs(struct app_model *b, int value, const char *argument)
{
    (void)value;
    const char *names[GLYPHS_COUNT];
    for (int i = 0; i < GLYPHS_COUNT; i++)
        names[i] = glyphs_set((enum glyphs)i)->name;
    int next = act_choice(b, argument, names, GLYPHS_COUNT, (int)b->glyphs);
    if (next >= 0)
        b->glyphs = (enum glyphs)next;
}

static void mouse(struct app_model *b, int value, const char *argument)
{
    (void)value;
    static const char *const names[] = {"off", "on"};
    int next = act_choice(b, argument, names, 2, b->mouse);
    if (next < 0)
        return;
    b->mouse = next;
    app_model_say(b, INK_TEXT,
                  b->mouse ? "the mouse selects, scrolls and drags"
                           : "the mouse is left to the terminal");
}

static void theme(struct app_model *b, int value, const char *argument)
{
    (void)value;
    static const char *const names[] = {[THEME_DARK] = "dark", [THEME_LIGHT] = "light"};
    int next = act_choice(b, argument, names, 2, (int)b->data.look.theme);
    if (next >= 0)
        b->data.look.theme = (enum theme)next;
}

/* What the terminal does not have is brought down to what it has when the frame is shown. */
static void color(struct app_model *b, int value, const char *argument)
{
    (void)value;
    const char *names[THEME_MONO + 1];
    for (int i = 0; i <= THEME_MONO; i++)
        names[i] = theme_tier_name((enum theme_tier)i);
    int next = act_choice(b, argument, names, THEME_MONO + 1, (int)b->data.look.tier);
    if (next >= 0)
        b->data.look.tier = (enum theme_tier)next;
}

static void back(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (b->tab == TAB_DATA && act_data_back(b))
        return;
    if (b->tab == TAB_ERRORS && act_errors_back(b))
        return;
    if (b->focus == PANE_METHODS || b->focus == PANE_SETS)
        b->focus = PANE_CLASSES;
    else if (b->tab == TAB_RUNS && b->runs.filter[0])
        act_runs_filter(b, "");
    else if (b->filter[0])
        act_classes_filter(b, "");
    else
        b->zoomed = false;
}

static void tab(struct app_model *b, int number, const char *argument)
{
    (void)argument;
    app_model_show_tab(b, (enum tab)number);
}

/* 0 follows the newest line; scrolling up from there begins at it. */
static void log_by(struct app_model *b, int lines, const char *argument)
{
    (void)argument;
    int64_t newest = (int64_t)log_last();
    int64_t at = (b->log_bottom ? (int64_t)b->log_bottom : newest) + lines;
    b->log_bottom = at >= newest ? 0 : at < 1 ? 1 : (uint64_t)at;
}

static void log_page(struct app_model *b, int pages, const char *argument)
{
    log_by(b, pages * 16, argument);
}

static void log_to(struct app_model *b, int end, const char *argument)
{
    (void)argument;
    b->log_bottom = end ? 0 : 1;
}

static void open_help(struct app_model *b, int open, const char *argument)
{
    (void)argument;
    b->help = open;
    b->help_top = 0;
}

static void help_by(struct app_model *b, int lines, const char *argument)
{
    (void)argument;
    b->help_top += lines;
    if (b->help_top < 0)
        b->help_top = 0;
}

static void help_to(struct app_model *b, int line, const char *argument)
{
    (void)argument;
    b->help_top = line;
}

static void command(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    prompt_open(&b->prompt, PROMPT_COMMAND, "");
}

const struct act_handler act_view_table[] = {
    {ACTION_LOG_COUNTS, log_counts, 0},
    {ACTION_SMOOTH, smooth, 0},
    {ACTION_LOG_LOSS, log_loss, 0},
    {ACTION_CURVE_CURSOR, curve_cursor, 0},
    {ACTION_CURVE_LEFT, curve_by, -1},
    {ACTION_CURVE_RIGHT, curve_by, 1},
    {ACTION_CURVE_NEARER, curve_zoom, 1},
    {ACTION_CURVE_FARTHER, curve_zoom, -1},
    {ACTION_PANE_NEXT, pane_by, 1},
    {ACTION_PANE_PREVIOUS, pane_by, -1},
    {ACTION_ZOOM, zoom, 0},
    {ACTION_ENTER, zoom, 0},
    {ACTION_LOG_DOWN, log_by, 1},
    {ACTION_LOG_UP, log_by, -1},
    {ACTION_LOG_FIRST, log_to, 0},
    {ACTION_LOG_LAST, log_to, 1},
    {ACTION_LOG_PAGE_DOWN, log_page, 1},
    {ACTION_LOG_PAGE_UP, log_page, -1},
    {ACTION_COMMAND, command, 0},
    {ACTION_HELP, open_help, 1},
    {ACTION_TAB_BOARD, tab, TAB_BOARD},
    {ACTION_TAB_DATA, tab, TAB_DATA},
    {ACTION_TAB_TUNE, tab, TAB_TUNE},
    {ACTION_TAB_TRAIN, tab, TAB_TRAIN},
    {ACTION_TAB_ERRORS, tab, TAB_ERRORS},
    {ACTION_TAB_RUNS, tab, TAB_RUNS},
    {ACTION_TAB_LOG, tab, TAB_LOG},
    {ACTION_BACK, back, 0},
    {ACTION_MOUSE, mouse, 0},
    {ACTION_THEME, theme, 0},
    {ACTION_COLOR, color, 0},
    {ACTION_GLYPHS, glyphs, 0},
    {ACTION_HELP_DOWN, help_by, 1},
    {ACTION_HELP_UP, help_by, -1},
    {ACTION_HELP_PAGE_DOWN, help_by, 16},
    {ACTION_HELP_PAGE_UP, help_by, -16},
    {ACTION_HELP_FIRST, help_to, 0},
    {ACTION_HELP_LAST, help_to, HELP_END},
    {ACTION_HELP_CLOSE, open_help, 0},
    {ACTION_NONE, NULL, 0},
};
