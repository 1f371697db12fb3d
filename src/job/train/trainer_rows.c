/* What the store is told of a training. Each call copies its row into the writer's queue and
 * returns; a full disk or a locked file delays rows, never the training. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/run_metadata.h"
#include "run/run_metadata_rows.h"
#include "store/event_rows.h"
#include "store/request_rows.h"
#include "trainer.h"

static const double STEP_ROW_EVERY = 2; /* seconds */

struct told_run {
    struct run_row row;
    struct split_row split;
    char folder[FILE_PATH_MAX]; /* of the work */
    int64_t epochs;             /* done */
};

/* The split may have been put by an operation just before this one, so its id is looked up here. */
static int insert_run(struct store *s, struct told_run *t, struct err *e)
{
    int found = 0;
    if (split_rows_find(s, &t->split, &found, e))
        return -1;
    t->row.split_id = found ? t->split.id : 0;
    return run_insert(s, &t->row, e);
}

/* A store that was lost gets back what the run's folder has kept of it. */
static int restore(struct store *s, const struct told_run *t, struct err *e)
{
    struct work place = {0};
    memcpy(place.folder, t->folder, sizeof place.folder);
    return run_metadata_rows_restore(&place, s, &t->row, t->epochs, e);
}

static int apply_run(struct store *s, void *data, struct err *e)
{
    struct told_run *t = data;
    struct run_row known;
    if (run_find(s, t->row.uuid, &known, NULL) == 0) {
        run_row_fini(&known);
        return request_rows_answer_rest(s, t->row.uuid,
                                        "not carried out: the training that was asked had ended",
                                        clock_unix_ms(), e) ||
                       run_claim(s, &t->row, e)
                   ? -1
                   : 0;
    }
    return insert_run(s, t, e) || restore(s, t, e) ? -1 : 0;
}

static void release_run(void *data)
{
    struct told_run *t = data;
    run_row_fini(&t->row);
}

/* What a lost store is built from again. */
static void record(const struct trainer *s)
{
    struct err e = {0};
    if (run_metadata_save(&s->work, &s->row, &e))
        log_warn("run %s: its record is not written: %s", s->row.name, e.text);
}

struct told_excluded {
    char uuid[40];
    struct excluded_row *rows; /* owned */
    int n;
};

static int apply_excluded(struct store *s, void *data, struct err *e)
{
    struct told_excluded *t = data;
    return excluded_rows_put(s, t->uuid, t->rows, t->n, e);
}

static void release_excluded(void *data)
{
    struct told_excluded *t = data;
    free(t->rows);
}

static void tell_excluded(struct trainer *s)
{
    size_t bytes = (size_t)s->excluded_n * sizeof *s->excluded;
    struct told_excluded t = {.rows = xmalloc(bytes + 1), .n = s->excluded_n};
    memcpy(t.uuid, s->row.uuid, sizeof t.uuid);
    memcpy(t.rows, s->excluded, bytes);
    writer_submit(s->work.writer, "list of excluded samples", apply_excluded, &t, sizeof t,
                  release_excluded);
}

void trainer_rows_run(struct trainer *s)
{
    record(s);
    s->told = true;
    struct told_run t = {.row = s->row, .split = s->data.split, .epochs = s->epoch};
    t.row.config = xstrdup(s->row.config);
    memcpy(t.folder, s->work.folder, sizeof t.folder);
    writer_submit(s->work.writer, "run", apply_run, &t, sizeof t, release_run);
    tell_excluded(s);
    for (size_t i = 0; i < s->history.n; i++) /* a store that was lost gets its history back */
        trainer_rows_epoch(s, &s->history.rows[i], NULL, 0);
    for (size_t i = 0; i < s->history.inside_n; i++)
        trainer_rows_inside(s, &s->history.inside[i]);
    for (size_t i = 0; i < s->events.n; i++)
        trainer_rows_event(s, &s->events.rows[i]);
}

struct told_status {
    char uuid[40], error[1024];
    enum run_status status;
    int64_t ended_ms;
};

static int apply_status(struct store *s, void *data, struct err *e)
{
    struct told_status *t = data;
    return run_set_status(s, t->uuid, t->status, t->ended_ms, t->error, e);
}

void trainer_rows_status(struct trainer *s, enum run_status status, const char *error)
{
    struct told_status t = {.status = status,
                            .ended_ms = run_status_is_live(status) ? 0 : clock_unix_ms()};
    memcpy(t.uuid, s->row.uuid, sizeof t.uuid);
    strncat(t.error, error, sizeof t.error - 1);
    writer_submit(s->work.writer, "status", apply_status, &t, sizeof t, NULL);
    s->row.status = status;
    memcpy(s->row.error, t.error, sizeof s->row.error);
    s->row.ended_ms = t.ended_ms;
    record(s);
}

struct told_epoch {
    char uuid[40];
    struct epoch_row row;
    int n;
    struct class_row classes[LABELS_MAX];
};

static int apply_epoch(struct store *s, void *data, struct err *e)
{
    struct told_epoch *t = data;
    if (store_begin(s, e))
        return -1;
    int ok = !run_put_epoch(s, t->uuid, &t->row, e) &&
             (t->n == 0 || !run_put_classes(s, t->uuid, t->row.epoch, t->classes, t->n, e));
    return store_end(s, ok, e) || !ok ? -1 : 0;
}

void trainer_rows_epoch(struct trainer *s, const struct epoch_row *row,
                        const struct class_row *classes, int n)
{
    struct told_epoch t = {.row = *row, .n = n};
    memcpy(t.uuid, s->row.uuid, sizeof t.uuid);
    if (n)
        memcpy(t.classes, classes, (size_t)n * sizeof *classes);
    writer_submit(s->work.writer, "epoch", apply_epoch, &t, sizeof t, NULL);
}

struct told_inside {
    char uuid[40];
    struct validation_row row;
};

static int apply_inside(struct store *s, void *data, struct err *e)
{
    struct told_inside *t = data;
    return validation_rows_put(s, t->uuid, &t->row, e);
}

void trainer_rows_inside(struct trainer *s, const struct validation_row *row)
{
    struct told_inside t = {.row = *row};
    memcpy(t.uuid, s->row.uuid, sizeof t.uuid);
    writer_submit(s->work.writer, "validation", apply_inside, &t, sizeof t, NULL);
}

struct told_step {
    char uuid[40];
    struct step_row row;
};

static int apply_step(struct store *s, void *data, struct err *e)
{
    struct told_step *t = data;
    return run_put_step(s, t->uuid, &t->row, e);
}

void trainer_rows_step(struct trainer *s, const struct step_row *row)
{
    if (clock_seconds() - s->shown_at < STEP_ROW_EVERY)
        return;
    s->shown_at = clock_seconds();
    struct told_step t = {.row = *row};
    memcpy(t.uuid, s->row.uuid, sizeof t.uuid);
    writer_submit(s->work.writer, "step", apply_step, &t, sizeof t, NULL);
}

struct told_event {
    char uuid[40];
    struct event_row row;
};

static int apply_event(struct store *s, void *data, struct err *e)
{
    struct told_event *t = data;
    return event_rows_put(s, t->uuid, &t->row, e);
}

void trainer_rows_event(struct trainer *s, const struct event_row *row)
{
    struct told_event t = {.row = *row};
    memcpy(t.uuid, s->row.uuid, sizeof t.uuid);
    writer_submit(s->work.writer, "event", apply_event, &t, sizeof t, NULL);
}
