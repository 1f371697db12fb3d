/* Train: the recipe at the left, how it goes at the right. */
#include "actions.h"
#include "tabs.h"

enum { WIDE = 120, TALL = 36, PROGRESS_ROWS = 14, FORM_CELLS = 46, HELPED_CELLS = 84, LARGE = 100 };

/* On a large screen the curves stand above, the rest below them; on a very large one the form tells
 * of each field. */
static void place_large(struct rect b, struct rect pane[PANE_COUNT])
{
    int left = b.w * 2 / 5 >= HELPED_CELLS ? HELPED_CELLS : FORM_CELLS;
    int right = b.w - left, half = right < LARGE ? right / 2 : FORM_CELLS;
    int upper = b.h - PROGRESS_ROWS, rates = PROGRESS_ROWS / 2;
    pane[PANE_FORM] = (struct rect){b.x, b.y, left, b.h};
    pane[PANE_CURVES] = (struct rect){b.x + left, b.y, right, upper};
    pane[PANE_PROGRESS] = (struct rect){b.x + left, b.y + upper, half, PROGRESS_ROWS};
    pane[PANE_RATES] = (struct rect){b.x + left + half, b.y + upper, right - half, rates};
    int x = b.x + left + half, y = b.y + upper + rates, rest = b.h - upper - rates;
    int queue = (right - half) / 2;
    pane[PANE_EVENTS] = (struct rect){x, y, right - half - queue, rest};
    pane[PANE_QUEUE] = (struct rect){x + right - half - queue, y, queue, rest};
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
