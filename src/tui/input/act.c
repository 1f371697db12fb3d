/* From a key to what it does: dialogs and the input line first, then the key map, then the tables
 * of handlers. An action with an argument that was not given opens the input line; with one (from a
 * command or a script) it acts at once. */
#include "act.h"

#include <stdio.h>
#include <string.h>

#include "act_classes.h"
#include "act_data.h"
#include "act_errors.h"
#include "act_runs.h"
#include "act_table.h"
#include "base/text.h"
#include "complete.h"
#include "frame/pane_table.h"
#include "keys/key_codes.h"

static const struct act_handler *const tables[10];

bool act_do(struct app_model *b, enum action action, const char *argument)
{
    for (int t = 0; tables[t]; t++)
        for (const struct act_handler *h = tables[t]; h->action != ACTION_NONE; h++)
            if (h->action == action) {
                h->fn(b, h->value, argument);
                return true;
            }
    return false;
}

static bool may_overwrite(enum action action)
{
    return action == ACTION_SAVE || action == ACTION_EXPORT || action == ACTION_PREDICT ||
           action == ACTION_MARKS || action == ACTION_SCREEN || action == ACTION_YANK;
}

/* What would be refused, or done to another run, before the run shown and the list are read. */
static bool needs_runs(enum action action)
{
    static const enum action needing[] = {
        ACTION_CLASS,    ACTION_CUT,     ACTION_BEST,       ACTION_BEST_ALL, ACTION_LOCK,
        ACTION_SAVE,     ACTION_EXPORT,  ACTION_IMPORT,     ACTION_PREDICT,  ACTION_METHOD,
        ACTION_SET,      ACTION_COMPARE, ACTION_RUN_OPEN,   ACTION_RUN_NOTE, ACTION_RUN_TAG,
        ACTION_RUN_MARK, ACTION_TRAIN,   ACTION_RUN_DELETE, ACTION_CUT_UP,   ACTION_CUT_DOWN,
    };
    for (size_t i = 0; i < sizeof needing / sizeof *needing; i++)
        if (needing[i] == action)
            return true;
    return false;
}

static void postpone(struct app_model *b, const char *line)
{
    if (b->postponed[0]) {
        app_model_say(b, INK_WARN, "the runs are still being read: not carried out: %s", line);
        return;
    }
    snprintf(b->postponed, sizeof b->postponed, "%s", line);
    app_model_say(b, INK_TEXT, "reading the runs ...");
}

bool act_postponed(struct app_model *b)
{
    char line[sizeof b->postponed];
    if (!b->postponed[0] || app_model_awaits(b))
        return false;
    memcpy(line, b->postponed, sizeof line);
    b->postponed[0] = '\0';
    if (!b->notice_stays)
        b->notice[0] = '\0';
    b->runs_fresh = true;
    act_line(b, line);
    b->runs_fresh = false;
    return true;
}

/* Without the blanks and line ends behind it, as pasted text has them. */
static const char *trimmed(const char *text, char out[POSTPONED_MAX])
{
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]))
        n--;
    snprintf(out, POSTPONED_MAX, "%.*s", (int)n, text);
    return out;
}

bool act_line(struct app_model *b, const char *text)
{
    char name[32], kept[POSTPONED_MAX];
    const char *line = trimmed(text, kept);
    while (*line == ' ' || *line == ':')
        line++;
    size_t length = strcspn(line, " ");
    snprintf(name, sizeof name, "%.*s", (int)length, line);
    const char *argument = line + length + strspn(line + length, " ");
    bool overwrite = length > 1 && length < sizeof name && name[length - 1] == '!';
    if (overwrite)
        name[length - 1] = '\0';
    enum action action = keymap_command(name);
    overwrite = overwrite && may_overwrite(action);
    if (!name[0] || name[0] == '#')
        return true;
    if (action == ACTION_NONE || length >= sizeof name) {
        app_model_say(b, INK_WARN, ":%s is no command: ? lists them, Tab completes", name);
        return false;
    }
    if (*argument && !*keymap_entry(action)->argument) {
        app_model_say(b, INK_WARN, ":%s takes no value: \"%s\" is one too many", name, argument);
        return false;
    }
    if (app_model_awaits(b) && needs_runs(action)) {
        postpone(b, line);
        return true;
    }
    int warnings = b->warnings;
    b->overwrite = overwrite;
    act_do(b, action, argument);
    b->overwrite = false;
    return b->warnings == warnings;
}

static bool asks_to_quit(enum dialog_kind kind)
{
    return kind == DIALOG_QUIT || kind == DIALOG_QUIT_SCAN || kind == DIALOG_QUIT_PREDICTION;
}

