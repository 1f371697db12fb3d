/* Configuration: one text per key, checked when it is set, and the place it came from.
 *
 * The table in conf_keys.h decides everything; this file knows how values are checked and how
 * layers lie over each other. A value that was set by nobody follows the preset, else the default.
 * The files are read in conf_file.c. */
#include "base/conf.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

struct conf {
    char *value[CONF_KEY_COUNT];  /* never NULL */
    char *origin[CONF_KEY_COUNT]; /* NULL: preset or default */
};

struct preset_value {
    const char *preset;
    enum conf_key key;
    const char *value;
};

static const struct conf_key_info infos[CONF_KEY_COUNT];
static const struct preset_value preset_values[4];

enum { PRESET_VALUES = sizeof preset_values / sizeof preset_values[0] };

const struct conf_key_info *conf_info(enum conf_key key)
{
    return &infos[key];
}

static const struct preset_value *preset_of(const struct conf *c, enum conf_key key)
{
    for (int i = 0; i < PRESET_VALUES; i++)
        if (preset_values[i].key == key &&
            !strcmp(preset_values[i].preset, c->value[CONF_DATA_PRESET]))
            return &preset_values[i];
    return NULL;
}

static void replace(char **slot, const char *text)
{
    char *copy = text ? xstrdup(text) : NULL; /* `text` may lie in the old one */
    free(*slot);
    *slot = copy;
}

/* Values that nobody set follow the preset. */
static void apply_preset(struct conf *c)
{
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        const struct preset_value *p = preset_of(c, k);
        if (!c->origin[k] && k != CONF_DATA_PRESET)
            replace(&c->value[k], p ? p->value : infos[k].initial);
    }
}

struct conf *conf_new(void)
{
    struct conf *c = xcalloc(1, sizeof *c);
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        c->value[k] = xstrdup(infos[k].initial);
    return c;
}

struct conf *conf_copy(const struct conf *c)
{
    struct conf *copy = xcalloc(1, sizeof *copy);
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        replace(&copy->value[k], c->value[k]);
        replace(&copy->origin[k], c->origin[k]);
    }
    return copy;
}

void conf_free(struct conf *c)
{
    if (!c)
        return;
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        free(c->value[k]);
        free(c->origin[k]);
    }
    free(c);
}

static int find_key(const char *name)
{
    for (int k = 0; k < CONF_KEY_COUNT; k++)
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

/* "low..high", either may be missing */
static void parse_range(const char *allowed, double *low, double *high)
{
    char text[64];
    *low = -INFINITY;
    *high = INFINITY;
    snprintf(text, sizeof text, "%s", allowed);
    char *dots = strstr(text, "..");
    if (!dots)
        return;
    *dots = '\0';
    text_real(text, low);
    text_real(dots + 2, high);
}

static int check_range(const struct conf_key_info *info, double v, const char *shown, struct err *e)
{
    double low, high;
    parse_range(info->allowed, &low, &high);
    if (v >= low && v <= high)
        return 0;
    if (isinf(high))
        return err_set(e, ERR_CONFIG, "%s: %s is too small; the least is %.9g", info->name, shown,
                       low);
    return err_set(e, ERR_CONFIG, "%s: %s is out of range; allowed is %s", info->name, shown,
                   info->allowed);
}

/* What is wrong with a text that is no number: the usual slips have a hint of their own. */
static int not_a_number(const struct conf_key_info *info, const char *value, const char *shown,
                        struct err *e)
{
    const char *wanted = info->kind == CONF_KIND_INT ? "whole number" : "number";
    char dotted[64];
    double v;
    snprintf(dotted, sizeof dotted, "%s", value);
    char *comma = strchr(dotted, ',');
    if (comma)
        *comma = '.';
    if (comma && text_real(dotted, &v))
        return err_set(e, ERR_CONFIG, "%s: '%s' is not a %s; write a dot, not a comma: %s",
                       info->name, shown, wanted, dotted);
    if (strstr(value, " #"))
        return err_set(e, ERR_CONFIG,
                       "%s: '%s' is not a %s; a comment behind a value starts with ' ;'",
                       info->name, shown, wanted);
    return err_set(e, ERR_CONFIG, "%s: '%s' is not a %s", info->name, shown, wanted);
}

static int check_number(const struct conf_key_info *info, const char *value, const char *shown,
                        struct err *e)
{
    int64_t whole;
    double v;
    if (!*value && !*info->initial)
        return 0;
    if (info->kind == CONF_KIND_REAL ? !text_real(value, &v) : !text_int(value, &whole))
        return not_a_number(info, value, shown, e);
    return check_range(info, info->kind == CONF_KIND_REAL ? v : (double)whole, shown, e);
}

static int check_choice(const struct conf_key_info *info, const char *value, const char *shown,
                        struct err *e)
{
    char list[256];
    const char *choices[16];
    int n = 0;
    snprintf(list, sizeof list, "%s", info->allowed);
    char *rest = list;
    for (char *word; n < 16 && (word = strtok_r(rest, "|", &rest));) {
        if (!strcmp(word, value))
            return 0;
        choices[n++] = word;
    }
    const char *near = text_nearest(value, choices, n);
    return err_set(e, ERR_CONFIG, "%s: '%s' is not one of %s%s%s%s", info->name, shown,
                   info->allowed, near ? "; did you mean '" : "", near ? near : "",
                   near ? "'?" : "");
}

static int flag_value(const char *text)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    for (int i = 0; i < 8; i++)
        if (!strcmp(text, words[i]))
            return i % 2;
    return -1;
}

