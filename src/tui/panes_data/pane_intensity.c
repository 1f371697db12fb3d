/* How bright the stains are: a lane for each, from dark to bright, as bars the training images; as
 * points what they are compared with: the images of the selected class, or the test set. Shares of
 * the pixels, so that sets of any size compare. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/number_format.h"
#include "pane/pane.h"
#include "pane/pane_data.h"

enum { NAME_CELLS = 7, LEVELS = 256 };

static int compared_set(const struct samples_model *d)
{
    return d->against == SAMPLES_MODEL_CLASS  ? INTENSITY_HISTOGRAM_CLASS
           : d->against == SAMPLES_MODEL_TEST ? INTENSITY_HISTOGRAM_TEST
                                              : -1;
}

static void title(const struct app_model *b, struct pane_title *t)
{
    char name[48];
    const struct samples_model *d = &b->data;
    const struct intensity_histogram *l = d->levels;
    if (!l || l->error.code != ERR_NONE)
        return;
    int set = compared_set(d);
    pane_title_add(t, INK_DIM, " %d images ", l->sets[INTENSITY_HISTOGRAM_ALL].images);
    if (set >= 0)
        pane_title_add(t, INK_TEXT, "%s %s: %d ", glyphs_set(b->glyphs)->level_point,
                       set == INTENSITY_HISTOGRAM_TEST ? "test"
                                                       : app_model_class_name(b, l->class, name),
                       l->sets[set].images);
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    const struct intensity_histogram *l = b->data.levels;
    if (!l || l->error.code != ERR_NONE)
        return;
    pane_title_add(t, INK_DIM, b->data.linear ? " linear " : " log ");
    if (!l->whole)
        pane_title_add(t, INK_DIM, " reading ");
    else if (!l->cached)
        pane_title_add(t, INK_DIM, " of the files, no cache yet ");
}

struct lane {
    struct rect r;
    enum ink ink;
    double most; /* the largest share of any set shown */
};

/* Spread the counts of the levels evenly over `bins` columns, as areas: a level that reaches into
 * two columns is shared, so that columns of two levels do not tower above columns of one. */
static void spread(const uint64_t *counts, int bins, double out[])
{
    memset(out, 0, (size_t)bins * sizeof *out);
    for (int v = 0; v < LEVELS; v++) {
        int low = v * bins, high = low + bins; /* in units of 1 / LEVELS of a column */
        for (int i = low / LEVELS; i * LEVELS < high; i++) {
            int from = low > i * LEVELS ? low : i * LEVELS;
            int to = high < (i + 1) * LEVELS ? high : (i + 1) * LEVELS;
            out[i] += (double)counts[v] * (to - from) / bins;
        }
    }
}

/* Share of the pixels in each of `bins`, as drawn (linear, or how many powers of ten above 1e-4).
 * Returns the largest. */
static double heights(const struct intensity_histogram *l, int set, int channel, int bins,
                      bool linear, double out[])
{
    double total = 0, most = 0;
    const uint64_t *counts = l->sets[set].counts[channel];
    for (int v = 0; v < LEVELS; v++)
        total += (double)counts[v];
    spread(counts, bins, out);
    for (int i = 0; i < bins; i++) {
        double share = total > 0 ? out[i] / total : 0;
        out[i] = linear ? share : share > 1e-4 ? log10(share) + 4 : 0;
        most = out[i] > most ? out[i] : most;
    }
    return most;
}

/* A column of eighths from the lower edge upwards. */
static void draw_column(struct canvas *c, const struct lane *l, int x, double height,
                        const struct glyph_set *g)
{
    int eighths = (int)lround(height / l->most * l->r.h * 8);
    for (int i = 0; i < l->r.h && eighths > 8 * i; i++) {
        int rest = eighths - 8 * i;
        canvas_put(c, x, l->r.y + l->r.h - 1 - i, l->ink, g->rise[rest >= 8 ? 8 : rest]);
    }
}

static void draw_point(struct canvas *c, const struct lane *l, int x, double height,
                       const struct glyph_set *g)
{
    const char *point = g->level_point;
    int up = (int)(height / l->most * l->r.h);
    up = up < l->r.h ? up : l->r.h - 1;
    if (height > 0)
        canvas_text(c, x, l->r.y + l->r.h - 1 - up, INK_KNOB, point);
}

static enum ink ink_of(const char *stain)
{
    return strcmp(stain, "red") == 0      ? INK_RED
           : strcmp(stain, "green") == 0  ? INK_GREEN
           : strcmp(stain, "blue") == 0   ? INK_BLUE
           : strcmp(stain, "yellow") == 0 ? INK_YELLOW
                                          : INK_TEXT;
}

static int columns_of(struct rect lane)
{
    int room = lane.w - NAME_CELLS;
    return room < LEVELS ? room : LEVELS;
}

static void draw_lane(const struct app_model *b, struct canvas *c, struct rect r, int channel)
{
    double all[LEVELS], other[LEVELS];
    const struct intensity_histogram *l = b->data.levels;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    int bins = columns_of(r), set = compared_set(&b->data);
    struct lane lane = {{r.x + NAME_CELLS, r.y, bins, r.h}, ink_of(l->names[channel]), 0};
    lane.most = heights(l, INTENSITY_HISTOGRAM_ALL, channel, bins, b->data.linear, all);
    double more = set >= 0 ? heights(l, set, channel, bins, b->data.linear, other) : 0;
    lane.most = more > lane.most ? more : lane.most;
    canvas_text_cut(c, r.x, r.y + r.h - 1, NAME_CELLS - 1, lane.ink, g, l->names[channel]);
    for (int i = 0; i < bins && lane.most > 0; i++) {
        draw_column(c, &lane, lane.r.x + i, all[i], g);
        if (set >= 0)
            draw_point(c, &lane, lane.r.x + i, other[i], g);
    }
}

/* Values of the axis where they have room: every half or quarter. */
static void draw_axis(struct canvas *c, struct rect r)
{
    char text[NUMBER_FORMAT_MAX];
    int width = columns_of(r), parts = width >= 40 ? 4 : 2;
    for (int i = 0; i <= parts; i++) {
        snprintf(text, sizeof text, "%d", i == parts ? LEVELS - 1 : i * LEVELS / parts);
        int x = r.x + NAME_CELLS + i * (width - 1) / parts;
        if (i == parts)
            canvas_text_right(c, x + 1, r.y, INK_DIM, text);
        else
            canvas_text(c, x, r.y, INK_DIM, text);
    }
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct intensity_histogram *l = b->data.levels;
    (void)focused;
    if (!l) {
        pane_message(c, in, INK_DIM, "reading images", NULL);
        return;
    }
    if (l->error.code != ERR_NONE) {
        pane_message(c, in, INK_DIM, "no images to measure", l->error.text);
        return;
    }
    int lanes = l->channels < in.h - 1 ? l->channels : in.h - 1,
        high = (in.h - 1) / (lanes ? lanes : 1);
    if (in.w < NAME_CELLS + 8 || lanes < 1)
        return;
    int top = in.y + in.h - 1 - lanes * high;
    for (int i = 0; i < lanes; i++)
        draw_lane(b, c, (struct rect){in.x, top + i * high, in.w, high}, i);
    draw_axis(c, (struct rect){in.x, in.y + in.h - 1, in.w, 1});
}

const struct pane_ops pane_intensity_ops = {
    .name = "Intensity", .scope = SCOPE_INTENSITY, .title = title, .foot = foot, .draw = draw};
