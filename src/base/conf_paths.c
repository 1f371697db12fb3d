/* Paths in a configuration file are relative to its folder, so that a project may be copied, moved
 * and named from anywhere. */
#include "conf_paths.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static const struct path_key {
    enum conf_key key;
    const char *words[3]; /* values that are no paths */
} keys[12];

enum { KEYS = sizeof keys / sizeof keys[0] };

static const struct path_key *find(enum conf_key key)
{
    for (int i = 0; i < KEYS; i++)
        if (keys[i].key == key)
            return &keys[i];
    return NULL;
}

bool conf_paths_key(enum conf_key key)
{
    return find(key) != NULL;
}

bool conf_paths_relative(enum conf_key key, const char *value)
{
    const struct path_key *k = find(key);
    if (!k || !*value || *value == '/')
        return false;
    for (int i = 0; i < 3 && k->words[i]; i++)
        if (!strcmp(value, k->words[i]))
            return false;
    return true;
}

static bool has(const char *folder, const char *name)
{
    char *path = xasprintf("%s%s", folder, name);
    bool there = file_exists(path);
    free(path);
    return there;
}

char *conf_paths_home(const char *file, const char *project, const char *probe)
{
    const char *slash = strrchr(file, '/');
    int n = slash ? (int)(slash - file) + 1 : 0;
    char *beside = xasprintf("%.*s", n, file);
    if (*probe == '/' || has(beside, probe))
        return beside;
    for (const char *name = project; *name; name = strchr(name, '/') ? strchr(name, '/') + 1 : "") {
        char *inside = xasprintf("%.*s%s/", n, file, name);
        if (has(inside, probe)) {
            free(beside);
            return inside;
        }
        free(inside);
    }
    return beside;
}

char *conf_paths_absolute(const char *path)
{
    char folder[FILE_PATH_MAX];
    if (*path == '/' || !getcwd(folder, sizeof folder))
        return xstrdup(path);
    return xasprintf("%s/%s", folder, path);
}

static const struct path_key keys[12] = {
    {CONF_DATA_TRAIN_CSV, {NULL}},
    {CONF_DATA_TRAIN_DIR, {NULL}},
    {CONF_DATA_TEST_DIR, {NULL}},
    {CONF_DATA_SAMPLE_SUBMISSION, {NULL}},
    {CONF_DATA_EXCLUDE, {NULL}},
    {CONF_DATA_CLASSES, {"hpa28", "hpa19", NULL}},
    {CONF_WORK_DIR, {NULL}},
    {CONF_WORK_CACHE_DIR, {NULL}},
    {CONF_SPLIT_GROUPS, {NULL}},
    {CONF_TRAIN_INIT, {"he", NULL}},
    {CONF_TRAIN_SAMPLE_WEIGHTS, {NULL}},
    {CONF_LOSS_CLASS_WEIGHTS, {"none", "inverse", "effective"}},
};
