/* The Data tab: classes and samples at the left, the picture beside them, what is counted over the
 * table at the right where there is room.
 *
 * Small: three panes, of which the right one is the picture or, while it has the focus, one of the
 * others. Medium: pairs and counts get a column of their own. Large: everything at once, but that
 * findings take the place of intensity while they have the focus, if there are few rows. */
#include "actions.h"
#include "tabs.h"

enum { MEDIUM_COLUMNS = 112, MEDIUM_ROWS = 30, LARGE_COLUMNS = 150, LARGE_ROWS = 42 };
enum { BOTH_ROWS = 50 };  /* picture, intensity and findings one above the other */
enum { PAIRS_ROWS = 32 }; /* 28 classes, two rows of numbers, the frame */

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static struct rect rows_of(struct rect r, int from, int rows)
{
    return (struct rect){r.x, r.y + from, r.w, rows};
}

/* Classes above, samples below. */
static void place_lists(struct rect r, int upper, struct rect pane[])
{
    pane[PANE_LABELS] = rows_of(r, 0, upper);
    pane[PANE_SAMPLES] = rows_of(r, upper, r.h - upper);
}

static void place_small(struct rect b, enum pane focus, struct rect pane[])
{
    int left = b.w / 2;
    bool other = focus != PANE_LABELS && focus != PANE_SAMPLES;
    place_lists((struct rect){b.x, b.y, left, b.h}, b.h / 2, pane);
    pane[other ? focus : PANE_PICTURE] = (struct rect){b.x + left, b.y, b.w - left, b.h};
}

/* The picture is as wide as its height asks for; what is counted over the table takes the rest. */
static void place_medium(struct rect b, enum pane focus, struct rect pane[])
{
    int left = clamp(b.w * 3 / 10, 34, 48), right = 38, upper = b.h - 11;
    struct rect middle = {b.x + left, b.y, b.w - left - right, b.h};
    struct rect last = {b.x + b.w - right, b.y, right, b.h};
    bool other = focus == PANE_SPLITS || focus == PANE_FINDINGS;
    place_lists((struct rect){b.x, b.y, left, b.h}, b.h * 6 / 10, pane);
    pane[PANE_PICTURE] = rows_of(middle, 0, upper);
    pane[other ? focus : PANE_INTENSITY] = rows_of(middle, upper, b.h - upper);
    int counts = clamp(b.h - PAIRS_ROWS, 7, 11);
    pane[PANE_COOCCURRENCE] = rows_of(last, 0, b.h - counts);
    pane[PANE_LABELS_PER_SAMPLE] = rows_of(last, b.h - counts, counts);
}

/* The picture above intensity and, with room for both or the focus, findings. */
static void place_middle(struct rect r, enum pane focus, struct rect pane[])
{
    int levels = clamp(r.h * 3 / 10, 13, 24), findings = clamp(r.h / 5, 9, 16);
    bool both = r.h >= BOTH_ROWS;
    int upper = r.h - levels - (both ? findings : 0);
    pane[PANE_PICTURE] = rows_of(r, 0, upper);
    pane[!both && focus == PANE_FINDINGS ? PANE_FINDINGS : PANE_INTENSITY] =
        rows_of(r, upper, levels);
    if (both)
        pane[PANE_FINDINGS] = rows_of(r, upper + levels, findings);
}

static void place_large(struct rect b, enum pane focus, struct rect pane[])
{
    int left = clamp(b.w * 3 / 10, 42, 56), right = clamp(b.w * 3 / 10, 48, 70);
    struct rect middle = {b.x + left, b.y, b.w - left - right, b.h};
    struct rect last = {b.x + b.w - right, b.y, right, b.h};
    place_lists((struct rect){b.x, b.y, left, b.h}, clamp(b.h * 2 / 3, 12, 30), pane);
    place_middle(middle, focus, pane);
    int splits = 7, counts = b.h - PAIRS_ROWS - splits;
    counts = clamp(counts, 5, 14);
    pane[PANE_COOCCURRENCE] = rows_of(last, 0, b.h - splits - counts);
    pane[PANE_LABELS_PER_SAMPLE] = rows_of(last, b.h - splits - counts, counts);
    pane[PANE_SPLITS] = rows_of(last, b.h - splits, splits);
}

static void place(struct rect b, enum pane focus, struct rect pane[PANE_COUNT])
{
    if (b.w >= LARGE_COLUMNS && b.h >= LARGE_ROWS)
        place_large(b, focus, pane);
    else if (b.w >= MEDIUM_COLUMNS && b.h >= MEDIUM_ROWS)
        place_medium(b, focus, pane);
    else
        place_small(b, focus, pane);
}

static const enum pane panes[] = {PANE_LABELS,    PANE_SAMPLES,      PANE_PICTURE,
                                  PANE_INTENSITY, PANE_COOCCURRENCE, PANE_LABELS_PER_SAMPLE,
                                  PANE_SPLITS,    PANE_FINDINGS};

const struct tab_ops tab_data = {"Data", SCOPE_DATA, panes, 8, PANE_LABELS, place};
