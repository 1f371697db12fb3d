/* The Tune tab's link to those who estimate and to the store: asks what the model lacks, takes what
 * arrives. UI thread; nothing here waits. */
#ifndef TUI_TUNE_LINK_H
#define TUI_TUNE_LINK_H

#include "model/app_model.h"

struct tune_link;

/* The service stays borrowed. */
struct tune_link *tune_link_open(struct run_query *service, struct wake *wake);
void tune_link_close(struct tune_link *l);

/* While the tab is shown: estimates on scores that have none, the sets of the run. */
void tune_link_ask(struct tune_link *l, struct app_model *b);
/* True when something has arrived. */
bool tune_link_news(struct tune_link *l, struct app_model *b);
/* Nothing that was asked for is still to come. */
bool tune_link_idle(const struct tune_link *l, const struct app_model *b);

#endif
