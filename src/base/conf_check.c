/* What a value of a key may be: kind, range, choice, and the few texts with a form of their own.
 *
 * Pure functions of the key table and the text. Messages name the key, show the value made safe,
 * and say what would be right. */
#include "conf_check.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/retention_rule.h"
#include "base/text.h"

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

int conf_check_flag(const char *text)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    for (int i = 0; i < 8; i++)
        if (!strcmp(text, words[i]))
            return i % 2;
    return -1;
}

bool conf_check_scale(const char *text, double *low, double *high)
{
    char first[64];
    const char *comma = strchr(text, ',');
    if (comma) {
        snprintf(first, sizeof first, "%.*s", (int)(comma - text), text);
        return text_real(first, low) && text_real(comma + 1, high) && *low >= .1 && *low <= *high &&
               *high <= 10;
    }
    if (!text_real(text, high) || *high < 0 || *high > .9)
        return false;
    *low = 1 - *high;
    *high = 1 + *high;
    return true;
}

static bool are_scales(const char *value)
{
    double scales[3];
    int n = text_reals(value, scales, 3);
    for (int i = 0; i < n; i++)
        if (!(scales[i] >= 0 && scales[i] <= 10))
            return false;
    return n == 1 || n == 3;
}

static bool is_class_rule(const char *value)
{
    int64_t class;
    return !strcmp(value, "argmax") || !strcmp(value, "none") ||
           (!strncmp(value, "class:", 6) && text_int(value + 6, &class) && class >= 0 &&
            class < 128);
}

static bool is_keep_rule(const char *value)
{
    struct retention_rule rule;
    return retention_rule_parse(value, &rule);
}

/* Texts with a form of their own. */
static int check_text(enum conf_key key, const char *value, const char *shown, struct err *e)
{
    const char *name = conf_info(key)->name;
    if (key == CONF_DATA_SEPARATOR &&
        (strlen(value) != 1 || strchr(",\"", *value) || isalnum((unsigned char)*value)))
        return err_set(e, ERR_CONFIG,
                       "%s: '%s' must be one character, and no letter, digit, comma or quote", name,
                       shown);
    if (key == CONF_DATA_PATTERN && (!strstr(value, "{id}") || !strstr(value, "{channel}")))
        return err_set(e, ERR_CONFIG, "%s: '%s' must contain {id} and {channel}", name, shown);
    double low, high, alpha;
    if (key == CONF_AUGMENT_SCALE && !conf_check_scale(value, &low, &high))
        return err_set(e, ERR_CONFIG,
                       "%s: '%s' is neither LOW,HIGH within 0.1,10 nor one number from 0 to 0.9",
                       name, shown);
    if (key == CONF_LOSS_ALPHA && strcmp(value, "off") != 0 &&
        (!text_real(value, &alpha) || alpha < 0 || alpha > 1))
        return err_set(e, ERR_CONFIG, "%s: '%s' is neither off nor a number from 0 to 1", name,
                       shown);
    if (key == CONF_TUNE_EMPTY_ROW && !is_class_rule(value))
        return err_set(e, ERR_CONFIG, "%s: '%s' is not one of argmax, none, class:N", name, shown);
    if (key == CONF_RUN_KEEP && !is_keep_rule(value))
        return err_set(e, ERR_CONFIG,
                       "%s: '%s' is not made of last, best, every:N and newest:N with commas "
                       "between",
                       name, shown);
    if (key == CONF_TRAIN_BACKBONE_LR_SCALE && *value && !are_scales(value))
        return err_set(e, ERR_CONFIG,
                       "%s: '%s' is neither one number from 0 to 10 nor three with commas between",
                       name, shown);
    if (!*value && *conf_info(key)->initial)
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

int conf_check_value(enum conf_key key, const char *value, struct err *e)
{
    const struct conf_key_info *info = conf_info(key);
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
        if (conf_check_flag(value) < 0)
            return err_set(e, ERR_CONFIG, "%s: '%s' is not yes or no", info->name, shown);
        return 0;
    default:
        return check_text(key, value, shown, e);
    }
}

static int check_first_size(const struct conf *c, struct err *e)
{
    if (conf_int(c, CONF_TRAIN_FIRST_SIZE) < conf_int(c, CONF_TRAIN_SIZE))
        return 0;
    return err_set(e, ERR_CONFIG, "train.first_size: %s must be smaller than train.size=%s",
                   conf_text(c, CONF_TRAIN_FIRST_SIZE), conf_text(c, CONF_TRAIN_SIZE));
}

int conf_check_but_split(const struct conf *c, struct err *e)
{
    return check_first_size(c, e);
}

int conf_check(const struct conf *c, struct err *e)
{
    if (conf_check_but_split(c, e))
        return -1;
    if (conf_is_set(c, CONF_SPLIT_VAL) && conf_int(c, CONF_SPLIT_FOLD) != 0)
        return err_set(e, ERR_CONFIG,
                       "split.fold: %s; with split.val fold 0 validates: leave split.fold at 0",
                       conf_text(c, CONF_SPLIT_FOLD));
    if (conf_int(c, CONF_SPLIT_FOLD) < conf_int(c, CONF_SPLIT_FOLDS))
        return 0;
    return err_set(e, ERR_CONFIG,
                   "split.fold: %s is out of range; with split.folds=%s it is 0..%lld",
                   conf_text(c, CONF_SPLIT_FOLD), conf_text(c, CONF_SPLIT_FOLDS),
                   (long long)conf_int(c, CONF_SPLIT_FOLDS) - 1);
}
