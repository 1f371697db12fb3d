/* The Tune tab: the classes at the left; of the selected one at the right its scores, F1 by cut
 * and, with room, precision against recall. Methods and sets have a place of their own below the
 * classes on a tall terminal; elsewhere they come with the focus and take the place of a drawing.
 * The largest terminals get a strip with curves and labels, too. */
#include "actions.h"
#include "tabs.h"

enum {
    CLASSES_ROWS = 31, /* 28 classes, heading, frame */
    METHODS_ROWS = 14, /* 10 methods, those of now, heading, frame */
    SETS_ROWS = 10,
    STACKED_ROWS = 30, /* from here on precision against recall stands below F1 by cut */
    LARGE_ROWS = 40,   /* ... beside it, with the strip below */
    LARGE_COLUMNS = 84,
    LEFT_COLUMNS = 43,
    LEFT_COLUMNS_MOST = 76
};

static int left_columns(int columns)
{
    int left = LEFT_COLUMNS + (columns - LAYOUT_COLUMNS) * 3 / 10;
    return left < LEFT_COLUMNS_MOST ? left : LEFT_COLUMNS_MOST;
}

/* The upper `rows` of *r; the rest stays in it. */
static struct rect take_top(struct rect *r, int rows)
{
    struct rect top = {r->x, r->y, r->w, rows};
    r->y += rows;
    r->h -= rows;
    return top;
}

static struct rect take_left(struct rect *r, int columns)
{
    struct rect left = {r->x, r->y, columns, r->h};
    r->x += columns;
    r->w -= columns;
    return left;
}

/* True when there is room for methods or sets below the classes. */
static bool place_left(struct rect r, enum pane focus, struct rect pane[PANE_COUNT])
{
    int rest = r.h - CLASSES_ROWS;
    if (rest < METHODS_ROWS) {
        pane[PANE_CLASSES] = r;
        return false;
    }
    pane[PANE_CLASSES] = take_top(&r, CLASSES_ROWS);
    if (rest >= METHODS_ROWS + SETS_ROWS) {
        pane[PANE_METHODS] = take_top(&r, METHODS_ROWS);
        pane[PANE_SETS] = r;
    } else {
        pane[focus == PANE_SETS ? PANE_SETS : PANE_METHODS] = r;
    }
    return true;
}

static void place_large(struct rect r, struct rect pane[PANE_COUNT])
{
    struct rect upper = take_top(&r, r.h - METHODS_ROWS);
    pane[PANE_SCORES] = take_top(&upper, upper.h * 2 / 5);
    pane[PANE_F1_VS_THRESHOLD] = take_left(&upper, upper.w * 3 / 5);
    pane[PANE_PR_CURVE] = upper;
    pane[PANE_CURVES] = take_left(&r, r.w / 2);
    pane[PANE_LABELS] = r;
}

static void place_stacked(struct rect r, enum pane focus, struct rect pane[PANE_COUNT])
{
    bool listed = focus == PANE_METHODS || focus == PANE_SETS;
    int lower = focus == PANE_METHODS ? METHODS_ROWS : (r.h * 3 + 5) / 10;
    pane[PANE_SCORES] = take_top(&r, (r.h * 3 + 5) / 10);
    if (focus != PANE_SETS)
        pane[PANE_F1_VS_THRESHOLD] = take_top(&r, r.h - lower);
    pane[listed ? focus : PANE_PR_CURVE] = r;
}

static void place_small(struct rect r, enum pane focus, struct rect pane[PANE_COUNT])
{
    bool other = focus == PANE_PR_CURVE || focus == PANE_METHODS || focus == PANE_SETS;
    if (focus != PANE_SETS)
        pane[PANE_SCORES] =
            take_top(&r, focus == PANE_METHODS ? r.h - METHODS_ROWS : (r.h * 3 + 4) / 7);
    pane[other ? focus : PANE_F1_VS_THRESHOLD] = r;
}

static void place(struct rect b, enum pane focus, struct rect pane[PANE_COUNT])
{
    struct rect left = take_left(&b, left_columns(b.w));
    bool lists = place_left(left, focus, pane);
    if (lists && b.h >= LARGE_ROWS && b.w >= LARGE_COLUMNS)
        place_large(b, pane);
    else if (b.h >= STACKED_ROWS)
        place_stacked(b, lists ? PANE_CLASSES : focus, pane);
    else
        place_small(b, focus, pane);
}

static const enum pane panes[] = {PANE_CLASSES,  PANE_SCORES,  PANE_F1_VS_THRESHOLD,
                                  PANE_PR_CURVE, PANE_METHODS, PANE_SETS};

const struct tab_ops tab_tune = {"Tune", SCOPE_TUNE, panes, 6, PANE_CLASSES, place};
