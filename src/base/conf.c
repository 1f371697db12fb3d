/* Configuration: one text per key, checked when it is set, and the place it came from. The door to
 * inih.
 *
 * The table in conf_keys.h decides everything; this file lays the layers over each other. A value
 * that nobody set follows the preset, else the default.
 *
 * inih gets its lines from our reader, which counts them, refuses what inih would cut or misread
 * (long lines, NUL, invalid UTF-8), and strips leading blanks, so that an indented key is a key and
 * never the continuation of the line above. */
#include "base/conf.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf_check.h"
#include "conf_env.h"
#include "conf_paths.h"

enum { FILE_LIMIT = 1 << 20 };

struct conf {
    char *value[CONF_ALL_KEYS];   /* never NULL */
    char *origin[CONF_ALL_KEYS];  /* NULL: preset or default */
    char *beneath[CONF_ALL_KEYS]; /* value of a file or the environment that a flag overrules */
    /* Paths of the project as its file has them, where `value` has the folder in front, too; or
     * NULL. */
    char *stored[CONF_ALL_KEYS];
    char *home;    /* folder of the project's paths, with a final '/'; NULL: this process's */
    char *file;    /* the project's configuration file; NULL: none names a path */
    char *ignored; /* what conf_ignored returns */
};

struct preset_value {
    enum conf_key by; /* the key that names the preset */
    const char *preset;
    enum conf_key key;
    const char *value;
};

static const struct conf_key_info infos[CONF_ALL_KEYS];
static const struct preset_value preset_values[20];

enum { PRESET_VALUES = sizeof preset_values / sizeof preset_values[0] };

const struct conf_key_info *conf_info(enum conf_key key)
{
    return &infos[key];
}

static const struct preset_value *preset_of(const struct conf *c, enum conf_key key)
{
    for (int i = 0; i < PRESET_VALUES; i++)
        if (preset_values[i].key == key &&
            !strcmp(preset_values[i].preset, c->value[preset_values[i].by]))
            return &preset_values[i];
    return NULL;
}

static void replace(char **slot, const char *text)
{
    char *copy = text ? xstrdup(text) : NULL; /* `text` may lie in the old one */
    free(*slot);
    *slot = copy;
}

/* A value as the project has it: a relative path gets the project's folder. */
static void put_value(struct conf *c, int key, const char *text)
{
    bool moves = c->home && conf_paths_relative((enum conf_key)key, text);
    char *path = moves ? xasprintf("%s%s", c->home, text) : NULL;
    replace(&c->stored[key], moves ? text : NULL);
    replace(&c->value[key], moves ? path : text);
    free(path);
}

/* Values that nobody set follow the presets. */
static void apply_presets(struct conf *c)
{
    for (int k = 0; k < CONF_ALL_KEYS; k++) {
        const struct preset_value *p = preset_of(c, k);
        if (!c->origin[k])
            put_value(c, k, p ? p->value : infos[k].initial);
    }
}

struct conf *conf_new(void)
{
    struct conf *c = xcalloc(1, sizeof *c);
    for (int k = 0; k < CONF_ALL_KEYS; k++)
        c->value[k] = xstrdup(infos[k].initial);
    return c;
}

struct conf *conf_new_beside(const struct conf *place)
{
    struct conf *c = conf_new();
    replace(&c->home, place->home);
    replace(&c->file, place->file);
    apply_presets(c);
    return c;
}

void conf_move(struct conf *c, const char *home)
{
    replace(&c->home, home);
    apply_presets(c);
}

struct conf *conf_copy(const struct conf *c)
{
    struct conf *copy = xcalloc(1, sizeof *copy);
    for (int k = 0; k < CONF_ALL_KEYS; k++) {
        replace(&copy->value[k], c->value[k]);
        replace(&copy->origin[k], c->origin[k]);
        replace(&copy->beneath[k], c->beneath[k]);
        replace(&copy->stored[k], c->stored[k]);
    }
    replace(&copy->home, c->home);
    replace(&copy->file, c->file);
    return copy;
}

