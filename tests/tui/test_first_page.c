/* The first page: frames against goldens, the form's keys, what is asked before it is done, names
 * of files in the input line, and random keys and sizes. */
#include "app/first_page.h"
#include "base/mem.h"
#include "base/rng.h"
#include "golden.h"
#include "input/complete.h"
#include "keys/key_codes.h"
#include "test.h"

static struct setup_found *found(const struct first_page *p, int absent)
{
    struct setup_found *f = xcalloc(1, sizeof *f);
    first_page_choice(p, &f->choice);
    f->samples = 31072;
    f->k = f->classes = 28;
    f->images = f->looked = 124288;
    f->absent = absent;
    f->whole = true;
    if (absent)
        snprintf(f->first_absent, sizeof f->first_absent, "train/00070df0_red.png");
    return f;
}

static struct setup_found *unreadable(const struct first_page *p, const char *text)
{
    struct setup_found *f = xcalloc(1, sizeof *f);
    first_page_choice(p, &f->choice);
    err_set(&f->error, ERR_DATA, "%s", text);
    return f;
}

static void assert_page_golden(const struct first_page *p, const char *name, int columns, int rows)
{
    struct canvas c;
    canvas_init(&c, columns, rows);
    first_page_draw(p, &c);
    assert_golden_canvas(&c, name, "braille");
    canvas_fini(&c);
}

static enum first_wish type(struct first_page *p, const char *text)
{
    enum first_wish wish = FIRST_WISH_NOTHING;
    for (; *text; text++)
        wish = first_page_key(p, *text);
    return wish;
}

static void test_frames(void **state)
{
    (void)state;
    struct first_page p;
    struct paths_names names = {
        .asked = "train.csv", .whole = "train.csv", .n = 2, .name = {"train.csv", "train.csv.gz"}};
    first_page_init(&p, "train.csv", "train");
    first_page_found(&p, found(&p, 0));
    assert_page_golden(&p, "first", 80, 24);
    assert_page_golden(&p, "first", 160, 48);
    assert_page_golden(&p, "first", 40, 10);
    first_page_names(&p, &names);
    assert_page_golden(&p, "first-names", 80, 24);
    first_page_found(&p, unreadable(&p, "train.csv: line 3: label 31 is not in 0..27"));
    p.row = FIRST_DEMO;
    first_page_key(&p, INPUT_ENTER);
    assert_page_golden(&p, "first-asks", 80, 24);
    first_page_key(&p, 'y');
    first_page_done(&p, &(struct setup_done){.done = 135, .total = 540});
    assert_page_golden(&p, "first-draws", 80, 24);
    first_page_fini(&p);
}

