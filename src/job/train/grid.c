/* Combinations of settings, counted like digits. */
#include "grid.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { COMBINATIONS_MAX = 1024 };

static int parse_key(struct grid_key *k, const char *spec, struct err *e)
{
    char *rest = k->text;
    memset(k, 0, sizeof *k);
    snprintf(k->text, sizeof k->text, "%s", spec);
    k->key = strsep(&rest, "=");
    if (strlen(spec) >= sizeof k->text || !rest || !*k->key)
        return err_set(e, ERR_USAGE, "--grid '%.60s': KEY=VALUE,VALUE is needed", spec);
    while (rest) {
        if (k->n == GRID_VALUES_MAX)
            return err_set(e, ERR_USAGE, "--grid %s: more than %d values", k->key, GRID_VALUES_MAX);
        const char *value = k->values[k->n] = strsep(&rest, ",");
        for (int i = 0; i < k->n; i++)
            if (!strcmp(k->values[i], value))
                return err_set(e, ERR_USAGE, "--grid %s: the value '%s' is there twice", k->key,
                               value);
        k->n++;
    }
    return 0;
}

int grid_parse(struct grid *g, const char *const *specs, int n, struct err *e)
{
    memset(g, 0, sizeof *g);
    g->count = 1;
    if (n > GRID_KEYS_MAX)
        return err_set(e, ERR_USAGE, "--grid: at most %d keys", GRID_KEYS_MAX);
    for (; g->n < n; g->n++) {
        struct grid_key *k = &g->key[g->n];
        if (parse_key(k, specs[g->n], e))
            return -1;
        for (int i = 0; i < g->n; i++)
            if (!strcmp(g->key[i].key, k->key))
                return err_set(e, ERR_USAGE, "--grid %s is there twice", k->key);
        g->count *= k->n;
        if (g->count > COMBINATIONS_MAX)
            return err_set(e, ERR_USAGE, "--grid: more than %d runs", COMBINATIONS_MAX);
    }
    return 0;
}

static void put_name(char *out, size_t size, const struct grid_key *k, const char *value)
{
    const char *dot = strrchr(k->key, '.');
    size_t at = strlen(out);
    snprintf(out + at, size - at, "-%s%s", dot ? dot + 1 : k->key, value);
    for (char *c = out + at; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
            *c = '_';
}

int grid_apply(const struct grid *g, int index, struct conf *c, char *name, size_t size,
               struct err *e)
{
    int below = g->count;
    *name = '\0';
    for (int i = 0; i < g->n; i++) {
        const struct grid_key *k = &g->key[i];
        below /= k->n;
        const char *value = k->values[index / below % k->n];
        if (conf_set(c, k->key, value, "--grid", e)) {
            e->code = ERR_USAGE;
            return -1;
        }
        put_name(name, size, k, value);
    }
    return 0;
}
