/* Files that the user asks the screen to write, and sets to save: before one is overwritten, a
 * dialog asks. UI thread.
 *
 * Whether the file exists is asked of the paths' thread, one request after another; a command with
 * an exclamation mark (:screen! FILE) overwrites without a question. */
#ifndef TUI_WRITE_LINK_H
#define TUI_WRITE_LINK_H

#include "model/app_model.h"

struct workbench;

struct write_link {
    struct wish queue[WISHES_MAX]; /* the first is being asked about */
    int n;
};

/* A wish whose text is the path of a file to write, or the name of a set. */
void write_link_want(struct workbench *w, const struct wish *wish);
/* Take what was answered; true when the screen is to be drawn again. */
bool write_link_news(struct workbench *w);
/* Before the end: what is still waiting is written, unless its file exists; a frame is left to the
 * loop, as ever. */
void write_link_finish(struct workbench *w);

#endif
