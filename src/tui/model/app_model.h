/* The model of the screen: what has arrived, what is selected, how it is shown. Panes draw it,
 * actions change it; it knows no terminal and starts no work: what it wants done it puts on a list
 * of wishes that the main loop carries out. UI thread only. */
#ifndef TUI_APP_MODEL_H
#define TUI_APP_MODEL_H

#include <stdbool.h>
#include <stdint.h>

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
#include "samples_model.h"
#include "tabs.h"
#include "train_view.h"
#include "tune_view.h"

enum app_model_sort { SORT_RARITY, SORT_INDEX, SORT_F1, SORT_GAIN, SORT_COUNT };

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
enum { WISHES_MAX = 16, POSTPONED_MAX = 512 };
struct wish {
    enum wish_kind kind;
    bool overwrite; /* a file or set that exists */
    char text[PROMPT_MAX];
};

struct app_model {
    struct awaits {
        bool labels, run, runs;
    } awaits; /* answers that commands wait for: class names, the run shown, the list of runs */
    char postponed[POSTPONED_MAX]; /* the command line that is carried out then; "": none */
    bool runs_fresh;               /* ... which is now: the list of runs has just been read */
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
    struct samples_model data; /* tab 2 */
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
    enum app_model_sort sort;
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

    char notice[256];  /* until the next key; what is no warning goes by itself */
    bool notice_stays; /* nothing but a key replaces it */
    int warnings;      /* notices so far that warn or tell of an error */
    double notice_at;  /* clock_seconds */
    enum ink notice_ink;
    bool quit_when_idle;
    bool overwrite;           /* what is wished now may overwrite files */
    struct wish to_overwrite; /* what DIALOG_OVERWRITE asks about */
    struct wish wishes[WISHES_MAX];
    int wishes_n;
};

void app_model_init(struct app_model *b);
void app_model_fini(struct app_model *b);

const char *app_model_class_name(const struct app_model *b, int class, char out[48]);
bool app_model_awaits(const struct app_model *b);   /* an answer that commands wait for */
bool app_model_busy(const struct app_model *b);     /* this process's runner is at work */
bool app_model_predicts(const struct app_model *b); /* ... on a prediction */
bool app_model_scans(const struct app_model *b);    /* ... with a scan, not a training */
bool app_model_busy_elsewhere(
    const struct app_model *b); /* another process works on the run shown */
/* The labels could not be read, or the project has another split by now. */
bool app_model_labels_stale(const struct app_model *b);
bool app_model_at_work(const struct app_model *b); /* either: requests are taken */
/* Macro F1 to expect for new samples of the thresholds that `method` chooses, NaN: unknown; its
 * spread over repeats or NaN. The method is the chosen one, or that of epochs until it is
 * estimated. */
double app_model_held_out(const struct app_model *b, double *std, const char **method);
/* The validated epochs of the run shown; NULL and 0: none. */
const struct epoch_row *app_model_epochs(const struct app_model *b, int *n);
/* The run shown is this process's own: the snapshot tells of it. */
bool app_model_shows_own(const struct app_model *b);
const char *app_model_run_name(const struct app_model *b); /* "" when there is none */
/* The same as it may be shown; a database is not to be trusted with names. */
const char *app_model_run_shown(const struct app_model *b, char out[4 * RUN_NAME_MAX]);
const char *app_model_run_uuid(const struct app_model *b);

const char *app_model_sort_name(enum app_model_sort sort);
/* The list: make `order` new (the selected class stays selected when it is still shown). */
void app_model_arrange(struct app_model *b);
/* Another tab, with the focus where it was; what is not there changes nothing. */
void app_model_show_tab(struct app_model *b, enum tab tab);
/* The focus goes `panes` further in the tab's order. */
void app_model_focus_by(struct app_model *b, int panes);

int app_model_row(const struct app_model *b); /* of the selected class in `order`, -1: none shown */
void app_model_select_row(struct app_model *b, int row);        /* kept inside */
void app_model_scroll(struct app_model *b, int page);           /* keep the selected row in sight */
int app_model_first_row(const struct app_model *b, int height); /* of a list with so many rows */

double app_model_smooth_weight(const struct app_model *b);
void app_model_say(struct app_model *b, enum ink ink, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, and no other notice replaces it before a key does. */
void app_model_say_until_key(struct app_model *b, enum ink ink, const char *text);
void app_model_forget_said(struct app_model *b); /* a key was pressed */
void app_model_say_locked(struct app_model *b);  /* the selected class is, and how to unlock it */
void app_model_wish(struct app_model *b, enum wish_kind kind, const char *text);
/* Forget a notice that was shown long enough; true when it was. */
bool app_model_forget_notice(struct app_model *b, double now);
double app_model_notice_due(const struct app_model *b); /* infinity: stays until the next key */
/* Takes the oldest wish off the list; false when there is none. */
bool app_model_next_wish(struct app_model *b, struct wish *out);

#endif
