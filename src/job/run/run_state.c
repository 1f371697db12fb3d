/* What is there is looked at without changing anything. */
#include "run_state.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "core/alive.h"
#include "core/run_files.h"
#include "nn/checkpoint.h"
#include "run_dir.h"
#include "saved_run.h"
#include "store/queue_rows.h"

static const struct saying {
    enum err_code code;
    const char *text; /* each %s is the name */
} sayings[RUN_STATE_WHOLE + 1];

static bool has_row(struct store *s, const char *name, bool *has, struct err *e)
{
    struct run_row row;
    struct err why = {0};
    *has = s && !run_find(s, name, &row, &why);
    if (*has)
        run_row_fini(&row);
    if (*has || !s || why.code == ERR_NOINPUT)
        return true;
    if (e)
        *e = why;
    return false;
}

static bool has_place(struct store *s, const char *name, bool *waits, struct err *e)
{
    struct queue_row *rows = NULL;
    int n = 0;
    *waits = false;
    if (s && queue_rows_list(s, &rows, &n, e))
        return false;
    for (int i = 0; i < n; i++)
        *waits = *waits || !strcmp(rows[i].name, name);
    queue_rows_free(rows, n);
    return true;
}

static bool has_weights(const char *folder)
{
    bool found = false;
    DIR *d = opendir(folder);
    for (struct dirent *entry; d && (entry = readdir(d));) {
        const char *dot = strrchr(entry->d_name, '.');
        found = found || (dot && !strcmp(dot, ".safetensors"));
    }
    if (d)
        closedir(d);
    return found;
}

/* Neither trained nor waiting. */
static enum run_state at_rest(const struct work *w, const char *name, const char *folder, bool row)
{
    struct stat st;
    if (saved_run_exists(w, name))
        return row ? RUN_STATE_WHOLE : RUN_STATE_UNLISTED;
    if (lstat(folder, &st))
        return row ? RUN_STATE_NO_FOLDER : RUN_STATE_NONE;
    if (S_ISLNK(st.st_mode) && stat(folder, &st))
        return RUN_STATE_NOT_A_FOLDER; /* a link that leads nowhere */
    if (!S_ISDIR(st.st_mode))
        return RUN_STATE_NOT_A_FOLDER;
    return row || has_weights(folder) ? RUN_STATE_NO_CHECKPOINT : RUN_STATE_EMPTY;
}

int run_state_look(const struct work *w, struct store *s, const char *name, enum run_state *out,
                   struct err *e)
{
    char folder[FILE_PATH_MAX];
    bool row, waits;
    *out = RUN_STATE_NONE;
    if (!run_dir_name_is_good(name))
        return 0;
    if (work_run_path(w, name, NULL, folder, e) || !has_row(s, name, &row, e) ||
        !has_place(s, name, &waits, e))
        return -1;
    if (alive_locked(w->database, name))
        *out = saved_run_exists(w, name) ? RUN_STATE_TRAINED : RUN_STATE_BEGINS;
    else if (waits && !saved_run_exists(w, name))
        *out = RUN_STATE_WAITS;
    else
        *out = at_rest(w, name, folder, row);
    return 0;
}

enum run_state run_state_of_other(const struct work *w, const char *name, const char *listed)
{
    char path[FILE_PATH_MAX];
    struct stat one, other;
    if (!saved_run_exists(w, listed))
        return RUN_STATE_RENAMED;
    bool same = !work_run_path(w, name, NULL, path, NULL) && !stat(path, &one) &&
                !work_run_path(w, listed, NULL, path, NULL) && !stat(path, &other) &&
                one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    return same ? RUN_STATE_LINKED : RUN_STATE_COPY;
}

/* Of a folder whose name is not listed: its rows may be, under the name that it had before. */
static enum run_state look_for_rows(const struct work *w, const char *name, const char *uuid)
{
    struct run_row row;
    struct store *s = file_exists(w->database) ? store_open(w->database, STORE_READ, NULL) : NULL;
    enum run_state state = RUN_STATE_UNLISTED;
    if (s && !run_find(s, uuid, &row, NULL)) {
        state = run_state_of_other(w, name, row.name);
        run_row_fini(&row);
    }
    store_close(s);
    return state;
}

enum run_state run_state_read(const struct work *w, const char *name, enum run_state state)
{
    static const char *const files[] = {RUN_FILES_LAST, RUN_FILES_PREVIOUS};
    char path[FILE_PATH_MAX];
    struct saved_run t;
    struct err why;
    if (state != RUN_STATE_WHOLE && state != RUN_STATE_UNLISTED)
        return state;
    for (int i = 0; i < 2; i++) {
        if (!saved_run_open(&t, w, name, files[i], &why)) {
            state = state == RUN_STATE_UNLISTED ? look_for_rows(w, name, t.uuid) : state;
            saved_run_close(&t);
            return state;
        }
        if (!saved_run_is_damaged(&why))
            return RUN_STATE_UNSEEN;
        if (!work_run_path(w, name, files[i], path, NULL) && checkpoint_is_of_other_version(path))
            return RUN_STATE_OTHER_VERSION;
    }
    return RUN_STATE_UNREADABLE;
}

