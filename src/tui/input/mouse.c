/* From a cell of the screen to what stands there: dialog and help first, then tabs, then panes. A
 * press gives a pane the focus, and what is dragged stays with the pane where it began. */
#include "mouse.h"

#include "act.h"
#include "frame/frame.h"
#include "frame/pane_table.h"
#include "mouse_panes.h"

static bool within(struct rect r, int x, int y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

static bool is_wheel(struct mouse m)
{
    return m.kind == MOUSE_WHEEL_UP || m.kind == MOUSE_WHEEL_DOWN;
}

static void press_dialog(struct app_model *b, int columns, int rows, struct mouse m)
{
    int key = m.kind == MOUSE_PRESS ? dialog_key_at(&b->dialog, columns, rows, m.x, m.y) : 0;
    if (key)
        act_key(b, key);
}

static void wheel_help(struct app_model *b, struct mouse m)
{
    for (int i = 0; is_wheel(m) && i < MOUSE_WHEEL_ROWS; i++)
        act_do(b, m.kind == MOUSE_WHEEL_UP ? ACTION_HELP_UP : ACTION_HELP_DOWN, "");
}

/* A list of classes: a press selects, the wheel moves the selection. */
static void list_of_classes(struct app_model *b, struct rect in, struct mouse m)
{
    int first = app_model_first_row(b, in.h);
    if (is_wheel(m))
        app_model_select_row(b, app_model_row(b) +
                                    MOUSE_WHEEL_ROWS * (m.kind == MOUSE_WHEEL_UP ? -1 : 1));
    else if (m.kind == MOUSE_PRESS && within(in, m.x, m.y) && first + m.y - in.y < b->shown)
        app_model_select_row(b, first + m.y - in.y);
}

static void in_pane(struct app_model *b, enum pane pane, struct rect r, struct mouse m)
{
    const struct pane_ops *ops = pane_table_ops(pane);
    struct rect in = canvas_inside(r);
    if (ops->list)
        list_of_classes(b, pane_rows(ops, in), m);
    mouse_panes_act(b, pane, in, m);
}

static enum pane pane_at(const struct layout *l, int x, int y)
{
    int p = 0;
    while (p < PANE_COUNT && !within(l->pane[p], x, y))
        p++;
    return (enum pane)p;
}

static void in_panes(struct app_model *b, const struct layout *l, struct mouse m)
{
    bool held = m.kind == MOUSE_DRAG || m.kind == MOUSE_RELEASE;
    enum pane pane = held ? b->held : pane_at(l, m.x, m.y);
    if (m.kind == MOUSE_PRESS)
        b->held = pane;
    if (m.kind == MOUSE_PRESS && pane != PANE_COUNT)
        b->focus = pane;
    if (pane != PANE_COUNT && l->pane[pane].w > 0)
        in_pane(b, pane, l->pane[pane], m);
    if (m.kind == MOUSE_RELEASE)
        b->held = PANE_COUNT;
}

void mouse_act(struct app_model *b, int columns, int rows, struct mouse m)
{
    struct layout l = layout_make(columns, rows, tabs_ops(b->tab)->place, b->focus, b->zoomed);
    if (m.kind == MOUSE_PRESS)
        app_model_forget_said(b);
    if (b->dialog.kind != DIALOG_NONE)
        press_dialog(b, columns, rows, m);
    else if (l.too_small || b->prompt.kind != PROMPT_NONE)
        return;
    else if (m.kind == MOUSE_PRESS && within(l.tabs, m.x, m.y))
        app_model_show_tab(b, frame_tab_at(b, columns, m.x));
    else if (b->help)
        wheel_help(b, m);
    else
        in_panes(b, &l, m);
}
