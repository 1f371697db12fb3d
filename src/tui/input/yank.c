/* The rows are those of the pane itself, drawn on a canvas of its own: what is copied is what is
 * seen. */
#include "yank.h"

#include <string.h>

#include "base/mem.h"
#include "frame/pane_table.h"

enum { COLUMNS = 120, ROWS = LABELS_MAX + 4 };

/* Without the frame, and without rows that hold nothing. */
static char *inside(const struct canvas *c)
{
    struct canvas in;
    canvas_init(&in, c->columns - 2, c->rows - 2);
    for (int y = 0; y < in.rows; y++)
        memcpy(&in.cells[y * in.columns], canvas_at(c, 1, y + 1),
               (size_t)in.columns * sizeof *in.cells);
    char *text = canvas_dump(&in, 0), *to = text;
    for (char *line = text; *line;) {
        size_t n = strcspn(line, "\n") + 1;
        if (n > 1)
            memmove(to, line, n);
        to += n > 1 ? n : 0;
        line += n;
    }
    *to = '\0';
    canvas_fini(&in);
    return text;
}

char *yank_text(struct app_model *b)
{
    struct canvas c;
    int row = samples_model_row(&b->data);
    const struct runs_query_run *run = runs_view_at(&b->runs, b->runs.row);
    if ((b->focus == PANE_SAMPLES || b->focus == PANE_PICTURE) && row >= 0)
        return xstrdup(b->data.samples->ids[row]);
    if (b->focus == PANE_RUNS && run)
        return xstrdup(run->row.name);
    canvas_init(&c, COLUMNS, ROWS);
    pane_table_draw(b, b->focus, &c, (struct rect){0, 0, COLUMNS, ROWS});
    char *text = inside(&c);
    canvas_fini(&c);
    return text;
}