int run_state_of(const struct work *w, const char *name, enum run_state *out, struct err *e)
{
    *out = RUN_STATE_NONE;
    bool there = file_exists(w->database);
    struct store *s = there ? store_open(w->database, STORE_READ, e) : NULL;
    if (there && !s)
        return -1;
    int failed = run_state_look(w, s, name, out, e);
    store_close(s);
    if (!failed)
        *out = run_state_read(w, name, *out);
    return failed;
}

bool run_state_is_odd(enum run_state state)
{
    return state == RUN_STATE_NOT_A_FOLDER || (state >= RUN_STATE_EMPTY && state < RUN_STATE_WHOLE);
}

static void put_name(const char *text, const char *name, char *out, size_t size)
{
    size_t at = 0;
    for (const char *c = text; *c && at + 1 < size; c++) {
        if (c[0] != '%' || c[1] != 's') {
            out[at++] = *c;
            continue;
        }
        int n = snprintf(out + at, size - at, "%s", name);
        at = at + (size_t)n < size ? at + (size_t)n : size - 1;
        c++;
    }
    out[at] = '\0';
}

int run_state_fail(enum run_state state, const char *name, struct err *e)
{
    char text[512];
    put_name(sayings[state].text, name, text, sizeof text);
    return err_set(e, sayings[state].code, "%s", text);
}

int run_state_check_rows(const struct work *w, const char *name, struct err *e)
{
    enum run_state state;
    if (run_state_of(w, name, &state, e))
        return -1;
    bool other = state == RUN_STATE_COPY || state == RUN_STATE_RENAMED || state == RUN_STATE_LINKED;
    return other ? run_state_fail(state, name, e) : 0;
}

int run_state_explain(const struct work *w, const char *name, struct err *e)
{
    enum run_state state;
    if (!e)
        return -1;
    struct err why = *e;
    if ((e->code != ERR_NOINPUT && e->code != ERR_DATA) || run_state_of(w, name, &state, NULL) ||
        state == RUN_STATE_NONE || state == RUN_STATE_WHOLE)
        return -1;
    run_state_fail(state, name, e);
    if (state == RUN_STATE_UNREADABLE || state == RUN_STATE_UNSEEN ||
        state == RUN_STATE_OTHER_VERSION) {
        char text[512];
        snprintf(text, sizeof text, "%s", e->text);
        err_set(e, e->code, "%s (%s)", text, why.text);
    }
    return -1;
}

static const struct saying sayings[RUN_STATE_WHOLE + 1] = {
    [RUN_STATE_NONE] = {ERR_NOINPUT, "there is no run %s"},
    [RUN_STATE_NOT_A_FOLDER] = {ERR_CREATE, "runs/%s is not a folder: move it away, or choose "
                                            "another --name"},
    [RUN_STATE_BEGINS] = {ERR_LOCKED,
                          "run %s: another process is starting it and has no checkpoint "
                          "yet; try again in a moment"},
    [RUN_STATE_TRAINED] = {ERR_LOCKED, "run %s: another process trains it; hpa stop --now %s ends "
                                       "it"},
    [RUN_STATE_WAITS] = {ERR_LOCKED,
                         "run %s waits in the queue: hpa queue run trains it, hpa queue "
                         "rm %s takes it out"},
    [RUN_STATE_EMPTY] = {ERR_NOINPUT,
                         "run %s ended before its first checkpoint: hpa train --name "
                         "%s begins it again, hpa runs rm %s --yes removes its folder"},
    [RUN_STATE_NO_FOLDER] = {ERR_NOINPUT, "run %s is listed, but its folder is gone, and with it "
                                          "its checkpoints: hpa runs rm %s --yes takes it off the "
                                          "list"},
    [RUN_STATE_NO_CHECKPOINT] = {ERR_NOINPUT, "run %s has no checkpoint to continue from "
                                              "(last.safetensors and previous.safetensors are "
                                              "missing): hpa runs rm %s --yes removes it"},
    [RUN_STATE_UNREADABLE] = {ERR_DATA,
                              "run %s: none of the checkpoints that it could continue from "
                              "can be read; hpa runs rm %s --yes removes it"},
    [RUN_STATE_UNSEEN] = {ERR_IO, "run %s: its checkpoints cannot be read now, which does not mean "
                                  "that they are damaged: check the permissions of its folder, and "
                                  "the disk or network that it is on"},
    [RUN_STATE_OTHER_VERSION] = {ERR_DATA,
                                 "run %s is of another version of this program, which can "
                                 "continue it; hpa train --name OTHER begins a new run"},
    [RUN_STATE_COPY] = {ERR_DATA,
                        "run %s is a copy of a run that is listed under another name, and "
                        "would overwrite its rows: hpa runs rm %s --yes removes the "
                        "copy"},
    [RUN_STATE_LINKED] = {ERR_DATA, "runs/%s is the folder of a run that is listed under another "
                                    "name: one of the two is a link; use the name that is listed"},
    [RUN_STATE_RENAMED] = {ERR_DATA, "run %s is listed under the name that its folder had before: "
                                     "hpa runs rebuild lists it under this one"},
    [RUN_STATE_UNLISTED] = {ERR_NOINPUT, "run %s is not listed, but its folder is there: hpa runs "
                                         "rebuild lists it, hpa train --resume %s continues it"},
    [RUN_STATE_WHOLE] = {ERR_LOCKED, "run %s exists already: choose another --name, or continue it "
                                     "by --resume %s"},
};
