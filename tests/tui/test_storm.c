/* A storm of keys, mouse events, pastes, resizes and news over a model whose every text is hostile:
 * nothing crashes, the model stays sound, and no cell of any frame holds what a terminal would
 * obey. 20,000 events; a million with SOAK. */
#include <math.h>

#include "base/log.h"
#include "base/rng.h"
#include "base/text.h"
#include "frame/frame.h"
#include "input/act.h"
#include "input/complete.h"
#include "input/mouse.h"
#include "keys/key_codes.h"
#include "near.h"
#include "scene_data.h"
#include "test.h"
#include "typed.h"

enum { STORM_SAMPLES = 300, STORM_RUNS = 9 };

/* Title and clipboard sequences, an 8-bit CSI, bidi override, zero width, wide, combining, invalid
 * UTF-8, a format, and more than any column holds. */
static const char *const hostile[] = {
    "\033]0;owned\007",
    "\033]52;c;cm0gLXJm\007",
    "\xc2\x9b"
    "31mred",
    "\xe2\x80\xae"
    "gnp.exe",
    "a\xe2\x80\x8b"
    "b",
    "\xe6\xbc\xa2\xe5\xad\x97",
    "e\xcc\x81\xcc\x81",
    "\xff\xfe\xc0\xaf",
    "%n%s%n\n\r\t\b\x7f",
    "\xf0\x9f\x98\x80",
    "\033[2J\033[H",
    "\x9b"
    "6n",
    "long long long long long long long long long long long long long long long long long long"};
enum { HOSTILE = sizeof hostile / sizeof *hostile };

static void mix(char *out, size_t size, int i)
{
    snprintf(out, size, "%s%d%s", hostile[i % HOSTILE], i, hostile[(i / 3 + 5) % HOSTILE]);
}

static struct run_query_labels *hostile_labels(void)
{
    struct run_query_labels *l = scene_labels();
    for (int i = 0; i < l->k; i++)
        mix(l->names[i], sizeof l->names[i], i);
    return l;
}

static struct samples *hostile_samples(void)
{
    struct samples *s = scene_samples(STORM_SAMPLES);
    char text[256];
    for (int i = 0; i < s->n; i++) {
        mix(text, sizeof text, i);
        s->ids[i] = arena_strdup(s->arena, text, NULL);
        s->findings[i] = i % 3 ? "" : hostile[i % HOSTILE];
    }
    for (int c = 0; c < 4; c++)
        snprintf(s->channel_names[c], sizeof s->channel_names[c], "%s", hostile[c]);
    for (int i = 0; i < s->scan->n; i++) {
        struct scan_finding_row *f = &s->scan->rows[i];
        mix(f->sample, sizeof f->sample, i);
        mix(f->channel, sizeof f->channel, i + 1);
        mix(f->kind, sizeof f->kind, i + 2);
        mix(f->detail, sizeof f->detail, i + 3);
    }
    for (int c = 0; c < SCENE_K; c++)
        s->names[c] = hostile[c % HOSTILE];
    return s;
}

static struct runs_query_list *hostile_list(int n)
{
    struct runs_query_list *l = xcalloc(1, sizeof *l);
    l->runs = xcalloc((size_t)n + 1, sizeof *l->runs);
    l->n = n;
    for (int i = 0; i < n; i++) {
        struct run_row *r = &l->runs[i].row;
        snprintf(r->uuid, sizeof r->uuid, "uuid-%d", i);
        mix(r->name, sizeof r->name, i);
        r->status = (enum run_status)(i % RUN_STATUS_COUNT);
        mix(r->note, sizeof r->note, i + 2);
        mix(r->tags, sizeof r->tags, i + 3);
        mix(r->error, sizeof r->error, i + 4);
        mix(l->runs[i].model, sizeof l->runs[i].model, i + 5);
        r->macro_f1 = i % 3 ? 0.1 * i : NAN;
        r->epochs = 20;
    }
    return l;
}

static struct runs_query_study *hostile_study(void)
{
    struct runs_query_study *s = xcalloc(1, sizeof *s);
    s->n = 2;
    s->keys_n = 12;
    s->keys = xcalloc(12, sizeof *s->keys);
    for (int i = 0; i < 2; i++) {
        mix(s->side[i].name, sizeof s->side[i].name, i);
        s->side[i].k = SCENE_K;
        for (int c = 0; c < SCENE_K; c++)
            s->side[i].f1[c] = c % 5 ? 0.03 * c : NAN;
    }
    for (int i = 0; i < 12; i++) {
        mix(s->keys[i].name, sizeof s->keys[i].name, i);
        mix(s->keys[i].value[0], sizeof s->keys[i].value[0], i + 1);
        mix(s->keys[i].value[1], sizeof s->keys[i].value[1], i + 2);
    }
    return s;
}

