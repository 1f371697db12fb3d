/* The whole screen on a terminal: the first page, a training that is watched, every tab, and
 * leaving. What is drawn in detail is left to the tests of the panes. */
#include <locale.h>

#include "base/file.h"
#include "data/synth.h"
#include "tempdir.h"
#include "terminal.h"
#include "test.h"
#include "tui/tui.h"

#define REDRAW "\x0c"

static int setup(void **state)
{
    (void)state;
    struct err e = {0};
    struct synth_plan plan = {.train = 60, .test = 6, .size = 32, .seed = 1};
    tempdir_make();
    if (synth_write(tempdir_path("data"), &plan, NULL, NULL, NULL, NULL, &e))
        fail_msg("%s", e.text);
    assert_int_equal(mkdir(tempdir_path("empty"), 0700), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tempdir_remove();
    return 0;
}

static void set(struct conf *c, const char *pair)
{
    struct err e = {0};
    if (conf_set_pair(c, pair, "test", &e))
        fail_msg("%s", e.text);
}

/* Runs the screen in a folder as the steps say; returns the error's code. */
static enum err_code run(const char *folder, struct conf *c, bool train,
                         const struct terminal_step *steps)
{
    struct err e = {0};
    struct run_query_table table = {0};
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(tempdir_path(folder)), 0);
    struct terminal t = terminal_begin(steps);
    int failed = tui_run(c, train, &table, &e);
    terminal_end(&t);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(failed != 0, e.code != ERR_NONE);
    return e.code;
}

static struct conf *conf_of_data(void)
{
    struct conf *c = conf_new();
    struct err e = {0};
    if (conf_load_file(c, tempdir_path("data/hpa.conf"), &e))
        fail_msg("%s", e.text);
    static const char *const pairs[] = {"train.model=resnet18", "train.size=32", "train.batch=8",
                                        "train.epochs=2",       "split.folds=3", "train.width=16",
                                        "run.threads=1"};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        set(c, pairs[i]);
    return c;
}

static void test_the_first_page_is_left(void **state)
{
    (void)state;
    static const struct terminal_step steps[] = {
        {"workbench", "\x1b[B\x1b[B\x1b[B"}, {"Quit", "\x1b[B" REDRAW}, {"Quit", "\r"}, {0}};
    struct conf *c = conf_new();
    assert_int_equal(run("empty", c, false, steps), ERR_NONE);
    assert_int_equal(rmdir(tempdir_path("empty")), 0); /* still empty */
    assert_int_equal(mkdir(tempdir_path("empty"), 0700), 0);
    conf_free(c);
}

static void test_a_training_is_watched(void **state)
{
    (void)state;
    static const struct terminal_step steps[] = {
        {"done", REDRAW},
        {"\xe2\x95\xad", "2" REDRAW}, /* a frame's corner */
        {"Samples", "3" REDRAW},
        {"Recipe", "4" REDRAW},
        {"Classes", "O5" REDRAW},
        {"Worst", "6" REDRAW},
        {"started", "nfirst try\r"},
        {"first try", "7" REDRAW},
        {"augmentation", "1" REDRAW},
        {"Thresholds", "?" REDRAW},
        {":best-all", "?:screen frame.ansi\r"},
        {"written", ":yank list.txt\r"},
        {"written", ":screen frame.txt\r"},
        {"written", "q"},
        {0}};
    struct conf *c = conf_of_data();
    char *text;
    size_t n;
    assert_int_equal(run("data", c, true, steps), ERR_NONE);
    assert_int_equal(file_read(tempdir_path("data/frame.ansi"), 1 << 20, &text, &n, NULL), 0);
    assert_memory_equal(text, "\033[0", 3);
    free(text);
    assert_int_equal(file_read(tempdir_path("data/frame.txt"), 1 << 20, &text, &n, NULL), 0);
    assert_null(memchr(text, '\033', n));
    free(text);
    assert_int_equal(file_read(tempdir_path("data/list.txt"), 1 << 20, &text, &n, NULL), 0);
    free(text);
    conf_free(c);
}

/* Commands of a file instead of keys. */
static void test_a_script_is_followed(void **state)
{
    (void)state;
    static const struct terminal_step steps[] = {{0}};
    static const char script[] = "runs\nscreen scripted.txt\nquit\n";
    struct conf *c = conf_of_data();
    struct err e = {0};
    char *text;
    size_t n;
    assert_int_equal(file_save_all(tempdir_path("data/script"), script, sizeof script - 1, &e), 0);
    setenv("HPA_SCRIPT", "script", 1);
    assert_int_equal(run("data", c, false, steps), ERR_NONE);
    unsetenv("HPA_SCRIPT");
    assert_int_equal(file_read(tempdir_path("data/scripted.txt"), 1 << 20, &text, &n, NULL), 0);
    assert_non_null(strstr(text, "[6 Runs]"));
    assert_null(strstr(text, "HPA_SCRIPT"));
    free(text);
    conf_free(c);
}

/* One frame as text: that of the run that was trained above. */
static void test_a_frame_is_printed(void **state)
{
    (void)state;
    struct err e = {0};
    struct run_query_table table = {0};
    struct conf *c = conf_of_data();
    char before[4096], *text;
    size_t n;
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(tempdir_path("data")), 0);
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    int file = open("printed.txt", O_RDWR | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDOUT_FILENO);
    int failed = tui_print(c, "board", 120, 36, &table, &e);
    int unknown = tui_print(c, "nothing", 120, 36, &table, &e);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(file);
    assert_int_equal(failed, 0);
    assert_int_equal(unknown, -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_int_equal(file_read("printed.txt", 1 << 20, &text, &n, NULL), 0);
    assert_non_null(strstr(text, "ep 2/2 done"));
    assert_non_null(strstr(text, "run-1"));
    free(text);
    assert_int_equal(chdir(before), 0);
    conf_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_page_is_left),
        cmocka_unit_test(test_a_training_is_watched),
        cmocka_unit_test(test_a_script_is_followed),
        cmocka_unit_test(test_a_frame_is_printed),
    };
    setenv("LC_ALL", "C.UTF-8", 1); /* or a user without one sees plain ASCII */
    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, setup, teardown);
}
