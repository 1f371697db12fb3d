/* Every key of the key map, with the focus on every pane of every tab, is answered: the frame
 * changes, something is asked or said, or work is wished for. A move may have nowhere to go, and a
 * change nothing to take back: then one of a few keys before it makes room. */
#include "base/log.h"
#include "frame/frame.h"
#include "frame/pane_table.h"
#include "input/act.h"
#include "scene_errors.h"
#include "test.h"
#include "typed.h"

enum { COLUMNS = 80, ROWS = 24, RUNS = 30, NO_KEY = 1 /* Ctrl-A */ };

static const char *const makes_room[] = {"",   "j", "k", "l",   "h",  "]", "+", "-",       "v",
                                         "v,", ">", "G", ">>>", "mj", "x", "o", "jjjjjjjj"};

static struct runs_query_list *runs(void)
{
    struct runs_query_list *l = xcalloc(1, sizeof *l);
    l->runs = xcalloc(RUNS, sizeof *l->runs);
    l->n = RUNS;
    for (int i = 0; i < RUNS; i++) {
        struct run_row *r = &l->runs[i].row;
        snprintf(r->uuid, sizeof r->uuid, "uuid-%d", i);
        snprintf(r->name, sizeof r->name, "run-%d", (i * 7) % RUNS);
        r->status = i % 2 ? RUN_DONE : RUN_STOPPED;
        r->macro_f1 = 0.02 * i;
        r->epochs = 20;
    }
    return l;
}

static struct runs_query_study *study(void)
{
    struct runs_query_study *s = xcalloc(1, sizeof *s);
    s->n = 1;
    s->keys_n = 40;
    s->keys = xcalloc(40, sizeof *s->keys);
    s->side[0].k = SCENE_K;
    snprintf(s->side[0].name, sizeof s->side[0].name, "run-0");
    for (int i = 0; i < 40; i++)
        snprintf(s->keys[i].name, sizeof s->keys[i].name, "key.%d", i);
    return s;
}

static void fill(struct app_model *b, const struct conf *conf)
{
    scene_errors(b);
    samples_model_take_levels(&b->data, scene_levels(b->selected));
    samples_model_take_splits(&b->data, scene_splits());
    scene_estimates(b);
    scene_sets(b);
    scene_moves(b);
    train_view_begin(&b->train, conf);
    runs_view_take(&b->runs, runs());
    b->runs.study = study();
}

/* What stands on the screen, and how. */
static char *seen(struct app_model *b)
{
    struct canvas c;
    canvas_init(&c, COLUMNS, ROWS);
    scene_draw(b, &c);
    char *text = canvas_dump(&c, 2);
    canvas_fini(&c);
    return text;
}

static bool wishes(struct app_model *b)
{
    struct wish wish;
    bool any = false;
    while (app_model_next_wish(b, &wish))
        any = true;
    return any;
}

static bool answered_after(const struct conf *conf, enum tab tab, enum pane pane, int key,
                           const char *before)
{
    struct app_model b;
    fill(&b, conf);
    app_model_show_tab(&b, tab);
    b.focus = pane;
    free(seen(&b)); /* sizes of lists are known now */
    type(&b, before);
    b.focus = pane;
    b.notice[0] = '\0'; /* whatever that said or asked */
    b.prompt.kind = PROMPT_NONE;
    b.dialog.kind = DIALOG_NONE;
    wishes(&b);
    char *old = seen(&b);
    act_key(&b, key);
    char *new = seen(&b);
    bool answered = strcmp(old, new) != 0 || wishes(&b);
    free(old);
    free(new);
    app_model_fini(&b);
    return answered;
}

static bool answered(const struct conf *conf, enum tab tab, enum pane pane, int key)
{
    for (size_t i = 0; i < sizeof makes_room / sizeof *makes_room; i++)
        if (answered_after(conf, tab, pane, key, makes_room[i]))
            return true;
    return false;
}

/* What works everywhere is tried on one pane of each tab. */
static int silent_keys(const struct conf *conf, enum tab tab, enum pane pane, bool first)
{
    int silent = 0;
    uint64_t scopes = SCOPE_ANY | tabs_ops(tab)->scope | pane_table_ops(pane)->scope;
    for (int a = 1; a < ACTION_COUNT; a++) {
        const struct keymap_entry *e = keymap_entry((enum action)a);
        size_t n = strcspn(e->keys, " "); /* its other keys do the same */
        if (!(e->scope & scopes) || !n || a == ACTION_BACK || (e->scope == SCOPE_ANY && !first))
            continue;
        if (a == ACTION_TAB_BOARD + (int)tab - TAB_BOARD)
            continue; /* it is there already */
        if (answered(conf, tab, pane, keymap_key(e->keys, n)))
            continue;
        print_error("%s, %s: %.*s (%s) is not answered\n", tabs_ops(tab)->name,
                    pane_table_ops(pane)->name, (int)n, e->keys, e->command);
        silent++;
    }
    return silent;
}

static void test_every_key_is_answered(void **state)
{
    (void)state;
    int silent = 0;
    struct conf *conf = conf_new();
    for (int i = 0; i < 200; i++)
        log_info("line %d", i);
    for (int t = 1; t < TAB_COUNT; t++)
        for (int p = 0; tabs_ops((enum tab)t) && p < tabs_ops((enum tab)t)->panes_n; p++) {
            enum pane pane = tabs_ops((enum tab)t)->panes[p];
            if (p == 0)
                assert_false(answered(conf, (enum tab)t, pane, NO_KEY));
            silent += silent_keys(conf, (enum tab)t, pane, p == 0);
        }
    assert_int_equal(silent, 0);
    conf_free(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
