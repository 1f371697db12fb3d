/* Signs, inks and what is said while there are no scores. */
#include "pane_errors.h"

bool pane_errors_ready(const struct app_model *b, struct canvas *c, struct rect in)
{
    if (errors_view_ready(b))
        return true;
    pane_message(c, in, INK_DIM, "no scores yet",
                 app_model_at_work(b) ? "The first epoch's validation brings them."
                                      : "t starts a training; its first epoch brings them.");
    return false;
}

enum pane_verdict pane_errors_verdict(const struct errors_view *v, int row, int class)
{
    bool truth = labels_has(&v->truth[row], class), taken = labels_has(&v->predicted[row], class);
    return truth ? (taken ? VERDICT_RIGHT : VERDICT_MISSED) : taken ? VERDICT_ADDED : VERDICT_NONE;
}

enum ink pane_errors_ink(enum pane_verdict verdict)
{
    static const enum ink inks[] = {INK_GOOD, INK_BAD, INK_TRAIN, INK_DIM};
    return inks[verdict];
}

char pane_errors_sign(enum pane_verdict verdict)
{
    return "=-+ "[verdict];
}
