/* What the configuration says of the training samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"

static void check_text(const char *preset, const char *more, const char *wanted)
{
    char text[160];
    struct err e = {0};
    struct conf *c = conf_new();
    assert_int_equal(conf_set(c, "augment.preset", preset, "test", &e), 0);
    assert_int_equal(more && conf_set_pair(c, more, "test", &e), 0);
    struct augment a = feed_augment(c);
    feed_augment_text(&a, text, sizeof text);
    assert_string_equal(text, wanted);
    assert_int_equal(augment_any(&a), strcmp(wanted, "none") != 0);
    conf_free(c);
}

static void test_augmentation(void **state)
{
    (void)state;
    check_text("none", NULL, "none");
    check_text("dihedral", NULL, "flip, turn");
    check_text("none", "augment.rotate=180", "rotate 180");
    check_text("none", "augment.turn=yes", "turn");
    check_text("none", "augment.scale=0.5,1", "scale 0.5-1");
    check_text("dihedral", "augment.turn=no", "flip");
    check_text("standard", NULL,
               "flip, turn, rotate 30, scale 0.9-1.1, shift 0.05, brightness 0.1");
    check_text("strong", "augment.contrast=0.3",
               "flip, turn, rotate 45, scale 0.8-1.25, shift 0.1, brightness 0.2, contrast 0.3, "
               "cutout 0.25");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_augmentation),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
