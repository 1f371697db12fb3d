/* Where everything stands: a pure function of the terminal's size and what the tab shows. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include <stdbool.h>

#include "draw/canvas.h"

/* Every pane of every tab: its enum value and the name of its file (pane_NAME.c). */
#define PANES(X)                                                                                   \
    X(LABELS, labels)                                                                              \
    X(CURVES, curves)                                                                              \
    X(F1, f1)                                                                                      \
    X(CUTS, cuts)                                                                                  \
    X(LABELS_PER_SAMPLE, labels_per_sample)                                                        \
    X(COOCCURRENCE, cooccurrence)                                                                  \
    X(INTENSITY, intensity)                                                                        \
    X(SPLITS, splits)                                                                              \
    X(FINDINGS, findings)                                                                          \
    X(SAMPLES, samples)                                                                            \
    X(PICTURE, picture)                                                                            \
    X(CLASSES, classes)                                                                            \
    X(SCORES, scores)                                                                              \
    X(F1_VS_THRESHOLD, f1_vs_threshold)                                                            \
    X(PR_CURVE, pr_curve)                                                                          \
    X(METHODS, methods)                                                                            \
    X(SETS, sets)                                                                                  \
    X(FORM, form)                                                                                  \
    X(PROGRESS, progress)                                                                          \
    X(RATES, rates)                                                                                \
    X(EVENTS, events)                                                                              \
    X(QUEUE, queue)                                                                                \
    X(TOP_LOSSES, top_losses)                                                                      \
    X(CLASS_ERRORS, class_errors)                                                                  \
    X(CONFUSION, confusion)                                                                        \
    X(SAMPLE, sample)                                                                              \
    X(RUNS, runs)                                                                                  \
    X(SETTINGS, settings)                                                                          \
    X(RUN_CURVES, run_curves)                                                                      \
    X(F1_DELTA, f1_delta)                                                                          \
    X(LOG, log)

enum pane {
#define PANE_ENUM(id, name) PANE_##id,
    PANES(PANE_ENUM)
#undef PANE_ENUM
        PANE_COUNT
};

enum { LAYOUT_COLUMNS = 80, LAYOUT_ROWS = 24 };             /* below: one pane fills the screen */
enum { LAYOUT_LEAST_COLUMNS = 40, LAYOUT_LEAST_ROWS = 10 }; /* below: only the needed size */

/* Places the panes of a tab inside `body`, which together they fill. One that finds no room keeps
 * width 0: while it has the focus it is shown alone. */
typedef void layout_place(struct rect body, enum pane focus, struct rect pane[PANE_COUNT]);

struct layout {
    bool too_small, single;
    struct rect tabs, status, hint;
    struct rect body;             /* between tabs and status */
    struct rect pane[PANE_COUNT]; /* w 0: not shown */
};

/* `place` NULL: the focused pane fills the body. */
struct layout layout_make(int columns, int rows, layout_place *place, enum pane focus, bool zoomed);

/* A box of at most w x h cells in the middle of the screen. */
struct rect layout_middle(int columns, int rows, int w, int h);

#endif
