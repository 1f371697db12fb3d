/* Progress: what the run shown is doing, in figures; what was asked of it. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "draw/bars.h"
#include "draw/number_format.h"
#include "pane/pane.h"

enum { LABEL = 15 };

struct lines {
    struct canvas *canvas;
    const struct glyph_set *glyphs;
    struct rect in;
    int y;
};

static void line(struct lines *l, enum ink ink, const char *label, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void line(struct lines *l, enum ink ink, const char *label, const char *format, ...)
{
    char text[200], safe[400];
    va_list args;
    if (l->y >= l->in.y + l->in.h)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text_safe(text, safe, sizeof safe);
    canvas_text(l->canvas, l->in.x, l->y, INK_DIM, label);
    canvas_text_cut(l->canvas, l->in.x + LABEL, l->y++, l->in.w - LABEL, ink, l->glyphs, safe);
}

static void bar(struct lines *l, const struct app_model *b, const char *label, double share)
{
    int cells = l->in.w - LABEL - 6;
    if (l->y >= l->in.y + l->in.h || cells < 4 || !isfinite(share))
        return;
    canvas_text(l->canvas, l->in.x, l->y, INK_DIM, label);
    bars_draw(l->canvas, l->in.x + LABEL, l->y, cells, share, INK_GOOD, glyphs_set(b->glyphs));
    canvas_print(l->canvas, l->in.x + LABEL + cells + 1, l->y++, INK_TEXT, "%3.0f%%", 100 * share);
}

static void draw_speed(struct lines *l, const struct snapshot *s)
{
    char span[32];
    if (isfinite(s->images_per_second))
        line(l, INK_TEXT, "images/s", "%.1f", s->images_per_second);
    if (isfinite(s->data_wait_percent))
        line(l, s->data_wait_percent < 1 ? INK_TEXT : INK_WARN, "data wait", "%.2f%% of a step",
             s->data_wait_percent);
    if (isfinite(s->eta_seconds)) {
        clock_span(s->eta_seconds, span, sizeof span);
        line(l, INK_TEXT, "time left", "%s", span);
    }
}

static void draw_step(struct lines *l, const struct snapshot *s)
{
    char text[NUMBER_FORMAT_MAX];
    if (isfinite(s->loss))
        line(l, INK_TRAIN, "loss", "%s", number_format_loss(s->loss, text));
    if (s->lr > 0)
        line(l, INK_TEXT, "learning rate", "%.3g", s->lr);
    if (s->planned_mb > 0)
        line(l, INK_TEXT, "memory", "%.0f MB planned", s->planned_mb);
}

static void draw_epoch(struct lines *l, const struct epoch_row *e)
{
    char a[NUMBER_FORMAT_MAX], h[NUMBER_FORMAT_MAX], f[NUMBER_FORMAT_MAX];
    line(l, INK_SCORE, "macro F1", "%s  at .5 %s", number_format_fraction(e->macro_f1, 4, a),
         number_format_fraction(e->macro_f1_half, 4, f));
    if (isfinite(e->held_out_f1))
        line(l, INK_SCORE, "held-out F1", "%s " RUN_EPOCH_METHOD,
             number_format_fraction(e->held_out_f1, 4, h));
    line(l, INK_VAL, "val loss", "%s", number_format_loss(e->val_loss, a));
    if (isfinite(e->grad_norm))
        line(l, INK_TEXT, "gradient", "%s", number_format_loss(e->grad_norm, a));
}

/* Of our own run. */
static void draw_own(const struct app_model *b, struct lines *l)
{
    const struct snapshot *s = &b->snap;
    line(l, s->phase == PHASE_FAILED ? INK_ERROR : INK_TEXT, "phase", "%s%s",
         s->stopped && !snapshot_busy(s->phase) ? "stopped" : snapshot_phase_name(s->phase),
         s->stopping ? ", stopping" : "");
    if (s->epochs > 0)
        line(l, INK_TEXT, "epoch", "%d of %d", snapshot_epoch(s), s->epochs);
    if (s->total > 0)
        bar(l, b, snapshot_phase_name(s->phase), (double)s->done / (double)s->total);
    if (s->steps > 0)
        bar(l, b, "run", (double)s->step / (double)s->steps);
    if (snapshot_busy(s->phase))
        draw_speed(l, s);
}

static void draw_other(const struct app_model *b, struct lines *l)
{
    const struct run_row *r = &b->run->row;
    char when[32];
    line(l, b->run->live ? INK_GOOD : INK_TEXT, "status", "%s", run_status_name(r->status));
    line(l, INK_TEXT, "epoch", "%d of %d", run_query_run_epoch(b->run), r->epochs);
    bar(l, b, "run", r->epochs > 0 ? (double)r->epochs_done / r->epochs : NAN);
    if (b->run->live)
        line(l, INK_TEXT, "process", "%d on %s", r->pid, r->host);
    clock_iso(r->started_ms, when, sizeof when);
    line(l, INK_TEXT, "started", "%.10s %.5s UTC", when, when + 11);
    if (r->error[0])
        line(l, INK_ERROR, "error", "%s", r->error);
}

static void title(const struct app_model *b, struct pane_title *t)
{
    char name[4 * RUN_NAME_MAX];
    if (app_model_run_name(b)[0])
        pane_title_cut(t, t->end - t->x, INK_DIM, app_model_run_shown(b, name));
}

/* Where a run that is done leads on to. */
static void foot(const struct app_model *b, struct pane_title *t)
{
    static const char *const next[][2] = {{"4", "cuts"}, {"5", "errors"}, {"P", "submission"}};
    if (app_model_at_work(b) || b->cuts.k == 0 || b->table[0])
        return;
    for (int i = 0; i < 3; i++) {
        pane_title_add(t, INK_KEY, " %s ", next[i][0]);
        pane_title_add(t, INK_DIM, "%s ", next[i][1]);
    }
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    (void)focused;
    struct lines l = {c, glyphs_set(b->glyphs), {in.x + 1, in.y, in.w - 2, in.h}, in.y};
    bool own = app_model_shows_own(b) || (app_model_busy(b) && !b->chosen[0]);
    bool known = b->run && b->run->error.code == ERR_NONE;
    if (pane_lacks(b, c, in, "No training stands behind it."))
        return;
    if (!own && !known) {
        pane_message(c, in, INK_DIM, "no run yet", "t starts one with the recipe beside.");
        return;
    }
    if (own)
        draw_own(b, &l);
    else
        draw_other(b, &l);
    int n;
    const struct epoch_row *epochs = app_model_epochs(b, &n);
    if (n)
        draw_epoch(&l, &epochs[n - 1]);
    if (own)
        draw_step(&l, &b->snap);
}

const struct pane_ops pane_progress_ops = {"Progress", SCOPE_PROGRESS, LIST_NONE, title,
                                           foot,       draw,           NULL};
