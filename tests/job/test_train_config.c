/* From keys of the configuration to the recipe. */
#include <string.h>

#include "base/conf.h"
#include "core/train_config.h"
#include "test.h"

static struct pretrained_rule rule_of(const char *channels)
{
    struct err e = {0};
    struct conf *c = conf_new();
    assert_int_equal(conf_set(c, "data.channels", channels, "a test", &e), 0);
    struct pretrained_rule rule = train_config_stem(c);
    conf_free(c);
    return rule;
}

static void assert_colours(const char *channels, int a, int b, int c, int d)
{
    struct pretrained_rule rule = rule_of(channels);
    assert_int_equal(rule.colour[0], a);
    assert_int_equal(rule.colour[1], b);
    assert_int_equal(rule.colour[2], c);
    assert_int_equal(rule.colour[3], d);
}

static void test_filters_follow_the_names_of_stains(void **state)
{
    (void)state;
    assert_colours("red,green,blue,yellow", 0, 1, 2, -1);
    assert_colours("yellow, green ,blue,red", -1, 1, 2, 0);
    assert_colours("blue,er", 2, -1, -1, -1);
    assert_colours("tubules,protein,nucleus,er", 0, 1, 2, -1); /* no colour: as they stand */
}

static struct conf *conf_of(const char *const *pairs)
{
    struct err e = {0};
    struct conf *c = conf_new();
    for (; *pairs; pairs++)
        if (conf_set_pair(c, *pairs, "test", &e))
            fail_msg("%s", e.text);
    return c;
}

static struct schedule schedule_of(const char *const *pairs)
{
    struct conf *c = conf_of(pairs);
    struct schedule s = train_config_schedule(c, 10, 200);
    conf_free(c);
    return s;
}

#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_schedules(void **state)
{
    (void)state;
    struct schedule s = schedule_of(PAIRS("train.lr=2"));
    assert_int_equal(s.kind, SCHEDULE_COSINE);
    assert_true(s.peak == 2);
    assert_int_equal(s.warmup, 10);
    assert_int_equal(s.total, 200);
    assert_int_equal(schedule_of(PAIRS("train.schedule=constant")).kind, SCHEDULE_CONSTANT);
    s = schedule_of(PAIRS("train.schedule=restarts", "train.restart_epochs=2.5",
                          "train.restart_factor=3", "train.warmup_epochs=0"));
    assert_int_equal(s.kind, SCHEDULE_RESTARTS);
    assert_int_equal(s.cycle, 25);
    assert_int_equal(s.growth, 3);
    assert_int_equal(s.warmup, 0);
    s = schedule_of(PAIRS("train.schedule=restarts", "train.restart_epochs=0.01"));
    assert_int_equal(s.cycle, 1); /* no cycle is shorter than a step */
    s = schedule_of(PAIRS("train.schedule=onecycle", "train.onecycle_rise=0.4"));
    assert_int_equal(s.kind, SCHEDULE_ONECYCLE);
    assert_true(s.rise == .4);
}

static void check_scales(const char *pair, double low, double high, double head)
{
    struct conf *c = conf_of(PAIRS(pair));
    double scales[NET_DEPTHS];
    train_config_scales(c, scales);
    assert_true(scales[NET_DEPTH_LOW] == low && scales[NET_DEPTH_HIGH] == high &&
                scales[NET_DEPTH_HEAD] == head);
    conf_free(c);
}

static void test_scales(void **state)
{
    (void)state;
    check_scales("train.seed=1", 1, 1, 1);
    check_scales("train.init=some.safetensors", .1, .3, 1);
    check_scales("train.backbone_lr_scale=.1", .1, .1, 1);
    check_scales("train.backbone_lr_scale=0.1, .3 ,2", .1, .3, 2);
}

static void test_steps(void **state)
{
    (void)state;
    struct conf *c = conf_new();
    struct train_config_steps plain = train_config_steps(c);
    assert_int_equal(plain.batches, 1);
    assert_true(plain.clip == 0 && plain.ema == .999 && !plain.cycle_momentum);
    assert_true(plain.patience == 0 && plain.validate == 0);
    assert_false(train_config_optim(c).accumulate);
    conf_free(c);
    c = conf_of(PAIRS("train.accumulate=4", "train.clip=1", "train.ema=.999", "train.patience=3",
                      "train.validate_steps=50", "train.schedule=onecycle"));
    struct train_config_steps all = train_config_steps(c);
    assert_int_equal(all.batches, 4);
    assert_true(all.clip == 1 && all.ema == .999 && all.cycle_momentum);
    assert_true(all.patience == 3 && all.validate == 50);
    assert_true(train_config_optim(c).accumulate);
    conf_set_pair(c, "train.cycle_momentum=no", "test", NULL);
    assert_false(train_config_steps(c).cycle_momentum);
    conf_free(c);
}

static void check_model(const char *const *pairs, int width, const char *wanted)
{
    char text[64];
    struct conf *c = conf_of(pairs);
    train_config_model(c, text, sizeof text);
    assert_string_equal(text, wanted);
    assert_int_equal(train_config_net(c, NULL, 4, 28, true).width, width);
    conf_free(c);
}

static void test_width(void **state)
{
    (void)state;
    check_model(PAIRS("train.model=resnet18"), 64, "resnet18");
    check_model(PAIRS("train.model=resnet34", "train.width=16"), 16, "resnet34 of width 16");
}

static void check(const char *const *pairs, bool possible)
{
    struct err e = {0};
    struct conf *c = conf_of(pairs);
    assert_int_equal(train_config_check(c, &e), possible ? 0 : -1);
    assert_int_equal(e.code, possible ? ERR_NONE : ERR_CONFIG);
    assert_true(possible || strstr(e.text, "1 image of 32 px leaves batch norm a single value"));
    conf_free(c);
}

/* At 32 px the last maps are of one pixel. */
static void test_batch_norm_wants_two_values(void **state)
{
    (void)state;
    check(PAIRS("train.batch=1", "train.size=32"), false);
    check(PAIRS("train.batch=2", "train.size=32"), true);
    check(PAIRS("train.batch=1", "train.size=33"), true);
    check(PAIRS("train.batch=1", "train.size=64", "train.first_size=32"), false);
    check(PAIRS("train.batch=1", "train.size=32", "train.first_size=64"), false);
    check(PAIRS("train.batch=1", "train.size=32", "train.epochs=3", "train.frozen=all",
                "train.frozen_epochs=3"),
          true);
    check(PAIRS("train.batch=1", "train.size=32", "train.epochs=4", "train.frozen=all",
                "train.frozen_epochs=3"),
          false);
    check(PAIRS("train.batch=1", "train.size=32", "train.epochs=3", "train.frozen=trunk",
                "train.frozen_epochs=3"),
          true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filters_follow_the_names_of_stains),
        cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_scales),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_batch_norm_wants_two_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
