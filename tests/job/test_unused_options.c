/* Keys that do nothing beside the others: each rule from README's account of the keys, both ways.
 */
#include <stdio.h>
#include <string.h>

#include "job/unused_options.h"
#include "logged.h"
#include "test.h"

/* `pairs`: "key=value key=value". */
static struct conf *conf_of(const char *pairs)
{
    struct err e = {0};
    struct conf *c = conf_new();
    char list[256];
    snprintf(list, sizeof list, "%s", pairs);
    for (char *pair = strtok(list, " "); pair; pair = strtok(NULL, " "))
        if (conf_set_pair(c, pair, "test", &e))
            fail_msg("%s", e.text);
    return c;
}

/* `wanted` NULL: nothing is said. */
static void check(const char *pairs, const char *wanted)
{
    uint64_t since = log_last();
    struct conf *c = conf_of(pairs);
    unused_options_tell(c);
    if (wanted ? !logged(since, wanted) : log_last() != since)
        fail_msg("%s: %s", pairs, wanted ? "is not told" : "is told");
    conf_free(c);
}

static void test_told(void **state)
{
    (void)state;
    check("train.seed=1", NULL);
    check("train.sampler=weights train.oversample=8:2",
          "train.oversample=8:2 has no effect with train.sampler=weights: it is for "
          "train.sampler=oversample");
    check("train.sampler=oversample train.oversample=8:2", NULL);
    check("train.sample_weights=w.csv", "it is for train.sampler=weights");
    check("train.sampler=balanced train.shuffle=no",
          "train.shuffle=no has no effect with train.sampler=balanced");
    check("train.sampler=oversample train.oversample=8:2 train.shuffle=no", NULL);
    check("train.momentum=0.8", "train.momentum=0.8 has no effect with train.optimizer=adamw");
    check("train.momentum=0.8 train.optimizer=sgd", NULL);
    check("train.momentum=0.8 train.optimizer=sgd train.schedule=onecycle", "which move it");
    check("train.lr=0.1 train.optimizer=sgd train.schedule=onecycle", NULL);
    check("train.momentum=0.8 train.optimizer=sgd train.schedule=onecycle "
          "train.cycle_momentum=no",
          NULL);
    check("train.warmup_epochs=2 train.schedule=onecycle",
          "train.warmup_epochs=2 has no effect with train.schedule=onecycle");
    check("train.onecycle_rise=0.4", "train.onecycle_rise=0.4 has no effect");
    check("train.cycle_momentum=no train.schedule=constant", "it is for train.schedule=onecycle");
    check("train.restart_epochs=3", "it is for train.schedule=restarts");
    check("train.restart_factor=3 train.schedule=restarts", NULL);
    check("train.stem=rb", "train.stem=rb has no effect with train.init=he");
    check("train.stem=rb train.init=f.safetensors", NULL);
    check("train.frozen=all", "train.frozen=all has no effect without train.frozen_epochs");
    check("train.frozen=all train.frozen_epochs=1", NULL);
    check("train.first_size_epochs=3", "has no effect without train.first_size");
    check("loss.effective_beta=0.9 loss.class_weights=inverse",
          "it is for loss.class_weights=effective");
    check("loss.effective_beta=0.9 loss.class_weights=effective", NULL);
}

static void test_whole_run(void **state)
{
    (void)state;
    check("train.init=f.safetensors train.epochs=2",
          "train.frozen_epochs: its 2 epochs are all 2 of the run: what is frozen never learns");
    check("train.init=f.safetensors train.epochs=3", NULL);
    check("train.first_size=64 train.first_size_epochs=9 train.epochs=9",
          "it never trains at train.size");
    check("train.first_size=64 train.epochs=9", NULL);
    check("train.warmup_epochs=20", "the rate only rises");
    check("train.epochs=1", NULL); /* a trial */
}

static void test_why(void **state)
{
    (void)state;
    char why[160];
    struct conf *c = conf_of("train.schedule=restarts");
    assert_true(
        unused_options_why(c, CONF_TRAIN_ONECYCLE_RISE, why, sizeof why)); /* as it was, too */
    assert_string_equal(why, "has no effect with train.schedule=restarts: it is for "
                             "train.schedule=onecycle");
    assert_false(unused_options_why(c, CONF_TRAIN_RESTART_EPOCHS, why, sizeof why));
    assert_string_equal(why, "");
    conf_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_whole_run),
        cmocka_unit_test(test_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
