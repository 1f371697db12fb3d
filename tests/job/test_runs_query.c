/* What the Runs tab asks: the list and a study, against rows that were put into the store. */
#include "small_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "job/runs_query.h"
#include "store/queue_rows.h"

enum { PATIENCE = 3000 };

struct scene {
    struct work work;
    struct wake wake;
    struct runs_query *archive;
};

static void put_run(struct store *s, int i, const char *config)
{
    struct err e;
    struct run_row r = {.started_ms = 1000 * (i + 1), .epochs = 2};
    snprintf(r.uuid, sizeof r.uuid, "uuid-%d", i);
    snprintf(r.name, sizeof r.name, "run-%d", i);
    r.status = RUN_DONE;
    r.config = xstrdup(config);
    assert_int_equal(run_insert(s, &r, &e), 0);
    run_row_fini(&r);
    for (int epoch = 1; epoch <= 2; epoch++) {
        struct epoch_row row = {.epoch = epoch, .macro_f1 = 0.1 * epoch + 0.2 * i, .val_loss = 1};
        struct class_row classes[2] = {{.class_index = 0, .f1 = 0.25 * epoch},
                                       {.class_index = 3, .f1 = NAN}};
        assert_int_equal(run_put_epoch(s, r.uuid, &row, &e), 0);
        assert_int_equal(run_put_classes(s, r.uuid, epoch, classes, 2, &e), 0);
    }
}

static void open_scene(struct scene *s, const char *folder)
{
    struct err e;
    small_work_open(&s->work, folder, 1);
    assert_int_equal(work_open_store(&s->work, &e), 0);
    struct store *store = store_open(s->work.database, STORE_WRITE, &e);
    put_run(store, 0,
            "{\"train.model\": \"resnet18\", \"train.size\": \"64\", \"train.batch\": \"8\","
            " \"loss.gamma\": \"2\", \"data.train_dir\": \"a\"}");
    put_run(store, 1,
            "{\"train.model\": \"resnet18\", \"train.size\": \"64\", \"loss.gamma\": \"0\","
            " \"key.of_tomorrow\": \"x\"}");
    store_close(store);
    assert_int_equal(wake_init(&s->wake), 0);
    s->archive = runs_query_new(&s->work, &s->wake, &e);
    assert_non_null(s->archive);
}

static void close_scene(struct scene *s)
{
    runs_query_free(s->archive);
    wake_fini(&s->wake);
    work_close(&s->work);
}

static void nap(int i)
{
    assert_in_range(i, 0, PATIENCE);
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static struct runs_query_list *take_list(struct scene *s)
{
    struct runs_query_list *l;
    runs_query_ask_list(s->archive);
    for (int i = 0; !(l = runs_query_take_list(s->archive)); nap(i++))
        ;
    return l;
}

static struct runs_query_study *take_study(struct scene *s, const char *a, const char *b)
{
    struct runs_query_study *st;
    char uuid[2][40];
    snprintf(uuid[0], sizeof *uuid, "%s", a);
    snprintf(uuid[1], sizeof *uuid, "%s", b ? b : "");
    runs_query_ask_study(s->archive, uuid, b ? 2 : 1);
    for (int i = 0; !(st = runs_query_take_study(s->archive)); nap(i++))
        ;
    return st;
}

static void test_list(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "list");
    struct runs_query_list *l = take_list(&s);
    assert_int_equal(l->error.code, ERR_NONE);
    assert_int_equal(l->n, 2);
    assert_string_equal(l->runs[0].row.name, "run-1"); /* the newest first */
    assert_string_equal(l->runs[1].model, "resnet18");
    assert_int_equal(l->runs[1].size, 64);
    assert_int_equal(l->runs[1].batch, 8);
    assert_int_equal(l->runs[0].batch, 0); /* not in its configuration */
    assert_int_equal(l->runs[0].row.best_epoch, 2);
    runs_query_list_free(l);
    close_scene(&s);
}

