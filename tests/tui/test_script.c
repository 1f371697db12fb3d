/* A session from a file: its commands run in order, it waits where it says so, and ends at a line
 * that is no command. */
#include <unistd.h>

#include "app/script.h"
#include "base/file.h"
#include "base/log.h"
#include "input/act.h"
#include "near.h"
#include "scene.h"
#include "test.h"

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

/* As the loop does in one turn; how many lines it ran. */
static int run(struct script *s, struct app_model *b, double now)
{
    struct wish wish;
    struct err e;
    int lines = SCRIPT_LINES_MAX;
    while (script_run(s, b, now, &lines)) {
        while (app_model_next_wish(b, &wish))
            if (wish.kind == WISH_WAIT)
                script_wait(s, wish.text, now);
            else if (wish.kind == WISH_SOURCE && script_open(s, wish.text, &e))
                app_model_say(b, INK_ERROR, "%s", e.text);
        script_check(s, b);
    }
    return SCRIPT_LINES_MAX - lines;
}

static void test_waits(void **state)
{
    (void)state;
    struct script s = {0};
    struct app_model b;
    app_model_init(&b);
    model_update_labels(&b, scene_labels());
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
    model_update_scores(&b, scene_scores(5), 5);
    run(&s, &b, 501);
    assert_near(b.cuts.now[6], 0.3F, 0);
    assert_int_equal(b.selected, 6); /* the training goes on */
    b.snap.phase = PHASE_DONE;
    run(&s, &b, 502);
    assert_int_equal(b.selected, 7);
    assert_null(s.text); /* at its end */
    assert_true(isinf(script_due(&s)));
    app_model_fini(&b);
}

/* A command is run whole or not at all. */
static void test_long_lines(void **state)
{
    (void)state;
    struct script s = {0};
    struct app_model b;
    char text[2000];
    scene_init(&b);
    memset(text, '0', sizeof text);
    memcpy(text, "class 4\n#", 9); /* a long comment does no harm */
    memcpy(text + 700, "\nclass 7", 8);
    memcpy(text + 1500, "\nclass 5", 9); /* "class 700...": 700 zeros */
    text[1509] = '\0';
    open_script(&s, text);
    run(&s, &b, 0);
    assert_int_equal(b.selected, 4);
    assert_non_null(strstr(b.notice, "799 bytes"));
    assert_null(s.text);
    open_script(&s, "class 6\r\n\r\nclass 3\r\n");
    run(&s, &b, 0);
    assert_int_equal(b.selected, 3);
    app_model_fini(&b);
}

static void test_no_text(void **state)
{
    (void)state;
    struct script s = {0};
    struct err e = {0};
    char path[] = "/tmp/hpa-script.XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "class 1\n\0class 2\n", 17), 17);
    close(fd);
    assert_int_equal(script_open(&s, path, &e), -1);
    assert_non_null(strstr(e.text, "it holds a zero byte"));
    unlink(path);
}

static void test_ends_at_nonsense(void **state)
{
    (void)state;
    struct script s = {0};
    struct app_model b;
    scene_init(&b);
    open_script(&s, "class 5\nno-such-thing\nclass 6\n");
    run(&s, &b, 1);
    assert_int_equal(b.selected, 5);
    assert_int_equal(b.notice_ink, INK_WARN);
    assert_null(s.text);
    app_model_fini(&b);
}

/* The message names file and line and what is wrong, whatever is said after it, until a key. */
static void assert_ends(const char *line, const char *why)
{
    struct script s = {0};
    struct app_model b;
    struct log_line logged;
    char text[128];
    scene_init(&b);
    snprintf(text, sizeof text, "# three lines\nclass 5\n%s\nclass 6\n", line);
    open_script(&s, text);
    run(&s, &b, 1);
    assert_null(s.text);
    assert_int_equal(b.selected, 5);
    app_model_say(&b, INK_TEXT, "what comes later");
    assert_non_null(strstr(b.notice, "/tmp/hpa-script."));
    assert_non_null(strstr(b.notice, ":3: "));
    assert_non_null(strstr(b.notice, why));
    assert_true(isinf(app_model_notice_due(&b)));
    assert_true(log_read(log_last(), &logged));
    assert_non_null(strstr(logged.text, ":3: "));
    assert_non_null(strstr(logged.text, why));
    act_key(&b, 'j');
    assert_null(strstr(b.notice, ":3: "));
    app_model_say(&b, INK_TEXT, "heard again");
    assert_string_equal(b.notice, "heard again");
    app_model_fini(&b);
}

static void test_an_error_ends_it_by_file_and_line(void **state)
{
    (void)state;
    assert_ends("no-such-thing", ":no-such-thing is no command");
    assert_ends("cut abc", "cut \"abc\": a number from 0 to 1 is needed");
    assert_ends("wait abc", "wait \"abc\": seconds, \"scores\" or \"idle\" is needed");
    assert_ends("wait", "wait \"\": seconds");
    assert_ends("wait -1", "wait \"-1\": seconds");
    assert_ends("class nobody", "no class has this number or name");
    assert_ends("source /tmp/hpa-no-such-file", "/tmp/hpa-no-such-file");
}

