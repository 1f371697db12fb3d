/* Frames against goldens in tests/tui/golden: the text, the ink of every cell, the paper and
 * attributes of every cell. UPDATE_GOLDEN=1 writes them anew; look at them before committing. */
#ifndef TESTS_TUI_GOLDEN_H
#define TESTS_TUI_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "canvas.h"

static inline void assert_golden_canvas(const struct canvas *c, const char *name,
                                        const char *glyphs)
{
    char path[256], *expected = NULL;
    size_t size;
    struct err e = {0};
    snprintf(path, sizeof path, "tests/tui/golden/%s-%dx%d-%s.txt", name, c->columns, c->rows,
             glyphs);
    char *drawn = canvas_dump(c, 1);
    if (getenv("UPDATE_GOLDEN"))
        assert_int_equal(file_save_all(path, drawn, strlen(drawn), &e), 0);
    else if (file_read(path, 1 << 20, &expected, &size, &e))
        fail_msg("%s", e.text);
    else if (strcmp(drawn, expected) != 0)
        fail_msg("%s differs; the frame drawn now:\n%s", path, drawn);
    free(expected);
    free(drawn);
}

#endif
