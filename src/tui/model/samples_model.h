/* The model of the Data tab: the table of samples, which of them are shown, what is selected, how
 * pictures are seen. It asks nobody: samples_model_wanted says which pictures are missing. UI
 * thread. */
#ifndef TUI_SAMPLES_MODEL_H
#define TUI_SAMPLES_MODEL_H

#include "findings_view.h"
#include "job/dataset_query.h"
#include "preview_cache.h"
#include "prompt.h"
#include "query_columns.h"

enum samples_model_show {
    SAMPLES_MODEL_ONE,
    SAMPLES_MODEL_PAIR,
    SAMPLES_MODEL_GRID,
    SAMPLES_MODEL_SHOWS
};
enum samples_model_against {
    SAMPLES_MODEL_CLASS,
    SAMPLES_MODEL_TEST,
    SAMPLES_MODEL_ALONE,
    SAMPLES_MODEL_AGAINSTS
};
enum { SAMPLES_MODEL_PLACES = 256 };

struct query;

struct samples_model {
    /* what has arrived, owned; NULL until then */
    struct samples *samples;
    struct intensity_histogram *levels;
    struct dataset_query_splits *splits;
    struct preview_cache shots;
    struct findings_view found;
    uint64_t taken; /* tables that have come */

    /* counted once from the samples */
    int having[LABELS_MAX + 1]; /* samples with so many labels */
    int most;                   /* labels of a sample */
    int *together;              /* [k][k] samples with both; NULL before */

    /* the samples that are shown */
    char query[PROMPT_MAX];
    char applied[PROMPT_MAX]; /* its longest part that is right */
    char wrong[256];          /* with the query; rows are those of its longest part that is right */
    unsigned needs;           /* query_needs of that part */
    struct query_columns asked;
    int *rows; /* [n] */
    int rows_n, at, top;

    int other;  /* class of the column in the table of pairs */
    int labels; /* row in labels per sample */
    enum samples_model_against against;
    bool linear; /* brightness: shares as they are, not their logarithm */

    /* how pictures are seen */
    enum samples_model_show show;
    unsigned channels; /* 0: all */
    double gain, zoom, x, y;
    char marked[INDEX_ID_MAX + 1]; /* to compare with, "": none */
    struct picture_look look;
    bool apart;    /* another tab shows one sample, whatever the list has */
    int apart_row; /* of the table, -1: none */
    int ahead[2];  /* rows that it may show next, -1: none */
    uint64_t heat; /* the map over the sample that is apart, 0: none */

    /* the single picture that was drawn last; "": none */
    char seen[INDEX_ID_MAX + 1];
    struct preview_loader_view seen_view;

    /* of this frame, set before drawing */
    struct rect picture; /* inside its pane; w 0: not shown */
    bool hurried;        /* keys follow each other: pictures would be old before they are seen */
    int page;            /* rows of the list of samples */
    bool levels_shown, splits_shown;
};

void samples_model_init(struct samples_model *b);
void samples_model_fini(struct samples_model *b);

void samples_model_take_samples(struct samples_model *b, struct samples *s);
void samples_model_take_levels(struct samples_model *b, struct intensity_histogram *l);
void samples_model_take_splits(struct samples_model *b, struct dataset_query_splits *s);

/* Is the table there and readable? */
bool samples_model_ready(const struct samples_model *b);
/* Show what meets the condition; while it is being typed, what its beginning says. The selected
 * sample stays selected when it is still shown. */
void samples_model_query(struct samples_model *b, const char *text);
/* What the text asks for; where it is wrong, as `wrong` says then, what its longest beginning
 * does. That is `applied`. `s`: what folds and findings there are, NULL: not known. */
struct query *samples_model_parse(const char *text, const char *const *names, int k,
                                  const struct samples *s, char wrong[256],
                                  char applied[PROMPT_MAX]);
/* What is not known that the query asks about, "": nothing. */
const char *samples_model_lacks(const struct samples_model *b);
const char *samples_model_finding(const struct samples_model *b, int row); /* "": none is known */
int samples_model_row(
    const struct samples_model *b); /* of the sample in sight in the table, -1: none */
int samples_model_named(const struct samples_model *b,
                        const char *id); /* its row in the table, -1: none */
/* In the list of findings, kept inside; its sample, too, where the list of samples has it. */
void samples_model_select_finding(struct samples_model *b, int at);
/* Select a row of the table; false: the list does not have it. */
bool samples_model_go(struct samples_model *b, int row);
/* How pictures are seen now: apart always one. */
enum samples_model_show samples_model_showing(const struct samples_model *b);
void samples_model_select(struct samples_model *b, int at); /* kept inside */
void samples_model_scroll(struct samples_model *b, int page);
/* A magnified picture moves under the frame, a quarter of it a step. */
void samples_model_pan(struct samples_model *b, int across, int down);
int samples_model_together(const struct samples_model *b, int one, int other);

/* The pictures of this frame and where they stand, captions below them included. */
struct samples_model_place {
    int row;       /* of the table */
    struct rect r; /* of the picture; the caption is the row below */
    bool caption, selected;
};
int samples_model_places(const struct samples_model *b,
                         struct samples_model_place places[SAMPLES_MODEL_PLACES]);
/* Beside a single picture, when it leaves so much; w 0: no room. */
struct rect samples_model_details(const struct samples_model *b);
/* Pictures of one row of the grid. */
int samples_model_grid_columns(const struct samples_model *b);
struct preview_loader_view samples_model_view(const struct samples_model *b, struct rect r);
/* What is drawn at a place: its picture, or one of the same sample and size meanwhile; while keys
 * follow each other the one that stood there before. Without a picture: `error` says why none is to
 * be had. NULL: nothing yet. */
const struct shot *samples_model_shot(const struct samples_model *b,
                                      const struct samples_model_place *place);
/* After a frame: what stands there now. */
void samples_model_saw(struct samples_model *b);

/* Ids of pictures that are missing, the most wanted first; all are seen by *view. */
int samples_model_wanted(const struct samples_model *b, struct preview_loader_view *view,
                         const char *ids[PREVIEW_LOADER_MAX]);

/* "all", the one that is seen, or their first letters: "rg". */
void samples_model_stains(const struct samples_model *b, char out[32]);
/* The next or previous view: all, then each stain. */
void samples_model_next_stain(struct samples_model *b, int by);
/* By their first letters or names, "all"; false when one is unknown. */
bool samples_model_set_stains(struct samples_model *b, const char *text);

#endif
