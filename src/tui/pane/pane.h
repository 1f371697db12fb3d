/* Panes. A pane is pure: it draws the model into the rectangle inside its frame. */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include "draw/canvas.h"
#include "model/actions.h"
#include "model/app_model.h"

/* Where a title's parts go: whole parts, until one does not fit. */
struct pane_title {
    struct canvas *canvas;
    const struct glyph_set *glyphs;
    int x, y, end;
};

/* Are its rows classes, and do headings stand above? */
enum pane_list { LIST_NONE, LIST_PLAIN, LIST_HEADED };

/* What of a pane is at a cell of the screen, in the model's terms. */
struct pane_hit {
    int row;                   /* of what the pane lists; -1: none */
    int pair_row, pair_column; /* of a table of all pairs of classes, in list order; -1: none */
    double value;              /* threshold at this column, also beside the axis */
    bool on_axis;              /* of thresholds */
};

struct pane_ops {
    const char *name; /* the title's fixed part */
    uint64_t scope;   /* of its own keys */
    enum pane_list list;
    /* What stands behind the name in the frame's upper edge; may be NULL. */
    void (*title)(const struct app_model *b, struct pane_title *t);
    /* At the left of its lower edge; may be NULL. */
    void (*foot)(const struct app_model *b, struct pane_title *t);
    void (*draw)(const struct app_model *b, struct canvas *c, struct rect in, bool focused);
    /* What is at cell x, y; beside `in` while something is dragged. May be NULL. */
    struct pane_hit (*hit)(const struct app_model *b, struct rect in, int x, int y);
};

#define PANE_OPS(id, name) extern const struct pane_ops pane_##name##_ops;
PANES(PANE_OPS)
#undef PANE_OPS

struct pane_hit pane_hit_none(void);
struct pane_hit pane_hit_row(int row);
/* What of the inside of a list holds its rows. */
struct rect pane_rows(const struct pane_ops *ops, struct rect in);

void pane_title_add(struct pane_title *t, unsigned style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A part that is shortened to `cells`, the blanks on its sides included; dropped when too few. */
void pane_title_cut(struct pane_title *t, int cells, unsigned style, const char *text);

/* For lists: how wide names are, given the cells left for name and drawing together. */
int pane_name_cells(const struct app_model *b, int rest, int parts_of_9);
/* Mark, number and name of a class; returns the column after them. */
int pane_row_begin(const struct app_model *b, struct canvas *c, struct rect row, int class,
                   int name_cells);
/* The paper of the selected row, when all of it is drawn. */
void pane_row_end(const struct app_model *b, struct canvas *c, struct rect row, int class,
                  bool focused);
/* Where it has no room for the table of all pairs, the pane is a list. */
bool pane_confusion_listed(const struct app_model *b, struct rect in);
/* Rows of the list of findings, which may leave some to the selected one. */
int pane_findings_rows(const struct app_model *b, struct rect in);
enum { PANE_FORM_HELP = 2 }; /* rows below the form that tell about a field */
enum { PANE_ROW_FIXED = 5 }; /* cells of mark, number and the blanks around the name */

/* A message in the middle: the first line in `ink`, the second (may be NULL) below, both wrapped.
 */
void pane_message(struct canvas *c, struct rect in, enum ink ink, const char *first,
                  const char *second);
/* True when a table of scores alone is shown, and then the pane says what does not stand behind it.
 */
bool pane_lacks(const struct app_model *b, struct canvas *c, struct rect in, const char *lacking);
/* Wrapped text from row y on, inside r; returns the rows it takes. `c` NULL: only count. */
int pane_wrap(struct canvas *c, struct rect r, int y, unsigned style, const char *text);

#endif
