/* The Train tab: fields of the form, recipes, the quantity beside the curves. */
#include <stdio.h>
#include <string.h>

#include "act_table.h"

static void row_by(struct app_model *b, int rows, const char *argument)
{
    (void)argument;
    train_view_move(&b->train, rows);
}

static void row_to(struct app_model *b, int end, const char *argument)
{
    (void)argument;
    train_view_select(&b->train, end ? train_view_rows(&b->train) - 1 : 0);
}

static void page(struct app_model *b, int pages, const char *argument)
{
    (void)argument;
    train_view_move(&b->train, pages * b->train.page);
}

/* CONF_KEY_COUNT, and a word about it, where there is no form. */
static enum conf_key field(struct app_model *b)
{
    const char *section;
    if (b->train.conf)
        return train_view_key(b->train.row, &section);
    app_model_say(b, INK_WARN, "there is no recipe to change");
    return CONF_KEY_COUNT;
}

/* What does not hold is told, and stands in the input line to be mended. */
static void edit(struct app_model *b, int value, const char *argument)
{
    (void)value;
    struct err e;
    enum conf_key key = field(b);
    if (key == CONF_KEY_COUNT)
        return;
    snprintf(b->train.label, sizeof b->train.label, "%s: ", conf_info(key)->name);
    if (!*argument)
        prompt_ask(&b->prompt, ACTION_FIELD, b->train.label, conf_text(b->train.conf, key));
    else if (train_view_set(&b->train, key, strcmp(argument, "-") ? argument : "", &e))
        app_model_say(b, INK_ERROR, "%s", e.text);
}

static void next(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    enum conf_key key = field(b);
    if (key != CONF_KEY_COUNT && !train_view_next(&b->train, key))
        edit(b, 0, "");
}

static void reset(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    struct err e;
    enum conf_key key = field(b);
    if (key != CONF_KEY_COUNT && train_view_set(&b->train, key, conf_text(b->train.usual, key), &e))
        app_model_say(b, INK_ERROR, "%s", e.text);
}

/* "train.lr=.001" */
static void set(struct app_model *b, int value, const char *argument)
{
    (void)value;
    struct err e;
    if (!b->train.conf)
        app_model_say(b, INK_WARN, "there is no recipe to change");
    else if (!*argument)
        prompt_ask(&b->prompt, ACTION_SET_KEY, "key=value: ", "");
    else if (conf_set_pair(b->train.conf, argument, "the form", &e))
        app_model_say(b, INK_ERROR, "%s", e.text);
    else
        train_view_renew(&b->train);
}

/* "plain, standard, ..." */
static const char *recipe_names(char *out, size_t size)
{
    size_t n = 0;
    const char *name;
    out[0] = '\0';
    for (int i = 0; (name = train_view_recipe_name(i)) && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", name);
    return out;
}

static void recipe(struct app_model *b, int value, const char *argument)
{
    (void)value;
    char names[80];
    recipe_names(names, sizeof names);
    snprintf(b->train.label, sizeof b->train.label, "recipe (%s): ", names);
    if (!b->train.conf)
        app_model_say(b, INK_WARN, "there is no recipe to change");
    else if (!*argument)
        prompt_ask(&b->prompt, ACTION_RECIPE, b->train.label, "");
    else if (train_view_recipe(&b->train, argument))
        app_model_say(b, INK_TEXT, "recipe %s; t starts it", argument);
    else
        app_model_say(b, INK_WARN, "recipe \"%s\": there are %s", argument, names);
}

static void quantity(struct app_model *b, int value, const char *argument)
{
    (void)value, (void)argument;
    b->train.quantity = (enum train_quantity)((b->train.quantity + 1) % QUANTITY_COUNT);
}

const struct act_handler act_train_table[] = {
    {ACTION_FIELD_DOWN, row_by, 1},
    {ACTION_FIELD_UP, row_by, -1},
    {ACTION_FIELD_FIRST, row_to, 0},
    {ACTION_FIELD_LAST, row_to, 1},
    {ACTION_FIELD_PAGE_DOWN, page, 1},
    {ACTION_FIELD_PAGE_UP, page, -1},
    {ACTION_FIELD, edit, 0},
    {ACTION_FIELD_NEXT, next, 0},
    {ACTION_FIELD_RESET, reset, 0},
    {ACTION_SET_KEY, set, 0},
    {ACTION_RECIPE, recipe, 0},
    {ACTION_RATES, quantity, 0},
    {ACTION_NONE, NULL, 0},
};
