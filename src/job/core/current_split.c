/* What a split was made from against what the settings ask for. The store has the split's side as
 * texts; groups are compared by the content of their table, so that a table that moved is the same
 * and one that was edited is another. */
#include "job/current_split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

enum { GROUPS_BYTES_MAX = 256 << 20 };

static const char origin_here[] = "the current split";
static const enum conf_key keys[] = {CONF_SPLIT_METHOD, CONF_SPLIT_FOLDS, CONF_SPLIT_SEED,
                                     CONF_SPLIT_VAL, CONF_SPLIT_GROUPS};
enum { KEYS = sizeof keys / sizeof *keys };

int current_split_find(const struct work *w, struct split_current *out, bool *found, struct err *e)
{
    int there = 0;
    *found = false;
    if (!file_exists(w->database))
        return 0;
    struct store *s = store_open(w->database, STORE_READ, e);
    int failed = !s || split_rows_current(s, out, &there, e);
    store_close(s);
    *found = there > 0;
    return failed ? -1 : 0;
}

static int hash_file(const char *path, struct hash *h, char out[20], struct err *e)
{
    char *table;
    size_t n;
    if (file_read(path, GROUPS_BYTES_MAX, &table, &n, e))
        return -1;
    if (h)
        hash_add(h, table, n);
    snprintf(out, 20, "%016llx", (unsigned long long)hash_bytes(table, n));
    free(table);
    return 0;
}

/* Said for this one call: by a flag, or in the form of the screen. */
static bool is_flag(const struct conf *c, enum conf_key key)
{
    const char *origin = conf_origin(c, key);
    return *origin == '-' || !strcmp(origin, "the form");
}

/* Of a file, split.val counts more than split.folds; a flag that says folds must not be ignored. */
static int check_folds(const struct conf *c, struct err *e)
{
    if (!conf_is_set(c, CONF_SPLIT_VAL) || !is_flag(c, CONF_SPLIT_FOLDS))
        return 0;
    return err_set(e, ERR_CONFIG,
                   "split.folds (%s) and split.val=%s (%s) exclude each other: leave one out, or "
                   "empty split.val with -s split.val=",
                   conf_origin(c, CONF_SPLIT_FOLDS), conf_text(c, CONF_SPLIT_VAL),
                   conf_origin(c, CONF_SPLIT_VAL));
}

/* The method's name in the store has a digest of what else decided. */
int current_split_wanted(const struct conf *c, struct split_row *row, struct err *e)
{
    const char *method = conf_text(c, CONF_SPLIT_METHOD), *val = conf_text(c, CONF_SPLIT_VAL);
    const char *groups = conf_text(c, CONF_SPLIT_GROUPS);
    memset(row, 0, sizeof *row);
    if (check_folds(c, e))
        return -1;
    row->folds = *val ? 2 : (int)conf_int(c, CONF_SPLIT_FOLDS);
    row->seed = conf_int(c, CONF_SPLIT_SEED);
    snprintf(row->method, sizeof row->method, "%s", method);
    snprintf(row->val, sizeof row->val, "%s", val);
    snprintf(row->groups_file, sizeof row->groups_file, "%s", groups);
    if (!*val && !*groups)
        return 0;
    struct hash *h = hash_new();
    hash_add(h, val, strlen(val) + 1);
    int failed = *groups && hash_file(groups, h, row->groups_hash, e);
    unsigned digest = (unsigned)hash_end(h);
    snprintf(row->method, sizeof row->method, "%s#%08x", method, digest);
    return failed ? err_prefix(e, "split.groups") : 0;
}

bool current_split_given(const struct conf *c, enum conf_key key)
{
    const char *origin = conf_origin(c, key);
    return strcmp(origin, "default") != 0 && strcmp(origin, origin_here) != 0;
}

static void note_key(const struct conf *c, enum conf_key key, bool any, struct split_current *out)
{
    const char *beneath = conf_beneath(c, key);
    size_t at = strlen(out->overruled);
    if (!beneath && any && current_split_given(c, key) && !is_flag(c, key))
        beneath = conf_text(c, key);
    if (beneath)
        snprintf(out->overruled + at, sizeof out->overruled - at, "%s=%s\n", conf_info(key)->name,
                 beneath);
}

/* A table of folds overrules all that says how to deal; a validation part, how many folds. */
void current_split_note(const struct conf *c, struct split_current *out)
{
    bool table = *out->split.source != '\0';
    bool val_flag = is_flag(c, CONF_SPLIT_VAL) && conf_is_set(c, CONF_SPLIT_VAL);
    out->overruled[0] = '\0';
    for (int i = 0; i < KEYS; i++)
        note_key(c, keys[i], table || (val_flag && keys[i] == CONF_SPLIT_FOLDS), out);
    note_key(c, CONF_SPLIT_FOLD, false, out);
    out->fold = is_flag(c, CONF_SPLIT_FOLD) ? (int)conf_int(c, CONF_SPLIT_FOLD) : 0;
}