void conf_free(struct conf *c)
{
    if (!c)
        return;
    for (int k = 0; k < CONF_ALL_KEYS; k++) {
        free(c->value[k]);
        free(c->origin[k]);
        free(c->beneath[k]);
        free(c->stored[k]);
    }
    free(c->home);
    free(c->file);
    free(c->ignored);
    free(c);
}

static int find_key(const char *name)
{
    for (int k = 0; k < CONF_ALL_KEYS; k++)
        if (!strcmp(infos[k].name, name))
            return k;
    return -1;
}

static int unknown_key(const char *name, struct err *e)
{
    const char *names[2 * CONF_KEY_COUNT];
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        names[k] = infos[k].name;
        names[CONF_KEY_COUNT + k] = strchr(infos[k].name, '.') + 1;
    }
    char shown[128];
    text_safe(name, shown, sizeof shown);
    const char *near = text_nearest(name, names, 2 * CONF_KEY_COUNT);
    if (!near)
        return err_set(e, ERR_CONFIG, "unknown key '%s' (`hpa config` lists all keys)", shown);
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        if (!strcmp(strchr(infos[k].name, '.') + 1, near))
            near = infos[k].name;
    return err_set(e, ERR_CONFIG, "unknown key '%s'; did you mean '%s'?", shown, near);
}

/* `kept`: relative paths are the project's, not this process's. */
static int set(struct conf *c, const char *name, const char *value, bool kept, const char *origin,
               struct err *e)
{
    int key = find_key(name);
    if (key < 0)
        return unknown_key(name, e);
    if (conf_check_value(key, value, e))
        return -1;
    if (infos[key].kind == CONF_KIND_FLAG)
        value = conf_check_flag(value) ? "yes" : "no";
    if (*origin == '-' && c->origin[key] && *c->origin[key] != '-')
        replace(&c->beneath[key], c->value[key]);
    if (kept) {
        put_value(c, key, value);
    } else {
        replace(&c->value[key], value);
        replace(&c->stored[key], NULL);
    }
    replace(&c->origin[key], origin);
    if (key == CONF_DATA_PRESET || key == CONF_AUGMENT_PRESET)
        apply_presets(c);
    return 0;
}

int conf_set(struct conf *c, const char *name, const char *value, const char *origin, struct err *e)
{
    return set(c, name, value, false, origin, e);
}

int conf_set_kept(struct conf *c, const char *name, const char *value, const char *origin,
                  struct err *e)
{
    return set(c, name, value, true, origin, e);
}

void conf_take(struct conf *c, const struct conf *from, enum conf_key key)
{
    replace(&c->value[key], from->value[key]);
    replace(&c->stored[key], from->stored[key]);
    replace(&c->origin[key], from->origin[key]);
    replace(&c->beneath[key], from->beneath[key]);
}

int conf_set_pair(struct conf *c, const char *pair, const char *origin, struct err *e)
{
    char name[64], shown[128];
    const char *equals = strchr(pair, '=');
    text_safe(pair, shown, sizeof shown);
    if (!equals)
        return err_set(e, ERR_CONFIG, "'%s' is not of the form key=value", shown);
    if ((size_t)(equals - pair) >= sizeof name) {
        snprintf(name, sizeof name, "%s", pair);
        return unknown_key(name, e);
    }
    snprintf(name, sizeof name, "%.*s", (int)(equals - pair), pair);
    return conf_set(c, name, equals + 1, origin, e);
}

const char *conf_ignored(const struct conf *c)
{
    return c->ignored;
}

bool conf_is_set(const struct conf *c, enum conf_key key)
{
    return *c->value[key] != '\0';
}

const char *conf_text(const struct conf *c, enum conf_key key)
{
    return c->value[key];
}

int64_t conf_int(const struct conf *c, enum conf_key key)
{
    int64_t v = 0;
    text_int(c->value[key], &v);
    return v;
}

double conf_real(const struct conf *c, enum conf_key key)
{
    double v = 0;
    text_real(c->value[key], &v);
    return v;
}

