/* Pictures of samples: the selected one, two side by side, or a grid. What has not been drawn yet
 * keeps its place, with the picture that was there a moment ago when it is of the same sample.
 * While keys follow each other that picture stays and the title says so. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "pane/pane.h"
#include "pane/pane_data.h"

static void title(const struct app_model *b, struct pane_title *t)
{
    char stains[32], waits[8];
    const struct samples_model *d = &b->data;
    int row = samples_model_row(d);
    if (row < 0)
        return;
    samples_model_stains(d, stains);
    pane_title_cut(t, t->end - t->x - 12, INK_TEXT, d->samples->ids[row]);
    pane_title_add(t, INK_DIM, " %s ", stains);
    if (d->gain != 1)
        pane_title_add(t, INK_DIM, "%s%.2g ", glyphs_set(b->glyphs)->times, d->gain);
    if (d->hurried) {
        text_encode(glyphs_set(b->glyphs)->ellipsis, waits);
        pane_title_add(t, INK_DIM, "%s ", waits);
    }
}

static const struct shot *current_shot(const struct samples_model *d)
{
    struct samples_model_place places[SAMPLES_MODEL_PLACES];
    int n = samples_model_places(d, places);
    for (int i = 0; i < n; i++)
        if (places[i].selected) {
            struct preview_loader_view v = samples_model_view(d, places[i].r);
            return preview_cache_find(&d->shots, d->samples->ids[places[i].row], &v);
        }
    return NULL;
}

static void names_of(const struct app_model *b, int row, char *out, size_t size)
{
    char name[48];
    size_t n = 0;
    const struct labels *set = &b->data.samples->labels[row];
    out[0] = '\0';
    for (int c = labels_next(set, 0); c >= 0 && n + 1 < size; c = labels_next(set, c + 1))
        n += (size_t)snprintf(out + n, size - n, "%s%s", n ? ", " : "",
                              app_model_class_name(b, c, name));
}

/* Of which class the map over the picture is, or why there is none. */
static void foot_of_heat(const struct app_model *b, struct pane_title *t)
{
    static const char *const words[] = {[HEAT_NEVER] = "no sample ",
                                        [HEAT_COMING] = "computing ",
                                        [HEAT_FAILED] = "not possible ",
                                        [HEAT_NOWHERE] = "nowhere ",
                                        [HEAT_SEEN] = ""};
    char name[48], epoch[32] = "";
    enum heat_state state = gradcam_view_state(b);
    const struct gradcam_sample *s = gradcam_view_sample(b);
    if (state == HEAT_OFF || !b->data.apart)
        return;
    bool drawn = state != HEAT_SEEN || current_shot(&b->data);
    const char *word = words[drawn ? state : HEAT_COMING];
    if (s && s->epoch != b->cuts.epoch)
        snprintf(epoch, sizeof epoch, "epoch %d ", s->epoch);
    int rest = t->end - t->x - (int)(strlen(" Grad-CAM") + strlen(word) + strlen(epoch));
    pane_title_add(t, INK_FOCUS, " Grad-CAM");
    pane_title_cut(t, rest, INK_FOCUS, app_model_class_name(b, b->selected, name));
    pane_title_add(t, state == HEAT_FAILED ? INK_WARN : INK_DIM, "%s%s", word, epoch);
}

static void add_resolution(const struct samples_model *d, const struct shot *s,
                           struct pane_title *t)
{
    double pixels = picture_pixels_per_dot(s->scale, &d->look);
    if (pixels <= 1)
        pane_title_add(t, INK_DIM, ", every pixel");
    else
        pane_title_add(t, INK_DIM, ", %.2g pixels a dot", pixels);
}

/* The zoom first, because it changes with each key. */
static void foot(const struct app_model *b, struct pane_title *t)
{
    char names[512];
    const struct samples_model *d = &b->data;
    int row = samples_model_row(d);
    if (row < 0 || samples_model_showing(d) != SAMPLES_MODEL_ONE)
        return;
    foot_of_heat(b, t);
    const struct shot *s = d->zoom > 1 ? current_shot(d) : NULL;
    if (d->zoom > 1)
        pane_title_add(t, INK_DIM, " zoom %.3g", d->zoom);
    if (s && s->full)
        add_resolution(d, s, t);
    if (d->zoom > 1)
        pane_title_add(t, INK_DIM, " ");
    names_of(b, row, names, sizeof names);
    pane_title_cut(t, t->end - t->x, INK_TEXT, names);
}

static void draw_caption(const struct app_model *b, struct canvas *c,
                         const struct samples_model_place *p, bool focused)
{
    const struct glyph_set *g = glyphs_set(b->glyphs);
    struct rect r = {p->r.x, p->r.y + p->r.h, p->r.w, 1};
    if (p->selected)
        canvas_put(c, r.x, r.y, INK_FOCUS, g->mark);
    canvas_text_cut(c, r.x + 1, r.y, r.w - 1, p->selected ? INK_FOCUS : INK_DIM, g,
                    b->data.samples->ids[p->row]);
    if (p->selected)
        canvas_paper(c, r, focused ? PAPER_CURSOR : PAPER_ROW);
}

