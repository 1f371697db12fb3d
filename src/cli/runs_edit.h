/* The verbs of hpa runs that compare and change. */
#ifndef CLI_RUNS_EDIT_H
#define CLI_RUNS_EDIT_H

#include "command.h"
#include "store/store.h"

/* `s` NULL: there is no store. */
int runs_edit_diff(const struct call *call, struct store *s, struct err *e);
int runs_edit_note(const struct call *call, struct err *e);
int runs_edit_tag(const struct call *call, struct err *e);
int runs_edit_remove(const struct call *call, struct err *e);
void runs_edit_tell_odd(const struct call *call); /* runs that are not as they should be */
void runs_edit_tell_odd_one(const struct call *call, const char *name);
int runs_edit_rebuild(const struct call *call, struct err *e);

#endif
