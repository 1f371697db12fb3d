/* Column i of `area` stands for the scores that round to it. */
#include "score_axis.h"

#include "draw/slider.h"

struct rect score_axis_area(struct rect in, int below)
{
    return (struct rect){in.x + SCORE_AXIS_LEFT, in.y, in.w - SCORE_AXIS_LEFT, in.h - below};
}

void score_axis_guide(const struct app_model *b, struct canvas *c, struct rect area)
{
    int x = area.x + slider_cell(b->cuts.now[b->selected], area.w);
    canvas_fill(c, (struct rect){x, area.y, 1, area.h}, INK_TRACK, glyphs_set(b->glyphs)->v);
}

void score_axis_rail(const struct app_model *b, struct canvas *c, struct rect area, int y)
{
    static const struct {
        double value;
        const char *text;
    } ticks[] = {{0, "0"}, {0.5, ".5"}, {1, "1"}};
    const struct cuts *cuts = &b->cuts;
    int class = b->selected;
    slider_draw(c, area.x, y, area.w,
                (struct slider){cuts->now[class], cuts->best[class], cuts->locked[class]},
                glyphs_set(b->glyphs));
    int now = slider_cell(cuts->now[class], area.w), best = slider_cell(cuts->best[class], area.w);
    for (int i = 0; i < 3; i++) {
        int x = slider_cell(ticks[i].value, area.w), end = x + (i == 1 ? 2 : 1);
        bool hidden = (now >= x && now < end) || (best >= x && best < end);
        if (!hidden)
            canvas_text(c, area.x + x, y, INK_DIM, ticks[i].text);
    }
}

struct pane_hit score_axis_hit(struct rect area, int x, int y)
{
    struct pane_hit hit = pane_hit_none();
    int cell = x - area.x;
    hit.on_axis = cell >= 0 && cell < area.w && y >= area.y && y < area.y + area.h;
    hit.value = slider_value(cell, area.w);
    return hit;
}