bool conf_flag(const struct conf *c, enum conf_key key)
{
    return conf_check_flag(c->value[key]) == 1;
}

const char *conf_file(const struct conf *c)
{
    return c->file;
}

const char *conf_origin(const struct conf *c, enum conf_key key)
{
    const struct preset_value *p = preset_of(c, key);
    return c->origin[key] ? c->origin[key] : p ? p->preset : "default";
}

const char *conf_beneath(const struct conf *c, enum conf_key key)
{
    return c->beneath[key];
}

void conf_scale(const struct conf *c, enum conf_key key, double *low, double *high)
{
    *low = *high = 1;
    conf_check_scale(c->value[key], low, high);
}

char *conf_kept(const struct conf *c, enum conf_key key)
{
    const char *value = c->value[key];
    if (c->stored[key])
        return xstrdup(c->stored[key]);
    return c->home && conf_paths_relative(key, value) ? conf_paths_absolute(value) : xstrdup(value);
}

struct json *conf_to_json(const struct conf *c)
{
    struct json *j = json_new_object();
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        char *text = conf_kept(c, (enum conf_key)k);
        json_put_text(j, infos[k].name, text);
        free(text);
    }
    return j;
}

int conf_from_json(struct conf *c, const struct json *j, const char *origin, struct err *e)
{
    if (!json_is_object(j))
        return err_set(e, ERR_CONFIG, "%s: the configuration is not a JSON object", origin);
    int n = json_count(j);
    for (int i = 0; i < n; i++) {
        const char *value = json_get_text(json_value_at(j, i), NULL);
        if (!value)
            return err_set(e, ERR_CONFIG, "%s: the value of '%s' is not a text", origin,
                           json_key_at(j, i));
        if (conf_set_kept(c, json_key_at(j, i), value, origin, e))
            return err_prefix(e, "%s", origin);
    }
    return 0;
}

struct reading {
    struct conf *conf;
    const char *path;
    const char *next, *end; /* unread text */
    int line;               /* of the line inih works on, from 1 */
    int set_at[CONF_ALL_KEYS];
    bool is_long; /* the value of this line is in long_value */
    char long_value[FILE_PATH_MAX];
    struct err *e;
    struct err local;
    int failed_line; /* 0: none */
};

static void fail(struct reading *r)
{
    if (r->failed_line)
        return;
    r->failed_line = r->line;
    *r->e = r->local;
    err_prefix(r->e, "%s: line %d", r->path, r->line);
}

/* A line that inih would cut: keep its value (trimmed, without a comment behind it, as inih does),
 * and leave only "key =" of its `*n` bytes. False when even that does not fit. */
static bool keep_long_value(struct reading *r, const char *line, size_t *n, int size)
{
    const char *equals = memchr(line, '=', *n), *end = line + *n;
    if (!equals || equals - line + 3 > size)
        return false;
    const char *start = equals + 1;
    for (const char *p = start; p + 1 < end; p++)
        if ((*p == ' ' || *p == '\t') && p[1] == ';')
            end = p;
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    while (end > start && strchr(" \t\r", end[-1]))
        end--;
    if ((size_t)(end - start) >= sizeof r->long_value)
        return false;
    memcpy(r->long_value, start, (size_t)(end - start));
    r->long_value[end - start] = '\0';
    r->is_long = true;
    *n = (size_t)(equals + 1 - line);
    return true;
}

/* fgets of inih's: one line into `out` (room for `size`), NULL at the end or after an error. */
static char *read_line(char *out, int size, void *context)
{
    struct reading *r = context;
    if (r->failed_line || r->next == r->end)
        return NULL;
    r->line++;
    r->is_long = false;
    const char *newline = memchr(r->next, '\n', (size_t)(r->end - r->next));
    const char *stop = newline ? newline : r->end, *start = r->next;
    r->next = newline ? newline + 1 : r->end;
    while (start < stop && (*start == ' ' || *start == '\t'))
        start++;
    if (start < stop && strchr("#;", *start))
        start = stop; /* comments may be as long as they like */
    size_t n = (size_t)(stop - start);
    if (memchr(start, '\0', n) || !text_utf8_valid(start, n))
        err_set(&r->local, ERR_CONFIG, "this is not UTF-8 text");
    else if (n + 2 <= (size_t)size || keep_long_value(r, start, &n, size))
        return snprintf(out, (size_t)size, "%.*s\n", (int)n, start), out;
    else
        err_set(&r->local, ERR_CONFIG, "the line is too long (%zu bytes)", n);
    fail(r);
    return NULL;
}

