/* Dialogs: one question, a few answers, each with a letter. */
#ifndef TUI_DIALOG_H
#define TUI_DIALOG_H

#include <stdbool.h>

#include "draw/canvas.h"

enum dialog_kind {
    DIALOG_NONE,
    DIALOG_QUIT, /* while a training is at work */
    DIALOG_QUIT_SCAN,
    DIALOG_QUIT_PREDICTION,
    DIALOG_QUIT_CUTS, /* of a table of scores, in no file yet */
    DIALOG_STOP,
    DIALOG_STOP_SCAN,
    DIALOG_STOP_PREDICTION,
    DIALOG_TRAIN,
    DIALOG_TRAIN_BESIDE, /* while another process trains */
    DIALOG_OVERWRITE,
    DIALOG_REPLACE, /* a set of thresholds */
    DIALOG_MARK
};
enum dialog_answer {
    ANSWER_NONE, /* still open */
    ANSWER_STAY,
    ANSWER_DETACH,
    ANSWER_STOP_EPOCH,
    ANSWER_STOP_NOW,
    ANSWER_WHEN_DONE, /* quit, but not before */
    ANSWER_EXPORT,
    ANSWER_OVERWRITE,
    ANSWER_QUIT,
    ANSWER_RESUME,
    ANSWER_NEW,
    ANSWER_UNMARK,
    ANSWER_MARK /* and the kinds of job_errors_kinds from here on */
};

struct dialog {
    enum dialog_kind kind;
    int chosen;
};

void dialog_open(struct dialog *d, enum dialog_kind kind);
/* The letter of the answer drawn at a cell; 0: none. */
int dialog_key_at(const struct dialog *d, int columns, int rows, int x, int y);
enum dialog_answer dialog_key(struct dialog *d, int key); /* closes with any answer */
/* On a terminal too small for anything else: an answer in each row. */
void dialog_draw_small(const struct dialog *d, struct canvas *c, const struct glyph_set *g);
void dialog_draw(const struct dialog *d, struct canvas *c, const struct glyph_set *g);

#endif
