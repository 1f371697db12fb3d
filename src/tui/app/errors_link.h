/* The Errors tab's link to those who read files: asks for ids and marks while it is looked at,
 * hands marks over to the store. UI thread; nothing here waits. */
#ifndef TUI_ERRORS_LINK_H
#define TUI_ERRORS_LINK_H

#include "base/output.h"
#include "model/app_model.h"

struct errors_link;

/* `table` stays borrowed. */
struct errors_link *errors_link_open(struct work *work, const struct run_query_table *table,
                                     struct wake *wake, struct err *e);
/* Marks that were set are still handed over. NULL is nothing. */
void errors_link_close(struct errors_link *l, struct app_model *b);

/* Ask for what the tab lacks; tell the store what was marked. */
void errors_link_ask(struct errors_link *l, struct app_model *b);
/* True when something has arrived. */
bool errors_link_news(struct errors_link *l, struct app_model *b);
/* Nothing that was asked for is still to come. */
bool errors_link_idle(const struct errors_link *l);
void errors_link_export(struct errors_link *l, const char *path, enum output_mode mode);

#endif