static bool is_overruled(const struct conf *c, enum conf_key key,
                         const struct split_current *current)
{
    char line[FILE_PATH_MAX + 64];
    if (is_flag(c, key))
        return false;
    int n = snprintf(line, sizeof line, "%s=%s\n", conf_info(key)->name, conf_text(c, key));
    for (const char *at = current->overruled; *at; at += strcspn(at, "\n") + 1)
        if (!strncmp(at, line, (size_t)n))
            return true;
    return false;
}

static bool same_groups(const char *path, const struct split_row *r, struct err *e)
{
    char hash[20];
    if (!*path || !*r->groups_file)
        return !*path && !*r->groups_file;
    if (!strcmp(path, r->groups_file) && !file_exists(path))
        return true; /* the split is stored: its table is not needed any more */
    return !hash_file(path, NULL, hash, e) && !strcmp(hash, r->groups_hash);
}

static bool same_method(const char *asked, const struct split_row *r)
{
    size_t n = strcspn(r->method, "#");
    return strlen(asked) == n && !strncmp(asked, r->method, n);
}

static bool agrees(const struct conf *c, enum conf_key key, const struct split_row *r,
                   struct err *e)
{
    double val = 0;
    if (key == CONF_SPLIT_FOLDS && *r->val) /* settings that say split.val do without it */
        return conf_is_set(c, CONF_SPLIT_VAL) && !is_flag(c, key);
    if (key == CONF_SPLIT_FOLDS)
        return conf_int(c, key) == r->folds;
    if (key == CONF_SPLIT_GROUPS)
        return same_groups(conf_text(c, key), r, e);
    if (key == CONF_SPLIT_VAL)
        return conf_is_set(c, key) ? text_real(r->val, &val) && val == conf_real(c, key) : !*r->val;
    if (*r->source)
        return false; /* a table says nothing of method and seed */
    return key == CONF_SPLIT_SEED ? conf_int(c, key) == r->seed : same_method(conf_text(c, key), r);
}

/* The command that makes the split that the setting asks for. */
static void other_command(const struct conf *c, enum conf_key key, const struct split_row *r,
                          char out[CURRENT_SPLIT_TEXT])
{
    struct split_row other = *r;
    const char *value = conf_text(c, key);
    other.source[0] = '\0';
    if (*r->source)
        snprintf(other.method, sizeof other.method, "%s", conf_text(c, CONF_SPLIT_METHOD)),
            other.seed = conf_int(c, CONF_SPLIT_SEED);
    if (key == CONF_SPLIT_METHOD)
        snprintf(other.method, sizeof other.method, "%s", value);
    else if (key == CONF_SPLIT_FOLDS)
        other.folds = (int)conf_int(c, key), other.val[0] = '\0';
    else if (key == CONF_SPLIT_SEED)
        other.seed = conf_int(c, key);
    else if (key == CONF_SPLIT_GROUPS)
        snprintf(other.groups_file, sizeof other.groups_file, "%s", value);
    else
        snprintf(other.val, sizeof other.val, "%s", value);
    if (key == CONF_SPLIT_VAL && !*value)
        other.folds = (int)conf_int(c, CONF_SPLIT_FOLDS);
    current_split_command(&other, out);
}

static int contradiction(const struct conf *c, enum conf_key key, const struct split_row *r,
                         struct err *e)
{
    char is[CURRENT_SPLIT_TEXT], command[CURRENT_SPLIT_TEXT], safe[80];
    const char *value = conf_text(c, key);
    bool edited = key == CONF_SPLIT_GROUPS && *value && !strcmp(value, r->groups_file);
    text_safe(*value ? value : "nothing", safe, sizeof safe);
    current_split_text(r, is);
    other_command(c, key, r, command);
    return err_set(e, ERR_CONFIG,
                   "%s: %s%s (%.80s) contradicts the project's current split (%.200s): leave the "
                   "setting out to use the current split, or replace the split by `%.300s`",
                   conf_info(key)->name, safe, edited ? ", edited since," : "", conf_origin(c, key),
                   is, command);
}

int current_split_check(const struct conf *c, const struct split_current *current, struct err *e)
{
    for (int i = 0; i < KEYS; i++) {
        struct err why = {0};
        if (!current_split_given(c, keys[i]) || is_overruled(c, keys[i], current) ||
            agrees(c, keys[i], &current->split, &why))
            continue;
        if (why.code != ERR_NONE) {
            *e = why;
            return err_prefix(e, "split.groups (%s)", conf_origin(c, keys[i]));
        }
        return contradiction(c, keys[i], &current->split, e);
    }
    return 0;
}

