/* /proc/self/cgroup says which group of each hierarchy we are in, /proc/self/mountinfo where the
 * hierarchies are mounted. In a container the mounted root is a group deep inside the host's
 * hierarchy, and the path of our own group may be the host's, or begin with "/..". What does not
 * fit under the mounted root is taken for that root. */
#include "cgroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096, LINE_BYTES = 3 * PATH_BYTES };

struct walk {
    const char *root, *controller;
    char own[PATH_BYTES]; /* our group's path, as /proc/self/cgroup has it */
    bool v2;
};

static FILE *open_proc(const char *root, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/proc/self/%s", root, name);
    return fopen(path, "re");
}

/* Is `word` one of the words of `list` between commas? */
static bool lists(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
        if (strncmp(p, word, n) == 0 && (p[n] == ',' || p[n] == '\0'))
            return true;
    return false;
}

/* "\040" is a space: the system writes so what would end a word. */
static void decode(char *path)
{
    char *out = path;
    for (const char *p = path; *p; out++) {
        bool octal = p[0] == '\\' && strspn(p + 1, "01234567") >= 3;
        *out = (char)(octal ? (p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0') : *p);
        p += octal ? 4 : 1;
    }
    *out = '\0';
}

/* What of `own` is below `mounted`, or NULL. */
static const char *below(const char *own, const char *mounted)
{
    size_t n = strcmp(mounted, "/") == 0 ? 0 : strlen(mounted);
    if (strncmp(own, mounted, n) != 0 || (own[n] != '/' && own[n] != '\0') || strstr(own, "/.."))
        return NULL;
    return own + n;
}

static void climb(const struct walk *w, const char *mount, const char *rest, cgroup_visit *visit,
                  void *context)
{
    char folder[2 * PATH_BYTES];
    struct cgroup g = {w->root, folder, w->v2};
    size_t top = strlen(mount);
    int n = snprintf(folder, sizeof folder, "%s%s", mount, rest);
    if (n < 0 || (size_t)n >= sizeof folder)
        return;
    while (strlen(folder) > top && folder[strlen(folder) - 1] == '/')
        folder[strlen(folder) - 1] = '\0';
    for (;;) {
        visit(context, &g);
        char *slash = strrchr(folder, '/');
        if (strlen(folder) <= top || !slash || (size_t)(slash - folder) < top)
            return;
        *slash = '\0';
    }
}

/* A line of mountinfo: id, parent, device, root, mount point, options, ..., "-", type, source,
 * options of the file system. */
static bool parse_mount(const struct walk *w, char *line, char **mounted, char **mount)
{
    char *end, *tail = strstr(line, " - "), *word = strtok_r(line, " ", &end);
    if (!tail)
        return false;
    for (int field = 0; word && field < 4; field++) {
        word = strtok_r(NULL, " ", &end);
        *mounted = field == 2 ? word : *mounted;
        *mount = word;
    }
    char *type = word ? strtok_r(tail + 3, " \n", &end) : NULL;
    char *source = type ? strtok_r(NULL, " \n", &end) : NULL;
    char *options = source ? strtok_r(NULL, " \n", &end) : NULL;
    if (!options || strcmp(type, w->v2 ? "cgroup2" : "cgroup") != 0 ||
        (!w->v2 && !lists(options, w->controller)))
        return false;
    decode(*mounted);
    decode(*mount);
    return true;
}

/* Mounts that hold our own group; only if there is none, those that do not. */
static void walk_mounts(const struct walk *w, cgroup_visit *visit, void *context)
{
    char line[LINE_BYTES];
    bool found = false;
    for (int pass = 0; pass < 2 && !found; pass++) {
        FILE *f = open_proc(w->root, "mountinfo");
        while (f && fgets(line, sizeof line, f)) {
            char *mounted = NULL, *mount = NULL;
            if (!parse_mount(w, line, &mounted, &mount))
                continue;
            const char *rest = below(w->own, mounted);
            if (!rest && pass == 0)
                continue;
            found = true;
            climb(w, mount, rest ? rest : "", visit, context);
        }
        if (f)
            fclose(f);
    }
}

void cgroup_walk(const char *root, const char *controller, cgroup_visit *visit, void *context)
{
    char line[LINE_BYTES];
    FILE *f = open_proc(root, "cgroup");
    while (f && fgets(line, sizeof line, f)) {
        struct walk w = {.root = root, .controller = controller};
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':'),
             *path = controllers ? strchr(controllers + 1, ':') : 0;
        if (!path)
            continue;
        *controllers++ = *path++ = '\0';
        w.v2 = strcmp(line, "0") == 0 && !*controllers;
        if (!w.v2 && !lists(controllers, controller))
            continue;
        snprintf(w.own, sizeof w.own, "%s", path);
        walk_mounts(&w, visit, context);
    }
    if (f)
        fclose(f);
}

FILE *cgroup_open(const struct cgroup *g, const char *file)
{
    char path[3 * PATH_BYTES];
    snprintf(path, sizeof path, "%s%s/%s", g->root, g->folder, file);
    return fopen(path, "re");
}

bool cgroup_read(const struct cgroup *g, const char *file, char *out, int size)
{
    FILE *f = cgroup_open(g, file);
    bool read = f && fgets(out, size, f);
    if (f)
        fclose(f);
    if (read)
        out[strcspn(out, "\n")] = '\0';
    return read;
}
