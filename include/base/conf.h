/* Configuration: one value per key, and where it came from.
 *
 * Precedence: flag > environment (HPA_TRAIN_BATCH) > ./hpa.conf > $XDG_CONFIG_HOME/hpa/hpa.conf >
 * presets > default. A set value is checked at once (kind, range, choice); messages name file and
 * line, and the nearest known key for an unknown one. Built by one thread; then read-only, any
 * thread. The only door to inih. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf_keys.h"
#include "base/err.h"
#include "base/json.h"

enum conf_key {
#define CONF_ENUM(id, name, kind, initial, allowed, help) CONF_##id,
    CONF_KEYS(CONF_ENUM) CONF_KEY_COUNT, /* what is listed; the hidden ones follow */
    CONF_LAST_LISTED = CONF_KEY_COUNT - 1,
    CONF_HIDDEN_KEYS(CONF_ENUM)
#undef CONF_ENUM
        CONF_ALL_KEYS
};

enum conf_kind { CONF_KIND_TEXT, CONF_KIND_INT, CONF_KIND_REAL, CONF_KIND_FLAG, CONF_KIND_CHOICE };

struct conf_key_info {
    const char *name; /* "train.batch" */
    enum conf_kind kind;
    const char *initial, *allowed, *help;
};

struct conf;

struct conf *conf_new(void); /* all defaults */
/* All defaults, with the paths of the same project. */
struct conf *conf_new_beside(const struct conf *place);
/* Paths that are set from now on as the project's hold in `home` (with a final '/'). */
void conf_move(struct conf *c, const char *home);
struct conf *conf_copy(const struct conf *c);
void conf_free(struct conf *c);

/* Set by name; `origin` ("flag", "environment", "hpa.conf:12") is kept for display. ERR_CONFIG. */
int conf_set(struct conf *c, const char *name, const char *value, const char *origin,
             struct err *e);
/* The same for a value as conf_to_json gave it: a relative path is the project's. */
int conf_set_kept(struct conf *c, const char *name, const char *value, const char *origin,
                  struct err *e);
/* Take the value and the origin of one key over. */
void conf_take(struct conf *c, const struct conf *from, enum conf_key key);
/* "train.batch=16" */
int conf_set_pair(struct conf *c, const char *pair, const char *origin, struct err *e);
/* Relative paths in the file hold in its folder (conf_text has the folder in front); when it sets a
 * path, those that nobody sets do, too. */
int conf_load_file(struct conf *c, const char *path, struct err *e);
/* The user's file, then `file` (NULL: ./hpa.conf when it exists), then HPA_* of the environment. A
 * variable that names no key is ignored: other programs set such names, too (Kubernetes sets
 * HPA_PORT for a service called hpa). A key's variable with a bad value is an error. */
int conf_load(struct conf *c, const char *file, struct err *e);
/* A warning that names the variables conf_load ignored, with the key that was probably meant;
 * NULL: there were none. */
const char *conf_ignored(const struct conf *c);

/* What no single key can decide (split.fold < split.folds); after all layers are in. */
int conf_check(const struct conf *c, struct err *e);
/* The same but for split.fold, whose range depends on the project's split. */
int conf_check_but_split(const struct conf *c, struct err *e);

const struct conf_key_info *conf_info(enum conf_key key);
bool conf_is_set(const struct conf *c, enum conf_key key);      /* not empty */
const char *conf_text(const struct conf *c, enum conf_key key); /* the value as text, any kind */
int64_t conf_int(const struct conf *c, enum conf_key key);      /* 0 when empty */
double conf_real(const struct conf *c, enum conf_key key);      /* 0 when empty */
bool conf_flag(const struct conf *c, enum conf_key key);
/* Of augment.scale: the least and the largest factor. */
void conf_scale(const struct conf *c, enum conf_key key, double *low, double *high);
const char *conf_origin(const struct conf *c, enum conf_key key);
/* The value of a file or of the environment that a flag overrules; NULL: no flag does. */
const char *conf_beneath(const struct conf *c, enum conf_key key);
/* The configuration file that names the project's paths; NULL: there is none. */
const char *conf_file(const struct conf *c);

/* {"train.batch": "16", ...} with every key, paths of the project relative to its folder; and back
 * (unknown keys of a newer program: error). */
char *conf_kept(const struct conf *c, enum conf_key key); /* one of these values; free() it */
struct json *conf_to_json(const struct conf *c);
int conf_from_json(struct conf *c, const struct json *j, const char *origin, struct err *e);

/* The commented example file (what hpa.conf.example holds); free() it. */
char *conf_example(void);

#endif
