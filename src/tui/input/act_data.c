/* The Data tab: moving in whatever pane has the focus, samples by condition, how pictures are seen.
 * Classes are those of all tabs. */
#include "act_data.h"
#include "act_choice.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "act_table.h"

enum direction { LEFT, DOWN, UP, RIGHT };

static const double GAIN_STEP = 1.25, GAIN_MOST = 32, ZOOM_MOST = 64;

/* A magnified picture moves under the frame; else the next sample comes. */
static void move_picture(struct samples_model *d, enum direction way)
{
    int by = way == LEFT || way == UP ? -1 : 1;
    bool rows = way == UP || way == DOWN;
    if (d->show == SAMPLES_MODEL_GRID && rows)
        by *= samples_model_grid_columns(d);
    if (d->show != SAMPLES_MODEL_GRID && d->zoom > 1)
        samples_model_pan(d, rows ? 0 : by, rows ? by : 0);
    else
        samples_model_select(d, d->at + by);
}

void act_data_move_pair(struct app_model *b, int by)
{
    int at = 0;
    while (at + 1 < b->shown && b->order[at] != b->data.other)
        at++;
    at += by;
    if (b->shown > 0)
        b->data.other = b->order[at < 0 ? 0 : at >= b->shown ? b->shown - 1 : at];
}

enum { COUNTS_PAGE = 4 }; /* a short list */

static void move_count(struct samples_model *d, int by)
{
    int first = d->having[0] ? 0 : 1, at = d->labels + by;
    d->labels = at < first ? first : at > d->most ? d->most : at;
}

static void move(struct app_model *b, int way, const char *argument)
{
    (void)argument;
    struct samples_model *d = &b->data;
    bool rows = way == UP || way == DOWN;
    int by = way == LEFT || way == UP ? -1 : 1;
    if (b->focus == PANE_PICTURE)
        move_picture(d, (enum direction)way);
    else if (b->focus == PANE_COOCCURRENCE && !rows)
        act_data_move_pair(b, by);
    else if (b->focus == PANE_FINDINGS)
        samples_model_select_finding(d, d->found.at + (rows ? by : by * d->found.page));
    else if (b->focus == PANE_SAMPLES || !rows)
        samples_model_select(d, d->at + (rows ? by : by * d->page));
    else if (b->focus == PANE_LABELS_PER_SAMPLE)
        move_count(d, by);
    else
        app_model_select_row(b, app_model_row(b) + by);
}

static void move_to(struct app_model *b, int end, const char *argument)
{
    (void)argument;
    struct samples_model *d = &b->data;
    if (b->focus == PANE_PICTURE || b->focus == PANE_SAMPLES)
        samples_model_select(d, end ? d->rows_n : 0);
    else if (b->focus == PANE_FINDINGS)
        samples_model_select_finding(d, end ? d->found.rows_n : 0);
    else if (b->focus == PANE_LABELS_PER_SAMPLE)
        move_count(d, end ? LABELS_MAX : -LABELS_MAX);
    else
        app_model_select_row(b, end ? LABELS_MAX : 0);
}

static void page(struct app_model *b, int pages, const char *argument)
{
    (void)argument;
    struct samples_model *d = &b->data;
    if (b->focus == PANE_PICTURE || b->focus == PANE_SAMPLES)
        samples_model_select(d, d->at + pages * d->page);
    else if (b->focus == PANE_FINDINGS)
        samples_model_select_finding(d, d->found.at + pages * d->found.page);
    else if (b->focus == PANE_LABELS_PER_SAMPLE)
        move_count(d, pages * COUNTS_PAGE);
    else
        app_model_select_row(b, app_model_row(b) + pages * b->page);
}

static void step(struct app_model *b, int by, const char *argument)
{
    (void)argument;
    if (b->tab == TAB_ERRORS)
        errors_view_select(&b->errors, b->errors.at + by);
    else
        samples_model_select(&b->data, b->data.at + by);
}

void act_data_filter(struct app_model *b, const char *text)
{
    if (b->focus == PANE_FINDINGS)
        findings_view_filter(&b->data.found, text);
    else
        samples_model_query(&b->data, text);
}

static void query(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (!*argument) {
        bool findings = b->focus == PANE_FINDINGS;
        prompt_open(&b->prompt, PROMPT_FILTER, findings ? b->data.found.filter : b->data.query);
        return;
    }
    samples_model_query(&b->data, argument);
    if (b->data.wrong[0])
        app_model_say(b, INK_WARN, "%s: %s", argument, b->data.wrong);
}

