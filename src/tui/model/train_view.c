/* The form is a copy of the configuration: every value is checked by the table of keys at once, as
 * it would be in a file. */
#include "train_view.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "draw/scroll.h"

enum { RECIPE_KEYS = 8 };

struct train_config {
    const char *name;
    struct {
        const char *key, *value;
    } sets[RECIPE_KEYS];
};

static const struct train_config recipes[5];
static const char *const sections[7];

void train_view_init(struct train_view *v)
{
    *v = (struct train_view){.row = 1, .page = 8};
}

void train_view_fini(struct train_view *v)
{
    conf_free(v->conf);
    conf_free(v->usual);
    v->conf = v->usual = NULL;
}

void train_view_begin(struct train_view *v, const struct conf *usual)
{
    struct conf *copy = conf_copy(usual);
    train_view_fini(v);
    v->usual = copy;
    v->conf = conf_copy(usual);
    v->ask = true;
}

void train_view_split(struct train_view *v, const struct split_current *split)
{
    if (!v->conf)
        return;
    current_split_text(&split->split, v->split);
    current_split_apply(v->usual, split);
    current_split_apply(v->conf, split);
    train_view_renew(v);
}

static bool belongs(enum conf_key key, const char *section)
{
    const char *name = conf_info(key)->name;
    size_t n = strlen(section);
    return strncmp(name, section, n) == 0 && name[n] == '.';
}

enum conf_key train_view_key(int row, const char **section)
{
    int at = 0;
    for (int s = 0; sections[s]; s++) {
        *section = sections[s];
        if (at++ == row)
            return CONF_KEY_COUNT;
        for (int key = 0; key < CONF_KEY_COUNT; key++)
            if (belongs((enum conf_key)key, sections[s]) && at++ == row)
                return (enum conf_key)key;
    }
    *section = NULL;
    return CONF_KEY_COUNT;
}

int train_view_rows(const struct train_view *v)
{
    const char *section;
    int rows = 0;
    if (!v->conf)
        return 0;
    while (train_view_key(rows, &section) != CONF_KEY_COUNT || section)
        rows++;
    return rows;
}

static bool is_name(int row)
{
    const char *section;
    return train_view_key(row, &section) == CONF_KEY_COUNT;
}

void train_view_select(struct train_view *v, int row)
{
    int rows = train_view_rows(v);
    row = row >= rows ? rows - 1 : row;
    row = row < 1 ? 1 : row;
    if (is_name(row))
        row += row < v->row ? -1 : 1;
    v->row = row;
    train_view_scroll(v, v->page);
}

void train_view_move(struct train_view *v, int rows)
{
    train_view_select(v, v->row + rows);
}

/* The name of the first section shows again at the top. */
void train_view_scroll(struct train_view *v, int page)
{
    v->page = page > 0 ? page : 1;
    v->top = scroll_top(v->row == 1 ? 0 : v->top, v->row, v->page, train_view_rows(v));
}

bool train_view_changed(const struct train_view *v, enum conf_key key)
{
    return strcmp(conf_text(v->conf, key), conf_text(v->usual, key)) != 0;
}

int train_view_changes(const struct train_view *v)
{
    int changes = 0;
    for (int key = 0; v->conf && key < CONF_KEY_COUNT; key++)
        changes += train_view_changed(v, (enum conf_key)key);
    return changes;
}

void train_view_renew(struct train_view *v)
{
    v->ask = true;
    v->foreseen = false;
}

int train_view_set(struct train_view *v, enum conf_key key, const char *value, struct err *e)
{
    if (conf_set(v->conf, conf_info(key)->name, value, "the form", e))
        return -1;
    train_view_renew(v);
    return 0;
}

bool train_view_next(struct train_view *v, enum conf_key key)
{
    const struct conf_key_info *info = conf_info(key);
    const char *now = conf_text(v->conf, key);
    char value[64];
    struct err unused;
    if (info->kind == CONF_KIND_FLAG)
        return !train_view_set(v, key, conf_flag(v->conf, key) ? "no" : "yes", &unused);
    if (info->kind != CONF_KIND_CHOICE)
        return false;
    const char *at = info->allowed;
    for (size_t n; *at; at += n + (at[n] == '|')) {
        n = strcspn(at, "|");
        if (strlen(now) == n && !strncmp(at, now, n)) {
            at += n + (at[n] == '|');
            break;
        }
    }
    at = *at ? at : info->allowed;
    snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "|"), at);
    return !train_view_set(v, key, value, &unused);
}

bool train_view_recipe(struct train_view *v, const char *name)
{
    struct err unused;
    for (const struct train_config *r = recipes; r->name; r++) {
        bool taken = true;
        if (strcasecmp(r->name, name) != 0)
            continue;
        for (int i = 0; i < RECIPE_KEYS && r->sets[i].key; i++)
            taken &= !conf_set(v->conf, r->sets[i].key, r->sets[i].value, "the form", &unused);
        train_view_renew(v);
        return taken;
    }
    return false;
}

const char *train_view_recipe_name(int i)
{
    return recipes[i].name;
}

static const char *const sections[] = {"train", "loss", "augment", "split", "tune", "run", NULL};

static const struct train_config recipes[] = {
    {"plain",
     {{"augment.preset", "dihedral"},
      {"train.sampler", "shuffle"},
      {"train.ema", "0"},
      {"train.schedule", "cosine"},
      {"loss.gamma", "2"}}},
    {"standard",
     {{"augment.preset", "standard"},
      {"train.sampler", "shuffle"},
      {"train.ema", "0"},
      {"train.schedule", "cosine"},
      {"loss.gamma", "2"}}},
    {"rare",
     {{"augment.preset", "standard"},
      {"train.sampler", "balanced"},
      {"train.ema", "0.999"},
      {"train.schedule", "cosine"},
      {"loss.gamma", "2"}}},
    {"quick",
     {{"train.model", "resnet18"},
      {"train.size", "128"},
      {"train.epochs", "5"},
      {"augment.preset", "dihedral"}}},
    {NULL, {{NULL, NULL}}},
};
