/* The project's current split: every new training uses it, `hpa split` replaces it. A setting of
 * split.* that contradicts it is an error; which fold validates (split.fold) is not part of it.
 *
 * A setting counts as said when a flag, the environment or a file gives it. What a flag of `hpa
 * split` overruled when the split was made (a file says folds=3, the flag said 5) is remembered
 * with the split and contradicts nothing as long as it stays the same. */
#ifndef JOB_CURRENT_SPLIT_H
#define JOB_CURRENT_SPLIT_H

#include <stdbool.h>

#include "base/conf.h"
#include "job/work.h"
#include "store/split_rows.h"

enum { CURRENT_SPLIT_TEXT = 700 };

/* *found false when there is none yet, or no store. */
int current_split_find(const struct work *w, struct split_current *out, bool *found, struct err *e);

/* What the settings ask for: method, folds, seed, val and groups, without fingerprint and n.
 * ERR_NOINPUT when the table of groups cannot be read. */
int current_split_wanted(const struct conf *c, struct split_row *row, struct err *e);
/* The settings that the flags of `c` overrule, and the fold that they say. */
void current_split_note(const struct conf *c, struct split_current *out);

/* Does a flag, the environment or a file say this key? */
bool current_split_given(const struct conf *c, enum conf_key key);
/* ERR_CONFIG names a setting that contradicts the split, and both ways out. */
int current_split_check(const struct conf *c, const struct split_current *current, struct err *e);
/* Settings that nobody gave, or that were overruled when the split was made, get its values. */
void current_split_apply(struct conf *c, const struct split_current *current);
/* Settings that were overruled when the split was made, and are still there, are named in the log,
 * and a table of groups that was edited since. */
void current_split_tell_overruled(const struct conf *c, const struct split_current *current);
/* A copy of the work folder's configuration with the current split applied, if there is one. */
struct conf *current_split_conf(const struct work *w);
/* As JSON, for who uses it later: settings of the split that nobody gave are left out, and follow
 * the split that is current then. free() it. */
char *current_split_conf_text(const struct conf *c);

/* "swap, 5 folds, seed 1, groups of g.csv" */
void current_split_text(const struct split_row *r, char out[CURRENT_SPLIT_TEXT]);
/* The command that makes such a split again. */
void current_split_command(const struct split_row *r, char out[CURRENT_SPLIT_TEXT]);

#endif