/* From what was counted to the samples behind it. */
static void open_samples(struct app_model *b)
{
    char text[PROMPT_MAX];
    const struct samples_model *d = &b->data;
    if (b->focus == PANE_LABELS_PER_SAMPLE)
        snprintf(text, sizeof text, "labels %d", d->labels);
    else if (b->focus == PANE_COOCCURRENCE && b->selected != d->other)
        snprintf(text, sizeof text, "%d and %d", b->selected, d->other);
    else if (b->focus == PANE_SPLITS)
        snprintf(text, sizeof text, "val");
    else
        snprintf(text, sizeof text, "%d", b->selected);
    samples_model_query(&b->data, text);
    b->focus = PANE_SAMPLES;
    b->zoomed = false;
}

/* All samples with such a finding, or, while those are not known, this one alone. */
static void open_finding(struct app_model *b)
{
    char text[PROMPT_MAX];
    struct samples_model *d = &b->data;
    const struct scan_finding_row *f = findings_view_at(&d->found);
    int row = f ? samples_model_named(d, f->sample) : -1;
    if (f && row < 0)
        app_model_say(b, INK_WARN, "the table has no sample %s any more", f->sample);
    if (row < 0)
        return;
    snprintf(text, sizeof text, "finding:%s", f->kind);
    if (!samples_model_go(d, row))
        samples_model_query(d, text);
    if (!samples_model_go(d, row)) {
        snprintf(text, sizeof text, "id %s", f->sample);
        samples_model_query(d, text);
        samples_model_go(d, row);
    }
    b->focus = PANE_SAMPLES;
    b->zoomed = false;
}

static void open_picture(struct app_model *b)
{
    b->zoomed = b->focus == PANE_SAMPLES || (b->data.show != SAMPLES_MODEL_GRID && !b->zoomed);
    b->focus = PANE_PICTURE;
    if (b->data.show == SAMPLES_MODEL_GRID)
        b->data.show = SAMPLES_MODEL_ONE;
}

static void enter(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    if (samples_model_row(&b->data) < 0 && (b->focus == PANE_SAMPLES || b->focus == PANE_PICTURE))
        return;
    if (b->focus == PANE_SAMPLES || b->focus == PANE_PICTURE)
        open_picture(b);
    else if (b->focus == PANE_FINDINGS)
        open_finding(b);
    else if (samples_model_ready(&b->data))
        open_samples(b);
}

bool act_data_back(struct app_model *b)
{
    if (b->zoomed) {
        b->zoomed = false;
        if (b->focus == PANE_PICTURE)
            b->focus = PANE_SAMPLES;
    } else if (b->focus == PANE_FINDINGS && b->data.found.filter[0]) {
        findings_view_filter(&b->data.found, "");
    } else if (b->data.query[0]) {
        samples_model_query(&b->data, "");
    } else {
        return false;
    }
    return true;
}

void act_data_tell_unseen(struct app_model *b, const char *done)
{
    if (!b->data.picture.w)
        app_model_say(b, INK_TEXT, "%s; the picture is out of sight, Tab shows it", done);
}

static void tell_channels(struct app_model *b)
{
    char names[32], done[48];
    samples_model_stains(&b->data, names);
    snprintf(done, sizeof done, "channels: %s", names);
    act_data_tell_unseen(b, done);
}

static void next_stain(struct app_model *b, int by, const char *argument)
{
    (void)argument;
    samples_model_next_stain(&b->data, by);
    tell_channels(b);
}

static void stain(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (!*argument)
        prompt_ask(&b->prompt, ACTION_STAIN, "stains (such as rgb, or all): ", "");
    else if (!samples_model_set_stains(&b->data, argument))
        app_model_say(b, INK_WARN, "stain \"%s\": first letters of the stains, or all", argument);
    else
        tell_channels(b);
}

static void gain(struct app_model *b, int brighter, const char *argument)
{
    char done[32];
    (void)argument;
    double now = brighter ? b->data.gain * GAIN_STEP : b->data.gain / GAIN_STEP;
    if (now < GAIN_MOST && now > 1 / GAIN_MOST)
        b->data.gain = now > 0.99 && now < 1.01 ? 1 : now;
    snprintf(done, sizeof done, "gain %.3g", b->data.gain);
    act_data_tell_unseen(b, done);
}