static void test_keys(void **state)
{
    (void)state;
    struct first_page p;
    struct setup_choice choice;
    first_page_init(&p, "train.csv", "train");
    assert_int_equal(type(&p, "q"), FIRST_WISH_FOUND); /* a letter of the path, not "quit" */
    first_page_choice(&p, &choice);
    assert_string_equal(choice.csv, "train.csvq");
    assert_int_equal(first_page_key(&p, '\t'), FIRST_WISH_NAMES);
    assert_int_equal(first_page_key(&p, INPUT_BACKSPACE), FIRST_WISH_FOUND);
    assert_int_equal(first_page_key(&p, INPUT_BACKSPACE), FIRST_WISH_FOUND);
    assert_int_equal(first_page_key(&p, INPUT_PASTED | 'v'), FIRST_WISH_FOUND);
    first_page_key(&p, INPUT_ENTER);
    assert_int_equal(p.row, FIRST_FOLDER);
    first_page_key(&p, INPUT_ENTER);
    first_page_key(&p, INPUT_ENTER); /* nothing known yet: no question */
    assert_false(p.asking);
    assert_string_equal(p.error, "still reading the table");
    first_page_found(&p, unreadable(&p, "no such table"));
    first_page_key(&p, INPUT_ENTER);
    assert_string_equal(p.error, "no such table");
    first_page_found(&p, found(&p, 8));
    first_page_key(&p, INPUT_ENTER);
    assert_true(p.asking);
    assert_int_equal(type(&p, "n"), FIRST_WISH_NOTHING);
    first_page_key(&p, INPUT_ENTER);
    assert_int_equal(type(&p, "y"), FIRST_WISH_WRITE);
    struct setup_done failed = {.whole = true};
    err_set(&failed.error, ERR_CREATE, "hpa.conf: Permission denied");
    assert_int_equal(first_page_done(&p, &failed), FIRST_WISH_NOTHING);
    assert_string_equal(p.error, "hpa.conf: Permission denied");
    first_page_key(&p, INPUT_ENTER);
    assert_int_equal(first_page_key(&p, INPUT_ENTER), FIRST_WISH_WRITE);
    assert_int_equal(first_page_done(&p, &(struct setup_done){.whole = true}), FIRST_WISH_BEGIN);
    assert_int_equal(type(&p, "j"), FIRST_WISH_NOTHING);
    assert_int_equal(p.row, FIRST_DEMO);
    first_page_key(&p, INPUT_ENTER);
    assert_int_equal(type(&p, "y"), FIRST_WISH_DRAW);
    assert_int_equal(first_page_key(&p, INPUT_ESC), FIRST_WISH_STOP);
    struct setup_done stopped = {.whole = true};
    err_set(&stopped.error, ERR_CANCELLED, "cancelled");
    first_page_done(&p, &stopped);
    assert_string_equal(p.error, "");
    assert_int_equal(first_page_key(&p, INPUT_ESC), FIRST_WISH_QUIT);
    first_page_fini(&p);
}

static void test_an_answer_about_something_else(void **state)
{
    (void)state;
    struct first_page p;
    first_page_init(&p, "a.csv", "train");
    struct setup_found *late = found(&p, 0);
    type(&p, "x");
    first_page_found(&p, late);
    assert_null(p.found);
    first_page_fini(&p);
}

static void test_mouse(void **state)
{
    (void)state;
    struct first_page p;
    first_page_init(&p, "a.csv", "train");
    struct mouse m = {MOUSE_PRESS, 20, 8};
    assert_int_equal(first_page_mouse(&p, 80, 24, m), FIRST_WISH_NOTHING);
    assert_int_equal(p.row, FIRST_FOLDER);
    m.y = 11;
    first_page_mouse(&p, 80, 24, m);
    assert_true(p.row == FIRST_DEMO && p.asking);
    first_page_key(&p, 'n');
    m.y = 12;
    assert_int_equal(first_page_mouse(&p, 80, 24, m), FIRST_WISH_QUIT);
    first_page_fini(&p);
}

static void test_any_key_at_any_size(void **state)
{
    (void)state;
    struct first_page p;
    struct canvas c;
    struct rng r = rng_stream(13, RNG_TEST, 0, 0);
    struct paths_names names = {.n = 40, .whole = "train", .asked = "train"};
    first_page_init(&p, "train.csv", "train");
    canvas_init(&c, 80, 24);
    for (int i = 0; i < 20000; i++) {
        int key = rng_below(&r, 3) ? (int)rng_below(&r, 127)
                                   : (int)(INPUT_UP + (int)rng_below(&r, INPUT_F10 - INPUT_UP));
        first_page_key(&p, key);
        first_page_mouse(
            &p, c.columns, c.rows,
            (struct mouse){MOUSE_PRESS, (int)rng_below(&r, 99), (int)rng_below(&r, 40)});
        if (i % 7 == 0)
            first_page_found(&p, i % 2 ? found(&p, i % 3) : unreadable(&p, "\x1b]0;x\x07 bad"));
        if (i % 5 == 0)
            first_page_done(&p, &(struct setup_done){.whole = i % 2, .done = i, .total = 540});
        first_page_names(&p, &names);
        if (i % 100 == 0) {
            canvas_fini(&c);
            canvas_init(&c, (int)rng_below(&r, 120) + 1, (int)rng_below(&r, 40) + 1);
        }
        first_page_draw(&p, &c);
        assert_true(p.row < FIRST_ROWS);
    }
    canvas_fini(&c);
    first_page_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_an_answer_about_something_else),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_any_key_at_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
