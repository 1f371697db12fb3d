/* One worker of two kinds. A folder is read once a question; names are kept in order as they come.
 */
#include "job/paths.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "async_worker.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/output.h"
#include "base/text.h"
#include "store/threshold_rows.h"

enum question { NAMES, PLACE, SAVE, QUESTIONS };

static const struct async_worker_kind kinds[QUESTIONS];

struct paths {
    struct async_worker *worker;
};

struct save_ask {
    enum output_mode mode;
    char path[PATHS_TEXT];
    char text[];
};

struct place_ask {
    char path[PATHS_TEXT]; /* or the name of a set */
    char database[FILE_PATH_MAX], run[40];
};

void paths_expand(const char *typed, char out[4096])
{
    const char *home = getenv("HOME");
    bool below = home && typed[0] == '~' && typed[1] == '/';
    snprintf(out, 4096, "%s%s", below ? home : "", below ? typed + 1 : typed);
}

/* Where the last name of a path begins. */
static size_t name_at(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static bool is_plain(const char *name)
{
    char safe[2 * PATHS_TEXT];
    text_safe(name, safe, sizeof safe);
    return strcmp(name, safe) == 0;
}

static bool is_folder(const char *folder, const char *name)
{
    char path[FILE_PATH_MAX];
    struct stat s;
    return file_join(path, folder, name, NULL) == 0 && stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static void keep_common(struct paths_names *out, const char *path)
{
    size_t same = 0;
    if (out->n == 0)
        snprintf(out->whole, sizeof out->whole, "%s", path);
    while (out->whole[same] && out->whole[same] == path[same])
        same++;
    while (same > 0 && (out->whole[same] & 0xc0) == 0x80)
        same--; /* never half a character */
    out->whole[same] = '\0';
}

static void keep_name(struct paths_names *out, const char *name)
{
    int n = out->n < PATHS_NAMES ? out->n : PATHS_NAMES, at = n;
    while (at > 0 && strcmp(out->name[at - 1], name) > 0)
        at--;
    if (at < PATHS_NAMES) {
        int moved = (n < PATHS_NAMES ? n : PATHS_NAMES - 1) - at;
        memmove(out->name[at + 1], out->name[at], (size_t)moved * sizeof *out->name);
        snprintf(out->name[at], sizeof *out->name, "%s", name);
    }
    out->n++;
}

static void take_entry(struct paths_names *out, const char *folder, const char *entry)
{
    char name[PATHS_TEXT], path[2 * PATHS_TEXT];
    size_t begin = name_at(out->asked);
    const char *start = out->asked + begin;
    if (strncmp(entry, start, strlen(start)) != 0 || (entry[0] == '.' && start[0] != '.') ||
        strcmp(entry, ".") == 0 || strcmp(entry, "..") == 0 || !is_plain(entry))
        return;
    snprintf(name, sizeof name, "%s%s", entry, is_folder(folder, entry) ? "/" : "");
    snprintf(path, sizeof path, "%.*s%s", (int)begin, out->asked, name);
    if (strlen(path) >= PATHS_TEXT)
        return;
    keep_common(out, path);
    keep_name(out, name);
}

void paths_complete(const char *typed, struct paths_names *out)
{
    char folder[4096];
    *out = (struct paths_names){.n = 0};
    snprintf(out->asked, sizeof out->asked, "%s", typed);
    snprintf(out->whole, sizeof out->whole, "%s", typed);
    paths_expand(out->asked, folder);
    size_t begin = name_at(folder);
    snprintf(folder + begin, sizeof folder - begin, ".");
    DIR *d = opendir(folder);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        take_entry(out, folder, e->d_name);
    closedir(d);
}

static void *answer_names(void *context, void *ask)
{
    struct paths_names *out = xmalloc(sizeof *out);
    (void)context;
    paths_complete(ask, out);
    return out;
}

void paths_look_set(const char *database, const char *run_uuid, const char *name,
                    struct paths_place *out)
{
    struct threshold_set set;
    *out = (struct paths_place){.taken = false};
    if (!*run_uuid || !file_exists(database))
        return;
    struct store *s = store_open(database, STORE_READ, &out->error);
    if (s && threshold_set_get(s, run_uuid, name, &set, &out->taken, &out->error) == 0)
        err_clear(&out->error);
    store_close(s);
}

static void *answer_place(void *context, void *ask)
{
    char path[FILE_PATH_MAX];
    const struct place_ask *a = ask;
    struct paths_place *out = xcalloc(1, sizeof *out);
    (void)context;
    if (*a->database) {
        paths_look_set(a->database, a->run, a->path, out);
        return out;
    }
    paths_expand(a->path, path);
    if (output_look(path, &out->taken, &out->error) == 0)
        err_clear(&out->error);
    return out;
}

static void *answer_save(void *context, void *ask)
{
    char path[FILE_PATH_MAX];
    struct save_ask *s = ask;
    struct paths_saved *out = xcalloc(1, sizeof *out);
    (void)context;
    snprintf(out->path, sizeof out->path, "%s", s->path);
    paths_expand(s->path, path);
    if (output_save(path, s->mode, s->text, strlen(s->text), &out->error) == 0)
        err_clear(&out->error);
    return out;
}

struct paths *paths_open(struct wake *wake, struct err *e)
{
    struct paths *p = xcalloc(1, sizeof *p);
    p->worker = async_worker_new("hpa-paths", kinds, QUESTIONS, p, wake, e);
    if (p->worker)
        return p;
    free(p);
    return NULL;
}

void paths_close(struct paths *p)
{
    if (!p)
        return;
    async_worker_free(p->worker);
    free(p);
}

void paths_ask_names(struct paths *p, const char *typed)
{
    async_worker_ask(p->worker, NAMES, xstrdup(typed));
}

struct paths_names *paths_take_names(struct paths *p)
{
    return async_worker_take(p->worker, NAMES);
}

void paths_save(struct paths *p, const char *path, enum output_mode mode, const char *text)
{
    size_t size = strlen(text) + 1;
    struct save_ask *s = xmalloc(sizeof *s + size);
    snprintf(s->path, sizeof s->path, "%s", path);
    s->mode = mode;
    memcpy(s->text, text, size);
    async_worker_ask(p->worker, SAVE, s);
}

void paths_ask_place(struct paths *p, const char *path)
{
    struct place_ask *a = xcalloc(1, sizeof *a);
    snprintf(a->path, sizeof a->path, "%s", path);
    async_worker_ask(p->worker, PLACE, a);
}

void paths_ask_set(struct paths *p, const char *database, const char *run_uuid, const char *name)
{
    struct place_ask *a = xcalloc(1, sizeof *a);
    snprintf(a->path, sizeof a->path, "%s", name);
    snprintf(a->database, sizeof a->database, "%s", database);
    snprintf(a->run, sizeof a->run, "%s", run_uuid);
    async_worker_ask(p->worker, PLACE, a);
}

struct paths_place *paths_take_place(struct paths *p)
{
    return async_worker_take(p->worker, PLACE);
}

struct paths_saved *paths_take_saved(struct paths *p)
{
    return async_worker_take(p->worker, SAVE);
}

static const struct async_worker_kind kinds[QUESTIONS] = {
    [NAMES] = {answer_names, free, false},
    [PLACE] = {answer_place, free, false},
    [SAVE] = {answer_save, free, true},
};
