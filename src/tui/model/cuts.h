/* The cuts under the sliders: their values, what F1 they give on the validation scores, locks, and
 * the edits that can be taken back.
 *
 * Who decides a cut: the user's last edit; a locked class keeps its cut; every class that was never
 * edited follows the configured method on the newest scores, or their best cut until that method's
 * are known. An edit step may change several classes (best
 * for all); its edits have neighbouring numbers, and a gap in the numbers begins a new step, so
 * that steps survive in the store. UI thread only. */
#ifndef TUI_CUTS_H
#define TUI_CUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "metric/threshold.h"
#include "store/threshold_rows.h"

enum { CUTS_NAME_MAX = 64 };

struct cuts {
    int k;                         /* 0: no scores yet */
    int n, epoch;                  /* samples and epoch of the scores */
    struct threshold_table *table; /* of the newest scores */
    double now[LABELS_MAX];
    bool locked[LABELS_MAX];
    struct threshold_counts at[LABELS_MAX];       /* at `now` */
    double best[LABELS_MAX], best_f1[LABELS_MAX]; /* exact, on the same scores */
    double before_f1[LABELS_MAX];                 /* what `at` is compared with */
    int before_epoch;                             /* ... of this epoch; 0: at cut .5 */
    char follows[24];                             /* method of the cuts that nobody edited */
    double macro;                                 /* mean of at[].f1 */
    struct threshold_edit *edits;                 /* oldest first; [position..] can be redone */
    size_t edits_capacity;
    int edits_n, position;
    int stored;               /* edits the store has been given */
    int64_t stored_ms;        /* `saved_ms` of the set that the store had last; 0: none */
    bool refused;             /* ... by another process, so that it refused ours */
    bool changed;             /* since the set was given to the store */
    bool unstored;            /* ... by the user, not by new scores */
    bool edited;              /* since it was saved under `name` */
    char name[CUTS_NAME_MAX]; /* what it was last saved as; "current" before */
    int named_k;              /* classes of the set `name`; 0 for "current" */
    double named[LABELS_MAX]; /* ... and its thresholds */
    bool slides;              /* the newest edit is still being dragged */
    bool step_open;           /* the next edit belongs to the step begun */
};

void cuts_init(struct cuts *c);
void cuts_fini(struct cuts *c);

/* New scores of the same run: the table is rebuilt, classes nobody decided about follow. -1 leaves
 * everything as it was. */
int cuts_take_scores(struct cuts *c, const struct scores *s, int epoch, struct err *e);
/* The method's cuts of these scores are known: classes nobody decided about follow. */
void cuts_follow(struct cuts *c, const double *to, const char *method);
/* For a prediction: `out` as the set "current" when anybody set or locked anything, else NULL, and
 * the configured method's cuts are taken. What is returned will be saved, too. */
struct threshold_set *cuts_by_hand(struct cuts *c, struct threshold_set *out);
/* What the store has kept; after the scores. */
int cuts_restore(struct cuts *c, const struct threshold_set *set,
                 const struct threshold_edit *edits, int n, struct err *e);

/* The same when another process has stored it: true when a threshold or lock is another now. */
bool cuts_replace(struct cuts *c, const struct threshold_set *set,
                  const struct threshold_edit *edits, int n);

bool cuts_touched(const struct cuts *c, int class); /* decided by the user */
/* Move one cut (kept in 0..1); false when it is locked or did not move. */
bool cuts_move(struct cuts *c, int class, double cut);
/* The same while a knob is dragged: one edit from its `begin` on. */
bool cuts_slide(struct cuts *c, int class, double cut, bool begin);
/* Every unlocked class to its cut of `to` [k], one step; returns how many moved. */
int cuts_move_all(struct cuts *c, const double *to);
/* The class of the step that was taken back or done again, -1 when there was none. */
int cuts_undo(struct cuts *c);
int cuts_redo(struct cuts *c);
int cuts_undo_depth(const struct cuts *c); /* steps */
void cuts_toggle_lock(struct cuts *c, int class);
/* The thresholds were saved as the set `name`, or taken from it: they have its name from now on. */
void cuts_name(struct cuts *c, const char *name, const double *thresholds);
/* Edited since then, or new scores moved a threshold that nobody set. */
bool cuts_differ_from_set(const struct cuts *c);

double cuts_gain(const struct cuts *c, int class); /* F1 to be had at the best cut */
/* The set as the store keeps it, under `name`. */
struct threshold_set cuts_set(const struct cuts *c, const char *name);

#endif
