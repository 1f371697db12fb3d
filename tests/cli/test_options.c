#include "tempdir.h"
#include "test.h"

#include "command.h"

static struct options o;
static struct err e;

static int parse(const char *const words[])
{
    char *argv[32] = {(char *)(uintptr_t) "hpa"};
    int n = 1;
    while (words[n - 1]) {
        argv[n] = (char *)(uintptr_t)words[n - 1];
        n++;
    }
    return options_parse(&o, n, argv, &e);
}
#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL})

static void assert_usage(int result, const char *want)
{
    assert_int_equal(result, -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_string_equal(e.text, want);
}

static void globals_stand_anywhere(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--json", "-c", "x.conf", "synth", "dir", "-q", "--samples=3"), 0);
    assert_string_equal(o.command->name, "synth");
    assert_int_equal(o.args_n, 1);
    assert_string_equal(o.args[0], "dir");
    assert_true(options_has(&o, "json"));
    assert_true(options_has(&o, "quiet"));
    assert_false(options_has(&o, "version"));
    assert_string_equal(options_text(&o, "config"), "x.conf");
    assert_string_equal(options_text(&o, "samples"), "3");
    assert_null(options_text(&o, "seed"));
}

static void forms_of_values(void **state)
{
    (void)state;
    assert_int_equal(PARSE("synth", "--size", "64", "--size=96", "-qcfile", "--seed", "-1"), 0);
    assert_string_equal(options_text(&o, "size"), "96"); /* the last one counts */
    assert_string_equal(options_text(&o, "config"), "file");
    assert_string_equal(options_text(&o, "seed"), "-1");
    assert_true(options_has(&o, "quiet"));
    assert_int_equal(PARSE("synth", "--", "--size"), 0);
    assert_string_equal(o.args[0], "--size");
    assert_int_equal(PARSE("synth", "-"), 0);
    assert_string_equal(o.args[0], "-");
    assert_int_equal(PARSE("synth", "--size="), 0);
    assert_string_equal(options_text(&o, "size"), "");
}

static void nothing_at_all(void **state)
{
    (void)state;
    assert_int_equal(parse((const char *const[]){NULL}), 0);
    assert_null(o.command);
    assert_int_equal(PARSE("-V"), 0);
    assert_true(options_has(&o, "version"));
    assert_null(o.command);
}

static void what_is_misspelt(void **state)
{
    (void)state;
    assert_usage(PARSE("sinth"), "unknown command 'sinth'; did you mean 'synth'?");
    assert_usage(PARSE("qqqqqq"), "unknown command 'qqqqqq' (`hpa help` lists all)");
    assert_usage(PARSE("a\x1b[2J"), "unknown command 'a\\x1b[2J' (`hpa help` lists all)");
    assert_usage(PARSE("synth", "--sample", "3"),
                 "unknown option '--sample'; did you mean '--samples'?");
    assert_usage(PARSE("synth", "--xyzzy"),
                 "unknown option '--xyzzy' (`hpa help synth` lists all)");
    assert_usage(PARSE("--samples", "3", "synth"),
                 "unknown option '--samples' (`hpa help` lists all)");
    assert_usage(PARSE("-x"), "unknown option '-x' (`hpa help` lists all)");
    assert_usage(PARSE("synth", "--size"), "--size needs a value");
    assert_usage(PARSE("-c"), "-c needs a value");
    assert_usage(PARSE("--json=yes"), "--json takes no value");
}

static void keys_of_a_section_are_flags(void **state)
{
    (void)state;
    assert_int_equal(PARSE("train", "--weight-decay=0.1", "--epochs", "3", "--name", "n"), 0);
    struct conf *c = conf_new();
    assert_int_equal(options_configure(&o, c, &e), 0);
    assert_true(conf_real(c, CONF_TRAIN_WEIGHT_DECAY) == .1);
    assert_int_equal(conf_int(c, CONF_TRAIN_EPOCHS), 3);
    assert_string_equal(options_text(&o, "name"), "n");
    conf_free(c);
    assert_usage(PARSE("train", "--weight-decai", "1"),
                 "unknown option '--weight-decai'; did you mean '--weight-decay'?");
    assert_int_equal(PARSE("synth", "--epochs", "3"), -1);
}

static void flags_lie_over_everything(void **state)
{
    (void)state;
    struct conf *c = conf_new();
    setenv("HPA_RUN_THREADS", "2", 1);
    assert_int_equal(PARSE("synth", "--threads=3", "-s", "train.batch=4", "-strain.size=64"), 0);
    assert_int_equal(options_configure(&o, c, &e), 0);
    assert_int_equal(conf_int(c, CONF_RUN_THREADS), 3);
    assert_int_equal(conf_int(c, CONF_TRAIN_BATCH), 4);
    assert_int_equal(conf_int(c, CONF_TRAIN_SIZE), 64);
    assert_string_equal(conf_origin(c, CONF_RUN_THREADS), "--threads");
    assert_string_equal(conf_origin(c, CONF_TRAIN_BATCH), "-s");
    conf_free(c);
}

static void bad_values(void **state)
{
    (void)state;
    struct conf *c = conf_new();
    int64_t v = 7;
    PARSE("synth", "--threads=x");
    assert_usage(options_configure(&o, c, &e), "--threads: run.threads: 'x' is not a whole number");
    PARSE("synth", "-s", "train.batch=x");
    assert_int_equal(options_configure(&o, c, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    PARSE("synth", "-s", "train.first_size=256"); /* not smaller than train.size */
    assert_int_equal(options_configure(&o, c, &e), -1);
    PARSE("synth", "--size=1e3");
    assert_usage(options_int(&o, "size", 32, 2048, &v, &e), "--size: '1e3' is not a whole number");
    PARSE("synth", "--size=31");
    assert_usage(options_int(&o, "size", 32, 2048, &v, &e),
                 "--size: 31 is out of range; allowed is 32..2048");
    assert_int_equal(options_int(&o, "seed", 0, 9, &v, &e), 0);
    assert_int_equal(v, 7);
    conf_free(c);
}

static void too_much(void **state)
{
    (void)state;
    char *argv[400], word[] = "x", name[] = "synth", quiet[] = "-q";
    for (int i = 0; i < 399; i++)
        argv[i] = i < 2 ? name : word;
    argv[399] = NULL;
    assert_usage(options_parse(&o, 399, argv, &e), "more than 128 arguments");
    for (int i = 2; i < 399; i++)
        argv[i] = quiet;
    assert_usage(options_parse(&o, 399, argv, &e), "more than 128 options");
}

/* Names of every table: found again, without doubles, each with a help. */
static void the_tables_are_sound(void **state)
{
    (void)state;
    int globals_n;
    const struct option *globals = options_global(&globals_n);
    for (int i = 0; i < command_count(); i++) {
        const struct command *c = command_at(i);
        assert_ptr_equal(command_find(c->name), c);
        assert_true(c->args_min <= c->args_max);
        assert_non_null(c->run);
        for (int a = 0; a < c->options_n; a++) {
            assert_true(c->options[a].help || c->options[a].key);
            for (int b = 0; b < a; b++)
                assert_string_not_equal(c->options[a].name, c->options[b].name);
            for (int b = 0; b < globals_n; b++)
                assert_string_not_equal(c->options[a].name, globals[b].name);
        }
    }
}

static int setup(void **state)
{
    (void)state;
    tempdir_make();
    setenv("HOME", tempdir, 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HPA_RUN_THREADS");
    return chdir(tempdir);
}

static int teardown(void **state)
{
    (void)state;
    tempdir_remove();
    return 0;
}

#define ALONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(globals_stand_anywhere),
        ALONE(forms_of_values),
        ALONE(nothing_at_all),
        ALONE(what_is_misspelt),
        ALONE(keys_of_a_section_are_flags),
        ALONE(flags_lie_over_everything),
        ALONE(bad_values),
        ALONE(too_much),
        ALONE(the_tables_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
