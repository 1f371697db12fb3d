/* Two small files beside a run's checkpoints. */
#include "run_metadata.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "job/engine.h"
#include "run_files.h"

enum { RUN_METADATA_MAX = 1 << 16 };

int run_metadata_put(const struct work *w, const char *name, const char *file, struct json *j,
                     struct err *e)
{
    char path[FILE_PATH_MAX];
    struct err why = {0};
    char *text = json_print(j, true);
    int failed =
        work_run_path(w, name, file, path, &why) || file_save_all(path, text, strlen(text), &why);
    free(text);
    json_free(j);
    if (!failed)
        return 0;
    if (why.cause == ENOENT) /* a new run may have the name already */
        err_set(&why, ERR_NOINPUT, "run %s: its folder is not there any more", name);
    if (e)
        *e = why;
    return -1;
}

int run_metadata_save(const struct work *w, const struct run_row *run, struct err *e)
{
    struct json *j = json_new_object();
    json_put_text(j, "uuid", run->uuid);
    json_put_text(j, "status", run_status_name(run->status));
    json_put_text(j, "error", run->error);
    json_put_int(j, "sequence", run->sequence);
    json_put_int(j, "started_ms", run->started_ms);
    json_put_int(j, "ended_ms", run->ended_ms);
    json_put_text(j, "host", run->host);
    json_put_text(j, "version", run->version);
    engine_put(&run->engine, j);
    json_put_int(j, "epochs", run->epochs);
    return run_metadata_put(w, run->name, RUN_FILES_METADATA, j, e);
}

int run_metadata_save_notes(const struct work *w, const struct run_row *run, struct err *e)
{
    struct json *j = json_new_object();
    json_put_text(j, "note", run->note);
    json_put_text(j, "tags", run->tags);
    return run_metadata_put(w, run->name, RUN_FILES_NOTES, j, e);
}

struct json *run_metadata_get(const struct work *w, const char *name, const char *file, size_t most,
                              struct err *e)
{
    char path[FILE_PATH_MAX], *text;
    size_t size;
    err_clear(e);
    if (work_run_path(w, name, file, path, e) || !file_exists(path) ||
        file_read(path, most, &text, &size, e))
        return NULL;
    struct json *j = json_parse(text, size, path, e);
    free(text);
    return j;
}

static void take_text(const struct json *j, const char *key, char *out, size_t size)
{
    const char *text = json_get_text(j, key);
    if (text)
        snprintf(out, size, "%s", text);
}

int run_metadata_load(const struct work *w, const char *name, struct run_row *run, struct err *e)
{
    int64_t epochs = run->epochs;
    struct json *j = run_metadata_get(w, name, RUN_FILES_METADATA, RUN_METADATA_MAX, e);
    if (!j && e->code != ERR_NONE)
        return -1;
    if (json_get_text(j, "status"))
        run->status = run_status_parse(json_get_text(j, "status"));
    take_text(j, "error", run->error, sizeof run->error);
    take_text(j, "host", run->host, sizeof run->host);
    take_text(j, "version", run->version, sizeof run->version);
    engine_take(&run->engine, j);
    json_get_int(j, "sequence", &run->sequence);
    json_get_int(j, "started_ms", &run->started_ms);
    json_get_int(j, "ended_ms", &run->ended_ms);
    json_get_int(j, "epochs", &epochs);
    run->epochs = (int)epochs;
    json_free(j);
    j = run_metadata_get(w, name, RUN_FILES_NOTES, RUN_METADATA_MAX, e);
    if (!j && e->code != ERR_NONE)
        return -1;
    take_text(j, "note", run->note, sizeof run->note);
    take_text(j, "tags", run->tags, sizeof run->tags);
    json_free(j);
    return 0;
}