static void hostile_sets(struct app_model *b)
{
    scene_sets(b);
    for (int i = 0; i < b->tune.sets->n; i++)
        mix(b->tune.sets->set[i].name, sizeof b->tune.sets->set[i].name, i);
}

static void hostile_init(struct app_model *b, const struct conf *c)
{
    scene_data(b, STORM_SAMPLES);
    model_update_labels(b, hostile_labels());
    samples_model_take_samples(&b->data, hostile_samples());
    train_view_begin(&b->train, c);
    runs_view_take(&b->runs, hostile_list(STORM_RUNS));
    snprintf(b->snap.run_name, sizeof b->snap.run_name, "%s", hostile[0]);
    hostile_sets(b);
    app_model_show_tab(b, TAB_BOARD);
}

static int random_key(struct rng *r)
{
    static const int special[] = {INPUT_UP,    INPUT_DOWN, INPUT_LEFT,      INPUT_RIGHT,
                                  INPUT_HOME,  INPUT_END,  INPUT_PAGE_UP,   INPUT_PAGE_DOWN,
                                  INPUT_ENTER, INPUT_ESC,  INPUT_BACKSPACE, INPUT_DELETE,
                                  INPUT_F1,    INPUT_F10,  INPUT_BACK_TAB,  '\t',
                                  0x6838,      0x1f600,    0x200b,          0x9b};
    uint32_t kind = rng_below(r, 11);
    if (kind < 7)
        return (int)(' ' + rng_below(r, 95));
    if (kind == 10)
        return INPUT_PASTED | (int)rng_below(r, 0x300);
    return kind == 7 ? (int)rng_below(r, 32)
                     : special[rng_below(r, sizeof special / sizeof *special)];
}

/* Also where no cell is. */
static struct mouse random_mouse(struct rng *r)
{
    return (struct mouse){(enum mouse_kind)rng_below(r, MOUSE_WHEEL_DOWN + 1),
                          (int)rng_below(r, 180) - 2, (int)rng_below(r, 60) - 2};
}

static void news_of_work(struct app_model *b, struct rng *r)
{
    static int epoch = 6;
    enum job_phase before = b->snap.phase;
    b->snap.phase = (enum job_phase)rng_below(r, PHASE_FAILED + 1);
    err_set(&b->snap.error, ERR_FAIL, "%s", hostile[rng_below(r, HOSTILE)]);
    model_update_snapshot(b, b->snap.run_uuid, before);
    if (rng_below(r, 2)) {
        epoch++;
        model_update_scores(b, scene_scores(epoch % 9), epoch);
    }
    if (rng_below(r, 2))
        scene_estimates(b);
}

/* So far of a scan at work, or whole. */
static void hostile_findings(struct app_model *b, int n)
{
    struct samples *s = hostile_samples();
    struct findings *f = findings_new(&s->scan->scan, s->scan->rows, n);
    f->scan.made_ms = n % 2;
    b->snap.aside = n % 2 == 0 ? ASIDE_SCAN : ASIDE_NONE;
    findings_view_take(&b->data.found, f);
    samples_free(s);
}

static void random_news(struct app_model *b, struct rng *r)
{
    news_of_work(b, r);
    log_write((enum log_level)rng_below(r, 4), "%s", hostile[rng_below(r, HOSTILE)]);
    switch (rng_below(r, 7)) {
    case 0:
        hostile_sets(b);
        break;
    case 1:
        model_update_run(b,
                         stored_run(rng_below(r, 2) ? "abc" : b->snap.run_uuid, rng_below(r, 2)));
        break;
    case 2:
        runs_view_take(&b->runs, hostile_list((int)rng_below(r, STORM_RUNS)));
        break;
    case 3:
        runs_query_study_free(b->runs.study);
        b->runs.study = hostile_study();
        break;
    case 4:
        samples_model_take_samples(&b->data, hostile_samples());
        break;
    case 5:
        hostile_findings(b, (int)rng_below(r, 9));
        break;
    default:
        app_model_show_tab(b, (enum tab)(1 + rng_below(r, TAB_COUNT - 1)));
    }
}

/* Names of files come as they are asked for. */
static void answer_wishes(struct app_model *b)
{
    struct wish wish;
    while (app_model_next_wish(b, &wish)) {
        struct paths_names names = {.n = wish.kind == WISH_NAMES ? 30 : 0};
        snprintf(names.asked, sizeof names.asked, "%s", wish.text);
        snprintf(names.whole, sizeof names.whole, "%.200sx", wish.text);
        for (int i = 0; i < PATHS_NAMES; i++)
            mix(names.name[i], sizeof names.name[i], i);
        if (names.n)
            complete_names(&b->prompt, complete_path_at(b), &names);
    }
}