static void draw_waiting(const struct app_model *b, struct canvas *c, struct rect r)
{
    canvas_put(c, r.x + r.w / 2, r.y + r.h / 2, INK_TRACK, glyphs_set(b->glyphs)->ellipsis);
}

static void draw_place(const struct app_model *b, struct canvas *c,
                       const struct samples_model_place *p, bool focused)
{
    const struct samples_model *d = &b->data;
    const struct shot *s = samples_model_shot(d, p);
    if (s && s->picture)
        picture_draw(s->picture, c, p->r.x, p->r.y);
    else if (s)
        pane_message(c, p->r, INK_DIM, p->r.w < 24 ? "no picture" : "no picture of this sample",
                     p->r.w < 24 ? NULL : s->error);
    else
        draw_waiting(b, c, p->r);
    if (p->caption)
        draw_caption(b, c, p, focused);
}

/* What is known of the sample beside its picture, a word and a value a line. */
static int detail(struct canvas *c, struct rect r, int y, const char *word, const char *value,
                  enum ink ink)
{
    canvas_text(c, r.x, y, INK_DIM, word);
    struct rect rest = {r.x + 8, r.y, r.w - 8, r.h};
    return y + pane_wrap(c, rest, y, ink, value);
}

static int draw_labels(const struct app_model *b, struct canvas *c, struct rect r, int y)
{
    char name[48], text[64];
    const struct labels *set = &b->data.samples->labels[samples_model_row(&b->data)];
    const char *word = "labels";
    for (int class = labels_next(set, 0); class >= 0; class = labels_next(set, class + 1)) {
        snprintf(text, sizeof text, "%d %s", class, app_model_class_name(b, class, name));
        y = detail(c, r, y, word, text, class == b->selected ? INK_FOCUS : INK_TEXT);
        word = "";
    }
    return y;
}

static void draw_details(const struct app_model *b, struct canvas *c, struct rect r)
{
    char text[64], stains[32], found[512];
    const struct samples_model *d = &b->data;
    const struct samples *s = d->samples;
    int row = samples_model_row(d), y = r.y + 1;
    if (r.w == 0)
        return;
    y = detail(c, r, y, "id", s->ids[row], INK_FOCUS);
    y = draw_labels(b, c, r, y);
    if (s->fold) {
        bool val = s->fold[row] == s->held;
        snprintf(text, sizeof text, "%d, %s", s->fold[row], val ? "validates" : "trains");
        y = detail(c, r, y, "fold", text, val ? INK_VAL : INK_TRAIN);
    }
    if (samples_model_finding(d, row)[0]) {
        text_safe(samples_model_finding(d, row), found, sizeof found);
        y = detail(c, r, y, "scan", found, INK_WARN);
    }
    samples_model_stains(d, stains);
    y = detail(c, r, y + 1, "stains", stains, INK_TEXT);
    snprintf(text, sizeof text, "%.3g", d->gain);
    y = detail(c, r, y, "gain", text, INK_TEXT);
    if (d->marked[0])
        detail(c, r, y, "marked", d->marked, INK_DIM);
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    struct samples_model_place places[SAMPLES_MODEL_PLACES];
    const struct samples_model *d = &b->data;
    if (!pane_data_ready(b, c, in))
        return;
    if (samples_model_row(d) < 0) {
        pane_message(c, in, INK_DIM,
                     d->apart && b->errors.told[0] ? "the data set has no such sample"
                                                   : "no sample is shown",
                     NULL);
        return;
    }
    int n = samples_model_places(d, places);
    for (int i = 0; i < n; i++)
        draw_place(b, c, &places[i], focused);
    draw_details(b, c, samples_model_details(d));
    if (samples_model_showing(d) == SAMPLES_MODEL_PAIR && n == 1 && places[0].caption) {
        struct rect left = {in.x, in.y, (in.w - 1) / 2, in.h};
        pane_message(c, left, INK_DIM, "nothing to compare with",
                     "m marks the sample that is selected now");
    }
}

static int at_of(const struct samples_model *d, int row)
{
    for (int i = 0; i < d->rows_n; i++)
        if (d->rows[i] == row)
            return i;
    return d->at;
}

/* A press on one of the grid selects it; the wheel goes through the samples. */
static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    struct samples_model_place places[SAMPLES_MODEL_PLACES];
    (void)in;
    int n = samples_model_places(&b->data, places);
    for (int i = 0; i < n; i++) {
        struct rect r = places[i].r;
        if (x >= r.x && x < r.x + r.w && y >= r.y && y <= r.y + r.h)
            return pane_hit_row(at_of(&b->data, places[i].row));
    }
    return pane_hit_none();
}

const struct pane_ops pane_picture_ops = {.name = "Picture",
                                          .scope = SCOPE_PICTURE,
                                          .title = title,
                                          .foot = foot,
                                          .draw = draw,
                                          .hit = hit};
