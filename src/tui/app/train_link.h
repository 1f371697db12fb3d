/* The Train tab's link to the forecast of what the next run takes. UI thread; nothing here waits.
 */
#ifndef TUI_TRAIN_LINK_H
#define TUI_TRAIN_LINK_H

#include "model/app_model.h"

struct train_link;

struct train_link *train_link_open(struct work *work, struct wake *wake, struct err *e);
void train_link_close(struct train_link *l);
void train_link_ask(struct train_link *l, struct app_model *b);
/* True when something has arrived. */
bool train_link_news(struct train_link *l, struct app_model *b);
/* Nothing that the tab shows is still to come. */
bool train_link_idle(const struct train_link *l, const struct app_model *b);

#endif