static const char *value_of(enum conf_key key, const struct split_current *current, char text[64])
{
    const struct split_row *r = &current->split;
    if (key == CONF_SPLIT_VAL)
        return r->val;
    if (key == CONF_SPLIT_GROUPS)
        return r->groups_file;
    if (key == CONF_SPLIT_METHOD)
        snprintf(text, 64, "%.*s", (int)strcspn(r->method, "#"), r->method);
    else
        snprintf(text, 64, "%lld",
                 key == CONF_SPLIT_FOLDS  ? (long long)r->folds
                 : key == CONF_SPLIT_SEED ? (long long)r->seed
                                          : (long long)current->fold);
    return text;
}

static void apply_key(struct conf *c, enum conf_key key, const struct split_current *current)
{
    char text[64];
    if (!current_split_given(c, key) || is_overruled(c, key, current))
        conf_set(c, conf_info(key)->name, value_of(key, current, text), origin_here, NULL);
}

void current_split_apply(struct conf *c, const struct split_current *current)
{
    bool table = *current->split.source != '\0';
    for (int i = 0; i < KEYS; i++)
        if (!table || keys[i] == CONF_SPLIT_FOLDS)
            apply_key(c, keys[i], current);
    apply_key(c, CONF_SPLIT_FOLD, current);
}

/* Of a table that a flag named once. */
static void tell_edited_groups(const struct split_row *r)
{
    char safe[160], command[CURRENT_SPLIT_TEXT];
    struct err unused;
    if (!*r->groups_file || !file_exists(r->groups_file) || same_groups(r->groups_file, r, &unused))
        return;
    text_safe(r->groups_file, safe, sizeof safe);
    current_split_command(r, command);
    log_warn("split: %s was edited since the current split was made, which keeps the groups of "
             "before together; `%s` makes a new one",
             safe, command);
}

void current_split_tell_overruled(const struct conf *c, const struct split_current *current)
{
    char text[CURRENT_SPLIT_TEXT];
    tell_edited_groups(&current->split);
    current_split_text(&current->split, text);
    for (int i = 0; i < KEYS; i++)
        if (current_split_given(c, keys[i]) && is_overruled(c, keys[i], current) &&
            !agrees(c, keys[i], &current->split, NULL))
            log_info("split: %s=%s (%s) was overruled when the current split was made: %s",
                     conf_info(keys[i])->name, conf_text(c, keys[i]), conf_origin(c, keys[i]),
                     text);
}

struct conf *current_split_conf(const struct work *w)
{
    struct split_current current;
    bool found;
    struct conf *c = conf_copy(w->conf);
    if (!current_split_find(w, &current, &found, NULL) && found)
        current_split_apply(c, &current);
    return c;
}

char *current_split_conf_text(const struct conf *c)
{
    struct json *j = json_new_object();
    for (int key = 0; key < CONF_KEY_COUNT; key++) {
        const char *name = conf_info(key)->name;
        if (!strncmp(name, "split.", 6) && !current_split_given(c, key))
            continue;
        char *value = conf_kept(c, (enum conf_key)key);
        json_put_text(j, name, value);
        free(value);
    }
    char *text = json_print(j, false);
    json_free(j);
    return text;
}

void current_split_text(const struct split_row *r, char out[CURRENT_SPLIT_TEXT])
{
    char groups[160], source[160];
    text_safe(r->groups_file, groups, sizeof groups);
    text_safe(r->source, source, sizeof source);
    if (*source)
        snprintf(out, CURRENT_SPLIT_TEXT, "%d folds of the table %s", r->folds, source);
    else if (*r->val)
        snprintf(out, CURRENT_SPLIT_TEXT, "%.*s, validation part %s, seed %lld%s%s",
                 (int)strcspn(r->method, "#"), r->method, r->val, (long long)r->seed,
                 *groups ? ", groups of " : "", groups);
    else
        snprintf(out, CURRENT_SPLIT_TEXT, "%.*s, %d folds, seed %lld%s%s",
                 (int)strcspn(r->method, "#"), r->method, r->folds, (long long)r->seed,
                 *groups ? ", groups of " : "", groups);
}

void current_split_command(const struct split_row *r, char out[CURRENT_SPLIT_TEXT])
{
    char groups[300], source[300], parts[64];
    text_safe(r->groups_file, groups, sizeof groups);
    text_safe(r->source, source, sizeof source);
    if (*r->val)
        snprintf(parts, sizeof parts, "--val %s", r->val);
    else
        snprintf(parts, sizeof parts, "--folds %d", r->folds);
    if (*source)
        snprintf(out, CURRENT_SPLIT_TEXT, "hpa split --in %s", source);
    else
        snprintf(out, CURRENT_SPLIT_TEXT, "hpa split --method %.*s %s --seed %lld%s%s",
                 (int)strcspn(r->method, "#"), r->method, parts, (long long)r->seed,
                 *groups ? " --groups " : "", groups);
}
