/* Weights from elsewhere against the network of the settings: what is taken, what is left, what is
 * refused. */
#include <string.h>

#include "base/file.h"
#include "job/job_import.h"
#include "nn/checkpoint.h"
#include "nn/net.h"
#include "small_work.h"
#include "test.h"

struct place {
    struct work work;
    struct job_control control;
    struct job job;
};

static struct place *place_new(void)
{
    struct place *p = calloc(1, sizeof *p);
    small_work_open(&p->work, "work", 1);
    job_init(&p->job, &p->work, &p->control, (struct job_observer){0});
    return p;
}

static void place_free(struct place *p)
{
    work_close(&p->work);
    free(p);
}

/* As torchvision would write it. */
static const char *write_weights(const char *model, int channels, int classes)
{
    static char path[300];
    struct err e = {0};
    struct net_plan plan = {.model = model,
                            .channels = channels,
                            .classes = classes,
                            .size = 32,
                            .batch = 1,
                            .width = SMALL_WIDTH};
    struct net *net = net_new(&plan, NULL, &e);
    snprintf(path, sizeof path, "%s/weights.safetensors", tempdir);
    if (!net || checkpoint_export(path, OUTPUT_REPLACE, net_params(net),
                                  (struct checkpoint_batches){0}, &e))
        fail_msg("%s", e.text);
    net_free(net);
    return path;
}

/* ResNet-18: 20 convolutions and 20 batch norms of four tensors, and a head of two. */
enum { TENSORS = 20 + 20 * 4 + 2 };

static void test_three_channels_and_another_head(void **state)
{
    (void)state;
    struct place *p = place_new();
    struct import_result r;
    struct err e = {0};
    if (job_import_weights(&p->job, write_weights("resnet18", 3, 1000), &r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r.refusal.code, ERR_NONE);
    assert_string_equal(r.model, "resnet18 of width 16");
    assert_int_equal(r.channels, 4);
    assert_int_equal(r.classes, 28);
    assert_false(r.averaged);
    assert_int_equal(r.fates[PRETRAINED_ADAPTED], 1); /* the first convolution */
    assert_int_equal(r.fates[PRETRAINED_LOADED], TENSORS - 3);
    int counted[PRETRAINED_FATES] = {0};
    for (int i = 0; i < r.n; i++) {
        counted[r.items[i].fate]++;
        assert_null(r.items[i].row);
    }
    assert_memory_equal(counted, r.fates, sizeof counted);
    job_import_fini(&r);
    assert_null(r.items);
    place_free(p);
}

static void test_weights_of_the_same_network(void **state)
{
    (void)state;
    struct place *p = place_new();
    struct import_result r;
    struct err e = {0};
    if (job_import_weights(&p->job, write_weights("resnet18", 4, 28), &r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r.refusal.code, ERR_NONE);
    assert_int_equal(r.n, TENSORS);
    assert_int_equal(r.fates[PRETRAINED_LOADED], TENSORS);
    job_import_fini(&r);
    place_free(p);
}

/* It can be looked at, and a training would refuse it. */
static void test_another_model(void **state)
{
    (void)state;
    struct place *p = place_new();
    struct import_result r;
    struct err e = {0};
    if (job_import_weights(&p->job, write_weights("resnet34", 4, 28), &r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r.refusal.code, ERR_DATA);
    assert_true(r.fates[PRETRAINED_SKIPPED] > 0);
    job_import_fini(&r);
    place_free(p);
}

static void test_what_cannot_be_read(void **state)
{
    (void)state;
    struct place *p = place_new();
    struct import_result r;
    struct err e = {0};
    char path[300];
    snprintf(path, sizeof path, "%s/none.safetensors", tempdir);
    assert_int_equal(job_import_weights(&p->job, path, &r, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_equal(file_save_all(path, "no tensors", 10, NULL), 0);
    e = (struct err){0};
    assert_int_equal(job_import_weights(&p->job, path, &r, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_int_equal(conf_set(p->work.conf, "data.classes", path, "test", NULL), 0);
    snprintf(path, sizeof path, "%s/no-such-classes", tempdir);
    assert_int_equal(conf_set(p->work.conf, "data.classes", path, "test", NULL), 0);
    e = (struct err){0};
    assert_int_equal(job_import_weights(&p->job, write_weights("resnet18", 4, 28), &r, &e), -1);
    assert_non_null(strstr(e.text, "no-such-classes"));
    place_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_channels_and_another_head),
        cmocka_unit_test(test_weights_of_the_same_network),
        cmocka_unit_test(test_another_model),
        cmocka_unit_test(test_what_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
