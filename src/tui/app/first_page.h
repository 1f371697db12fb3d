/* The first page, in a folder where hpa was never used: what hpa is, a form that asks for the table
 * and the images and says what they hold, and a demo set for those who have none. A model like the
 * board: keys change it, wishes go to the loop, drawing is pure. UI thread. */
#ifndef TUI_FIRST_PAGE_H
#define TUI_FIRST_PAGE_H

#include "draw/canvas.h"
#include "job/setup.h"
#include "keys/mouse_event.h"
#include "model/prompt.h"

enum first_row { FIRST_CSV, FIRST_FOLDER, FIRST_USE, FIRST_DEMO, FIRST_QUIT, FIRST_ROWS };

enum first_wish {
    FIRST_WISH_NOTHING,
    FIRST_WISH_NAMES, /* of files that begin as the field under the cursor */
    FIRST_WISH_FOUND, /* what table and folder hold */
    FIRST_WISH_WRITE, /* hpa.conf */
    FIRST_WISH_DRAW,  /* a demo set */
    FIRST_WISH_STOP,  /* drawing it */
    FIRST_WISH_QUIT,
    FIRST_WISH_BEGIN /* hpa.conf is there: the Board */
};

struct first_page {
    struct prompt field[2];    /* FIRST_CSV, FIRST_FOLDER */
    enum first_row row;        /* under the cursor */
    bool asking;               /* "write hpa.conf?", or "draw a demo set?" as the row says */
    bool working;              /* a demo set is drawn, or hpa.conf written */
    int done, total;           /* of a demo set */
    struct setup_found *found; /* NULL until answered; owned */
    char error[1024];          /* "" none */
    enum glyphs glyphs;
};

/* `csv`, `folder`: what is usual. */
void first_page_init(struct first_page *p, const char *csv, const char *folder);
void first_page_fini(struct first_page *p);

enum first_wish first_page_key(struct first_page *p, int key);
enum first_wish first_page_mouse(struct first_page *p, int columns, int rows, struct mouse m);
void first_page_choice(const struct first_page *p, struct setup_choice *out);

void first_page_names(struct first_page *p, const struct paths_names *names);
/* Takes ownership; an answer about something else than is typed now is dropped. */
void first_page_found(struct first_page *p, struct setup_found *found);
enum first_wish first_page_done(struct first_page *p, const struct setup_done *done);

void first_page_draw(const struct first_page *p, struct canvas *c);

#endif
