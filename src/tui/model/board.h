/* The model of the screen: what has arrived, what is selected, how it is shown. Panes draw it,
 * actions change it; it knows no terminal and starts no work: what it wants done it puts on a list
 * of wishes that the main loop carries out. UI thread only. */
#ifndef TUI_BOARD_H
#define TUI_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "browse.h"
#include "cuts.h"
#include "dialog.h"
#include "draw/glyphs.h"
#include "errors_view.h"
#include "gradcam_view.h"
#include "job/run_query.h"
#include "job/snapshot.h"
#include "layout.h"
#include "prompt.h"
#include "runs_view.h"
#include "tabs.h"
#include "train_view.h"
#include "tune_view.h"

enum board_sort { SORT_RARITY, SORT_INDEX, SORT_F1, SORT_GAIN, SORT_COUNT };

enum wish_kind {
    WISH_TRAIN, /* text: run to resume, "" a new one */
    WISH_STOP_EPOCH,
    WISH_STOP_NOW,
    WISH_PAUSE, /* or go on */
    WISH_CHECKPOINT,
    WISH_QUEUE,
    WISH_PREDICT, /* text: path of the submission */
    WISH_SCAN,
    WISH_LR, /* text: as job_control_parse_rate reads it */
    WISH_DETACH,
    WISH_QUIT,
    WISH_SUSPEND,
    WISH_REDRAW,
    WISH_SAVE,   /* text: name of the set */
    WISH_EXPORT, /* text: path */
    WISH_IMPORT, /* text: path */
    WISH_SOURCE, /* text: path */
    WISH_WAIT,   /* text: seconds */
    WISH_SHOW,   /* text: uuid of the run to show */
    WISH_NOTE,   /* text; of the run under the cursor */
    WISH_TAG,    /* text; of the same */
    WISH_SCREEN, /* text: path of the frame to be written */
    WISH_YANK,   /* text: path, "" the clipboard */
    WISH_NAMES,  /* text: names of files that begin so */
    WISH_MARKS   /* text: path */
};
enum { WISHES_MAX = 16 };
struct wish {
    enum wish_kind kind;
    bool overwrite; /* a file or set that exists */
    char text[PROMPT_MAX];
};

struct board {
    /* what has arrived */
    struct snapshot snap;            /* of this process's runner; sequence 0: none */
    struct run_query_labels *labels; /* NULL until answered; owned */
    struct run_query_run *run;       /* the run shown, from the store; NULL until answered; owned */
    char chosen[40];                 /* uuid of the run to show; "": our own, else the newest */
    bool restored;                   /* the cuts that the store keeps were looked at */
    struct scores *scores;           /* those of the cuts; NULL before the first; owned */
    uint64_t scores_taken;           /* grows with every one */
    uint64_t scores_tables;          /* whose labels they have; 0: unknown */
    bool scores_stale;               /* of a training that has ended: its labels are of its start */
    char table[PROMPT_MAX];          /* file of a table of scores alone; "": none */
    bool read_only;                  /* the store cannot be written: nothing is kept */
    struct cuts cuts;
    struct browse data; /* tab 2 */
    struct tune_view tune;
    struct errors_view errors;        /* tab 5 */
    struct gradcam_view heat;         /* over its picture */
    double held_out, held_out_std;    /* macro F1 for new samples, NaN: unknown */
    int held_out_epoch;               /* whose scores it was estimated on */
    int labels_changed, samples_gone; /* since the run wrote the scores that are shown */

    struct train_view train;
    struct runs_view runs;

    /* the list of classes, shared by three panes */
    int k;
    int order[LABELS_MAX], shown; /* classes after filter and sort */
    enum board_sort sort;
    char filter[PROMPT_MAX];
    int selected; /* class, in all panes */
    int first;    /* ... before anybody chose one */
    int top;      /* row of `order` at the top of the smallest list */
    int page;     /* rows of the smallest list, set before drawing */

    /* how it is shown */
    enum tab tab;
    enum pane focus;               /* of this tab */
    enum pane focus_in[TAB_COUNT]; /* of the others */
    bool zoomed, help;
    int help_top;
    enum glyphs glyphs;
    bool mouse;       /* its events are asked for */
    enum pane held;   /* where the button went down, PANE_COUNT: nowhere */
    bool sliding;     /* a knob is dragged */
    const char *tier; /* of colours, for the status line */
    bool log_counts, log_loss;
    int curve_epoch;     /* under the cursor of the curves, 0: no cursor */
    int curve_zoom;      /* the last 1/2^n of the epochs fill the width */
    int smooth;          /* index into the weights */
    uint64_t log_bottom; /* newest line shown in the Log tab, 0: follow */
    struct prompt prompt;
    struct dialog dialog;

    char notice[256]; /* until the next key; what is no warning goes by itself */
    double notice_at; /* clock_seconds */
    enum ink notice_ink;
    bool quit_when_idle;
    bool overwrite;           /* what is wished now may overwrite files */
    struct wish to_overwrite; /* what DIALOG_OVERWRITE asks about */
    struct wish wishes[WISHES_MAX];
    int wishes_n;
};

void board_init(struct board *b);
void board_fini(struct board *b);

const char *board_class_name(const struct board *b, int class, char out[48]);
bool board_busy(const struct board *b);           /* this process's runner is at work */
bool board_predicts(const struct board *b);       /* ... on a prediction */
bool board_scans(const struct board *b);          /* ... with a scan, not a training */
bool board_busy_elsewhere(const struct board *b); /* another process works on the run shown */
/* The labels could not be read, or the project has another split by now. */
bool board_labels_stale(const struct board *b);
bool board_at_work(const struct board *b); /* either: requests are taken */
/* Macro F1 to expect for new samples of the thresholds that `method` chooses, NaN: unknown; its
 * spread over repeats or NaN. The method is the chosen one, or that of epochs until it is
 * estimated. */
double board_held_out(const struct board *b, double *std, const char **method);
/* The validated epochs of the run shown; NULL and 0: none. */
const struct epoch_row *board_epochs(const struct board *b, int *n);
/* The run shown is this process's own: the snapshot tells of it. */
bool board_shows_own(const struct board *b);
const char *board_run_name(const struct board *b); /* "" when there is none */
/* The same as it may be shown; a database is not to be trusted with names. */
const char *board_run_shown(const struct board *b, char out[4 * RUN_NAME_MAX]);
const char *board_run_uuid(const struct board *b);

const char *board_sort_name(enum board_sort sort);
/* The list: make `order` new (the selected class stays selected when it is still shown). */
void board_arrange(struct board *b);
/* Another tab, with the focus where it was; what is not there changes nothing. */
void board_show_tab(struct board *b, enum tab tab);
/* The focus goes `panes` further in the tab's order. */
void board_focus_by(struct board *b, int panes);

int board_row(const struct board *b); /* of the selected class in `order`, -1: none shown */
void board_select_row(struct board *b, int row);        /* kept inside */
void board_scroll(struct board *b, int page);           /* keep the selected row in sight */
int board_first_row(const struct board *b, int height); /* of a list with so many rows */

double board_smooth_weight(const struct board *b);
void board_say(struct board *b, enum ink ink, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void board_say_locked(struct board *b); /* the selected class is, and how to unlock it */
void board_wish(struct board *b, enum wish_kind kind, const char *text);
/* Forget a notice that was shown long enough; true when it was. */
bool board_forget_notice(struct board *b, double now);
double board_notice_due(const struct board *b); /* infinity: stays until the next key */
/* Takes the oldest wish off the list; false when there is none. */
bool board_next_wish(struct board *b, struct wish *out);

#endif
