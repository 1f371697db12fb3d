/* What each action does: lists of small functions, one list a file. */
#ifndef TUI_ACT_TABLE_H
#define TUI_ACT_TABLE_H

#include "model/app_model.h"
#include "model/keymap.h"

struct act_handler {
    enum action action; /* ACTION_NONE ends a list */
    /* `argument`: "" when none was given, as from a key. */
    void (*fn)(struct app_model *b, int value, const char *argument);
    int value;
};

extern const struct act_handler act_classes_table[], act_cuts_table[], act_data_table[],
    act_errors_table[], act_tune_table[], act_runs_table[], act_train_table[], act_view_table[],
    act_work_table[];

#endif
