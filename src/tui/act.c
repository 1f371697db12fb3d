/* One small function per kind of action, in a table at the foot that says with which value it acts.
 * An action with an argument that was not given opens the input line; with one (from a command or a
 * script) it acts at once. */
#include "act.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/text.h"

typedef void act_fn(struct board *b, int value, const char *argument);

struct handler {
    act_fn *fn;
    int value;
};
static const struct handler table[ACTION_COUNT];

enum { HELP_END = 10000 }; /* drawing brings it back to the last page */

unsigned act_scopes(const struct board *b)
{
    static const unsigned panes[PANE_COUNT] = {SCOPE_LABELS, SCOPE_CURVES, SCOPE_F1, SCOPE_CUTS};
    if (b->help)
        return SCOPE_HELP;
    if (b->tab == TAB_LOG)
        return SCOPE_ANY | SCOPE_LOG;
    return SCOPE_ANY | SCOPE_BOARD | panes[b->focus];
}

void act_do(struct board *b, enum action action, const char *argument)
{
    if (table[action].fn)
        table[action].fn(b, table[action].value, argument);
}

static void class_by(struct board *b, int rows, const char *argument)
{
    (void)argument;
    board_select_row(b, board_row(b) + rows);
}

static void class_to(struct board *b, int row, const char *argument)
{
    (void)argument;
    board_select_row(b, row);
}

static void class_page(struct board *b, int pages, const char *argument)
{
    (void)argument;
    board_select_row(b, board_row(b) + pages * b->page);
}

static int class_named(const struct board *b, const char *text)
{
    int64_t index;
    char name[48];
    if (text_int(text, &index) && index >= 0 && index < b->k)
        return (int)index;
    for (int i = 0; i < b->k; i++)
        if (strcasecmp(board_class_name(b, i, name), text) == 0)
            return i;
    return -1;
}

static void select_class(struct board *b, int value, const char *argument)
{
    (void)value;
    int class = class_named(b, argument);
    if (class < 0) {
        board_say(b, INK_WARN, "class \"%s\": no class has this number or name", argument);
        return;
    }
    b->selected = class;
    if (board_row(b) < 0) {
        b->filter[0] = '\0';
        board_arrange(b);
    }
    board_scroll(b, b->page);
}

static void sort(struct board *b, int value, const char *argument)
{
    (void)value;
    static const char *const names[] = {"rarity", "index", "F1", "gain"};
    enum board_sort next = (enum board_sort)((b->sort + 1) % SORT_COUNT);
    for (int i = 0; i < SORT_COUNT; i++)
        if (strcasecmp(names[i], argument) == 0)
            next = (enum board_sort)i;
    b->sort = next;
    board_arrange(b);
    board_say(b, INK_TEXT, "classes sorted by %s", names[b->sort]);
}

static void set_filter(struct board *b, const char *text)
{
    snprintf(b->filter, sizeof b->filter, "%s", text);
    board_arrange(b);
}

static void filter(struct board *b, int value, const char *argument)
{
    (void)value;
    if (*argument)
        set_filter(b, argument);
    else
        prompt_open(&b->prompt, PROMPT_FILTER, b->filter);
}

static bool have_scores(struct board *b)
{
    if (b->cuts.k == 0)
        board_say(b, INK_WARN, "no scores yet: the validation of the first epoch brings them");
    return b->cuts.k > 0 && b->selected < b->cuts.k;
}

static void move_to(struct board *b, double cut)
{
    char name[48];
    if (b->cuts.locked[b->selected])
        board_say(b, INK_WARN, "%s is locked: * unlocks it",
                  board_class_name(b, b->selected, name));
    else
        cuts_move(&b->cuts, b->selected, cut);
}

/* On a grid of .001, so that steps up and down end where they began. */
static void cut_by(struct board *b, int thousandths, const char *argument)
{
    (void)argument;
    if (have_scores(b))
        move_to(b, rint(b->cuts.now[b->selected] * 1000 + thousandths) / 1000);
}

static void cut_step(struct board *b, int direction, const char *argument)
{
    (void)argument;
    if (have_scores(b))
        move_to(b, threshold_step(b->cuts.table, b->selected, b->cuts.now[b->selected], direction));
}

static void cut_to(struct board *b, int value, const char *argument)
{
    (void)value;
    double cut;
    if (!text_real(argument, &cut) || cut < 0 || cut > 1)
        board_say(b, INK_WARN, "cut \"%s\": a number from 0 to 1 is needed", argument);
    else if (have_scores(b))
        move_to(b, cut);
}

