/* The Errors tab: samples and counts by class at the left; the picture of the selected sample, what
 * was predicted of it, and which class is taken for which beside them.
 *
 * Small: of picture and confusion one, whichever has had the focus. Medium: all, the picture beside
 * the prediction. Large: the confusion of all classes in a column of its own. */
#include "actions.h"
#include "tabs.h"

enum { MEDIUM_COLUMNS = 112, MEDIUM_ROWS = 30, LARGE_COLUMNS = 150, LARGE_ROWS = 40 };
enum { CLASSES_ROWS = 31, WORST_LEAST = 8, CONFUSION_COLUMNS = 75 }; /* 28 classes and a frame */

static struct rect rows_of(struct rect r, int from, int rows)
{
    return (struct rect){r.x, r.y + from, r.w, rows};
}

/* Samples above, classes below: all of them where there is room. */
static void place_lists(struct rect r, struct rect pane[])
{
    int upper = r.h - CLASSES_ROWS > WORST_LEAST ? r.h - CLASSES_ROWS : (r.h + 1) / 2;
    pane[PANE_TOP_LOSSES] = rows_of(r, 0, upper);
    pane[PANE_CLASS_ERRORS] = rows_of(r, upper, r.h - upper);
}

/* The prediction keeps what it needs; the picture takes the rest. */
static void place_sample(struct rect r, struct rect pane[])
{
    int upper = r.w / 2 + 1;
    upper = upper < r.h / 2 ? upper : r.h / 2;
    pane[PANE_PICTURE] = rows_of(r, 0, upper);
    pane[PANE_SAMPLE] = rows_of(r, upper, r.h - upper);
}

static void place_small(struct rect b, enum pane focus, struct rect pane[])
{
    int left = b.w * 11 / 20;
    struct rect right = {b.x + left, b.y, b.w - left, b.h};
    place_lists((struct rect){b.x, b.y, left, b.h}, pane);
    if (focus == PANE_CONFUSION)
        pane[PANE_CONFUSION] = right;
    else
        place_sample(right, pane);
}

static void place_medium(struct rect b, struct rect pane[])
{
    int left = b.w * 2 / 5, upper = (b.h + 1) / 2;
    struct rect right = {b.x + left, b.y, b.w - left, b.h};
    int picture = 2 * (upper - 2) + 2;
    place_lists((struct rect){b.x, b.y, left, b.h}, pane);
    picture = picture < right.w / 2 ? picture : right.w / 2;
    pane[PANE_PICTURE] = (struct rect){right.x, right.y, picture, upper};
    pane[PANE_SAMPLE] = (struct rect){right.x + picture, right.y, right.w - picture, upper};
    pane[PANE_CONFUSION] = rows_of(right, upper, right.h - upper);
}

static void place_large(struct rect b, struct rect pane[])
{
    int rest = b.w - CONFUSION_COLUMNS, left = rest * 11 / 20;
    place_lists((struct rect){b.x, b.y, left, b.h}, pane);
    place_sample((struct rect){b.x + left, b.y, rest - left, b.h}, pane);
    pane[PANE_CONFUSION] = (struct rect){b.x + rest, b.y, CONFUSION_COLUMNS, b.h};
}

static void place(struct rect b, enum pane focus, struct rect pane[PANE_COUNT])
{
    if (b.w >= LARGE_COLUMNS && b.h >= LARGE_ROWS)
        place_large(b, pane);
    else if (b.w >= MEDIUM_COLUMNS && b.h >= MEDIUM_ROWS)
        place_medium(b, pane);
    else
        place_small(b, focus, pane);
}

static const enum pane panes[] = {PANE_TOP_LOSSES, PANE_CLASS_ERRORS, PANE_CONFUSION, PANE_PICTURE,
                                  PANE_SAMPLE};

const struct tab_ops tab_errors = {"Errors", SCOPE_ERRORS, panes, 5, PANE_TOP_LOSSES, place};
