/* The work and the program: trainings started, stopped, paused; the screen left or drawn anew. What
 * takes time becomes a wish. */
#include <string.h>

#include "act_table.h"
#include "base/text.h"
#include "job/job_control.h"

/* Here or in another process: either takes requests. */
static bool at_work(struct app_model *b)
{
    if (app_model_at_work(b))
        return true;
    app_model_say(b, INK_TEXT, "nothing is at work: t starts a training");
    return false;
}

/* True, and said, when this process is at work already. */
static bool taken(struct app_model *b)
{
    const char *what = app_model_predicts(b) ? "prediction"
                       : app_model_scans(b)  ? "scan"
                                             : "training";
    if (app_model_busy(b))
        app_model_say(b, INK_WARN, "a %s is at work: S stops it", what);
    return app_model_busy(b);
}

static bool resumable(const struct app_model *b)
{
    return b->run && b->run->error.code == ERR_NONE && !b->run->live &&
           b->run->row.epochs_done < b->run->row.epochs && b->run->row.status != RUN_FAILED;
}

static void train(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (taken(b))
        return;
    if (b->table[0])
        app_model_say(b, INK_WARN,
                      "this is a table of scores: start hpa in a data folder to train");
    else if (app_model_busy_elsewhere(b))
        dialog_open(&b->dialog, DIALOG_TRAIN_BESIDE);
    else if (resumable(b))
        dialog_open(&b->dialog, DIALOG_TRAIN);
    else
        app_model_wish(b, WISH_TRAIN, "");
}

static void queue(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (app_model_busy(b) && !app_model_predicts(b) && !app_model_scans(b))
        app_model_say(b, INK_WARN, "a training is at work: the queue follows when it is done");
    else if (!taken(b))
        app_model_wish(b, WISH_QUEUE, "");
}

static void predict(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (b->table[0])
        app_model_say(b, INK_WARN, "this is a table of scores: it has no network to predict with");
    else if (app_model_at_work(b))
        app_model_say(b, INK_WARN, "P predicts when what is at work is done; S stops it");
    else if (b->awaits.run)
        app_model_say(b, INK_TEXT, "reading the run ...: again in a moment");
    else if (b->cuts.k == 0)
        app_model_say(b, INK_WARN, "no run with scores yet: t starts a training");
    else if (*argument)
        app_model_wish(b, WISH_PREDICT, argument);
    else
        prompt_ask(&b->prompt, ACTION_PREDICT, "predict the test set into: ", "submission.csv");
}

static void scan(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (b->table[0])
        app_model_say(b, INK_WARN, "this is a table of scores: there are no images to scan");
    else if (!taken(b))
        app_model_wish(b, WISH_SCAN, "");
}

static void stop(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (at_work(b))
        dialog_open(&b->dialog, app_model_scans(b)      ? DIALOG_STOP_SCAN
                                : app_model_predicts(b) ? DIALOG_STOP_PREDICTION
                                                        : DIALOG_STOP);
}

/* Nothing but a training takes other requests than to stop. */
static bool trains(struct app_model *b)
{
    bool other = app_model_predicts(b) || app_model_scans(b);
    return other ? !taken(b) : at_work(b);
}

static void pause_or_go_on(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (trains(b))
        app_model_wish(b, WISH_PAUSE, "");
}

static void checkpoint(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (trains(b))
        app_model_wish(b, WISH_CHECKPOINT, "");
}

static void change_rate(struct app_model *b, int value, const char *argument)
{
    (void)value;
    struct control_ask rate;
    struct err e;
    if (!trains(b))
        return;
    if (!*argument)
        prompt_ask(&b->prompt, ACTION_LR, "learning rate (a new peak, or x.5): ", "");
    else if (job_control_parse_rate(argument, &rate, &e))
        app_model_say(b, INK_WARN, "%s", e.text);
    else
        app_model_wish(b, WISH_LR, argument);
}

/* Leaving (for good, or to the shell) asks first while something is at work that would be left
 * behind; for good also about cuts that no run keeps. */
static void leave(struct app_model *b, int kind, const char *argument)
{
    (void)argument;
    if (app_model_busy(b))
        dialog_open(&b->dialog, app_model_scans(b)      ? DIALOG_QUIT_SCAN
                                : app_model_predicts(b) ? DIALOG_QUIT_PREDICTION
                                                        : DIALOG_QUIT);
    else if (kind == WISH_QUIT && b->table[0] && b->cuts.changed)
        dialog_open(&b->dialog, DIALOG_QUIT_CUTS);
    else
        app_model_wish(b, (enum wish_kind)kind, "");
}

static void wish(struct app_model *b, int kind, const char *argument)
{
    app_model_wish(b, (enum wish_kind)kind, argument);
}

static void wait_for(struct app_model *b, int value, const char *argument)
{
    (void)value;
    double seconds;
    bool known = !strcmp(argument, "scores") || !strcmp(argument, "idle") ||
                 (text_real(argument, &seconds) && seconds >= 0);
    if (known)
        app_model_wish(b, WISH_WAIT, argument);
    else
        app_model_say(b, INK_WARN, "wait \"%s\": seconds, \"scores\" or \"idle\" is needed",
                      argument);
}

static void screen(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (*argument)
        app_model_wish(b, WISH_SCREEN, argument);
    else
        prompt_ask(&b->prompt, ACTION_SCREEN, "write this frame to: ", "frame.txt");
}

const struct act_handler act_work_table[] = {
    {ACTION_TRAIN, train, 0},
    {ACTION_STOP, stop, 0},
    {ACTION_PAUSE, pause_or_go_on, 0},
    {ACTION_CHECKPOINT, checkpoint, 0},
    {ACTION_LR, change_rate, 0},
    {ACTION_QUEUE, queue, 0},
    {ACTION_PREDICT, predict, 0},
    {ACTION_SCAN, scan, 0},
    {ACTION_QUIT, leave, WISH_QUIT},
    {ACTION_REDRAW, wish, WISH_REDRAW},
    {ACTION_YANK, wish, WISH_YANK},
    {ACTION_SCREEN, screen, 0},
    {ACTION_SUSPEND, leave, WISH_SUSPEND},
    {ACTION_SOURCE, wish, WISH_SOURCE},
    {ACTION_WAIT, wait_for, 0},
    {ACTION_NONE, NULL, 0},
};