/* What must hold after any key. */
static void assert_sound(const struct app_model *b)
{
    double sum = 0;
    assert_true(b->selected >= 0 && b->selected < SCENE_K);
    assert_true(b->shown == 0 || app_model_row(b) >= 0 || b->filter[0]);
    for (int i = 0; i < b->cuts.k; i++) {
        assert_true(b->cuts.now[i] >= 0 && b->cuts.now[i] <= 1);
        sum += b->cuts.at[i].f1;
    }
    if (b->cuts.k)
        assert_near(b->cuts.macro, sum / b->cuts.k, 1e-9);
    assert_true(b->cuts.stored <= b->cuts.edits_n && b->cuts.position <= b->cuts.edits_n);
}

/* C0 and C1 controls, what turns the writing direction, and what has no width are in no cell; the
 * right half of a wide character follows its left one. */
static void assert_clean(const struct canvas *c)
{
    for (int i = 0; i < c->columns * c->rows; i++) {
        uint32_t code = c->cells[i].code;
        bool half = code == 0 && i % c->columns > 0 && text_char_width(c->cells[i - 1].code) == 2;
        bool plain = code >= ' ' && !(code >= 0x7f && code < 0xa0) && text_char_width(code) > 0;
        bool turns = (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
                     (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
        if ((!half && !plain) || turns)
            fail_msg("cell %d, %d holds U+%04X", i % c->columns, i / c->columns, code);
    }
}

static void storm(int seed, int events)
{
    struct app_model b;
    struct canvas c;
    struct conf *conf = conf_new();
    struct rng r = rng_stream((uint64_t)seed, RNG_TEST, 0, 0);
    hostile_init(&b, conf);
    canvas_init(&c, 80, 24);
    for (int i = 0; i < events; i++) {
        if (rng_below(&r, 4))
            act_key(&b, random_key(&r));
        else
            mouse_act(&b, c.columns, c.rows, random_mouse(&r));
        answer_wishes(&b);
        if (i % 250 == 249) {
            canvas_fini(&c);
            canvas_init(&c, (int)rng_below(&r, 170) + 1, (int)rng_below(&r, 50) + 1);
            random_news(&b, &r);
        }
        if (i % 10 == 0) {
            frame_draw(&b, &c);
            assert_sound(&b);
            assert_clean(&c);
        }
    }
    canvas_fini(&c);
    app_model_fini(&b);
    conf_free(conf);
}

static void test_storm(void **state)
{
    (void)state;
    for (int part = 0; part < 10; part++)
        storm(part, getenv("SOAK") ? 100000 : 2000);
}

/* Every tab at the usual sizes, not only where the storm happens to stop. */
static void test_every_tab_is_clean(void **state)
{
    (void)state;
    static const int sizes[][2] = {{80, 24}, {160, 48}, {50, 14}, {20, 5}};
    struct conf *conf = conf_new();
    struct app_model b;
    struct canvas c;
    hostile_init(&b, conf);
    b.runs.study = hostile_study();
    for (int t = 1; t < TAB_COUNT; t++)
        for (int s = 0; s < 4; s++) {
            app_model_show_tab(&b, (enum tab)t);
            canvas_init(&c, sizes[s][0], sizes[s][1]);
            scene_draw(&b, &c);
            assert_clean(&c);
            canvas_fini(&c);
        }
    app_model_fini(&b);
    conf_free(conf);
}

/* Every key of the key map with the focus on every pane of every tab. */
static void test_every_key_in_every_place(void **state)
{
    (void)state;
    struct conf *conf = conf_new();
    struct app_model b;
    struct canvas c;
    hostile_init(&b, conf);
    canvas_init(&c, 120, 36);
    for (int t = 1; t < TAB_COUNT; t++)
        for (int p = 0; tabs_ops((enum tab)t) && p < tabs_ops((enum tab)t)->panes_n; p++)
            for (int a = 1; a < ACTION_COUNT; a++)
                for (const char *k = keymap_entry((enum action)a)->keys; *k;) {
                    size_t n = strcspn(k, " ");
                    app_model_show_tab(&b, (enum tab)t);
                    b.focus = tabs_ops((enum tab)t)->panes[p];
                    act_key(&b, keymap_key(k, n));
                    frame_draw(&b, &c);
                    assert_sound(&b);
                    assert_clean(&c);
                    answer_wishes(&b);
                    b.prompt.kind = PROMPT_NONE;
                    b.dialog.kind = DIALOG_NONE;
                    b.help = b.zoomed = false;
                    k += n + (k[n] == ' ');
                }
    canvas_fini(&c);
    app_model_fini(&b);
    conf_free(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_tab_is_clean),
        cmocka_unit_test(test_every_key_in_every_place),
        cmocka_unit_test(test_storm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
