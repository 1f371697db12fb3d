/* The key map: no key with two meanings in one place, every action reachable, names and tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame/pane_table.h"
#include "keys/key_codes.h"
#include "model/keymap.h"
#include "test.h"
#include "tui/tui.h"

/* The places a user can be in: each pane of each tab, the help page; 0 after the last. */
static uint64_t place(int i)
{
    for (int t = 1; t < TAB_COUNT; t++)
        for (int p = 0; tabs_ops((enum tab)t) && p < tabs_ops((enum tab)t)->panes_n; p++)
            if (i-- == 0)
                return SCOPE_ANY | tabs_ops((enum tab)t)->scope |
                       pane_table_ops(tabs_ops((enum tab)t)->panes[p])->scope;
    return i == 0 ? SCOPE_HELP : 0;
}

/* Keys of an action one after the other; 0 after the last. */
static int key_of(const char *keys, int i)
{
    while (*keys) {
        size_t n = strcspn(keys, " ");
        if (i-- == 0)
            return keymap_key(keys, n);
        keys += n + (keys[n] == ' ');
    }
    return 0;
}

static void test_one_meaning_in_one_place(void **state)
{
    (void)state;
    for (int p = 0; place(p); p++)
        for (int a = 1; a < ACTION_COUNT; a++) {
            const struct keymap_entry *e = keymap_entry((enum action)a);
            for (int i = 0; e->scope & place(p) && key_of(e->keys, i); i++)
                if (keymap_find(place(p), key_of(e->keys, i)) != (enum action)a)
                    fail_msg("key %d of %s means something else, too", i, e->command);
        }
}

static void test_keys_have_names(void **state)
{
    (void)state;
    assert_int_equal(keymap_key("j", 1), 'j');
    assert_int_equal(keymap_key("Ctrl-R", 6), 18);
    assert_int_equal(keymap_key("Ctrl-Z", 6), 26);
    assert_int_equal(keymap_key("PgDn", 4), INPUT_PAGE_DOWN);
    assert_int_equal(keymap_key("Esc", 3), 27);
    assert_int_equal(keymap_key("Nothing", 7), INPUT_NONE);
    for (int a = 1; a < ACTION_COUNT; a++)
        for (const char *k = keymap_entry((enum action)a)->keys; *k;) {
            size_t n = strcspn(k, " ");
            assert_int_not_equal(keymap_key(k, n), INPUT_NONE);
            k += n + (k[n] == ' ');
        }
}

static void test_commands(void **state)
{
    (void)state;
    for (int a = 1; a < ACTION_COUNT; a++) {
        const struct keymap_entry *e = keymap_entry((enum action)a);
        assert_int_equal(keymap_command(e->command), a);
        assert_true(e->help[0] != '\0');
        assert_true(e->scope != 0);
    }
    assert_int_equal(keymap_command("nonsense"), ACTION_NONE);
    assert_string_equal(keymap_complete("class-d", 0), "class-down");
    assert_null(keymap_complete("class-d", 1));
    assert_string_equal(keymap_complete("cut-", 1), "cut-up");
    assert_string_equal(keymap_complete("hel", 0), "help");
    assert_null(keymap_complete("hel", 1)); /* what only works on the help page is not offered */
}

/* Every action stands in exactly one section of the help page. */
static void test_sections(void **state)
{
    (void)state;
    for (int a = 1; a < ACTION_COUNT; a++) {
        int found = 0;
        for (int s = 0; keymap_section(s); s++)
            found += keymap_section(s)->scopes == keymap_entry((enum action)a)->scope;
        assert_int_equal(found, 1);
    }
}

static void test_table(void **state)
{
    (void)state;
    char *table = tui_key_table();
    assert_non_null(strstr(table, "| `Ctrl-R` | `:redo` | change it again |\n"));
    assert_non_null(
        strstr(table, "| `w` | `:save NAME` | save the cuts as a set under a name |\n"));
    assert_non_null(strstr(table, "|  | `:source FILE` |"));
    assert_non_null(strstr(table, "`:mouse on\\|off`"));
    free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_meaning_in_one_place),
        cmocka_unit_test(test_keys_have_names),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
