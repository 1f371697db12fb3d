/* Train: the recipe at the left, how it goes at the right. */
#include "actions.h"
#include "tabs.h"

enum {
    WIDE = 120,
    TALL = 36,
    SIDE_BY_SIDE = 60,
    PROGRESS_ROWS = 14,
    PROGRESS_CELLS = 40,
    FORM_CELLS = 46,
    HELPED_CELLS = 84
};

/* Rates, events and queue: side by side where there is room for their lines, else one below the
 * other. */
static void place_rest(struct rect r, struct rect pane[PANE_COUNT])
{
    int rates = r.w >= SIDE_BY_SIDE ? r.h / 2 : r.h * 3 / 7, events = (r.h - rates) / 2;
    struct rect below = {r.x, r.y + rates, r.w, r.h - rates};
    pane[PANE_RATES] = (struct rect){r.x, r.y, r.w, rates};
    if (r.w >= SIDE_BY_SIDE) {
        pane[PANE_EVENTS] = (struct rect){below.x, below.y, r.w - r.w / 2, below.h};
        pane[PANE_QUEUE] = (struct rect){below.x + r.w - r.w / 2, below.y, r.w / 2, below.h};
    } else {
        pane[PANE_EVENTS] = (struct rect){below.x, below.y, r.w, events};
        pane[PANE_QUEUE] = (struct rect){below.x, below.y + events, r.w, below.h - events};
    }
}

/* On a large screen the curves stand above, the rest below them; on a very large one the form tells
 * of each field. */
static void place_large(struct rect b, struct rect pane[PANE_COUNT])
{
    int left = b.w * 2 / 5 >= HELPED_CELLS ? HELPED_CELLS : FORM_CELLS;
    int upper = b.h - PROGRESS_ROWS, x = b.x + left;
    pane[PANE_FORM] = (struct rect){b.x, b.y, left, b.h};
    pane[PANE_CURVES] = (struct rect){x, b.y, b.w - left, upper};
    pane[PANE_PROGRESS] = (struct rect){x, b.y + upper, PROGRESS_CELLS, PROGRESS_ROWS};
    place_rest(
        (struct rect){x + PROGRESS_CELLS, b.y + upper, b.w - left - PROGRESS_CELLS, PROGRESS_ROWS},
        pane);
}

static void place(struct rect b, enum pane focus, struct rect pane[PANE_COUNT])
{
    int left = b.w / 2, upper = (b.h + 1) / 2;
    if (b.w >= WIDE && b.h + 3 >= TALL) {
        place_large(b, pane);
        return;
    }
    bool other = focus == PANE_RATES || focus == PANE_EVENTS || focus == PANE_QUEUE;
    enum pane lower = other ? focus : PANE_CURVES;
    pane[PANE_FORM] = (struct rect){b.x, b.y, left, b.h};
    pane[PANE_PROGRESS] = (struct rect){b.x + left, b.y, b.w - left, upper};
    pane[lower] = (struct rect){b.x + left, b.y + upper, b.w - left, b.h - upper};
}

static const enum pane panes[] = {PANE_FORM,  PANE_PROGRESS, PANE_CURVES,
                                  PANE_RATES, PANE_EVENTS,   PANE_QUEUE};

const struct tab_ops tab_train = {"Train", SCOPE_TRAIN, panes, 6, PANE_FORM, place};
