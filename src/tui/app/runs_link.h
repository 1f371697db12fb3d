/* The Runs tab's link to the store: asks for the list while it is looked at, hands over notes, and
 * removes at the end what was deleted. UI thread; nothing here waits but the end. */
#ifndef TUI_RUNS_LINK_H
#define TUI_RUNS_LINK_H

#include "model/app_model.h"

struct runs_link;

struct runs_link *runs_link_open(struct work *work, struct wake *wake, struct err *e);
/* Runs that are deleted on the screen go for good; returns how many. */
int runs_link_close(struct runs_link *l, const struct app_model *b);

/* Ask for what the tab lacks, as far as it is due. */
void runs_link_ask(struct runs_link *l, struct app_model *b, double now);
double runs_link_due(const struct runs_link *l, const struct app_model *b);
/* True when something has arrived. */
bool runs_link_news(struct runs_link *l, struct app_model *b);
/* Nothing that the tab shows is still to come. */
bool runs_link_idle(const struct runs_link *l, const struct app_model *b);
/* `tags`: the text is the run's tags, not its note. */
void runs_link_note(struct runs_link *l, const struct app_model *b, const char *text, bool tags);

#endif
