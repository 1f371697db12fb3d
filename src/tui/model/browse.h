/* The model of the Data tab: the table of samples, which of them are shown, what is selected, how
 * pictures are seen. It asks nobody: browse_wanted says which pictures are missing. UI thread. */
#ifndef TUI_BROWSE_H
#define TUI_BROWSE_H

#include "asked.h"
#include "findings_view.h"
#include "job/dataset_query.h"
#include "preview_cache.h"
#include "prompt.h"

enum browse_show { BROWSE_ONE, BROWSE_PAIR, BROWSE_GRID, BROWSE_SHOWS };
enum browse_against { BROWSE_CLASS, BROWSE_TEST, BROWSE_ALONE, BROWSE_AGAINSTS };
enum { BROWSE_PLACES = 256 };

struct query;

struct browse {
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
    char wrong[256]; /* with the query; rows are those of its longest part that is right */
    unsigned needs;  /* query_needs of that part */
    struct asked asked;
    int *rows; /* [n] */
    int rows_n, at, top;

    int other;  /* class of the column in the table of pairs */
    int labels; /* row in labels per sample */
    enum browse_against against;
    bool linear; /* brightness: shares as they are, not their logarithm */

    /* how pictures are seen */
    enum browse_show show;
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

void browse_init(struct browse *b);
void browse_fini(struct browse *b);

void browse_take_samples(struct browse *b, struct samples *s);
void browse_take_levels(struct browse *b, struct intensity_histogram *l);
void browse_take_splits(struct browse *b, struct dataset_query_splits *s);

/* Is the table there and readable? */
bool browse_ready(const struct browse *b);
/* Show what meets the condition; while it is being typed, what its beginning says. The selected
 * sample stays selected when it is still shown. */
void browse_query(struct browse *b, const char *text);
/* What the text asks for; where it is wrong, as `wrong` says then, what its longest beginning
 * does. */
struct query *browse_parse(const char *text, const char *const *names, int k, char wrong[256]);
/* What is not known that the query asks about, "": nothing. */
const char *browse_lacks(const struct browse *b);
const char *browse_finding(const struct browse *b, int row); /* "": none is known */
int browse_row(const struct browse *b); /* of the sample in sight in the table, -1: none */
int browse_named(const struct browse *b, const char *id); /* its row in the table, -1: none */
/* In the list of findings, kept inside; its sample, too, where the list of samples has it. */
void browse_select_finding(struct browse *b, int at);
/* Select a row of the table; false: the list does not have it. */
bool browse_go(struct browse *b, int row);
/* How pictures are seen now: apart always one. */
enum browse_show browse_showing(const struct browse *b);
void browse_select(struct browse *b, int at); /* kept inside */
void browse_scroll(struct browse *b, int page);
/* A magnified picture moves under the frame, a quarter of it a step. */
void browse_pan(struct browse *b, int across, int down);
int browse_together(const struct browse *b, int one, int other);

/* The pictures of this frame and where they stand, captions below them included. */
struct browse_place {
    int row;       /* of the table */
    struct rect r; /* of the picture; the caption is the row below */
    bool caption, selected;
};
int browse_places(const struct browse *b, struct browse_place places[BROWSE_PLACES]);
/* Beside a single picture, when it leaves so much; w 0: no room. */
struct rect browse_details(const struct browse *b);
/* Pictures of one row of the grid. */
int browse_grid_columns(const struct browse *b);
struct preview_loader_view browse_view(const struct browse *b, struct rect r);
/* What is drawn at a place: its picture, or one of the same sample and size meanwhile; while keys
 * follow each other the one that stood there before. Without a picture: `error` says why none is to
 * be had. NULL: nothing yet. */
const struct shot *browse_shot(const struct browse *b, const struct browse_place *place);
/* After a frame: what stands there now. */
void browse_saw(struct browse *b);

/* Ids of pictures that are missing, the most wanted first; all are seen by *view. */
int browse_wanted(const struct browse *b, struct preview_loader_view *view,
                  const char *ids[PREVIEW_LOADER_MAX]);

/* "all", the one that is seen, or their first letters: "rg". */
void browse_stains(const struct browse *b, char out[32]);
/* The next or previous view: all, then each stain. */
void browse_next_stain(struct browse *b, int by);
/* By their first letters or names, "all"; false when one is unknown. */
bool browse_set_stains(struct browse *b, const char *text);

#endif