static void zoom(struct app_model *b, int closer, const char *argument)
{
    char done[32];
    (void)argument;
    struct samples_model *d = &b->data;
    d->zoom = closer ? d->zoom * 2 : d->zoom / 2;
    d->zoom = d->zoom < 1 ? 1 : d->zoom > ZOOM_MOST ? ZOOM_MOST : d->zoom;
    double edge = 0.5 / d->zoom;
    d->x = d->x < edge ? edge : d->x > 1 - edge ? 1 - edge : d->x;
    d->y = d->y < edge ? edge : d->y > 1 - edge ? 1 - edge : d->y;
    snprintf(done, sizeof done, "zoom %.3g", d->zoom);
    act_data_tell_unseen(b, done);
}

static void plain_view(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->data.gain = b->data.zoom = 1;
    b->data.x = b->data.y = 0.5;
    act_data_tell_unseen(b, "the whole image, gain 1");
}

static void show(struct app_model *b, int value, const char *argument)
{
    (void)value;
    static const char *const names[SAMPLES_MODEL_SHOWS] = {"one", "pair", "grid"};
    int next = act_choice(b, argument, names, SAMPLES_MODEL_SHOWS, (int)b->data.show);
    if (next < 0)
        return;
    b->data.show = (enum samples_model_show)next;
    b->focus = PANE_PICTURE;
}

static void mark(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    struct samples_model *d = &b->data;
    int row = samples_model_row(d);
    if (row < 0)
        return;
    bool again = strcmp(d->marked, d->samples->ids[row]) == 0;
    snprintf(d->marked, sizeof d->marked, "%s", again ? "" : d->samples->ids[row]);
    app_model_say(b, INK_TEXT,
                  again ? "no sample is marked now" : "marked: v shows it beside others");
}

static void against(struct app_model *b, int value, const char *argument)
{
    (void)value;
    static const char *const names[SAMPLES_MODEL_AGAINSTS] = {"class", "test", "none"};
    int next = act_choice(b, argument, names, SAMPLES_MODEL_AGAINSTS, (int)b->data.against);
    if (next >= 0)
        b->data.against = (enum samples_model_against)next;
}

static void linear(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->data.linear = !b->data.linear;
}

static void sort_findings(struct app_model *b, int value, const char *argument)
{
    (void)value;
    const char *names[FINDINGS_ORDERS];
    for (int i = 0; i < FINDINGS_ORDERS; i++)
        names[i] = findings_view_order_name((enum findings_order)i);
    int next = act_choice(b, argument, names, FINDINGS_ORDERS, (int)b->data.found.order);
    if (next >= 0)
        findings_view_sort(&b->data.found, (enum findings_order)next);
}

static void filter_findings(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (*argument)
        findings_view_filter(&b->data.found, argument);
    else
        prompt_ask(&b->prompt, ACTION_FINDING_FILTER, "findings with: ", b->data.found.filter);
}

const struct act_handler act_data_table[] = {
    {ACTION_DATA_DOWN, move, DOWN},
    {ACTION_DATA_UP, move, UP},
    {ACTION_DATA_LEFT, move, LEFT},
    {ACTION_DATA_RIGHT, move, RIGHT},
    {ACTION_DATA_FIRST, move_to, 0},
    {ACTION_DATA_LAST, move_to, 1},
    {ACTION_DATA_PAGE_DOWN, page, 1},
    {ACTION_DATA_PAGE_UP, page, -1},
    {ACTION_DATA_OPEN, enter, 0},
    {ACTION_QUERY, query, 0},
    {ACTION_FINDING_SORT, sort_findings, 0},
    {ACTION_FINDING_FILTER, filter_findings, 0},
    {ACTION_SAMPLE_PREVIOUS, step, -1},
    {ACTION_SAMPLE_NEXT, step, 1},
    {ACTION_STAIN_NEXT, next_stain, 1},
    {ACTION_STAIN_PREVIOUS, next_stain, -1},
    {ACTION_STAIN, stain, 0},
    {ACTION_BRIGHTER, gain, 1},
    {ACTION_DARKER, gain, 0},
    {ACTION_CLOSER, zoom, 1},
    {ACTION_FARTHER, zoom, 0},
    {ACTION_PLAIN_VIEW, plain_view, 0},
    {ACTION_SHOW, show, 0},
    {ACTION_MARK, mark, 0},
    {ACTION_AGAINST, against, 0},
    {ACTION_LOG_LEVELS, linear, 0},
    {ACTION_NONE, NULL, 0},
};