static bool is_class_rule(const char *value)
{
    int64_t class;
    return !strcmp(value, "argmax") || !strcmp(value, "none") ||
           (!strncmp(value, "class:", 6) && text_int(value + 6, &class) && class >= 0 &&
            class < 128);
}

/* Texts with a form of their own. */
static int check_text(enum conf_key key, const char *value, const char *shown, struct err *e)
{
    const char *name = infos[key].name;
    if (key == CONF_DATA_SEPARATOR &&
        (strlen(value) != 1 || strchr(",\"", *value) || isalnum((unsigned char)*value)))
        return err_set(e, ERR_CONFIG,
                       "%s: '%s' must be one character, and no letter, digit, comma or quote", name,
                       shown);
    if (key == CONF_DATA_PATTERN && (!strstr(value, "{id}") || !strstr(value, "{channel}")))
        return err_set(e, ERR_CONFIG, "%s: '%s' must contain {id} and {channel}", name, shown);
    if (key == CONF_TUNE_EMPTY_ROW && !is_class_rule(value))
        return err_set(e, ERR_CONFIG, "%s: '%s' is not one of argmax, none, class:N", name, shown);
    if (!*value && *infos[key].initial)
        return err_set(e, ERR_CONFIG, "%s: needs a value", name);
    return 0;
}

static bool is_plain(const char *value)
{
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            return false;
    return text_utf8_valid(value, strlen(value));
}

static int check(enum conf_key key, const char *value, struct err *e)
{
    const struct conf_key_info *info = &infos[key];
    char shown[256];
    text_safe(value, shown, sizeof shown);
    if (!is_plain(value))
        return err_set(e, ERR_CONFIG, "%s: '%s' holds control characters or is not UTF-8",
                       info->name, shown);
    switch (info->kind) {
    case CONF_KIND_INT:
    case CONF_KIND_REAL:
        return check_number(info, value, shown, e);
    case CONF_KIND_CHOICE:
        return check_choice(info, value, shown, e);
    case CONF_KIND_FLAG:
        if (flag_value(value) < 0)
            return err_set(e, ERR_CONFIG, "%s: '%s' is not yes or no", info->name, shown);
        return 0;
    default:
        return check_text(key, value, shown, e);
    }
}

int conf_set(struct conf *c, const char *name, const char *value, const char *origin, struct err *e)
{
    int key = find_key(name);
    if (key < 0)
        return unknown_key(name, e);
    if (check(key, value, e))
        return -1;
    if (infos[key].kind == CONF_KIND_FLAG)
        value = flag_value(value) ? "yes" : "no";
    replace(&c->value[key], value);
    replace(&c->origin[key], origin);
    if (key == CONF_DATA_PRESET)
        apply_preset(c);
    return 0;
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

int conf_check(const struct conf *c, struct err *e)
{
    if (conf_int(c, CONF_SPLIT_FOLD) < conf_int(c, CONF_SPLIT_FOLDS))
        return 0;
    return err_set(e, ERR_CONFIG,
                   "split.fold: %s is out of range; with split.folds=%s it is 0..%lld",
                   c->value[CONF_SPLIT_FOLD], c->value[CONF_SPLIT_FOLDS],
                   (long long)conf_int(c, CONF_SPLIT_FOLDS) - 1);
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
    return flag_value(c->value[key]) == 1;
}

const char *conf_origin(const struct conf *c, enum conf_key key)
{
    const struct preset_value *p = preset_of(c, key);
    return c->origin[key] ? c->origin[key] : p ? p->preset : "default";
}

struct json *conf_to_json(const struct conf *c)
{
    struct json *j = json_new_object();
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        json_put_text(j, infos[k].name, c->value[k]);
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
        if (conf_set(c, json_key_at(j, i), value, origin, e))
            return err_prefix(e, "%s", origin);
    }
    return 0;
}

static const struct conf_key_info infos[CONF_KEY_COUNT] = {
#define CONF_INFO(id, name, kind, initial, allowed, help)                                          \
    [CONF_##id] = {name, CONF_KIND_##kind, initial, allowed, help},
    CONF_KEYS(CONF_INFO)
#undef CONF_INFO
};

static const struct preset_value preset_values[4] = {
    {"hpa2021", CONF_DATA_ID_COLUMN, "ID"},
    {"hpa2021", CONF_DATA_TARGET_COLUMN, "Label"},
    {"hpa2021", CONF_DATA_SEPARATOR, "|"},
    {"hpa2021", CONF_DATA_CLASSES, "hpa19"},
};
