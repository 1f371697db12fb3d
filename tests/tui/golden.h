/* Frames against goldens in tests/tui/golden: the text, the ink of every cell, the paper and
 * attributes of every cell. UPDATE_GOLDEN=1 writes them anew; look at them before committing. */
#ifndef TESTS_TUI_GOLDEN_H
#define TESTS_TUI_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "draw/canvas.h"
#include "frame/frame.h"
#include "model/app_model.h"
#include "test.h"

static inline void assert_golden_text(const char *text, const char *name)
{
    char path[256], *expected = NULL;
    size_t size;
    struct err e = {0};
    snprintf(path, sizeof path, "tests/tui/golden/%s.txt", name);
    if (getenv("UPDATE_GOLDEN"))
        assert_int_equal(file_save_all(path, text, strlen(text), &e), 0);
    else if (file_read(path, 1 << 20, &expected, &size, &e))
        fail_msg("%s", e.text);
    else if (strcmp(text, expected) != 0)
        fail_msg("%s differs; it is now:\n%s", path, text);
    free(expected);
}

static inline void assert_golden_canvas(const struct canvas *c, const char *name,
                                        const char *glyphs)
{
    char whole[200];
    snprintf(whole, sizeof whole, "%s-%dx%d-%s", name, c->columns, c->rows, glyphs);
    char *drawn = canvas_dump(c, 1);
    assert_golden_text(drawn, whole);
    free(drawn);
}

static inline void assert_golden(struct app_model *b, const char *name, int columns, int rows)
{
    struct canvas c;
    canvas_init(&c, columns, rows);
    frame_draw(b, &c);
    assert_golden_canvas(&c, name, glyphs_set(b->glyphs)->name);
    canvas_fini(&c);
}

/* At the sizes that people use, and a tiny one, in every tier of characters. */
static inline void assert_goldens(struct app_model *b, const char *name)
{
    static const int sizes[][2] = {{80, 24}, {120, 36}, {160, 48}, {20, 5}};
    for (int tier = 0; tier < GLYPHS_COUNT; tier++)
        for (int i = 0; i < 4; i++) {
            b->glyphs = (enum glyphs)tier;
            assert_golden(b, name, sizes[i][0], sizes[i][1]);
        }
}

/* Nothing is drawn over the sides of a pane's frame. */
static inline void assert_frames(const struct app_model *b, const struct canvas *c)
{
    uint32_t side = glyphs_set(b->glyphs)->v;
    struct layout l =
        layout_make(c->columns, c->rows, tabs_ops(b->tab)->place, b->focus, b->zoomed);
    for (int p = 0; p < PANE_COUNT; p++) {
        struct rect r = l.pane[p];
        for (int y = r.y + 1; r.w > 0 && y < r.y + r.h - 1; y++) {
            assert_int_equal(canvas_at(c, r.x, y)->code, side);
            assert_int_equal(canvas_at(c, r.x + r.w - 1, y)->code, side);
        }
    }
}

#endif