/* What was asked about may have ended meanwhile; then a training of another process, which takes
 * the same request, is not meant. */
static void stop(struct app_model *b, enum dialog_kind asked, enum wish_kind how)
{
    bool training = asked == DIALOG_QUIT || asked == DIALOG_STOP;
    if (training || app_model_busy(b))
        app_model_wish(b, how, "");
    b->quit_when_idle = asks_to_quit(asked);
}

static void answer(struct app_model *b, enum dialog_kind asked, enum dialog_answer a)
{
    if (a == ANSWER_STOP_EPOCH || a == ANSWER_STOP_NOW) {
        stop(b, asked, a == ANSWER_STOP_EPOCH ? WISH_STOP_EPOCH : WISH_STOP_NOW);
    } else if (a == ANSWER_WHEN_DONE) {
        b->quit_when_idle = true;
    } else if (a == ANSWER_DETACH) {
        app_model_wish(b, WISH_DETACH, "");
    } else if (a == ANSWER_EXPORT) {
        act_do(b, ACTION_EXPORT, "");
    } else if (a == ANSWER_OVERWRITE) {
        b->overwrite = true;
        app_model_wish(b, b->to_overwrite.kind, b->to_overwrite.text);
        b->overwrite = false;
    } else if (a == ANSWER_QUIT) {
        app_model_wish(b, WISH_QUIT, "");
    } else if (a == ANSWER_RESUME || a == ANSWER_NEW) {
        app_model_wish(b, WISH_TRAIN, a == ANSWER_RESUME ? app_model_run_uuid(b) : "");
    } else if (a == ANSWER_STAY && asks_to_quit(asked)) {
        b->quit_when_idle = false;
    } else if (a == ANSWER_UNMARK || a >= ANSWER_MARK) {
        act_errors_marked(b, a == ANSWER_UNMARK ? -1 : (int)(a - ANSWER_MARK));
    }
}

static void entered(struct app_model *b)
{
    char kept[POSTPONED_MAX];
    enum prompt_kind kind = b->prompt.kind;
    prompt_close(&b->prompt);
    const char *text = trimmed(b->prompt.text, kept);
    if (kind == PROMPT_COMMAND)
        act_line(b, text);
    else if (kind == PROMPT_ARGUMENT && text[0])
        act_do(b, b->prompt.action, text);
}

/* Of classes, samples or runs. */
static void filter(struct app_model *b, const char *text)
{
    if (b->tab == TAB_DATA)
        act_data_filter(b, text);
    else if (b->tab == TAB_ERRORS)
        errors_view_query(&b->errors, text);
    else if (b->tab == TAB_RUNS)
        act_runs_filter(b, text);
    else
        act_classes_filter(b, text);
}

static void prompt(struct app_model *b, int key)
{
    enum prompt_kind kind = b->prompt.kind;
    enum prompt_result result = prompt_key(&b->prompt, key);
    if (result == PROMPT_ENTERED)
        entered(b);
    if (result == PROMPT_LEFT)
        prompt_close(&b->prompt);
    if (result == PROMPT_TAB)
        complete_tab(b);
    if (kind == PROMPT_FILTER && result == PROMPT_LEFT)
        filter(b, "");
    if (kind == PROMPT_FILTER && result == PROMPT_CHANGED)
        filter(b, b->prompt.text);
}

/* So that a slip is told from a program that hangs. */
static void say_unknown(struct app_model *b, int key)
{
    char text[8] = "";
    if (key <= ' ' || key == 0x7f || key >= INPUT_UP)
        return;
    text[text_encode((uint32_t)key, text)] = '\0';
    app_model_say(b, INK_DIM, "%s has no meaning here: ? lists the keys", text);
}

void act_key(struct app_model *b, int key)
{
    bool pasted = key & INPUT_PASTED;
    key &= ~INPUT_PASTED;
    if (pasted && b->prompt.kind == PROMPT_NONE)
        return;
    app_model_forget_said(b);
    if (b->dialog.kind != DIALOG_NONE) {
        enum dialog_kind asked = b->dialog.kind;
        answer(b, asked, dialog_key(&b->dialog, key));
    } else if (b->prompt.kind != PROMPT_NONE) {
        prompt(b, key);
    } else {
        enum action action = keymap_find(pane_table_scopes(b), key);
        act_do(b, action, "");
        if (action == ACTION_NONE)
            say_unknown(b, key);
    }
}

static const struct act_handler *const tables[] = {
    act_classes_table, act_cuts_table, act_data_table, act_runs_table, act_train_table,
    act_errors_table,  act_tune_table, act_view_table, act_work_table, NULL,
};