/* "a b" -> a b; a quote that does not end is an error (or a comment cut it off). */
static int unquote(const char *value, char *out, size_t size, struct err *e)
{
    size_t n = strlen(value);
    if (*value != '"') {
        snprintf(out, size, "%s", value);
        return 0;
    }
    if (n < 2 || value[n - 1] != '"')
        return err_set(e, ERR_CONFIG, "the closing quote is missing");
    snprintf(out, size, "%.*s", (int)n - 2, value + 1);
    return 0;
}

static int set_one(struct reading *r, const char *name, const char *value, struct err *e)
{
    char plain[4096], origin[FILE_PATH_MAX + 16];
    snprintf(origin, sizeof origin, "%s:%d", r->path, r->line);
    if (strlen(value) >= sizeof plain)
        return err_set(e, ERR_CONFIG, "the value is too long");
    if (unquote(value, plain, sizeof plain, e) || conf_set(r->conf, name, plain, origin, e))
        return -1;
    for (int k = 0; k < CONF_ALL_KEYS; k++) {
        if (strcmp(conf_info(k)->name, name))
            continue;
        if (r->set_at[k])
            return err_set(e, ERR_CONFIG, "%s is set twice; the first is in line %d", name,
                           r->set_at[k]);
        r->set_at[k] = r->line;
    }
    return 0;
}

static int on_pair(void *context, const char *section, const char *name, const char *value)
{
    struct reading *r = context;
    char full[128];
    snprintf(full, sizeof full, "%s%s%s", section, *section ? "." : "", name);
    if (!set_one(r, full, r->is_long ? r->long_value : value, &r->local))
        return 1;
    fail(r);
    return 0;
}

static int read_file(struct reading *r, struct err *e)
{
    char *text;
    size_t size;
    if (file_read(r->path, FILE_LIMIT, &text, &size, e))
        return -1;
    r->next = text;
    r->end = text + size;
    int bad_line = ini_parse_stream(read_line, r, on_pair, r);
    free(text);
    if (bad_line == 0 && !r->failed_line)
        return 0;
    if (r->failed_line && (bad_line <= 0 || r->failed_line <= bad_line))
        return -1;
    if (bad_line < 0)
        return err_set(e, ERR_NOMEM, "%s: does not fit into memory", r->path);
    return err_set(e, ERR_CONFIG,
                   "%s: line %d: neither a [section] nor key = value nor a comment (# or ;)",
                   r->path, bad_line);
}

/* A file that names paths is a project's: those it names, and those that nobody sets, are in its
 * folder. One that names none is a recipe, which changes no place. */
static void settle_paths(struct reading *r)
{
    struct conf *c = r->conf;
    bool any = false;
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        any |= r->set_at[k] && conf_paths_key((enum conf_key)k);
    if (!any)
        return;
    bool has_table = r->set_at[CONF_DATA_TRAIN_CSV] != 0;
    char *home = conf_paths_home(
        r->path, r->set_at[CONF_DATA_PROJECT] ? c->value[CONF_DATA_PROJECT] : "",
        has_table ? c->value[CONF_DATA_TRAIN_CSV] : infos[CONF_DATA_TRAIN_CSV].initial);
    replace(&c->home, *home ? home : NULL);
    replace(&c->file, r->path);
    free(home);
    apply_presets(c);
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        if (r->set_at[k] && conf_paths_key((enum conf_key)k)) {
            char *text = xstrdup(c->value[k]);
            put_value(c, k, text);
            free(text);
        }
}

