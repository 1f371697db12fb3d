/* One table row a pane; panes themselves only tell what is at a cell. */
#include "mouse_panes.h"

#include "act.h"
#include "frame/pane_table.h"

struct reaction {
    void (*press)(struct app_model *b, const struct pane_hit *hit); /* NULL: nothing */
    void (*wheel)(struct app_model *b, int direction); /* -1: up, 1: down; NULL: nothing */
    bool drags;                                        /* an axis of thresholds */
};

static const struct reaction reactions[PANE_COUNT];

static void repeat(struct app_model *b, enum action action)
{
    for (int i = 0; i < MOUSE_WHEEL_ROWS; i++)
        act_do(b, action, "");
}

static void press_pair(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->pair_row < 0)
        return;
    if (hit->pair_column >= 0)
        b->data.other = b->order[hit->pair_column];
    app_model_select_row(b, hit->pair_row);
}

static void press_confusion(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        errors_view_choose(b, hit->row);
    else
        press_pair(b, hit);
}

static void press_labels(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        b->data.labels = hit->row;
}

static void press_finding(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        samples_model_select_finding(&b->data, hit->row);
}

static void wheel_findings(struct app_model *b, int direction)
{
    samples_model_select_finding(&b->data, b->data.found.at + direction * MOUSE_WHEEL_ROWS);
}

static void press_sample(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        samples_model_select(&b->data, hit->row);
}

static void wheel_samples(struct app_model *b, int direction)
{
    samples_model_select(&b->data, b->data.at + direction * MOUSE_WHEEL_ROWS);
}

static void wheel_picture(struct app_model *b, int direction)
{
    act_do(b, direction < 0 ? ACTION_SAMPLE_PREVIOUS : ACTION_SAMPLE_NEXT, "");
}

static void press_method(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        b->tune.method_row = hit->row;
}

static void wheel_methods(struct app_model *b, int direction)
{
    repeat(b, direction < 0 ? ACTION_METHOD_UP : ACTION_METHOD_DOWN);
}

static void press_set(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        b->tune.set_row = hit->row;
}

static void wheel_sets(struct app_model *b, int direction)
{
    repeat(b, direction < 0 ? ACTION_SET_UP : ACTION_SET_DOWN);
}

static void press_field(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        train_view_select(&b->train, hit->row);
}

static void wheel_form(struct app_model *b, int direction)
{
    train_view_move(&b->train, direction * MOUSE_WHEEL_ROWS);
}

static void press_error(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        errors_view_select(&b->errors, hit->row);
}

static void wheel_errors(struct app_model *b, int direction)
{
    errors_view_select(&b->errors, b->errors.at + direction * MOUSE_WHEEL_ROWS);
}

static void press_count(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        b->errors.column = (enum errors_show)hit->row;
}

static void press_class(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        b->selected = hit->row;
}

static void press_run(struct app_model *b, const struct pane_hit *hit)
{
    if (hit->row >= 0)
        runs_view_select(&b->runs, hit->row);
}

static void wheel_runs(struct app_model *b, int direction)
{
    runs_view_select(&b->runs, b->runs.row + direction * MOUSE_WHEEL_ROWS);
}

static void wheel_settings(struct app_model *b, int direction)
{
    runs_view_scroll_keys(&b->runs, direction * MOUSE_WHEEL_ROWS);
}

static void wheel_log(struct app_model *b, int direction)
{
    repeat(b, direction < 0 ? ACTION_LOG_UP : ACTION_LOG_DOWN);
}

/* The selected class's threshold follows the mouse from a press on the axis until the release. */
static void drag(struct app_model *b, struct mouse m, const struct pane_hit *hit)
{
    if (m.kind == MOUSE_RELEASE || b->cuts.k == 0 || b->selected >= b->cuts.k)
        b->sliding = false;
    else if (m.kind == MOUSE_PRESS)
        b->sliding = hit->on_axis;
    if (b->sliding && b->cuts.locked[b->selected])
        app_model_say_locked(b);
    else if (b->sliding && (m.kind == MOUSE_PRESS || m.kind == MOUSE_DRAG))
        cuts_slide(&b->cuts, b->selected, hit->value, m.kind == MOUSE_PRESS);
}

void mouse_panes_act(struct app_model *b, enum pane pane, struct rect in, struct mouse m)
{
    const struct pane_ops *ops = pane_table_ops(pane);
    const struct reaction *r = &reactions[pane];
    struct pane_hit hit = ops->hit ? ops->hit(b, in, m.x, m.y) : pane_hit_none();
    if (r->drags)
        drag(b, m, &hit);
    if (m.kind == MOUSE_PRESS && r->press)
        r->press(b, &hit);
    else if (m.kind == MOUSE_WHEEL_UP && r->wheel)
        r->wheel(b, -1);
    else if (m.kind == MOUSE_WHEEL_DOWN && r->wheel)
        r->wheel(b, 1);
}

static const struct reaction reactions[PANE_COUNT] = {
    [PANE_CUTS] = {.drags = true},
    [PANE_CLASSES] = {.drags = true},
    [PANE_SCORES] = {.drags = true},
    [PANE_F1_VS_THRESHOLD] = {.drags = true},
    [PANE_LABELS_PER_SAMPLE] = {.press = press_labels},
    [PANE_COOCCURRENCE] = {.press = press_pair},
    [PANE_FINDINGS] = {.press = press_finding, .wheel = wheel_findings},
    [PANE_SAMPLES] = {.press = press_sample, .wheel = wheel_samples},
    [PANE_PICTURE] = {.press = press_sample, .wheel = wheel_picture},
    [PANE_METHODS] = {.press = press_method, .wheel = wheel_methods},
    [PANE_SETS] = {.press = press_set, .wheel = wheel_sets},
    [PANE_FORM] = {.press = press_field, .wheel = wheel_form},
    [PANE_TOP_LOSSES] = {.press = press_error, .wheel = wheel_errors},
    [PANE_CLASS_ERRORS] = {.press = press_count},
    [PANE_CONFUSION] = {.press = press_confusion},
    [PANE_SAMPLE] = {.press = press_class},
    [PANE_RUNS] = {.press = press_run, .wheel = wheel_runs},
    [PANE_SETTINGS] = {.wheel = wheel_settings},
    [PANE_LOG] = {.wheel = wheel_log},
};
