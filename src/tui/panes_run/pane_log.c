/* The Log: what the program, its libraries and the training said, newest at the bottom. */
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "pane/pane.h"

enum { TIME_CELLS = 9, LEVEL_CELLS = 6 };

static const char *const levels[] = {"debug", "info", "warn", "error"};
static const enum ink inks[] = {INK_DIM, INK_TEXT, INK_WARN, INK_ERROR};

/* Draws a line so that its last row is `bottom`; returns the row above its first. */
static int draw_line(const struct log_line *line, struct canvas *c, struct rect in, int bottom)
{
    char text[LOG_TEXT_MAX * 2], when[32];
    text_safe(line->text, text, sizeof text);
    int indent = in.w >= 60 ? TIME_CELLS + LEVEL_CELLS : LEVEL_CELLS;
    struct rect body = {in.x + indent, in.y, in.w - indent, in.h};
    int rows = pane_wrap(NULL, body, 0, 0, text);
    int y = bottom - (rows > 0 ? rows : 1) + 1;
    pane_wrap(c, body, y, inks[line->level], text);
    canvas_text(c, in.x + indent - LEVEL_CELLS, y,
                line->level >= LOG_WARN ? inks[line->level] : INK_DIM, levels[line->level]);
    if (indent > LEVEL_CELLS) {
        clock_iso(line->unix_ms, when, sizeof when);
        canvas_print(c, in.x, y, INK_DIM, "%.8s", when + 11);
    }
    return y - 1;
}

static void title(const struct app_model *b, struct pane_title *t)
{
    pane_title_add(t, INK_DIM, b->log_bottom ? " G follows " : " following ");
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    (void)focused;
    struct log_line line;
    in.x++, in.w -= 2;
    uint64_t newest = log_last(), at = b->log_bottom ? b->log_bottom : newest;
    canvas_set_clip(c, in);
    for (int y = in.y + in.h - 1; y >= in.y && at > 0 && log_read(at, &line); at--)
        y = draw_line(&line, c, in, y);
    if (newest == 0)
        pane_message(c, in, INK_DIM, "nothing was said yet", NULL);
}

const struct pane_ops pane_log_ops = {"Log", SCOPE_LOG, false, title, NULL, draw, NULL};
