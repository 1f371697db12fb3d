/* The model of the Errors tab: what the scores get wrong at the present cuts, which samples of it
 * are listed, which is selected. The selected class is that of all tabs, the other class of a pair
 * that of the Data tab, and so is the selected sample where its list has it. UI thread only. */
#ifndef TUI_ERRORS_VIEW_H
#define TUI_ERRORS_VIEW_H

#include "draw/canvas.h"
#include "job/annotations.h"
#include "marks.h"
#include "metric/confusion.h"
#include "prompt.h"

struct app_model;

/* Which samples are listed: of the selected class those it misses, wrongly takes, rightly takes;
 * those with a mark; those that miss one class of a pair and have the other instead. */
enum errors_show {
    ERRORS_ALL,
    ERRORS_MISSED,
    ERRORS_ADDED,
    ERRORS_RIGHT,
    ERRORS_MARKED,
    ERRORS_PAIR,
    ERRORS_SHOWS
};
/* By loss, or by how far the class (of all: the worst) is beyond its cut. */
enum errors_order { ERRORS_BY_LOSS, ERRORS_BY_CUT, ERRORS_ORDERS };

enum { ERRORS_PAIRS = 64, ERRORS_ID = 132 };

struct errors_view {
    struct annotations_names *names; /* NULL until answered; owned */
    struct marks marks;

    /* of the scores and the cuts; owned, [n] */
    uint64_t taken;       /* whose scores, 0: none */
    uint64_t predictions; /* grows with every change of `predicted` */
    uint64_t named;       /* ... and of `names` */
    int n, k;
    double gamma;
    double *loss;
    struct labels *truth, *predicted;
    double cuts[LABELS_MAX];
    int wrong_n; /* samples with any mistake */
    struct confusion confusion;
    struct confusion_pair pairs[ERRORS_PAIRS]; /* most frequent first */
    int pairs_n;

    /* the samples that are listed */
    enum errors_show show;
    enum errors_order order;
    int missed, added; /* of a pair */
    char query[PROMPT_MAX];
    char wrong[256]; /* with the query */
    unsigned needs;  /* query_needs of what is right of it */
    double *value;   /* what they are ordered by */
    int *rows, rows_n, at, top, page;
    int sample; /* selected row of the scores, -1: none */
    bool stale; /* the list is to be made anew */
    bool begun; /* a class to begin with was looked for */
    struct errors_seen {
        int class;
        uint64_t marks, table, names;
    } seen; /* what the list was made of */

    enum errors_show column;   /* of the counts by class */
    int class_top, class_rows; /* of the selected sample's classes, in sight */
    bool share;                /* confusion as shares of what is missed */
    bool listed;               /* ... of this frame: pairs are a list */

    /* the sample that the Data tab was told of, the table it was looked up in, and what was
     * selected there then */
    char told[ERRORS_ID], left[ERRORS_ID];
    const void *told_in;
    int told_row;
};

void errors_view_init(struct errors_view *v);
void errors_view_fini(struct errors_view *v);
/* Take ownership. */
void errors_view_take_names(struct errors_view *v, struct annotations_names *names);
void errors_view_take_marks(struct errors_view *v, struct annotations_marks *marks);

/* Make everything fit scores, cuts, class and query as they are now, as far as that is not done. */
void errors_view_fit(struct app_model *b);
/* The same of what is predicted alone. */
void errors_view_predict(struct app_model *b);
/* Samples and counts are there: the panes have something to draw. */
bool errors_view_ready(const struct app_model *b);

void errors_view_show(struct errors_view *v, enum errors_show show);
void errors_view_query(struct errors_view *v, const char *text);
void errors_view_select(struct errors_view *v, int at); /* kept inside */
void errors_view_scroll(struct errors_view *v, int page);
/* "all", "missed by Lysosomes" */
void errors_view_what(const struct app_model *b, char *out, size_t size);

/* The id of a row, "sample 7" while ids are not known. */
const char *errors_view_id(const struct errors_view *v, int row, char out[ERRORS_ID]);
bool errors_view_named(const struct errors_view *v); /* ids are known */
/* Classes of the selected sample: those of its truth or prediction first, then by probability;
 * returns their number. */
int errors_view_classes(const struct app_model *b, int *classes);
int errors_view_pair(const struct app_model *b); /* the selected pair in `pairs`, -1: not there */
void errors_view_choose(struct app_model *b, int pair); /* select it; none that is not there */
/* The selected class goes `by` in that order, from what is in sight of it. */
void errors_view_move_class(struct app_model *b, int by);
int errors_view_count(const struct app_model *b, enum errors_show column, int class);

#endif