static void best(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (have_scores(b))
        move_to(b, b->cuts.best[b->selected]);
}

static void best_all(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (have_scores(b))
        board_say(b, INK_TEXT, "%d cuts moved to their best", cuts_move_all_best(&b->cuts));
}

static void lock(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (have_scores(b))
        cuts_toggle_lock(&b->cuts, b->selected);
}

static void undo(struct board *b, int back, const char *argument)
{
    (void)argument;
    int class = back ? cuts_undo(&b->cuts) : cuts_redo(&b->cuts);
    if (class < 0) {
        board_say(b, INK_TEXT, "nothing to %s", back ? "undo" : "redo");
        return;
    }
    char name[48];
    b->selected = class;
    if (board_row(b) >= 0)
        board_scroll(b, b->page);
    else
        board_say(b, INK_TEXT, "the cut of %s changed; the filter hides it (Esc clears)",
                  board_class_name(b, class, name));
}

static void save(struct board *b, int value, const char *argument)
{
    (void)value;
    if (!have_scores(b))
        return;
    if (!*argument)
        prompt_open(&b->prompt, PROMPT_SAVE, "");
    else if (strlen(argument) >= CUTS_NAME_MAX)
        board_say(b, INK_WARN, "a name has at most %d bytes", CUTS_NAME_MAX - 1);
    else if (strcmp(argument, "current") == 0)
        board_say(b, INK_WARN, "\"current\" is what the sliders edit: take another name");
    else
        board_wish(b, WISH_SAVE, argument);
}

static void export(struct board *b, int value, const char *argument)
{
    (void)value;
    if (!have_scores(b))
        return;
    if (*argument)
        board_wish(b, WISH_EXPORT, argument);
    else
        prompt_open(&b->prompt, PROMPT_EXPORT, "thresholds.json");
}

static void log_counts(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->log_counts = !b->log_counts;
}

static void log_loss(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->log_loss = !b->log_loss;
}

static void smooth(struct board *b, int value, const char *argument)
{
    (void)value;
    double weight;
    b->smooth = (b->smooth + 1) % 3;
    if (text_real(argument, &weight))
        for (b->smooth = 2; b->smooth > 0 && weight < board_smooth_weight(b);)
            b->smooth--;
}

static void pane_by(struct board *b, int panes, const char *argument)
{
    (void)argument;
    b->focus = (enum pane)(((int)b->focus + PANE_COUNT + panes) % PANE_COUNT);
}

static void zoom(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->zoomed = !b->zoomed;
}

static void glyphs(struct board *b, int value, const char *argument)
{
    (void)value;
    b->glyphs = glyphs_named(argument, (enum glyphs)((b->glyphs + 1) % GLYPHS_COUNT));
}

static void back(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (b->filter[0])
        set_filter(b, "");
    else
        b->zoomed = false;
}

static void tab(struct board *b, int number, const char *argument)
{
    (void)argument;
    b->tab = (enum board_tab)number;
}

/* 0 follows the newest line; scrolling up from there begins at it. */
static void log_by(struct board *b, int lines, const char *argument)
{
    (void)argument;
    int64_t newest = (int64_t)log_last();
    int64_t at = (b->log_bottom ? (int64_t)b->log_bottom : newest) + lines;
    b->log_bottom = at >= newest ? 0 : at < 1 ? 1 : (uint64_t)at;
}

static void log_page(struct board *b, int pages, const char *argument)
{
    log_by(b, pages * 16, argument);
}

static void log_to(struct board *b, int end, const char *argument)
{
    (void)argument;
    b->log_bottom = end ? 0 : 1;
}

static void open_help(struct board *b, int open, const char *argument)
{
    (void)argument;
    b->help = open;
    b->help_top = 0;
}

static void help_by(struct board *b, int lines, const char *argument)
{
    (void)argument;
    b->help_top += lines;
    if (b->help_top < 0)
        b->help_top = 0;
}

static void help_to(struct board *b, int line, const char *argument)
{
    (void)argument;
    b->help_top = line;
}

static void command(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    prompt_open(&b->prompt, PROMPT_COMMAND, "");
}

static void refuse_elsewhere(struct board *b)
{
    board_say(b, INK_WARN, "run %s belongs to process %d on %s: stop it there (kill -TERM %d)",
              b->run->row.name, b->run->row.pid, b->run->row.host, b->run->row.pid);
}

