/* The list of classes: which is selected, in what order they stand, which are shown. */
#include "act_classes.h"
#include "act_choice.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "act_table.h"
#include "base/text.h"

static void class_by(struct app_model *b, int rows, const char *argument)
{
    (void)argument;
    app_model_select_row(b, app_model_row(b) + rows);
}

static void class_to(struct app_model *b, int row, const char *argument)
{
    (void)argument;
    app_model_select_row(b, row);
}

static void class_page(struct app_model *b, int pages, const char *argument)
{
    (void)argument;
    app_model_select_row(b, app_model_row(b) + pages * b->page);
}

static int class_named(const struct app_model *b, const char *text)
{
    int64_t index;
    char name[48];
    if (text_int(text, &index) && index >= 0 && index < b->k)
        return (int)index;
    for (int i = 0; i < b->k; i++)
        if (strcasecmp(app_model_class_name(b, i, name), text) == 0)
            return i;
    return -1;
}

static void select_class(struct app_model *b, int value, const char *argument)
{
    (void)value;
    int class = class_named(b, argument);
    if (class < 0) {
        app_model_say(b, INK_WARN, "class \"%s\": no class has this number or name", argument);
        return;
    }
    b->selected = class;
    if (app_model_row(b) < 0) {
        b->filter[0] = '\0';
        app_model_arrange(b);
    }
    app_model_scroll(b, b->page);
}

static void sort(struct app_model *b, int value, const char *argument)
{
    (void)value;
    const char *names[SORT_COUNT];
    for (int i = 0; i < SORT_COUNT; i++)
        names[i] = app_model_sort_name((enum app_model_sort)i);
    int next = act_choice(b, argument, names, SORT_COUNT, (int)b->sort);
    if (next < 0)
        return;
    b->sort = (enum app_model_sort)next;
    app_model_arrange(b);
    app_model_say(b, INK_TEXT, "classes sorted by %s", app_model_sort_name(b->sort));
}

void act_classes_filter(struct app_model *b, const char *text)
{
    snprintf(b->filter, sizeof b->filter, "%s", text);
    app_model_arrange(b);
}

static void filter(struct app_model *b, int value, const char *argument)
{
    (void)value;
    if (*argument)
        act_classes_filter(b, argument);
    else
        prompt_open(&b->prompt, PROMPT_FILTER, b->filter);
}

const struct act_handler act_classes_table[] = {
    {ACTION_CLASS_DOWN, class_by, 1},  {ACTION_CLASS_UP, class_by, -1},
    {ACTION_CLASS_FIRST, class_to, 0}, {ACTION_CLASS_LAST, class_to, LABELS_MAX},
    {ACTION_PAGE_DOWN, class_page, 1}, {ACTION_PAGE_UP, class_page, -1},
    {ACTION_CLASS, select_class, 0},   {ACTION_SORT, sort, 0},
    {ACTION_FILTER, filter, 0},        {ACTION_NONE, NULL, 0},
};
