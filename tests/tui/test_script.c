/* A session from a file: its commands run in order, it waits where it says so, and ends at a line
 * that is no command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "near.h"
#include "scene.h"
#include "script.h"

static void open_script(struct script *s, const char *text)
{
    char path[] = "/tmp/hpa-script.XXXXXX";
    struct err e = {0};
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    assert_int_equal(script_open(s, path, &e), 0);
    unlink(path);
}

/* As the loop does. */
static void run(struct script *s, struct board *b, double now)
{
    struct wish wish;
    while (script_run(s, b, now))
        while (board_next_wish(b, &wish))
            if (wish.kind == WISH_WAIT)
                script_wait(s, wish.text, now);
}

static void test_waits(void **state)
{
    (void)state;
    struct script s = {0};
    struct board b;
    board_init(&b);
    intake_labels(&b, scene_labels());
    open_script(&s,
                "# a comment\nclass 5\nwait 2\nclass 6\nwait scores\ncut .3\nwait idle\nclass 7");
    run(&s, &b, 100);
    assert_int_equal(b.selected, 5);
    assert_near(script_due(&s), 102, 0);
    run(&s, &b, 101.9);
    assert_int_equal(b.selected, 5);
    run(&s, &b, 102.1);
    assert_int_equal(b.selected, 6);
    run(&s, &b, 500);
    assert_true(isinf(script_due(&s))); /* the loop sleeps until scores come */
    b.snap.phase = PHASE_TRAIN;
    intake_scores(&b, scene_scores(5), 5);
    run(&s, &b, 501);
    assert_near(b.cuts.now[6], 0.3, 0);
    assert_int_equal(b.selected, 6); /* the training goes on */
    b.snap.phase = PHASE_DONE;
    run(&s, &b, 502);
    assert_int_equal(b.selected, 7);
    assert_null(s.text); /* at its end */
    assert_true(isinf(script_due(&s)));
    board_fini(&b);
}

static void test_ends_at_nonsense(void **state)
{
    (void)state;
    struct script s = {0};
    struct board b;
    scene_init(&b);
    open_script(&s, "class 5\nno-such-thing\nclass 6\n");
    run(&s, &b, 1);
    assert_int_equal(b.selected, 5);
    assert_int_equal(b.notice_ink, INK_WARN);
    assert_null(s.text);
    board_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_ends_at_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