static bool resumable(const struct board *b)
{
    return b->run && b->run->error.code == ERR_NONE && !b->run->live &&
           b->run->row.epochs_done < b->run->row.epochs &&
           strcmp(b->run->row.status, "failed") != 0;
}

static void train(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (board_busy(b))
        board_say(b, INK_WARN, "a training is at work: S stops it");
    else if (resumable(b))
        dialog_open(&b->dialog, DIALOG_TRAIN);
    else
        board_wish(b, WISH_TRAIN, "");
}

static void stop(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (board_busy(b))
        dialog_open(&b->dialog, DIALOG_STOP);
    else if (board_busy_elsewhere(b))
        refuse_elsewhere(b);
    else
        board_say(b, INK_TEXT, "nothing is at work: t starts a training");
}

static void pause_or_go_on(struct board *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (board_busy(b))
        board_wish(b, WISH_PAUSE, "");
    else if (board_busy_elsewhere(b))
        refuse_elsewhere(b);
    else
        board_say(b, INK_TEXT, "nothing is at work: t starts a training");
}

/* Leaving (for good, or to the shell) asks first while a training would be left behind. */
static void leave(struct board *b, int kind, const char *argument)
{
    (void)argument;
    if (board_busy(b))
        dialog_open(&b->dialog, DIALOG_QUIT);
    else
        board_wish(b, (enum wish_kind)kind, "");
}

static void wish(struct board *b, int kind, const char *argument)
{
    board_wish(b, (enum wish_kind)kind, argument);
}

bool act_line(struct board *b, const char *line)
{
    char name[32];
    while (*line == ' ' || *line == ':')
        line++;
    size_t length = strcspn(line, " ");
    snprintf(name, sizeof name, "%.*s", (int)length, line);
    const char *argument = line + length + strspn(line + length, " ");
    enum action action = keymap_command(name);
    if (!name[0] || name[0] == '#')
        return true;
    if (action == ACTION_NONE || length >= sizeof name) {
        board_say(b, INK_WARN, ":%s is no command: ? lists them, Tab completes", name);
        return false;
    }
    act_do(b, action, argument);
    return true;
}

static void answer(struct board *b, enum dialog_kind asked, enum dialog_answer a)
{
    if (a == ANSWER_STOP_EPOCH || a == ANSWER_STOP_NOW) {
        board_wish(b, a == ANSWER_STOP_EPOCH ? WISH_STOP_EPOCH : WISH_STOP_NOW, "");
        b->quit_when_idle = asked == DIALOG_QUIT;
    } else if (a == ANSWER_DETACH) {
        board_wish(b, WISH_DETACH, "");
    } else if (a == ANSWER_RESUME || a == ANSWER_NEW) {
        board_wish(b, WISH_TRAIN, a == ANSWER_RESUME ? board_run_uuid(b) : "");
    } else if (a == ANSWER_STAY && asked == DIALOG_QUIT) {
        b->quit_when_idle = false;
    }
}

static void entered(struct board *b)
{
    enum prompt_kind kind = b->prompt.kind;
    prompt_close(&b->prompt);
    if (kind == PROMPT_COMMAND)
        act_line(b, b->prompt.text);
    else if (kind == PROMPT_SAVE && b->prompt.text[0])
        save(b, 0, b->prompt.text);
    else if (kind == PROMPT_EXPORT && b->prompt.text[0])
        export(b, 0, b->prompt.text);
}

static void prompt(struct board *b, int key)
{
    enum prompt_kind kind = b->prompt.kind;
    enum prompt_result result = prompt_key(&b->prompt, key);
    if (result == PROMPT_ENTERED)
        entered(b);
    if (result == PROMPT_LEFT)
        prompt_close(&b->prompt);
    if (kind == PROMPT_FILTER && result == PROMPT_LEFT)
        set_filter(b, "");
    if (kind == PROMPT_FILTER && result == PROMPT_CHANGED)
        set_filter(b, b->prompt.text);
}

/* So that a slip is told from a program that hangs. */
static void say_unknown(struct board *b, int key)
{
    char text[8] = "";
    if (key <= ' ' || key == 0x7f || key >= INPUT_UP)
        return;
    text[text_encode((uint32_t)key, text)] = '\0';
    board_say(b, INK_DIM, "%s has no meaning here: ? lists the keys", text);
}

