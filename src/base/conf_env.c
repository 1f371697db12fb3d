/* A name that is nearly a key's is probably misspelt, so each of those is named with the key.
 * Kubernetes and other programs set dozens of names at once: of the rest a few are named and the
 * others counted. */
#include "conf_env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

extern char **environ;

enum { VARIABLE_MAX = 80, NAME_MAX_BYTES = 128, SHOWN_MAX = 4 * NAME_MAX_BYTES, NAMED_MAX = 4 };

/* train.batch -> HPA_TRAIN_BATCH */
static void variable_name(const char *key, char out[VARIABLE_MAX])
{
    snprintf(out, VARIABLE_MAX, "HPA_%s", key);
    for (char *p = out; *p; p++)
        *p = *p == '.' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
}

/* The key that a variable sets, -1: none. */
static int key_of(const char *name)
{
    char variable[VARIABLE_MAX];
    for (int k = 0; k < CONF_ALL_KEYS; k++) {
        variable_name(conf_info(k)->name, variable);
        if (!strcmp(name, variable))
            return k;
    }
    return -1;
}

/* The variable of a key that `name` is probably meant to be; false when none is near. */
static bool nearest_variable(const char *name, char out[VARIABLE_MAX])
{
    char names[CONF_KEY_COUNT][VARIABLE_MAX];
    const char *list[CONF_KEY_COUNT];
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        variable_name(conf_info(k)->name, names[k]);
        list[k] = names[k];
    }
    const char *near = text_nearest(name, list, CONF_KEY_COUNT);
    if (near)
        memcpy(out, near, VARIABLE_MAX);
    return near != NULL;
}

static bool has_another_use(const char *name)
{
    static const char *const others[] = {"HPA_SCRIPT", "HPA_CLOCK", "HPA_REAL_DATA"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (!strcmp(name, others[i]))
            return true;
    return false;
}

struct list {
    FILE *out;
    int named, more; /* names written; names only counted */
};

static void add_name(struct list *l, const char *name, const char *near)
{
    char shown[SHOWN_MAX];
    text_safe(name, shown, sizeof shown);
    fprintf(l->out, "%s%s", l->named++ ? ", " : "", shown);
    if (near)
        fprintf(l->out, " (did you mean %s?)", near);
}

/* Only those that are near to a key, or only the others. */
static void add_ignored(struct list *l, bool near_to_a_key)
{
    char name[NAME_MAX_BYTES], near[VARIABLE_MAX];
    for (char **entry = environ; *entry; entry++) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*entry, "="), *entry);
        if (strncmp(name, "HPA_", 4) || key_of(name) >= 0 || has_another_use(name) ||
            nearest_variable(name, near) != near_to_a_key)
            continue;
        if (near_to_a_key || l->named < NAMED_MAX)
            add_name(l, name, near_to_a_key ? near : NULL);
        else
            l->more++;
    }
}

static char *describe_ignored(void)
{
    char *text = NULL;
    size_t size;
    struct list l = {.out = open_memstream(&text, &size)};
    if (!l.out)
        mem_none_left("out of memory: names of environment variables");
    fputs("environment: ignored, because no configuration key has this name: ", l.out);
    add_ignored(&l, true);
    add_ignored(&l, false);
    if (l.more)
        fprintf(l.out, " and %d more", l.more);
    if (fclose(l.out))
        mem_none_left("out of memory: names of environment variables");
    if (l.named)
        return text;
    free(text);
    return NULL;
}

int conf_env_load(struct conf *c, char **ignored, struct err *e)
{
    char name[NAME_MAX_BYTES];
    *ignored = NULL;
    for (char **entry = environ; entry && *entry; entry++) {
        const char *equals = strchr(*entry, '=');
        if (strncmp(*entry, "HPA_", 4) || !equals)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(equals - *entry), *entry);
        int key = key_of(name);
        if (key >= 0 && conf_set(c, conf_info(key)->name, equals + 1, "environment", e))
            return err_prefix(e, "environment: %s", name);
    }
    if (environ)
        *ignored = describe_ignored();
    return 0;
}
