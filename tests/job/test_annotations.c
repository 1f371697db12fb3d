/* What the Errors tab asks: ids of a run and of a table, in the order of their scores; marks that
 * were set are in the next answer and in the exported table. */
#include "small_work.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "job/annotations.h"
#include "near.h"
#include "run/score_file.h"
#include "store/run_rows.h"

enum { PATIENCE = 3000 };

struct scene {
    struct work work;
    struct wake wake;
    struct run_query_table table;
    struct annotations *review;
};

static const char *write_text(const char *name, const char *text)
{
    const char *path = tempdir_path(name);
    assert_int_equal(file_save_all(path, text, strlen(text), NULL), 0);
    return path;
}

static void put_run(const struct work *w, const char *name, const char *gamma)
{
    struct err e;
    struct run_row r = {.started_ms = 1000, .epochs = 2};
    struct store *s = store_open(w->database, STORE_WRITE, &e);
    char path[4096];
    snprintf(r.uuid, sizeof r.uuid, "uuid-of-%s", name);
    snprintf(r.name, sizeof r.name, "%s", name);
    r.status = RUN_DONE;
    r.config = xasprintf("{\"loss.gamma\": \"%s\", \"key.of_tomorrow\": \"x\"}", gamma);
    assert_int_equal(run_insert(s, &r, &e), 0);
    run_row_fini(&r);
    store_close(s);
    assert_int_equal(work_run_path(w, name, "", path, &e), 0);
    assert_int_equal(file_make_folders(path, &e), 0);
}

static void open_scene(struct scene *s, const char *folder)
{
    struct err e;
    *s = (struct scene){0};
    small_work_open(&s->work, folder, 1);
    assert_int_equal(work_open_store(&s->work, &e), 0);
    assert_int_equal(wake_init(&s->wake), 0);
    s->review = annotations_new(&s->work, &s->table, &s->wake, &e);
    assert_non_null(s->review);
}

static void close_scene(struct scene *s)
{
    annotations_free(s->review);
    wake_fini(&s->wake);
    work_close(&s->work);
}

static void nap(int i)
{
    assert_in_range(i, 0, PATIENCE);
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static struct annotations_names *take_names(struct scene *s, const char *uuid)
{
    struct annotations_names *r;
    annotations_ask_names(s->review, uuid, 7);
    for (int i = 0; !(r = annotations_take_names(s->review)); nap(i++))
        ;
    assert_int_equal(r->question, 7);
    assert_string_equal(r->uuid, uuid);
    return r;
}

static struct annotations_marks *take_marks(struct scene *s, uint64_t question)
{
    struct annotations_marks *m;
    annotations_ask_marks(s->review, question);
    for (int i = 0; !(m = annotations_take_marks(s->review)); nap(i++))
        ;
    assert_int_equal(m->question, question);
    assert_int_equal(m->error.code, ERR_NONE);
    return m;
}

static void test_ids_of_a_run(void **state)
{
    (void)state;
    struct scene s;
    struct err e;
    char path[4096];
    static const char val[] = /* zz is not in the table any more */
        "Id,Target\nsynth-000009,0 3\nzz,1\nsynth-000001,\n\"synth-000004\",5\n";
    open_scene(&s, "ids");
    put_run(&s.work, "one", "1.5");
    assert_int_equal(work_run_path(&s.work, "one", "val.csv", path, &e), 0);
    assert_int_equal(file_save_all(path, val, strlen(val), &e), 0);
    struct annotations_names *r = take_names(&s, "uuid-of-one");
    assert_int_equal(r->error.code, ERR_NONE);
    assert_int_equal(r->n, 3);
    assert_string_equal(r->ids[0], "synth-000009");
    assert_string_equal(r->ids[1], "synth-000001");
    assert_string_equal(r->ids[2], "synth-000004");
    assert_near(r->gamma, 1.5, 0);
    annotations_names_free(r);
    put_run(&s.work, "two", "2"); /* not validated yet */
    r = take_names(&s, "uuid-of-two");
    assert_int_equal(r->error.code, ERR_NOINPUT);
    assert_non_null(strstr(r->error.text, "val.csv"));
    annotations_names_free(r);
    r = take_names(&s, "nobody");
    assert_int_equal(r->error.code, ERR_NOINPUT);
    annotations_names_free(r);
    close_scene(&s);
}

static void test_ids_of_a_table(void **state)
{
    (void)state;
    struct scene s;
    static const float p[] = {0.1f, 0.2f, 0.3f, 0.4f};
    static const char *const ids[] = {"b", "a"};
    open_scene(&s, "table");
    char *csv = xstrdup(write_text("p.csv", "x,0,1\na,.1,.2\nb,.3,.4\n"));
    char *npy = xstrdup(tempdir_path("p.npy"));
    char *truth = xstrdup(write_text("t.csv", "Id,Target\nb,0\na,1\n"));
    assert_int_equal(score_file_write(npy, OUTPUT_REPLACE, ids, p, 2, 2, NULL), 0);
    s.table = (struct run_query_table){csv, truth};
    struct annotations_names *r = take_names(&s, "");
    assert_int_equal(r->n, 2);
    assert_string_equal(r->ids[0], "a"); /* the order of the scores */
    annotations_names_free(r);
    s.table.probs = npy;
    r = take_names(&s, "");
    assert_int_equal(r->n, 2);
    assert_string_equal(r->ids[0], "b"); /* the order of the truth */
    annotations_names_free(r);
    s.table.probs = "nowhere.csv";
    r = take_names(&s, "");
    assert_int_equal(r->error.code, ERR_NOINPUT);
    annotations_names_free(r);
    close_scene(&s);
    free(csv);
    free(npy);
    free(truth);
}

static void mark(struct scene *s, const char *sample, const char *kind, const char *note)
{
    struct mark_row row = {.made_ms = 1700000000000};
    snprintf(row.sample, sizeof row.sample, "%s", sample);
    snprintf(row.kind, sizeof row.kind, "%s", kind);
    snprintf(row.note, sizeof row.note, "%s", note);
    snprintf(row.run, sizeof row.run, "one");
    annotations_mark(s->review, &row);
}

static void test_marks(void **state)
{
    (void)state;
    struct scene s;
    struct err e;
    char *text;
    size_t n;
    open_scene(&s, "marks");
    assert_true(annotations_keeps(s.review));
    mark(&s, "aa", "wrong-label", "is \"b\", not a");
    mark(&s, "bb", "note", "");
    struct annotations_marks *m = take_marks(&s, 3);
    assert_int_equal(m->n, 2);
    assert_string_equal(m->rows[0].sample, "aa");
    assert_string_equal(m->rows[0].note, "is \"b\", not a");
    annotations_marks_free(m);
    annotations_unmark(s.review, "bb", "note");
    m = take_marks(&s, 4);
    assert_int_equal(m->n, 1);
    annotations_marks_free(m);
    const char *path = tempdir_path("marks.csv");
    annotations_export(s.review, path, OUTPUT_NEW);
    close_scene(&s); /* what was asked to be exported is still written */
    assert_int_equal(file_read(path, 10000, &text, &n, &e), 0);
    assert_string_equal(text, "Id,kind,note,run,made\n"
                              "aa,wrong-label,\"is \"\"b\"\", not a\",one,2023-11-14T22:13:20Z\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_of_a_run),
        cmocka_unit_test(test_ids_of_a_table),
        cmocka_unit_test(test_marks),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
