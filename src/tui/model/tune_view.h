/* What the Tune tab knows beside the cuts: estimates, the chosen method, the named sets. A member
 * of the board; UI thread only. */
#ifndef TUI_TUNE_VIEW_H
#define TUI_TUNE_VIEW_H

#include <stdbool.h>

#include "cuts.h"
#include "job/held_out_estimate.h"
#include "job/run_query.h"
#include "job/threshold_comparison.h"

struct tune_view {
    bool log_counts;                     /* of the histogram */
    struct held_out_estimate *estimates; /* NULL until answered; owned */
    char method[24];                     /* what `o` and `O` apply */
    char configured[24];                 /* tune.method: what cuts follow that nobody edited */
    int method_row;                      /* in the list of methods */
    struct run_query_sets *sets;         /* NULL until answered; owned */
    int set_row;                         /* in the list of sets */
    bool sets_shown;                     /* in this frame */
    struct tune_contest {
        uint64_t question, scores; /* 0: nothing was asked */
        double set[LABELS_MAX], now[LABELS_MAX];
    } contest; /* the set under the cursor against the cuts, as it was asked about last */
    struct threshold_comparison *rivals; /* the newest answer to that, NULL: none; owned */
};

void tune_view_init(struct tune_view *v);
/* tune.method, which is also what `o` and `O` apply at first. */
void tune_view_configure(struct tune_view *v, const char *method);
void tune_view_fini(struct tune_view *v);
/* Scores of another run: nothing that was estimated or listed is about them. */
void tune_view_forget(struct tune_view *v);

/* Of the scores `question` asked about; NULL while they are not there. */
const struct held_out_estimate *tune_view_estimates(const struct tune_view *v, uint64_t question);
/* Takes ownership; answers about older scores are kept only where nothing newer is there. */
void tune_view_take_estimates(struct tune_view *v, struct held_out_estimate *fresh);
/* A method by its name; NULL: not there. */
const struct held_out_estimate_method *tune_view_method(const struct held_out_estimate *t,
                                                        const char *name);

/* Takes ownership. */
void tune_view_take_sets(struct tune_view *v, struct run_query_sets *sets);
int tune_view_sets_n(const struct tune_view *v);
/* -1: there is none of that name. */
int tune_view_set_named(const struct tune_view *v, const char *name);
/* Is there something to ask about the set under the cursor? Remembers what: true once for each set,
 * cuts and scores. `scores` is their number. */
bool tune_view_new_contest(struct tune_view *v, const struct cuts *cuts, uint64_t scores);
/* Takes ownership; an answer to an older question is dropped. */
void tune_view_take_rivals(struct tune_view *v, struct threshold_comparison *fresh);
/* About the set under the cursor and the cuts as they are now; NULL: not there yet. */
const struct threshold_comparison *tune_view_rivals(const struct tune_view *v,
                                                    const struct cuts *cuts, uint64_t scores);
/* A set that was just saved, put first. */
void tune_view_keep_set(struct tune_view *v, const struct threshold_set *set);

#endif
