/* Exported weights: how many batches each batch norm is said to have seen. Five batches of eight an
 * epoch, two epochs. */
#include "job/job_export.h"
#include "small_run.h"

/* num_batches_tracked of `layer` in an export of the run's last checkpoint. */
static int64_t tracked(const char *folder, const char *layer)
{
    struct work w;
    struct err e = {0};
    struct job *j = calloc(1, sizeof *j);
    struct job_control control = {0};
    char path[200], name[80];
    int64_t batches = -1;
    snprintf(path, sizeof path, "%s/%s.safetensors", tempdir, folder);
    small_work_open(&w, folder, 1);
    job_init(j, &w, &control, (struct job_observer){0});
    if (job_export_safetensors(j, "one", "last", path, OUTPUT_REPLACE, &e))
        fail_msg("%s", e.text);
    struct safetensors *f = safetensors_open(path, &e);
    snprintf(name, sizeof name, "%s.num_batches_tracked", layer);
    assert_int_equal(safetensors_read_i64(f, safetensors_find(f, name), &batches, 1, NULL), 0);
    safetensors_close(f);
    work_close(&w);
    free(j);
    remove(path);
    return batches;
}

static void test_every_batch(void **state)
{
    (void)state;
    small_train("plain", 2, NULL, 0, NULL);
    assert_int_equal(tracked("plain", "bn1"), 10);
    assert_int_equal(tracked("plain", "layer4.1.bn2"), 10);
}

/* A frozen layer's statistics stay as they are: the epoch in which it was frozen does not count. */
static void test_frozen_epochs(void **state)
{
    static const char *const trunk[] = {"train.frozen_epochs=1", "train.frozen=trunk", NULL};
    (void)state;
    small_train("frozen", 2, NULL, 0, trunk);
    assert_int_equal(tracked("frozen", "bn1"), 10);
    assert_int_equal(tracked("frozen", "layer1.0.bn1"), 5);
    small_train("early", 2, NULL, 3, trunk);
    assert_int_equal(tracked("early", "bn1"), 3);
    assert_int_equal(tracked("early", "layer1.0.bn1"), 0);
}

static void test_several_batches_a_step(void **state)
{
    static const char *const two[] = {"train.accumulate=2", "train.batch=4", NULL};
    (void)state;
    small_train("two", 2, NULL, 0, two);
    assert_int_equal(tracked("two", "bn1"), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_batch),
        cmocka_unit_test(test_frozen_epochs),
        cmocka_unit_test(test_several_batches_a_step),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
