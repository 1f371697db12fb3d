/* What an action takes is told by a table of functions over the model; an action whose argument is
 * a FILE, and a field of the recipe that may name one, ask for names of files. */
#include "complete.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

typedef const char *choice(const struct app_model *b, int i,
                           char out[PROMPT_MAX]); /* NULL: no more */

struct choices {
    enum action action;
    choice *choice;
};

struct looking {
    const struct app_model *b;
    choice *choice;
    enum action action; /* for words of its own argument */
    char *out;          /* [PROMPT_MAX] */
};

static const struct choices table[14];

/* "on|off": the i-th part. */
static const char *part(const char *parts, int i, char out[PROMPT_MAX])
{
    for (; i > 0 && *parts; i--) {
        parts += strcspn(parts, "|");
        parts += *parts == '|';
    }
    size_t n = strcspn(parts, "|");
    if (n == 0)
        return NULL;
    snprintf(out, PROMPT_MAX, "%.*s", (int)n, parts);
    return out;
}

static const char *command(const void *context, const char *start, int i)
{
    (void)context;
    return keymap_complete(start, i);
}

static const char *word_of(const struct looking *l, int i)
{
    if (l->choice)
        return l->choice(l->b, i, l->out);
    return part(keymap_entry(l->action)->argument, i, l->out);
}

static const char *argument(const void *context, const char *start, int i)
{
    const struct looking *l = context;
    const char *word;
    for (int at = 0; (word = word_of(l, at)) != NULL; at++)
        if (strncasecmp(word, start, strlen(start)) == 0 && i-- == 0)
            return word;
    return NULL;
}

/* The action whose argument is typed, and where it begins; ACTION_NONE: a command's name. */
static enum action action_typed(const struct prompt *p, const char *text, int *from)
{
    char name[32];
    *from = 0;
    if (p->kind == PROMPT_ARGUMENT)
        return p->action;
    size_t n = strcspn(text, " ");
    if (!text[n])
        return ACTION_NONE;
    *from = (int)(n + strspn(text + n, " "));
    snprintf(name, sizeof name, "%.*s", (int)n, text);
    return keymap_command(name);
}

static enum conf_key field(const struct app_model *b)
{
    const char *section;
    return b->train.conf ? train_view_key(b->train.row, &section) : CONF_KEY_COUNT;
}

static bool takes_file(const struct app_model *b, enum action action)
{
    enum conf_key key = field(b);
    if (action == ACTION_FIELD && key != CONF_KEY_COUNT)
        return conf_info(key)->kind == CONF_KIND_TEXT;
    return strstr(keymap_entry(action)->argument, "FILE") != NULL;
}

int complete_path_at(const struct app_model *b)
{
    int from;
    enum action action = action_typed(&b->prompt, b->prompt.text, &from);
    bool line = b->prompt.kind == PROMPT_COMMAND || b->prompt.kind == PROMPT_ARGUMENT;
    return line && action != ACTION_NONE && takes_file(b, action) ? from : -1;
}

void complete_tab(struct app_model *b)
{
    char out[PROMPT_MAX];
    struct prompt *p = &b->prompt;
    int from, path = complete_path_at(b);
    if (p->kind == PROMPT_FILTER)
        return;
    if (path >= 0) {
        app_model_wish(b, WISH_NAMES, p->text + path);
        return;
    }
    enum action action = action_typed(p, p->completed[0] ? p->completed : p->text, &from);
    if (action == ACTION_NONE) {
        if (from == 0)
            prompt_offer(p, 0, command, NULL);
        return;
    }
    struct looking l = {b, NULL, action, out};
    for (int i = 0; table[i].choice; i++)
        if (table[i].action == action)
            l.choice = table[i].choice;
    if (l.choice || strchr(keymap_entry(action)->argument, '|'))
        prompt_offer(p, from, argument, &l);
}

void complete_names(struct prompt *p, int from, const struct paths_names *names)
{
    if (from < 0 || strcmp(p->text + from, names->asked) != 0)
        return;
    prompt_replace(p, from, names->whole);
    p->offers_n = names->n > 1 ? names->n : 0;
    for (int i = 0; i < names->n && i < PROMPT_OFFERS && i < PATHS_NAMES; i++)
        snprintf(p->offers[i], sizeof p->offers[i], "%s", names->name[i]);
}

static const char *class_name(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    return i < b->k ? app_model_class_name(b, i, out) : NULL;
}

static const char *class_order(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)b, (void)out;
    return i < SORT_COUNT ? app_model_sort_name((enum app_model_sort)i) : NULL;
}

static const char *runs_order(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)b, (void)out;
    return i < RUNS_SORTS ? runs_view_sort_name((enum runs_sort)i) : NULL;
}

static const char *tier(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)b, (void)out;
    return i < GLYPHS_COUNT ? glyphs_set((enum glyphs)i)->name : NULL;
}

static const char *method(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)b;
    return part(conf_info(CONF_TUNE_METHOD)->allowed, i, out);
}

static const char *set(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)out;
    return i < tune_view_sets_n(&b->tune) ? b->tune.sets->set[i].name : NULL;
}

static const char *run(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)out;
    return b->runs.list && i < b->runs.list->n ? b->runs.list->runs[i].row.name : NULL;
}

static const char *show(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)b;
    return part("one|pair|grid", i, out);
}

static const char *against(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)b;
    return part("class|test|none", i, out);
}

static const char *key(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)b;
    if (i < CONF_KEY_COUNT)
        snprintf(out, PROMPT_MAX, "%s=", conf_info((enum conf_key)i)->name);
    return i < CONF_KEY_COUNT ? out : NULL;
}

/* Of a field with a few values. */
static const char *value(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    enum conf_key at = field(b);
    bool few = at != CONF_KEY_COUNT && conf_info(at)->kind == CONF_KIND_CHOICE;
    return few ? part(conf_info(at)->allowed, i, out) : NULL;
}

static const char *recipe(const struct app_model *b, int i, char out[PROMPT_MAX])
{
    (void)b;
    return part("plain|standard|rare|quick", i, out);
}

static const struct choices table[] = {
    {ACTION_CLASS, class_name}, {ACTION_SORT, class_order},
    {ACTION_GLYPHS, tier},      {ACTION_METHOD, method},
    {ACTION_SET, set},          {ACTION_COMPARE, set},
    {ACTION_RUN_OPEN, run},     {ACTION_RUN_SORT, runs_order},
    {ACTION_SHOW, show},        {ACTION_AGAINST, against},
    {ACTION_SET_KEY, key},      {ACTION_FIELD, value},
    {ACTION_RECIPE, recipe},    {ACTION_NONE, NULL},
};