/* Whoever waits stands before the runs, the next one last; what has begun is a run. */
static void test_those_that_wait(void **state)
{
    (void)state;
    struct scene s;
    struct err e;
    open_scene(&s, "waiting");
    struct store *store = store_open(s.work.database, STORE_WRITE, &e);
    struct queue_row rows[3] = {{.uuid = "q-0", .name = "first", .epochs = 7},
                                {.uuid = "q-1", .name = "second", .epochs = 7},
                                {.uuid = "q-2", .name = "run-2", .epochs = 7}};
    char config[] = "{\"train.size\": \"96\"}";
    for (int i = 0; i < 3; i++)
        rows[i].config = config;
    assert_int_equal(queue_rows_add(store, rows, 3, &e), 0);
    put_run(store, 2, config); /* the third begins, under its name */
    store_close(store);
    struct runs_query_list *l = take_list(&s);
    assert_int_equal(l->n, 5);
    assert_string_equal(l->runs[0].row.name, "second");
    assert_string_equal(l->runs[1].row.name, "first");
    assert_int_equal(l->runs[1].row.status, RUN_WAITING);
    assert_int_equal(l->runs[1].size, 96);
    assert_string_equal(l->runs[2].row.name, "run-2");
    assert_int_equal(l->runs[2].row.status, RUN_DONE);
    runs_query_list_free(l);
    close_scene(&s);
}

static const struct runs_query_key *key_of(const struct runs_query_study *s, const char *name)
{
    for (int i = 0; i < s->keys_n; i++)
        if (!strcmp(s->keys[i].name, name))
            return &s->keys[i];
    return NULL;
}

static void test_study(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "study");
    struct runs_query_study *st = take_study(&s, "uuid-1", "uuid-0");
    assert_int_equal(st->error.code, ERR_NONE);
    assert_int_equal(st->n, 2);
    assert_string_equal(st->side[0].name, "run-1");
    assert_int_equal(st->side[0].epochs_n, 2);
    assert_int_equal(st->side[0].k, 4);
    assert_float_equal(st->side[0].f1[0], 0.5, 1e-12); /* at the best epoch */
    assert_true(isnan(st->side[0].f1[1]) && isnan(st->side[0].f1[3]));
    const struct runs_query_key *gamma = key_of(st, "loss.gamma");
    assert_non_null(gamma);
    assert_string_equal(gamma->value[0], "0");
    assert_string_equal(gamma->value[1], "2");
    assert_string_equal(gamma->usual, "2");
    assert_null(key_of(st, "train.model")); /* the same in both */
    assert_string_equal(key_of(st, "train.batch")->value[0], "");
    runs_query_study_free(st);
    st = take_study(&s, "uuid-0", "gone");
    assert_int_equal(st->n, 1);
    assert_non_null(key_of(st, "train.model")); /* not the default */
    assert_null(key_of(st, "loss.gamma"));
    assert_null(key_of(st, "data.train_dir"));
    runs_query_study_free(st);
    close_scene(&s);
}

/* Also those that were asked for a moment before the end. */
static void test_every_note_is_kept(void **state)
{
    (void)state;
    struct scene s;
    struct err e;
    open_scene(&s, "notes");
    runs_query_note(s.archive, "uuid-0", "first", false);
    runs_query_note(s.archive, "uuid-1", "second", false);
    runs_query_note(s.archive, "uuid-0", "a tag", true);
    runs_query_free(s.archive);
    s.archive = runs_query_new(&s.work, &s.wake, &e);
    struct runs_query_list *l = take_list(&s);
    assert_string_equal(l->runs[1].row.note, "first");
    assert_string_equal(l->runs[0].row.note, "second");
    assert_string_equal(l->runs[1].row.tags, "a tag");
    runs_query_list_free(l);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_those_that_wait),
        cmocka_unit_test(test_study),
        cmocka_unit_test(test_every_note_is_kept),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
