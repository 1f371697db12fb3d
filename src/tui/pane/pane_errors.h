/* What the panes of the Errors tab have in common. */
#ifndef TUI_PANE_ERRORS_H
#define TUI_PANE_ERRORS_H

#include "pane.h"

/* True when there are scores; else says what brings them. */
bool pane_errors_ready(const struct app_model *b, struct canvas *c, struct rect in);

/* Is a class of this sample rightly taken, missed, wrongly added, or rightly left? The same signs
 * and inks in every pane. */
enum pane_verdict { VERDICT_RIGHT, VERDICT_MISSED, VERDICT_ADDED, VERDICT_NONE };
enum pane_verdict pane_errors_verdict(const struct errors_view *v, int row, int class);
enum ink pane_errors_ink(enum pane_verdict verdict);
char pane_errors_sign(enum pane_verdict verdict);

#endif
