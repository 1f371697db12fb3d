/* What the Train tab knows: the configuration of the next run as a form, and what it would take.
 * UI thread. */
#ifndef TUI_TRAIN_VIEW_H
#define TUI_TRAIN_VIEW_H

#include <stdbool.h>

#include "base/conf.h"
#include "job/current_split.h"
#include "job/resource_estimate.h"

enum train_quantity {
    QUANTITY_RATE, /* learning rate */
    QUANTITY_SPEED,
    QUANTITY_GRADIENT,
    QUANTITY_WAIT,
    QUANTITY_COUNT
};

struct train_view {
    struct conf *usual; /* what the program was started with, and the current split; owned */
    struct conf *conf;  /* of the next run; NULL: there is no form; owned */
    char label[96];     /* of what is typed */
    char
        split[CURRENT_SPLIT_TEXT]; /* what the project's current split is; "" before there is one */
    int row, top, page;            /* rows of the form; one in front of each section is its name */
    struct resource_estimate forecast;
    bool foreseen; /* `forecast` belongs to `conf` */
    bool ask;      /* for one */
    enum train_quantity quantity;
};

void train_view_init(struct train_view *v);
void train_view_fini(struct train_view *v);
/* Begin a form with these values. */
void train_view_begin(struct train_view *v, const struct conf *usual);

/* The project's current split: fields of it that nobody set show it. */
void train_view_split(struct train_view *v, const struct split_current *split);

int train_view_rows(const struct train_view *v);
/* The key of a row; CONF_KEY_COUNT: the name of a section, in `*section`. */
enum conf_key train_view_key(int row, const char **section);
void train_view_select(struct train_view *v, int row); /* kept inside, off the names */
void train_view_move(struct train_view *v, int rows);
void train_view_scroll(struct train_view *v, int page);
bool train_view_changed(const struct train_view *v, enum conf_key key);
int train_view_changes(const struct train_view *v);
/* `conf` was changed: the forecast is of another run. */
void train_view_renew(struct train_view *v);
int train_view_set(struct train_view *v, enum conf_key key, const char *value, struct err *e);
/* A choice or a flag to its next value; false: it has no such values. */
bool train_view_next(struct train_view *v, enum conf_key key);
/* Several keys at once, by the recipe's name; false: there is no such recipe. */
bool train_view_recipe(struct train_view *v, const char *name);
const char *train_view_recipe_name(int i); /* NULL after the last */

#endif
