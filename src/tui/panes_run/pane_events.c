/* What happened to the run shown: pauses, changes of its rate, checkpoints, hand-overs; the newest
 * last. */
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "pane/pane.h"

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    (void)focused;
    char when[32], text[sizeof((struct event_row *)0)->detail * 4];
    bool known = b->run && b->run->error.code == ERR_NONE;
    int n = known ? b->run->events_n : 0;
    if (n == 0) {
        pane_message(c, in, INK_DIM, "nothing happened", NULL);
        return;
    }
    for (int i = n > in.h ? n - in.h : 0, y = in.y; i < n; i++, y++) {
        const struct event_row *e = &b->run->events[i];
        clock_iso(e->at_ms, when, sizeof when);
        int x = in.x + 1 + canvas_print(c, in.x + 1, y, INK_DIM, "%.5s", when + 11);
        x += 2 + canvas_print(c, x + 1, y, INK_DIM, "step %lld", (long long)e->step);
        x += 1 + canvas_text(c, x, y, INK_TEXT, e->kind);
        text_safe(e->detail, text, sizeof text);
        canvas_text_cut(c, x, y, in.x + in.w - x, INK_DIM, glyphs_set(b->glyphs), text);
    }
}

const struct pane_ops pane_events_ops = {"Events", SCOPE_EVENTS, LIST_NONE, NULL, NULL, draw, NULL};
