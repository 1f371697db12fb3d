/* Row operations about threshold sets and marks: copied into the writer's queue. */
#include "store_ops.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "run_metadata_rows.h"

struct told_set {
    char uuid[40];
    struct threshold_set set;
};

static int apply_set(struct store *s, void *data, struct err *e)
{
    struct told_set *t = data;
    return threshold_set_put(s, t->uuid, &t->set, e);
}

void store_ops_set(struct writer *w, const char *run_uuid, const struct threshold_set *set)
{
    struct told_set t = {.set = *set};
    snprintf(t.uuid, sizeof t.uuid, "%s", run_uuid);
    writer_submit(w, "threshold set", apply_set, &t, sizeof t, NULL);
}

struct told_sets {
    char uuid[40], folder[FILE_PATH_MAX];
};

/* The store is what counts: what cannot be kept beside it is only said. */
static int apply_sets(struct store *s, void *data, struct err *e)
{
    const struct told_sets *t = data;
    struct work place = {0};
    struct err why = {0};
    (void)e;
    memcpy(place.folder, t->folder, sizeof place.folder);
    if (run_metadata_rows_sets(&place, s, t->uuid, &why))
        log_warn("threshold sets are in the store alone: %s", why.text);
    return 0;
}

void store_ops_sets(const struct work *w, const char *run_uuid)
{
    struct told_sets t = {0};
    snprintf(t.uuid, sizeof t.uuid, "%s", run_uuid);
    memcpy(t.folder, w->folder, sizeof t.folder);
    writer_submit(w->writer, "threshold sets file", apply_sets, &t, sizeof t, NULL);
}

struct told_edit {
    char uuid[40], set_name[64];
    struct threshold_edit edit;
};

static int apply_edit(struct store *s, void *data, struct err *e)
{
    struct told_edit *t = data;
    return threshold_edit_put(s, t->uuid, t->set_name, &t->edit, e);
}

void store_ops_edit(struct writer *w, const char *run_uuid, const char *set_name,
                    const struct threshold_edit *edit)
{
    struct told_edit t = {.edit = *edit};
    snprintf(t.uuid, sizeof t.uuid, "%s", run_uuid);
    snprintf(t.set_name, sizeof t.set_name, "%s", set_name);
    writer_submit(w, "threshold edit", apply_edit, &t, sizeof t, NULL);
}

static int apply_mark(struct store *s, void *data, struct err *e)
{
    return mark_rows_put(s, data, e);
}

void store_ops_mark(struct writer *w, const struct mark_row *row)
{
    writer_submit(w, "mark", apply_mark, row, sizeof *row, NULL);
}

static int apply_unmark(struct store *s, void *data, struct err *e)
{
    const struct mark_row *row = data;
    int removed;
    return mark_rows_remove(s, row->sample, row->kind, &removed, e);
}

void store_ops_unmark(struct writer *w, const char *sample, const char *kind)
{
    struct mark_row row = {0};
    snprintf(row.sample, sizeof row.sample, "%s", sample);
    snprintf(row.kind, sizeof row.kind, "%s", kind);
    writer_submit(w, "mark", apply_unmark, &row, sizeof row, NULL);
}