void act_key(struct board *b, int key)
{
    bool pasted = key & INPUT_PASTED;
    key &= ~INPUT_PASTED;
    if (pasted && b->prompt.kind == PROMPT_NONE)
        return;
    b->notice[0] = '\0';
    if (b->dialog.kind != DIALOG_NONE) {
        enum dialog_kind asked = b->dialog.kind;
        answer(b, asked, dialog_key(&b->dialog, key));
    } else if (b->prompt.kind != PROMPT_NONE) {
        prompt(b, key);
    } else {
        enum action action = keymap_find(act_scopes(b), key);
        act_do(b, action, "");
        if (action == ACTION_NONE)
            say_unknown(b, key);
    }
}

static const struct handler table[ACTION_COUNT] = {
    [ACTION_CLASS_DOWN] = {class_by, 1},
    [ACTION_CLASS_UP] = {class_by, -1},
    [ACTION_CLASS_FIRST] = {class_to, 0},
    [ACTION_CLASS_LAST] = {class_to, LABELS_MAX},
    [ACTION_PAGE_DOWN] = {class_page, 1},
    [ACTION_PAGE_UP] = {class_page, -1},
    [ACTION_CLASS] = {select_class, 0},
    [ACTION_CUT_DOWN] = {cut_by, -10},
    [ACTION_CUT_UP] = {cut_by, 10},
    [ACTION_CUT_FINE_DOWN] = {cut_by, -1},
    [ACTION_CUT_FINE_UP] = {cut_by, 1},
    [ACTION_CUT_PREVIOUS] = {cut_step, -1},
    [ACTION_CUT_NEXT] = {cut_step, 1},
    [ACTION_CUT] = {cut_to, 0},
    [ACTION_BEST] = {best, 0},
    [ACTION_BEST_ALL] = {best_all, 0},
    [ACTION_LOCK] = {lock, 0},
    [ACTION_UNDO] = {undo, 1},
    [ACTION_REDO] = {undo, 0},
    [ACTION_SAVE] = {save, 0},
    [ACTION_EXPORT] = {export, 0},
    [ACTION_SORT] = {sort, 0},
    [ACTION_LOG_COUNTS] = {log_counts, 0},
    [ACTION_SMOOTH] = {smooth, 0},
    [ACTION_LOG_LOSS] = {log_loss, 0},
    [ACTION_PANE_NEXT] = {pane_by, 1},
    [ACTION_PANE_PREVIOUS] = {pane_by, -1},
    [ACTION_ZOOM] = {zoom, 0},
    [ACTION_FILTER] = {filter, 0},
    [ACTION_LOG_DOWN] = {log_by, 1},
    [ACTION_LOG_UP] = {log_by, -1},
    [ACTION_LOG_FIRST] = {log_to, 0},
    [ACTION_LOG_LAST] = {log_to, 1},
    [ACTION_LOG_PAGE_DOWN] = {log_page, 1},
    [ACTION_LOG_PAGE_UP] = {log_page, -1},
    [ACTION_TRAIN] = {train, 0},
    [ACTION_STOP] = {stop, 0},
    [ACTION_PAUSE] = {pause_or_go_on, 0},
    [ACTION_COMMAND] = {command, 0},
    [ACTION_HELP] = {open_help, 1},
    [ACTION_QUIT] = {leave, WISH_QUIT},
    [ACTION_TAB_BOARD] = {tab, TAB_BOARD},
    [ACTION_TAB_LOG] = {tab, TAB_LOG},
    [ACTION_BACK] = {back, 0},
    [ACTION_GLYPHS] = {glyphs, 0},
    [ACTION_REDRAW] = {wish, WISH_REDRAW},
    [ACTION_SUSPEND] = {leave, WISH_SUSPEND},
    [ACTION_SOURCE] = {wish, WISH_SOURCE},
    [ACTION_WAIT] = {wish, WISH_WAIT},
    [ACTION_HELP_DOWN] = {help_by, 1},
    [ACTION_HELP_UP] = {help_by, -1},
    [ACTION_HELP_PAGE_DOWN] = {help_by, 16},
    [ACTION_HELP_PAGE_UP] = {help_by, -16},
    [ACTION_HELP_FIRST] = {help_to, 0},
    [ACTION_HELP_LAST] = {help_to, HELP_END},
    [ACTION_HELP_CLOSE] = {open_help, 0},
};