/* A command that had to wait for an answer is still that of its line. */
static void test_a_line_that_waited_ends_it_too(void **state)
{
    (void)state;
    struct script s = {0};
    struct app_model b;
    scene_init(&b);
    open_script(&s, "class 5\nrun-open nothing\nclass 6\n");
    run(&s, &b, 1);
    assert_true(b.awaits.runs);
    assert_non_null(s.text);
    app_model_say(&b, INK_WARN, "of something else");
    runs_view_take(&b.runs, xcalloc(1, sizeof *b.runs.list));
    b.awaits.runs = false;
    assert_true(script_postponed(&s, &b));
    assert_null(s.text);
    assert_non_null(strstr(b.notice, ":2: run \"nothing\" is not in the list"));
    run(&s, &b, 2);
    assert_int_equal(b.selected, 5);
    app_model_fini(&b);
}

/* Lines are about the run that is shown: they wait until it and the list of runs are known. */
static void test_begins_when_the_run_is_known(void **state)
{
    (void)state;
    struct script s = {0};
    struct app_model b;
    scene_init(&b);
    b.awaits = (struct awaits){true, true, true};
    open_script(&s, "class 5\n");
    run(&s, &b, 1);
    assert_int_not_equal(b.selected, 5);
    b.awaits = (struct awaits){false, false, true};
    run(&s, &b, 2);
    assert_int_not_equal(b.selected, 5);
    b.awaits.runs = false;
    run(&s, &b, 3);
    assert_int_equal(b.selected, 5);
    app_model_fini(&b);
}

/* A file that sources itself by its last line, with or without a newline, or by one in the middle.
 */
static void make_endless(char path[64], const char *before, const char *after)
{
    char text[256];
    snprintf(path, 64, "/tmp/hpa-script.XXXXXX");
    int fd = mkstemp(path);
    snprintf(text, sizeof text, "%ssource %s%s", before, path, after);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void test_a_script_that_sources_itself_ends(void **state)
{
    (void)state;
    static const char *const ends[] = {"", "\n", "\nclass 7\n"};
    for (int i = 0; i < 3; i++) {
        struct script s = {0};
        struct app_model b;
        struct err e;
        char path[64];
        int lines = 0;
        scene_init(&b);
        make_endless(path, "class 5\n", ends[i]);
        assert_int_equal(script_open(&s, path, &e), 0);
        while (s.text && lines < 1000)
            lines += run(&s, &b, 1);
        assert_int_equal(lines, 2 * (SCRIPT_DEPTH_MAX + 1));
        assert_null(s.text);
        assert_int_equal(b.notice_ink, INK_ERROR);
        assert_non_null(strstr(b.notice, "wait 1"));
        unlink(path);
        app_model_fini(&b);
    }
}

/* With a wait it repeats as long as its user likes. */
static void test_a_script_that_waits_may_repeat(void **state)
{
    (void)state;
    struct script s = {0};
    struct app_model b;
    struct err e;
    char path[64];
    scene_init(&b);
    make_endless(path, "wait 1\n", "\n");
    assert_int_equal(script_open(&s, path, &e), 0);
    for (int second = 0; second < 3 * SCRIPT_DEPTH_MAX; second++)
        assert_true(run(&s, &b, second) > 0);
    assert_non_null(s.text);
    script_close(&s);
    unlink(path);
    app_model_fini(&b);
}

/* What is left over waits for the next turn of the loop, which does not sleep meanwhile. */
static void test_a_turn_runs_so_many_lines(void **state)
{
    (void)state;
    struct script s = {0};
    struct app_model b;
    char text[16 * SCRIPT_LINES_MAX] = "";
    scene_init(&b);
    for (int i = 0; i < SCRIPT_LINES_MAX + 5; i++)
        strcat(text, "class 3\n");
    strcat(text, "class 4\n");
    open_script(&s, text);
    assert_int_equal(run(&s, &b, 9), SCRIPT_LINES_MAX);
    assert_int_equal(b.selected, 3);
    assert_true(script_due(&s) <= 9);
    assert_int_equal(run(&s, &b, 9), 6);
    assert_int_equal(b.selected, 4);
    assert_true(isinf(script_due(&s)));
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_no_text),
        cmocka_unit_test(test_ends_at_nonsense),
        cmocka_unit_test(test_an_error_ends_it_by_file_and_line),
        cmocka_unit_test(test_a_line_that_waited_ends_it_too),
        cmocka_unit_test(test_begins_when_the_run_is_known),
        cmocka_unit_test(test_a_script_that_sources_itself_ends),
        cmocka_unit_test(test_a_script_that_waits_may_repeat),
        cmocka_unit_test(test_a_turn_runs_so_many_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
