/* Parts in a fixed order, each with a rank; on a narrow terminal the parts of the lowest rank give
 * way until the rest fits. */
#include "status_line.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "draw/number_format.h"

enum { PARTS_MAX = 12, PART_BYTES = 64 };

struct part {
    char text[PART_BYTES];
    enum ink ink;
    int rank; /* 1 stays longest */
};

struct line {
    struct part part[PARTS_MAX];
    int n;
};

static void add(struct line *l, int rank, enum ink ink, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void add(struct line *l, int rank, enum ink ink, const char *format, ...)
{
    struct part *p = &l->part[l->n];
    va_list args;
    if (l->n == PARTS_MAX)
        return;
    va_start(args, format);
    vsnprintf(p->text, sizeof p->text, format, args);
    va_end(args);
    p->ink = ink;
    p->rank = rank;
    l->n++;
}

static void add_work(const struct snapshot *s, struct line *l)
{
    const char *phase = snapshot_phase_name(s->phase);
    bool steps = s->phase == PHASE_TRAIN || s->phase == PHASE_EVAL || s->phase == PHASE_PAUSED;
    if (steps)
        add(l, 1, INK_TEXT, "ep %d/%d %s", s->epoch, s->epochs, phase);
    else if (s->total > 0)
        add(l, 1, INK_TEXT, "%s %lld/%lld", phase, (long long)s->done, (long long)s->total);
    else
        add(l, 1, INK_TEXT, "%s", phase);
    if (s->stopping)
        add(l, 1, INK_WARN, "stopping");
    if (steps)
        add(l, 8, INK_TEXT, "step %lld/%lld", (long long)s->step, (long long)s->steps);
}

static void add_speed(const struct snapshot *s, struct line *l)
{
    char text[NUMBER_FORMAT_MAX];
    if (isfinite(s->images_per_second))
        add(l, 6, INK_TEXT, "%.*f img/s", s->images_per_second < 10 ? 1 : 0, s->images_per_second);
    if (s->phase == PHASE_TRAIN && isfinite(s->data_wait_percent))
        add(l, s->data_wait_percent < 1 ? 9 : 3, s->data_wait_percent < 1 ? INK_TEXT : INK_WARN,
            "data wait %.1f%%", s->data_wait_percent);
    if (!isfinite(s->eta_seconds))
        return;
    clock_span(s->eta_seconds, text, sizeof text);
    add(l, 4, INK_TEXT, "ETA %s", text);
}

static void add_rest(const struct app_model *b, struct line *l)
{
    const struct snapshot *s = &b->snap;
    if (s->run_uuid[0])
        add(l, 1, INK_TEXT, "ep %d/%d %s", snapshot_epoch(s), s->epochs,
            s->stopped ? "stopped" : snapshot_phase_name(s->phase));
    else if (b->table[0])
        add(l, 1, INK_TEXT, "%d samples", b->cuts.n);
    else if (b->run && b->run->error.code == ERR_NONE)
        add(l, 1, INK_TEXT, "ep %d/%d %s", run_query_run_epoch(b->run), b->run->row.epochs,
            run_status_name(b->run->row.status));
    else
        add(l, 1, INK_TEXT, "idle");
    if (app_model_busy_elsewhere(b))
        add(l, 2, INK_TEXT, "pid %d", b->run->row.pid);
}

static void add_held_out(const struct app_model *b, struct line *l)
{
    char text[NUMBER_FORMAT_MAX], spread[NUMBER_FORMAT_MAX] = "";
    const char *method;
    double std, mean = app_model_held_out(b, &std, &method);
    if (!isfinite(mean)) {
        add(l, 2, INK_DIM, "held-out estimating");
        return;
    }
    if (isfinite(std))
        number_format_fraction(std, 3, spread);
    add(l, 2, INK_TEXT, "held-out %s%s%s %s", number_format_fraction(mean, 3, text),
        *spread ? glyphs_set(b->glyphs)->plus_minus : "", spread, method);
}

/* Figures of the run's history are from the labels of before. */
static void add_changes(const struct app_model *b, struct line *l)
{
    if (b->labels_changed)
        add(l, 3, INK_WARN, "%d %s changed", b->labels_changed,
            b->labels_changed == 1 ? "label" : "labels");
    if (b->samples_gone)
        add(l, 3, INK_WARN, "%d gone", b->samples_gone);
}

static void add_cuts(const struct app_model *b, struct line *l)
{
    char text[NUMBER_FORMAT_MAX];
    int undo = cuts_undo_depth(&b->cuts);
    if (b->cuts.k == 0)
        return;
    add(l, 2, INK_SCORE, "mF1 %s", number_format_fraction(b->cuts.macro, 4, text));
    add_changes(b, l);
    if (b->tab == TAB_TUNE)
        add_held_out(b, l);
    if (undo > 0)
        add(l, 5, INK_TEXT, "undo %d", undo);
    if (cuts_differ_from_set(&b->cuts))
        add(l, 7, INK_WARN, "unsaved");
}

static int width_of(const struct line *l)
{
    int width = 0;
    for (int i = 0; i < l->n; i++)
        width += text_width(l->part[i].text) + 2;
    return width;
}

static void drop_last_rank(struct line *l)
{
    int worst = 0;
    for (int i = 1; i < l->n; i++)
        if (l->part[i].rank >= l->part[worst].rank)
            worst = i;
    for (int i = worst; i + 1 < l->n; i++)
        l->part[i] = l->part[i + 1];
    l->n--;
}

void status_line_draw(const struct app_model *b, struct canvas *c, struct rect r)
{
    struct line l = {.n = 0};
    if (app_model_busy(b)) {
        add_work(&b->snap, &l);
        add_speed(&b->snap, &l);
    } else {
        add_rest(b, &l);
    }
    add_cuts(b, &l);
    if (b->quit_when_idle)
        add(&l, 1, INK_WARN, "quits then");
    char tier[48];
    snprintf(tier, sizeof tier, "%s %s", b->tier, glyphs_set(b->glyphs)->name);
    int room = r.w - 2 - text_width(tier), x = r.x + 1;
    while (l.n > 1 && width_of(&l) > room)
        drop_last_rank(&l);
    for (int i = 0; i < l.n; i++)
        x += canvas_text(c, x, r.y, l.part[i].ink, l.part[i].text) + 2;
    canvas_text_right(c, r.x + r.w - 1, r.y, INK_DIM, tier);
    canvas_paper(c, r, PAPER_BAR);
}
