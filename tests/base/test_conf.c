/* Layers, origins and the bad input of configuration files. Each test runs in a folder of its own,
 * with its own home, so that files of the machine play no part. */
#include "tempdir.h"
#include "test.h"

#include "base/conf.h"
#include "base/file.h"

extern char **environ;

static struct conf *c;
static struct err e;

static void write_bytes(const char *name, const char *text, size_t n)
{
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
}

static void write_file(const char *name, const char *text)
{
    write_bytes(name, text, strlen(text));
}

static void assert_file_refused(const char *text, const char *want)
{
    write_file("a.conf", text);
    assert_int_equal(conf_load_file(c, "a.conf", &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_string_equal(e.text, want);
}

static void assert_refused(const char *pair, const char *want)
{
    assert_int_equal(conf_set_pair(c, pair, "flag", &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_string_equal(e.text, want);
}

static void defaults(void **state)
{
    (void)state;
    assert_int_equal(conf_int(c, CONF_TRAIN_BATCH), 16);
    assert_true(conf_real(c, CONF_TRAIN_MOMENTUM) == .9);
    assert_true(conf_flag(c, CONF_TRAIN_SHUFFLE));
    assert_string_equal(conf_text(c, CONF_DATA_SEPARATOR), " ");
    assert_string_equal(conf_origin(c, CONF_TRAIN_BATCH), "default");
    assert_false(conf_is_set(c, CONF_TRAIN_LR));
    assert_true(conf_real(c, CONF_TRAIN_LR) == 0);
    assert_int_equal(conf_load(c, NULL, &e), 0);
    assert_int_equal(conf_check(c, &e), 0);
}

/* Every default obeys its own rule. */
static void defaults_are_legal(void **state)
{
    (void)state;
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        assert_int_equal(conf_set(c, conf_info(k)->name, conf_info(k)->initial, "again", &e), 0);
}

static void layers(void **state)
{
    (void)state;
    file_make_folders("home/.config/hpa", NULL);
    write_file("home/.config/hpa/hpa.conf", "[train]\nbatch=1\nsize=64\nepochs=3\nseed=4\n");
    write_file("hpa.conf", "[train]\nbatch=2\nsize=96\nepochs=5\n");
    setenv("HPA_TRAIN_BATCH", "8", 1);
    setenv("HPA_TRAIN_SIZE", "128", 1);
    setenv("HPA_SCRIPT", "no key", 1);
    setenv("HPA_CLOCK", "1", 1);
    setenv("HPA_REAL_DATA", "x", 1);
    assert_int_equal(conf_load(c, NULL, &e), 0);
    assert_int_equal(conf_set_pair(c, "train.batch=32", "flag", &e), 0);
    assert_int_equal(conf_int(c, CONF_TRAIN_BATCH), 32);
    assert_string_equal(conf_origin(c, CONF_TRAIN_BATCH), "flag");
    assert_int_equal(conf_int(c, CONF_TRAIN_SIZE), 128);
    assert_string_equal(conf_origin(c, CONF_TRAIN_SIZE), "environment");
    assert_int_equal(conf_int(c, CONF_TRAIN_EPOCHS), 5);
    assert_string_equal(conf_origin(c, CONF_TRAIN_EPOCHS), "hpa.conf:4");
    assert_int_equal(conf_int(c, CONF_TRAIN_SEED), 4);
    assert_non_null(strstr(conf_origin(c, CONF_TRAIN_SEED), "home/.config/hpa/hpa.conf:5"));
}

static void xdg_home_goes_first(void **state)
{
    (void)state;
    file_make_folders("home/.config/hpa", NULL);
    file_make_folders("xdg/hpa", NULL);
    write_file("home/.config/hpa/hpa.conf", "[train]\nbatch=1\n");
    write_file("xdg/hpa/hpa.conf", "[train]\nbatch=2\n");
    setenv("XDG_CONFIG_HOME", tempdir_path("xdg"), 1);
    assert_int_equal(conf_load(c, NULL, &e), 0);
    assert_int_equal(conf_int(c, CONF_TRAIN_BATCH), 2);
}

static void a_named_file_replaces_the_local_one(void **state)
{
    (void)state;
    write_file("hpa.conf", "[train]\nbatch=2\n");
    write_file("other.conf", "[train]\nsize=64\n");
    assert_int_equal(conf_load(c, "other.conf", &e), 0);
    assert_int_equal(conf_int(c, CONF_TRAIN_BATCH), 16);
    assert_int_equal(conf_int(c, CONF_TRAIN_SIZE), 64);
    assert_int_equal(conf_load(c, "missing.conf", &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
}

static void forms_of_a_file(void **state)
{
    (void)state;
    write_file("a.conf", "\xEF\xBB\xBF# comment\r\n[data]\r\n  separator = \"|\" ; behind\r\n"
                         "\ttrain_dir = my images\r\nexclude=\r\n\r\n[train]\nlr = 1e-3\n"
                         "shuffle=off");
    assert_int_equal(conf_load_file(c, "a.conf", &e), 0);
    assert_string_equal(conf_text(c, CONF_DATA_SEPARATOR), "|");
    assert_string_equal(conf_text(c, CONF_DATA_TRAIN_DIR), "my images");
    assert_string_equal(conf_origin(c, CONF_DATA_TRAIN_DIR), "a.conf:4");
    assert_true(conf_real(c, CONF_TRAIN_LR) == 1e-3);
    assert_false(conf_flag(c, CONF_TRAIN_SHUFFLE));
    assert_string_equal(conf_text(c, CONF_TRAIN_SHUFFLE), "no");
    write_file("a.conf", "[data]\nexclude = \"\"\n");
    assert_int_equal(conf_load_file(c, "a.conf", &e), 0);
    assert_string_equal(conf_text(c, CONF_DATA_EXCLUDE), "");
    write_file("a.conf", "");
    assert_int_equal(conf_load_file(c, "a.conf", &e), 0);
}

static void bad_values_name_the_line(void **state)
{
    (void)state;
    assert_file_refused("[train]\n\nbatch = 0,5\n",
                        "a.conf: line 3: train.batch: '0,5' is not a whole number; write a dot, "
                        "not a comma: 0.5");
    assert_file_refused("[train]\nlr = 0,5\n", "a.conf: line 2: train.lr: '0,5' is not a number; "
                                               "write a dot, not a comma: 0.5");
    assert_file_refused("[train]\nlr = nan\n", "a.conf: line 2: train.lr: 'nan' is not a number");
    assert_file_refused("[train]\nbatch = 16 # note\n",
                        "a.conf: line 2: train.batch: '16 # note' is not a whole number; a "
                        "comment behind a value starts with ' ;'");
    assert_file_refused("[train]\nbatch = 99999\n",
                        "a.conf: line 2: train.batch: 99999 is out of range; allowed is 1..1024");
    assert_file_refused("[train]\nbatch=2\nsize=64\nbatch=2\n",
                        "a.conf: line 4: train.batch is set twice; the first is in line 2");
    assert_file_refused("[data]\ntrain_dir = \"\n", "a.conf: line 2: the closing quote is missing");
    assert_file_refused("[data]\ntrain_dir = \"a\n",
                        "a.conf: line 2: the closing quote is missing");
}

static void unknown_keys_name_the_nearest(void **state)
{
    (void)state;
    assert_file_refused("[trian]\nbatch = 1\n",
                        "a.conf: line 2: unknown key 'trian.batch'; did you mean 'train.batch'?");
    assert_file_refused("batch = 1\n",
                        "a.conf: line 1: unknown key 'batch'; did you mean 'train.batch'?");
    assert_file_refused("[x]\nqqq = 1\n", "a.conf: line 2: unknown key 'x.qqq' (`hpa config` "
                                          "lists all keys)");
    assert_file_refused("[a\x1b]\nb = 1\n", "a.conf: line 2: unknown key 'a\\x1b.b' (`hpa config` "
                                            "lists all keys)");
}

static void no_configuration_at_all(void **state)
{
    (void)state;
    assert_file_refused("[train]\nbatch\n", "a.conf: line 2: neither a [section] nor key = value "
                                            "nor a comment (# or ;)");
    assert_file_refused("[train\nbatch=1\n", "a.conf: line 1: neither a [section] nor key = value "
                                             "nor a comment (# or ;)");
    assert_file_refused("[train]\nmodel=\xFF\n", "a.conf: line 2: this is not UTF-8 text");
    write_bytes("a.conf", "[train]\nseed=1\0 0\n", 18);
    assert_int_equal(conf_load_file(c, "a.conf", &e), -1);
    assert_string_equal(e.text, "a.conf: line 2: this is not UTF-8 text");
}

static void long_lines_are_never_cut(void **state)
{
    (void)state;
    char text[9000];
    memset(text, 'x', sizeof text);
    memcpy(text, "[data]\ntrain_dir = /", 20);
    memcpy(text + 8990, "\n[train]\n", 10);
    write_file("a.conf", text);
    assert_int_equal(conf_load_file(c, "a.conf", &e), -1);
    assert_non_null(strstr(e.text, "a.conf: line 2: the line is too long (8983 bytes)"));
    text[7] = '#'; /* a comment may be that long */
    write_file("a.conf", text);
    assert_int_equal(conf_load_file(c, "a.conf", &e), 0);
    memcpy(text, "[data]\ntrain_dir = /", 20);
    static const char end[] = "/end\t; a comment\r\n[train]\nbatch = 5\n";
    memcpy(text + 3000, end, sizeof end);
    write_file("a.conf", text);
    assert_int_equal(conf_load_file(c, "a.conf", &e), 0);
    assert_int_equal(strlen(conf_text(c, CONF_DATA_TRAIN_DIR)), 3004 - 19);
    assert_string_equal(conf_text(c, CONF_DATA_TRAIN_DIR) + 3000 - 19, "/end");
    assert_int_equal(conf_int(c, CONF_TRAIN_BATCH), 5);
}

static void unreadable_files(void **state)
{
    (void)state;
    write_file("hpa.conf", "[train]\nbatch=2\n");
    chmod("hpa.conf", 0);
    if (geteuid() != 0) { /* root may read everything */
        assert_int_equal(conf_load(c, NULL, &e), -1);
        assert_non_null(strstr(e.text, "hpa.conf: Permission denied"));
    }
    remove("hpa.conf");
    mkdir("hpa.conf", 0700);
    assert_int_equal(conf_load(c, NULL, &e), -1);
    rmdir("hpa.conf");
    assert_int_equal(symlink("nowhere", "hpa.conf"), 0);
    assert_int_equal(conf_load(c, NULL, &e), -1);
    remove("hpa.conf");
    mkfifo("hpa.conf", 0600);
    assert_int_equal(conf_load(c, NULL, &e), -1);
}

static void bad_environment(void **state)
{
    (void)state;
    setenv("HPA_TRAIN_BATCH", "x", 1);
    setenv("HPA_PORT", "tcp://10.0.0.7:80", 1);
    assert_int_equal(conf_load(c, NULL, &e), -1);
    assert_string_equal(e.text,
                        "environment: HPA_TRAIN_BATCH: train.batch: 'x' is not a whole number");
    assert_int_equal(e.code, ERR_CONFIG);
}

#define IGNORED "environment: ignored, because no configuration key has this name: "

/* What Kubernetes sets for a service called hpa, and a misspelt name. */
static void names_of_others_in_the_environment(void **state)
{
    (void)state;
    assert_int_equal(conf_load(c, NULL, &e), 0);
    assert_null(conf_ignored(c));
    setenv("HPA_PORT", "tcp://10.0.0.7:80", 1);
    setenv("HPA_SERVICE_HOST", "10.0.0.7", 1);
    setenv("HPA_TRAIN_SIZE", "96", 1);
    assert_int_equal(conf_load(c, NULL, &e), 0);
    assert_int_equal(conf_int(c, CONF_TRAIN_SIZE), 96);
    assert_string_equal(conf_ignored(c), IGNORED "HPA_PORT, HPA_SERVICE_HOST");
    setenv("HPA_PORT_80_TCP_ADDR", "10.0.0.7", 1);
    setenv("HPA_SERVICE_PORT_HTTP", "80", 1);
    setenv("HPA_SVC_\033[31m", "80", 1);
    setenv("HPA_TRAIN_BACH", "8", 1);
    assert_int_equal(conf_load(c, NULL, &e), 0);
    assert_string_equal(conf_ignored(c),
                        IGNORED "HPA_TRAIN_BACH (did you mean HPA_TRAIN_BATCH?), HPA_PORT, "
                                "HPA_SERVICE_HOST, HPA_PORT_80_TCP_ADDR and 2 more");
    unsetenv("HPA_PORT");
    unsetenv("HPA_SERVICE_HOST");
    assert_int_equal(conf_load(c, NULL, &e), 0);
    assert_non_null(strstr(conf_ignored(c), "HPA_SVC_\\x1b[31m"));
    assert_null(strchr(conf_ignored(c), '\033'));
}

static void bad_pairs(void **state)
{
    (void)state;
    assert_refused("train.batch", "'train.batch' is not of the form key=value");
    assert_refused("train.batch=", "train.batch: '' is not a whole number");
    assert_refused("train.batch=1.5", "train.batch: '1.5' is not a whole number");
    assert_refused("split.seed=-1", "split.seed: -1 is too small; the least is 0");
    assert_refused("train.lr=inf", "train.lr: 'inf' is not a number");
    assert_refused("train.shuffle=maybe", "train.shuffle: 'maybe' is not yes or no");
    assert_refused("train.model=resnet43", "train.model: 'resnet43' is not one of "
                                           "resnet18|resnet34; did you mean 'resnet34'?");
    assert_refused("data.separator=ab", "data.separator: 'ab' must be one character, and no "
                                        "letter, digit, comma or quote");
    assert_refused("data.pattern=x.png", "data.pattern: 'x.png' must contain {id} and {channel}");
    assert_refused("tune.empty_row=class:128",
                   "tune.empty_row: 'class:128' is not one of argmax, none, class:N");
    assert_refused("work.dir=a\nb", "work.dir: 'a\\x0ab' holds control characters or is not UTF-8");
    assert_refused("work.dir=", "work.dir: needs a value");
    assert_refused("loss.alpha=1.5", "loss.alpha: '1.5' is neither off nor a number from 0 to 1");
    assert_int_equal(conf_set_pair(c, "loss.alpha=.25", "flag", &e), 0);
    assert_int_equal(conf_int(c, CONF_TRAIN_BATCH), 16); /* nothing changed */
    assert_string_equal(conf_origin(c, CONF_TRAIN_BATCH), "default");
    assert_refused("run.keep=last,all",
                   "run.keep: 'last,all' is not made of last, best, every:N and newest:N with "
                   "commas between");
    assert_int_equal(conf_set_pair(c, "run.keep=last,best,every:5", "flag", &e), 0);
    assert_int_equal(conf_set_pair(c, "tune.empty_row=class:25", "flag", &e), 0);
    assert_int_equal(conf_set_pair(c, "train.lr=", "flag", &e), 0);
    assert_int_equal(conf_set_pair(c, "data.train_csv=a=b.csv", "flag", &e), 0);
    assert_string_equal(conf_text(c, CONF_DATA_TRAIN_CSV), "a=b.csv");
}

static void presets_lie_under_everything(void **state)
{
    (void)state;
    conf_set_pair(c, "data.id_column=Name", "flag", &e);
    assert_int_equal(conf_set_pair(c, "data.preset=hpa2021", "flag", &e), 0);
    assert_string_equal(conf_text(c, CONF_DATA_ID_COLUMN), "Name");
    assert_string_equal(conf_text(c, CONF_DATA_TARGET_COLUMN), "Label");
    assert_string_equal(conf_text(c, CONF_DATA_SEPARATOR), "|");
    assert_string_equal(conf_text(c, CONF_DATA_CLASSES), "hpa19");
    assert_string_equal(conf_origin(c, CONF_DATA_CLASSES), "hpa2021");
    conf_set_pair(c, "data.classes=hpa28", "flag", &e);
    assert_string_equal(conf_text(c, CONF_DATA_CLASSES), "hpa28");
    conf_set_pair(c, "data.preset=hpa2018", "flag", &e);
    assert_string_equal(conf_text(c, CONF_DATA_SEPARATOR), " ");
    assert_string_equal(conf_origin(c, CONF_DATA_SEPARATOR), "default");
}

static void rates_by_depth(void **state)
{
    (void)state;
    static const char *const good[] = {"", "1", "0", "0.1,0.3,1", "10, 10, 10"},
                             *const bad[] = {"0.1,1", "-1", "11", "1,2,3,4", "a", "0.1;0.3;1"};
    char pair[64];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(pair, sizeof pair, "train.backbone_lr_scale=%s", good[i]);
        assert_int_equal(conf_set_pair(c, pair, "flag", &e), 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(pair, sizeof pair, "train.backbone_lr_scale=%s", bad[i]);
        assert_int_equal(conf_set_pair(c, pair, "flag", &e), -1);
        assert_int_equal(e.code, ERR_CONFIG);
    }
    assert_non_null(strstr(e.text, "'0.1;0.3;1' is neither one number from 0 to 10 nor three"));
}

static void presets_of_augmentation(void **state)
{
    (void)state;
    double low, high;
    assert_true(conf_flag(c, CONF_AUGMENT_FLIP) && conf_flag(c, CONF_AUGMENT_TURN));
    conf_set_pair(c, "augment.preset=none", "flag", &e);
    assert_false(conf_flag(c, CONF_AUGMENT_FLIP) || conf_flag(c, CONF_AUGMENT_TURN));
    assert_string_equal(conf_origin(c, CONF_AUGMENT_TURN), "none");
    conf_set_pair(c, "augment.shift=.2", "flag", &e);
    conf_set_pair(c, "augment.preset=strong", "flag", &e);
    assert_true(conf_flag(c, CONF_AUGMENT_FLIP));
    assert_string_equal(conf_text(c, CONF_AUGMENT_ROTATE), "45");
    assert_string_equal(conf_origin(c, CONF_AUGMENT_ROTATE), "strong");
    assert_string_equal(conf_text(c, CONF_AUGMENT_SHIFT), ".2");
    conf_scale(c, CONF_AUGMENT_SCALE, &low, &high);
    assert_true(low == .8 && high == 1.25);
    conf_set_pair(c, "data.preset=hpa2021", "flag", &e); /* another preset changes nothing here */
    assert_string_equal(conf_text(c, CONF_AUGMENT_CUTOUT), "0.25");
    assert_int_equal(conf_set_pair(c, "augment.scale=0.25", "flag", &e), 0);
    conf_scale(c, CONF_AUGMENT_SCALE, &low, &high);
    assert_true(low == .75 && high == 1.25);
    static const char *const wrong[] = {"1,2,3", "1.1,0.9", "0,2", "1", "-0.1", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char pair[64], want[160];
        snprintf(pair, sizeof pair, "augment.scale=%s", wrong[i]);
        snprintf(want, sizeof want,
                 "augment.scale: '%s' is neither LOW,HIGH within 0.1,10 nor one number from 0 to "
                 "0.9",
                 wrong[i]);
        assert_refused(pair, want);
    }
}

static void keys_that_belong_together(void **state)
{
    (void)state;
    conf_set_pair(c, "split.fold=5", "flag", &e);
    assert_int_equal(conf_check(c, &e), -1);
    assert_string_equal(e.text, "split.fold: 5 is out of range; with split.folds=5 it is 0..4");
    conf_set_pair(c, "split.folds=6", "flag", &e);
    assert_int_equal(conf_check(c, &e), 0);
    conf_set_pair(c, "train.first_size=256", "flag", &e);
    assert_int_equal(conf_check(c, &e), -1);
    assert_string_equal(e.text, "train.first_size: 256 must be smaller than train.size=256");
    conf_set_pair(c, "train.first_size=128", "flag", &e);
    assert_int_equal(conf_check(c, &e), 0);
}

static void json_round_trip(void **state)
{
    (void)state;
    conf_set_pair(c, "train.lr=0.0123", "flag", &e);
    conf_set_pair(c, "data.train_dir=Zellkörper", "flag", &e);
    struct json *j = conf_to_json(c);
    struct conf *copy = conf_new();
    assert_int_equal(json_count(j), CONF_KEY_COUNT);
    assert_int_equal(conf_from_json(copy, j, "checkpoint", &e), 0);
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        assert_string_equal(conf_text(copy, k), conf_text(c, k));
    assert_string_equal(conf_origin(copy, CONF_TRAIN_LR), "checkpoint");
    json_put_text(j, "train.warp", "9");
    assert_int_equal(conf_from_json(copy, j, "checkpoint", &e), -1);
    assert_non_null(strstr(e.text, "checkpoint: unknown key 'train.warp'"));
    json_put_int(j, "train.lr", 9);
    assert_int_equal(conf_from_json(copy, j, "checkpoint", &e), -1);
    assert_string_equal(e.text, "checkpoint: the value of 'train.lr' is not a text");
    json_free(j);
    conf_free(copy);
}

/* Keys of the project's tests: set and checked as any other, but in no list and no record. */
static void a_hidden_key(void **state)
{
    (void)state;
    setenv("HPA_RUN_HOLD", "steps", 1);
    assert_int_equal(conf_load(c, NULL, &e), 0);
    assert_string_equal(conf_text(c, CONF_RUN_HOLD), "steps");
    assert_string_equal(conf_origin(c, CONF_RUN_HOLD), "environment");
    assert_int_equal(conf_set_pair(c, "run.hold=others", "flag", &e), 0);
    struct conf *copy = conf_copy(c);
    assert_string_equal(conf_text(copy, CONF_RUN_HOLD), "others");
    conf_free(copy);
    struct json *j = conf_to_json(c);
    assert_null(json_get(j, "run.hold"));
    json_free(j);
    char *text = conf_example();
    assert_null(strstr(text, "hold ="));
    free(text);
    assert_refused("run.holt=x", "unknown key 'run.holt' (`hpa config` lists all keys)");
    unsetenv("HPA_RUN_HOLD");
    setenv("HPA_RUN_HOLT", "x", 1);
    assert_int_equal(conf_load(c, NULL, &e), 0);
    assert_null(strstr(conf_ignored(c), "HPA_RUN_HOLD")); /* no hint at the hidden key */
    unsetenv("HPA_RUN_HOLT");
}

static void copies_are_independent(void **state)
{
    (void)state;
    conf_set_pair(c, "train.batch=3", "flag", &e);
    struct conf *copy = conf_copy(c);
    conf_set_pair(c, "train.batch=4", "flag", &e);
    assert_int_equal(conf_int(copy, CONF_TRAIN_BATCH), 3);
    assert_string_equal(conf_origin(copy, CONF_TRAIN_BATCH), "flag");
    conf_free(copy);
    conf_free(NULL);
}

/* With the # in front of every key removed, the example file sets every key to its default. */
static void the_example_is_the_defaults(void **state)
{
    (void)state;
    char *text = conf_example(), *bare = calloc(strlen(text) + 1, 1), *out = bare;
    for (char *p = text; *p; p++)
        if (*p != '#' || p[1] == ' ')
            *out++ = *p;
    write_file("a.conf", bare);
    struct conf *plain = conf_new();
    assert_int_equal(conf_load_file(c, "a.conf", &e), 0);
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        assert_string_equal(conf_text(c, k), conf_text(plain, k));
        assert_string_not_equal(conf_origin(c, k), "default");
    }
    conf_free(plain);
    free(text);
    free(bare);
}

static char root[FILE_PATH_MAX]; /* the folder the tests are run from: the project's */

static void the_committed_example_is_this_one(void **state)
{
    (void)state;
    char path[FILE_PATH_MAX], *committed, *made = conf_example();
    size_t size;
    assert_int_equal(file_join(path, root, "hpa.conf.example", NULL), 0);
    if (file_read(path, 1 << 20, &committed, &size, NULL)) {
        free(made);
        print_message("SKIP: no hpa.conf.example here; run this test from the project's folder\n");
        skip();
    }
    assert_string_equal(committed, made);
    free(committed);
    free(made);
}

static int setup(void **state)
{
    (void)state;
    tempdir_make();
    for (char **entry = environ; *entry;) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*entry, "="), *entry);
        if (strncmp(name, "HPA_", 4) && strcmp(name, "XDG_CONFIG_HOME"))
            entry++;
        else
            unsetenv(name);
    }
    setenv("HOME", tempdir_path("home"), 1);
    c = conf_new();
    return chdir(tempdir);
}

static int teardown(void **state)
{
    (void)state;
    conf_free(c);
    tempdir_remove();
    return 0;
}

#define ALONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(defaults),
        ALONE(defaults_are_legal),
        ALONE(layers),
        ALONE(xdg_home_goes_first),
        ALONE(a_named_file_replaces_the_local_one),
        ALONE(forms_of_a_file),
        ALONE(bad_values_name_the_line),
        ALONE(unknown_keys_name_the_nearest),
        ALONE(no_configuration_at_all),
        ALONE(long_lines_are_never_cut),
        ALONE(unreadable_files),
        ALONE(bad_environment),
        ALONE(names_of_others_in_the_environment),
        ALONE(bad_pairs),
        ALONE(presets_lie_under_everything),
        ALONE(rates_by_depth),
        ALONE(presets_of_augmentation),
        ALONE(keys_that_belong_together),
        ALONE(json_round_trip),
        ALONE(a_hidden_key),
        ALONE(copies_are_independent),
        ALONE(the_example_is_the_defaults),
        ALONE(the_committed_example_is_this_one),
    };
    if (!getcwd(root, sizeof root))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
