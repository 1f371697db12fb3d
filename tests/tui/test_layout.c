/* Every tab, every pane with the focus, every size from 20x5 to 300x100: rectangles inside the
 * screen, apart from each other, and together the whole body. */
#include "golden.h"
#include "model/tabs.h"
#include "test.h"

static void assert_inside(struct rect r, int columns, int rows)
{
    assert_true(r.x >= 0 && r.y >= 0 && r.w > 0 && r.h > 0);
    assert_true(r.x + r.w <= columns && r.y + r.h <= rows);
}

static void assert_apart(struct rect a, struct rect b)
{
    struct rect both = canvas_meet(a, b);
    assert_int_equal(both.w * both.h, 0);
}

static void check(int columns, int rows, const struct tab_ops *tab, enum pane focus, bool zoomed)
{
    struct layout l = layout_make(columns, rows, tab->place, focus, zoomed);
    assert_int_equal(l.too_small, columns < 40 || rows < 10);
    if (l.too_small)
        return;
    struct rect all[3 + PANE_COUNT] = {l.tabs, l.status, l.hint};
    int n = 3, area = 0;
    for (int p = 0; p < PANE_COUNT; p++)
        if (l.pane[p].w > 0)
            all[n++] = l.pane[p];
    if (zoomed || columns < 80 || rows < 24)
        assert_int_equal(n - 3, 1);
    assert_true(l.pane[focus].w > 0);
    for (int i = 0; i < n; i++) {
        assert_inside(all[i], columns, rows);
        area += all[i].w * all[i].h;
        for (int j = 0; j < i; j++)
            assert_apart(all[i], all[j]);
    }
    assert_int_equal(area, columns * rows);
}

static void test_every_size_of_every_tab(void **state)
{
    (void)state;
    for (int t = 1; t < TAB_COUNT; t++)
        for (int i = 0; tabs_ops((enum tab)t) && i < tabs_ops((enum tab)t)->panes_n; i++)
            for (int columns = 20; columns <= 300; columns++)
                for (int rows = 5; rows <= 100; rows++) {
                    const struct tab_ops *tab = tabs_ops((enum tab)t);
                    check(columns, rows, tab, tab->panes[i], false);
                    check(columns, rows, tab, tab->panes[i], true);
                }
}

static void print_layout(FILE *out, enum tab tab, enum pane focus, int columns, int rows)
{
    const struct tab_ops *ops = tabs_ops(tab);
    struct layout l = layout_make(columns, rows, ops->place, focus, false);
    fprintf(out, "%s %dx%d, focus %d:", ops->name, columns, rows, focus);
    for (int p = 0; p < PANE_COUNT; p++) {
        struct rect r = l.pane[p];
        if (r.w > 0)
            fprintf(out, " %d at %d,%d %dx%d", p, r.x, r.y, r.w, r.h);
    }
    fprintf(out, "\n");
}

/* Sizes at which each rule of a layout decides something. */
static void test_layouts_are_as_they_were(void **state)
{
    (void)state;
    static const int sizes[][2] = {{80, 24},  {100, 32}, {120, 36}, {160, 48},
                                   {200, 60}, {240, 90}, {300, 100}};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (int t = 1; t < TAB_COUNT; t++)
        for (int i = 0; tabs_ops((enum tab)t) && i < tabs_ops((enum tab)t)->panes_n; i++)
            for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
                print_layout(out, (enum tab)t, tabs_ops((enum tab)t)->panes[i], sizes[s][0],
                             sizes[s][1]);
    fclose(out);
    assert_golden_text(text, "layouts");
    free(text);
}

static void test_panes_of_the_board(void **state)
{
    (void)state;
    struct layout l = layout_make(80, 24, tab_board.place, PANE_CUTS, false);
    for (int i = 0; i < 4; i++)
        assert_true(l.pane[tab_board.panes[i]].w >= 40);
}

static void test_lists_of_the_usual_sizes(void **state)
{
    (void)state;
    struct layout small = layout_make(80, 24, tab_board.place, PANE_CUTS, false);
    assert_int_equal(small.pane[PANE_CUTS].h - 2, 8);
    assert_int_equal(small.pane[PANE_LABELS].h - 2, 9);
    struct layout large = layout_make(160, 48, tab_board.place, PANE_CUTS, false);
    assert_int_equal(large.pane[PANE_CUTS].h - 2, 28); /* all classes of the set */
}

static void test_middle(void **state)
{
    (void)state;
    struct rect r = layout_middle(80, 24, 40, 10);
    assert_int_equal(r.x, 20);
    assert_int_equal(r.y, 7);
    r = layout_middle(30, 8, 40, 10);
    assert_int_equal(r.w, 30);
    assert_int_equal(r.h, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_size_of_every_tab),
        cmocka_unit_test(test_layouts_are_as_they_were),
        cmocka_unit_test(test_panes_of_the_board),
        cmocka_unit_test(test_lists_of_the_usual_sizes),
        cmocka_unit_test(test_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
