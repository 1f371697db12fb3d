/* Which checkpoints stay, and what a run does when its newest cannot be read: it goes on from the
 * one before and ends in the same bits as one that was never touched. */
#include "logged.h"
#include "small_run.h"

#include <unistd.h>

static const char *run_file(const char *folder, const char *file)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s/runs/one/%s", tempdir, folder, file);
    return path;
}

static int64_t epoch_in(const char *folder, const char *file)
{
    struct checkpoint p;
    struct err e = {0};
    if (checkpoint_peek(run_file(folder, file), &p, &e))
        return -1;
    int64_t epoch = p.epoch;
    checkpoint_fini(&p);
    return epoch;
}

static void test_rule(void **state)
{
    (void)state;
    static const char *const four[] = {"train.epochs=5", "run.keep=every:3,newest:1", NULL};
    assert_int_equal(small_train("kept", 2, NULL, 0, four), 25);
    assert_int_equal(epoch_in("kept", "last.safetensors"), 5);
    assert_int_equal(epoch_in("kept", "previous.safetensors"), 4);
    assert_true(epoch_in("kept", "best.safetensors") >= 1);
    assert_int_equal(epoch_in("kept", "epoch-3.safetensors"), 3);
    assert_int_equal(epoch_in("kept", "epoch-5.safetensors"), 5);
    for (int epoch = 1; epoch <= 4; epoch++) {
        char name[64];
        snprintf(name, sizeof name, "epoch-%d.safetensors", epoch);
        assert_int_equal(file_exists(run_file("kept", name)), epoch == 3);
    }
}

/* The rule is the run's: who goes on with it removes nothing that it was to keep. */
static void test_rule_of_a_resumed_run(void **state)
{
    (void)state;
    static const char *const all[] = {"train.epochs=3", "run.keep=every:1", NULL};
    assert_int_equal(small_train("resumed", 2, NULL, 11, all), 11);
    assert_int_equal(epoch_in("resumed", "epoch-2.safetensors"), 2);
    assert_int_equal(small_train("resumed", 2, "one", 0, NULL), 15);
    for (int epoch = 1; epoch <= 3; epoch++) {
        char name[64];
        snprintf(name, sizeof name, "epoch-%d.safetensors", epoch);
        assert_int_equal(epoch_in("resumed", name), epoch);
    }
}

static void test_plain_rule(void **state)
{
    (void)state;
    assert_int_equal(small_train("whole", 2, NULL, 0, NULL), 10);
    assert_int_equal(epoch_in("whole", "last.safetensors"), 2);
    assert_int_equal(epoch_in("whole", "previous.safetensors"), 1);
    assert_false(file_exists(run_file("whole", "epoch-2.safetensors")));
}

static void damage(const char *path, uint64_t offset)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, (long)offset, SEEK_SET), 0);
    int c = fgetc(f);
    assert_int_equal(fseek(f, (long)offset, SEEK_SET), 0);
    fputc(c ^ 1, f);
    assert_int_equal(fclose(f), 0);
}

/* One flipped bit: in the header, which is read first, or among the weights. */
static void goes_on_from_the_one_before(const char *folder, uint64_t offset)
{
    char *bytes;
    size_t n;
    assert_int_equal(small_train(folder, 2, NULL, 2, NULL), 2);
    assert_int_equal(small_train(folder, 2, "one", 7, NULL), 7);
    unlink(run_file(folder, "previous.safetensors")); /* its inode may be last's */
    assert_int_equal(epoch_in(folder, "last.safetensors"), 1);
    assert_int_equal(file_read(run_file(folder, "last.safetensors"), 1u << 30, &bytes, &n, NULL),
                     0);
    assert_int_equal(file_save_all(run_file(folder, "previous.safetensors"), bytes, n, NULL), 0);
    free(bytes);
    damage(run_file(folder, "last.safetensors"), offset);
    uint64_t since = log_last();
    assert_int_equal(small_train(folder, 2, "one", 0, NULL), 10);
    assert_true(logged(since, "from the checkpoint before its newest"));
    assert_true(file_exists(run_file(folder, "unreadable.safetensors")));
    small_same_run("whole", folder);
}

static void test_damaged_header(void **state)
{
    (void)state;
    goes_on_from_the_one_before("header", 40);
}

static void test_damaged_weights(void **state)
{
    (void)state;
    goes_on_from_the_one_before("weights", 2000000);
}

static void test_newest_is_gone(void **state)
{
    (void)state;
    assert_int_equal(small_train("gone", 2, NULL, 7, NULL), 7);
    unlink(run_file("gone", "last.safetensors"));
    assert_int_equal(small_train("gone", 2, "one", 0, NULL), 10);
    small_same_run("whole", "gone");
}

/* With neither to be read the error is that of the newest, and nothing is moved. */
static void test_both_are_damaged(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    struct train_request request = {.resume = "one"};
    assert_int_equal(small_train("both", 2, NULL, 7, NULL), 7);
    damage(run_file("both", "last.safetensors"), 2000000);
    damage(run_file("both", "previous.safetensors"), 40);
    small_work_open(&w, "both", 2);
    job_init(j, &w, &control, (struct job_observer){0});
    assert_int_equal(job_train(j, &request, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "last.safetensors"));
    assert_false(file_exists(run_file("both", "unreadable.safetensors")));
    work_close(&w);
    free(j);
}

static void test_names(void **state)
{
    (void)state;
    char file[SAVED_RUN_FILE_MAX];
    struct err e = {0};
    static const char *const names[][2] = {{"best", "best.safetensors"},
                                           {"previous", "previous.safetensors"},
                                           {"last", "last.safetensors"},
                                           {"12", "epoch-12.safetensors"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(saved_run_file(names[i][0], file, &e), 0);
        assert_string_equal(file, names[i][1]);
    }
    assert_int_equal(saved_run_file("newest", file, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_int_equal(saved_run_file("0", file, &e), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rule),
        cmocka_unit_test(test_rule_of_a_resumed_run),
        cmocka_unit_test(test_plain_rule),
        cmocka_unit_test(test_damaged_header),
        cmocka_unit_test(test_damaged_weights),
        cmocka_unit_test(test_newest_is_gone),
        cmocka_unit_test(test_both_are_damaged),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests_name("keep", tests, small_data_make, small_data_remove);
}
