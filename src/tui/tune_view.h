/* What the Tune tab knows beside the cuts: estimates, the chosen method, the named sets. A member
 * of the board; UI thread only. */
#ifndef TUI_TUNE_VIEW_H
#define TUI_TUNE_VIEW_H

#include <stdbool.h>

#include "cuts.h"
#include "job/estimates.h"
#include "job/service.h"

struct tune_view {
    bool log_counts;             /* of the histogram */
    struct estimates *estimates; /* NULL until answered; owned */
    char method[24];             /* what `o` and `O` apply */
    int method_row;              /* in the list of methods */
    struct service_sets *sets;   /* NULL until answered; owned */
    int set_row;                 /* in the list of sets */
};

void tune_view_init(struct tune_view *v);
void tune_view_fini(struct tune_view *v);
/* Scores of another run: nothing that was estimated or listed is about them. */
void tune_view_forget(struct tune_view *v);

/* Of the scores `question` asked about; NULL while they are not there. */
const struct estimates *tune_view_estimates(const struct tune_view *v, uint64_t question);
/* Takes ownership; answers about older scores are kept only where nothing newer is there. */
void tune_view_take_estimates(struct tune_view *v, struct estimates *fresh);
/* A method by its name; NULL: not there. */
const struct estimates_method *tune_view_method(const struct estimates *t, const char *name);

/* Takes ownership. */
void tune_view_take_sets(struct tune_view *v, struct service_sets *sets);
int tune_view_sets_n(const struct tune_view *v);
/* -1: there is none of that name. */
int tune_view_set_named(const struct tune_view *v, const char *name);
/* A set that was just saved, put first. */
void tune_view_keep_set(struct tune_view *v, const struct threshold_set *set);

#endif
