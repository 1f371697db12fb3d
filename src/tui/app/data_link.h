/* The Data tab's link to those who read files: asks what the model lacks, takes what arrives. UI
 * thread; nothing here waits. */
#ifndef TUI_DATA_LINK_H
#define TUI_DATA_LINK_H

#include "model/app_model.h"

struct data_link;

struct data_link *data_link_open(struct work *work, struct wake *wake);
void data_link_close(struct data_link *l);

/* After a frame: ask for what it could not show. */
void data_link_ask(struct data_link *l, struct app_model *b);
/* True when something has arrived. */
bool data_link_news(struct data_link *l, struct app_model *b);
/* Pictures have arrived since this was asked last: a key waits for them, so draw at once. */
bool data_link_hurry(struct data_link *l);
/* The table or its folds may be others now: ask again when they are looked at. */
void data_link_renew(struct data_link *l);
/* So may the images: there is a cache now. */
void data_link_renew_levels(struct data_link *l);
/* Nothing that was asked for is still to come. */
bool data_link_idle(const struct data_link *l);

#endif