int conf_load_file(struct conf *c, const char *path, struct err *e)
{
    struct err unused;
    struct reading r = {.conf = c, .path = path, .e = e ? e : &unused};
    if (read_file(&r, e))
        return -1;
    settle_paths(&r);
    return 0;
}

/* Present in any way, also as a dangling link or without permission: then reading must say so. */
static bool present(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static int load_users_file(struct conf *c, struct err *e)
{
    char path[FILE_PATH_MAX];
    const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int n = 0;
    if (base && *base == '/')
        n = snprintf(path, sizeof path, "%s/hpa/hpa.conf", base);
    else if (home && *home)
        n = snprintf(path, sizeof path, "%s/.config/hpa/hpa.conf", home);
    struct err unused;
    struct reading r = {.conf = c, .path = path, .e = e ? e : &unused};
    if (n <= 0 || n >= (int)sizeof path || !present(path))
        return 0;
    return read_file(&r, e); /* of the user, not of a project: its paths are this process's */
}

int conf_load(struct conf *c, const char *file, struct err *e)
{
    if (load_users_file(c, e))
        return -1;
    if ((file || present("hpa.conf")) && conf_load_file(c, file ? file : "hpa.conf", e))
        return -1;
    free(c->ignored);
    return conf_env_load(c, &c->ignored, e);
}

static const struct conf_key_info infos[CONF_ALL_KEYS] = {
#define CONF_INFO(id, name, kind, initial, allowed, help)                                          \
    [CONF_##id] = {name, CONF_KIND_##kind, initial, allowed, help},
    CONF_KEYS(CONF_INFO) CONF_HIDDEN_KEYS(CONF_INFO)
#undef CONF_INFO
};

/* The defaults are those of data.preset=hpa2018 and augment.preset=standard. */
static const struct preset_value preset_values[20] = {
    {CONF_DATA_PRESET, "hpa2021", CONF_DATA_ID_COLUMN, "ID"},
    {CONF_DATA_PRESET, "hpa2021", CONF_DATA_TARGET_COLUMN, "Label"},
    {CONF_DATA_PRESET, "hpa2021", CONF_DATA_SEPARATOR, "|"},
    {CONF_DATA_PRESET, "hpa2021", CONF_DATA_CLASSES, "hpa19"},
    {CONF_AUGMENT_PRESET, "none", CONF_AUGMENT_FLIP, "no"},
    {CONF_AUGMENT_PRESET, "none", CONF_AUGMENT_TURN, "no"},
    {CONF_AUGMENT_PRESET, "none", CONF_AUGMENT_ROTATE, "0"},
    {CONF_AUGMENT_PRESET, "none", CONF_AUGMENT_SCALE, "1,1"},
    {CONF_AUGMENT_PRESET, "none", CONF_AUGMENT_SHIFT, "0"},
    {CONF_AUGMENT_PRESET, "none", CONF_AUGMENT_BRIGHTNESS, "0"},
    {CONF_AUGMENT_PRESET, "dihedral", CONF_AUGMENT_ROTATE, "0"},
    {CONF_AUGMENT_PRESET, "dihedral", CONF_AUGMENT_SCALE, "1,1"},
    {CONF_AUGMENT_PRESET, "dihedral", CONF_AUGMENT_SHIFT, "0"},
    {CONF_AUGMENT_PRESET, "dihedral", CONF_AUGMENT_BRIGHTNESS, "0"},
    {CONF_AUGMENT_PRESET, "strong", CONF_AUGMENT_ROTATE, "45"},
    {CONF_AUGMENT_PRESET, "strong", CONF_AUGMENT_SCALE, "0.8,1.25"},
    {CONF_AUGMENT_PRESET, "strong", CONF_AUGMENT_SHIFT, "0.1"},
    {CONF_AUGMENT_PRESET, "strong", CONF_AUGMENT_BRIGHTNESS, "0.2"},
    {CONF_AUGMENT_PRESET, "strong", CONF_AUGMENT_CONTRAST, "0.2"},
    {CONF_AUGMENT_PRESET, "strong", CONF_AUGMENT_CUTOUT, "0.25"},
};
