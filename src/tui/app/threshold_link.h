/* The thresholds of the screen and the set "current" of the store. UI thread. */
#ifndef TUI_THRESHOLD_LINK_H
#define TUI_THRESHOLD_LINK_H

#include <stdbool.h>

struct workbench;

/* What was changed goes to the store. */
void threshold_link_save(struct workbench *w);
/* The store refused a change, since another process has changed the set: it must be read again. */
bool threshold_link_refused(struct workbench *w);

#endif
