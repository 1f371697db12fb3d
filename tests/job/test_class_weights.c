/* Class weights: of the training part alone, kept by the run, and in the loss that hpa eval finds.
 */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "core/class_weights.h"
#include "data/weights.h"
#include "job/dataset_split.h"
#include "job/job_eval.h"
#include "logged.h"
#include "near.h"
#include "small_run.h"

enum { CLASSES = 28 };

/* loss.class_weights, and what the checkpoint of run "one" says of its weights. */
static void kept_weights(const char *folder, float *weight)
{
    struct work w;
    struct saved_run t;
    small_work_open(&w, folder, 1);
    assert_int_equal(saved_run_open(&t, &w, "one", "last.safetensors", NULL), 0);
    assert_int_equal(t.classes, CLASSES);
    memcpy(weight, t.class_weights, CLASSES * sizeof *weight);
    assert_memory_equal(saved_run_loss(&t).class_weights, weight, CLASSES * sizeof *weight);
    saved_run_close(&t);
    work_close(&w);
}

static void training_rows(const char *folder, struct work *w, struct dataset *d)
{
    struct err e = {0};
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    small_work_open(w, folder, 1);
    job_init(j, w, &control, (struct job_observer){0});
    if (dataset_open(d, j, &e) || dataset_split_look(d, w, &e))
        fail_msg("%s", e.text);
    free(j);
}

static void test_of_the_training_part(void **state)
{
    (void)state;
    static const char *const inverse[] = {"loss.class_weights=inverse", "train.max_steps=1", NULL};
    static const char *const effective[] = {"loss.class_weights=effective",
                                            "loss.effective_beta=0.9", "train.max_steps=1", NULL};
    float kept[CLASSES], wanted[CLASSES];
    struct work w;
    struct dataset d;
    uint64_t since = log_last();
    small_train("inverse", 1, NULL, 0, inverse);
    kept_weights("inverse", kept);
    training_rows("inverse", &w, &d);
    assert_int_equal(d.train_n, 40);
    weights_inverse(d.index->labels, d.train, d.train_n, CLASSES, wanted);
    assert_memory_equal(kept, wanted, sizeof kept);
    weights_inverse(d.index->labels, d.all, d.all_n, CLASSES, wanted);
    assert_memory_not_equal(kept, wanted, sizeof kept);
    assert_true(logged(since, "focal loss, gamma 2, alpha off, label smoothing 0, class weights "
                              "inverse, 0."));
    small_train("effective", 1, NULL, 0, effective);
    kept_weights("effective", kept);
    weights_effective(d.index->labels, d.train, d.train_n, CLASSES, .9, wanted);
    assert_memory_equal(kept, wanted, sizeof kept);
    dataset_close(&d);
    work_close(&w);
}

/* All classes alike but class 0, written to a file that is gone when the run goes on. */
static void test_resumed_without_the_table(void **state)
{
    (void)state;
    char path[160], setting[200];
    snprintf(path, sizeof path, "%s/classes.csv", tempdir);
    snprintf(setting, sizeof setting, "loss.class_weights=%s", path);
    const char *const more[] = {setting, "loss.alpha=.75", "loss.label_smoothing=.1", NULL};
    float kept[CLASSES];
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("class,weight\n", f);
    for (int c = 0; c < CLASSES; c++)
        fprintf(f, "%d,%d\n", c, c ? 2 : 12);
    fclose(f);
    int64_t steps = small_train("table-whole", 2, NULL, 0, more);
    assert_int_equal(small_train("table-parts", 1, NULL, 3, more), 3);
    unlink(path);
    assert_int_equal(small_train("table-parts", 2, "one", 0, NULL), steps);
    small_same_run("table-whole", "table-parts");
    kept_weights("table-parts", kept);
    for (int c = 0; c < CLASSES; c++)
        assert_near(kept[c], (c ? 2 : 12) * CLASSES / 66.0, 1e-6);
}

static double eval_loss(const char *folder)
{
    struct work w;
    struct err e = {0};
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    struct eval_result *r = calloc(1, sizeof *r);
    struct eval_request eval = {.run = "one", .part = "val", .checkpoint = "last"};
    small_work_open(&w, folder, 1);
    job_init(j, &w, &control, (struct job_observer){0});
    if (job_eval(j, &eval, r, &e))
        fail_msg("%s", e.text);
    double loss = r->loss;
    work_close(&w);
    free(r);
    free(j);
    return loss;
}

/* The loss of an epoch's validation is hpa eval's, and other parts of the loss give another. */
static void test_loss_of_eval(void **state)
{
    (void)state;
    static const char *const plain[] = {"train.max_steps=1", "train.epochs=1", NULL};
    static const char *const settings[] = {"loss.class_weights=inverse", "loss.alpha=0.25",
                                           "loss.label_smoothing=0.2"};
    struct history h = {0};
    small_train("plain", 1, NULL, 0, plain);
    double without = eval_loss("plain");
    for (int i = 0; i < 3; i++) {
        char folder[16];
        const char *const more[] = {settings[i], plain[0], plain[1], NULL};
        snprintf(folder, sizeof folder, "part-%d", i);
        small_train(folder, 1, NULL, 0, more);
        small_history(folder, &h);
        assert_true(fabs(eval_loss(folder) / h.rows[0].val_loss - 1) < 1e-4);
        assert_true(fabs(h.rows[0].val_loss / without - 1) > 1e-3);
        history_fini(&h);
        memset(&h, 0, sizeof h);
    }
}

static void test_refusals_and_texts(void **state)
{
    (void)state;
    struct work w;
    struct dataset d;
    struct err e = {0};
    float weight[CLASSES];
    char text[160];
    training_rows("texts", &w, &d);
    assert_int_equal(class_weights_open(w.conf, d.index, weight, &e), 0);
    class_weights_text(w.conf, weight, CLASSES, text, sizeof text);
    assert_string_equal(text, "none");
    small_set(w.conf, "loss.class_weights=nowhere.csv");
    assert_int_equal(class_weights_open(w.conf, d.index, weight, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "loss.class_weights: nowhere.csv"));
    for (int c = 0; c < CLASSES; c++)
        weight[c] = (float)c / 4;
    class_weights_text(w.conf, weight, CLASSES, text, sizeof text);
    assert_string_equal(text, "nowhere.csv, 0 to 6.75");
    dataset_close(&d);
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_the_training_part),
        cmocka_unit_test(test_resumed_without_the_table),
        cmocka_unit_test(test_loss_of_eval),
        cmocka_unit_test(test_refusals_and_texts),
    };
    return cmocka_run_group_tests_name("class weights", tests, small_data_make, small_data_remove);
}
