/* Two workers: one looks, one writes, so that looking for a hundred thousand images never keeps a
 * decision waiting. A demo set goes into a folder of its own; hpa.conf names it and a recipe that
 * two cores finish in minutes. */
#include "job/setup.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async_worker.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/index.h"
#include "data/synth.h"

enum { FOUND, LOOKS };
enum { DONE, WRITES };
static const double PIECE_SECONDS = 0.2;
static const char conf_path[] = "hpa.conf";
static const char *const demo_recipe;

struct setup {
    struct conf *conf;
    struct async_worker *looks, *writes;
    atomic_bool stop; /* set by the screen, read while a demo set is drawn */
};

struct write_ask {
    bool demo;
    struct setup_choice choice;
    char preset[16];
};

static const struct async_worker_kind look_kinds[LOOKS], write_kinds[WRITES];

bool setup_wanted(const struct conf *c)
{
    char database[FILE_PATH_MAX];
    return strcmp(conf_origin(c, CONF_DATA_TRAIN_CSV), "default") == 0 &&
           !file_exists(conf_text(c, CONF_DATA_TRAIN_CSV)) && !file_exists(conf_path) &&
           file_join(database, conf_text(c, CONF_WORK_DIR), "hpa.db", NULL) == 0 &&
           !file_exists(database);
}

struct conf *setup_result(const struct conf *c, struct err *e)
{
    struct conf *file = conf_new(), *all = conf_copy(c);
    int failed = conf_load_file(file, conf_path, e);
    for (int k = 0; k < CONF_KEY_COUNT && !failed; k++)
        if (strcmp(conf_origin(c, k), "default") == 0 && strcmp(conf_origin(file, k), "default"))
            failed = conf_set(all, conf_info(k)->name, conf_text(file, k), conf_origin(file, k), e);
    conf_free(file);
    if (!failed)
        return all;
    conf_free(all);
    return NULL;
}

static struct index *open_with(const struct setup *s, const struct setup_choice *choice,
                               const char *preset, struct err *e)
{
    char csv[4096], folder[4096];
    struct conf *c = conf_copy(s->conf);
    paths_expand(choice->csv, csv);
    paths_expand(choice->folder, folder);
    struct index *x = NULL;
    if (conf_set(c, "data.train_csv", csv, "screen", e) == 0 &&
        conf_set(c, "data.train_dir", folder, "screen", e) == 0 &&
        (!*preset || conf_set(c, "data.preset", preset, "screen", e) == 0))
        x = index_open_train(c, e);
    conf_free(c);
    return x;
}

/* As configured; else as the competition of 2021 had it. */
static struct index *open_either(const struct setup *s, struct setup_found *f)
{
    struct index *x = open_with(s, &f->choice, "", &f->error);
    if (x || f->error.code != ERR_DATA)
        return x;
    x = open_with(s, &f->choice, "hpa2021", NULL);
    if (x)
        snprintf(f->preset, sizeof f->preset, "hpa2021");
    return x;
}

static void count_classes(struct setup_found *f, const struct index *x)
{
    int count[LABELS_MAX] = {0};
    f->samples = x->n;
    f->k = x->k;
    f->images = x->n * x->channels;
    for (int i = 0; i < x->n; i++)
        for (int c = 0; c < x->k; c++)
            count[c] += labels_has(&x->labels[i], c);
    for (int c = 0; c < x->k; c++)
        f->classes += count[c] > 0;
}

static void look_for(struct setup_found *f, const struct index *x, int image)
{
    char path[4096];
    f->looked++;
    if (index_plane_path(x, image / x->channels, image % x->channels, path, NULL) == 0 &&
        access(path, R_OK) == 0)
        return;
    if (f->absent++ == 0)
        snprintf(f->first_absent, sizeof f->first_absent, "%s", path);
}

static struct setup_found *part_of(const struct setup_found *f)
{
    struct setup_found *copy = xmalloc(sizeof *copy);
    *copy = *f;
    return copy;
}

static void *answer_found(void *context, void *ask)
{
    struct setup *s = context;
    struct setup_found *f = xcalloc(1, sizeof *f);
    f->choice = *(struct setup_choice *)ask;
    struct index *x = open_either(s, f);
    if (!x)
        return f;
    err_clear(&f->error);
    count_classes(f, x);
    double told = clock_seconds();
    for (int i = 0; i < f->images && !async_worker_superseded(s->looks, FOUND); i++) {
        look_for(f, x, i);
        if (i && clock_seconds() < told + PIECE_SECONDS)
            continue;
        told = clock_seconds();
        async_worker_put(s->looks, FOUND, part_of(f));
    }
    f->whole = f->looked == f->images;
    index_close(x);
    return f;
}

/* Can hpa.conf hold this path as it is? Its lines are short, and " ;" begins a comment. */
static int check_path(const char *path, struct err *e)
{
    size_t n = strlen(path);
    bool fits =
        n > 0 && n <= 150 && path[0] != ' ' && path[n - 1] != ' ' && text_utf8_valid(path, n);
    for (const char *p = path; fits && *p; p++)
        fits = (unsigned char)*p >= ' ' && *p != 0x7f && *p != ';' && *p != '"';
    return fits ? 0
                : err_set(e, ERR_USAGE,
                          "a path for hpa.conf has 1 to 150 characters and no ; and no \": "
                          "link the data to a shorter place");
}

/* A path inside this folder without what leads here, so that the project may be copied or moved; a
 * path to data elsewhere as it is. */
static void make_near(char path[4096])
{
    char here[FILE_PATH_MAX];
    size_t n = getcwd(here, sizeof here) ? strlen(here) : 0;
    if (n > 1 && !strncmp(path, here, n) && path[n] == '/' && path[n + 1])
        memmove(path, path + n + 1, strlen(path + n + 1) + 1);
}

static bool beside(const char *csv, const char *name, char out[4096])
{
    const char *slash = strrchr(csv, '/');
    snprintf(out, 4096, "%.*s%s", slash ? (int)(slash - csv) + 1 : 0, csv, name);
    return file_exists(out);
}

static char *compose(const struct write_ask *a, struct err *e)
{
    char csv[4096], folder[4096], test[4096], table[4096];
    paths_expand(a->choice.csv, csv);
    paths_expand(a->choice.folder, folder);
    make_near(csv);
    make_near(folder);
    if (check_path(csv, e) || check_path(folder, e))
        return NULL;
    bool has_test = beside(csv, "test", test) && !check_path(test, NULL);
    bool has_table = beside(csv, "sample_submission.csv", table) && !check_path(table, NULL);
    return xasprintf("# Written by the first page of hpa; `hpa config example` shows all keys.\n"
                     "[data]\n%s%s%strain_csv = %s\ntrain_dir = %s\n%s%s%s%s%s%s%s",
                     *a->preset ? "preset = " : "", a->preset, *a->preset ? "\n" : "", csv, folder,
                     has_test ? "test_dir = " : "", has_test ? test : "", has_test ? "\n" : "",
                     has_table ? "sample_submission = " : "", has_table ? table : "",
                     has_table ? "\n" : "", a->demo ? demo_recipe : "");
}

static int write_conf(const struct write_ask *a, struct err *e)
{
    struct stat st;
    if (!lstat(conf_path, &st))
        return S_ISLNK(st.st_mode) && !file_exists(conf_path)
                   ? err_set(e, ERR_CREATE,
                             "hpa.conf is a link that leads nowhere: remove it, or make the file "
                             "that it leads to")
                   : err_set(e, ERR_CREATE, "there is an hpa.conf here now: start hpa again");
    char *text = compose(a, e);
    int failed = !text || file_save_all(conf_path, text, strlen(text), e);
    free(text);
    return failed ? -1 : 0;
}

static void tell_drawn(void *context, int done, int total)
{
    struct setup *s = context;
    struct setup_done *part = xcalloc(1, sizeof *part);
    part->done = done;
    part->total = total;
    async_worker_put(s->writes, DONE, part);
}

static int draw_demo(struct setup *s, struct err *e)
{
    static const struct setup_choice drawn = {SETUP_DEMO_FOLDER "/train.csv",
                                              SETUP_DEMO_FOLDER "/train"};
    static const struct synth_plan plan = {SETUP_DEMO_SAMPLES, SETUP_DEMO_TEST, SETUP_DEMO_SIZE, 1};
    struct write_ask a = {.demo = true, .choice = drawn};
    struct workers *team = workers_new((int)conf_int(s->conf, CONF_RUN_THREADS), 0, e);
    if (!team)
        return -1;
    int failed = !file_exists(drawn.csv) &&
                 synth_write(SETUP_DEMO_FOLDER, &plan, team, tell_drawn, s, &s->stop, e);
    workers_free(team);
    return failed ? -1 : write_conf(&a, e);
}

static void *answer_done(void *context, void *ask)
{
    struct setup *s = context;
    const struct write_ask *a = ask;
    struct setup_done *out = xcalloc(1, sizeof *out);
    out->whole = true;
    if ((a->demo ? draw_demo(s, &out->error) : write_conf(a, &out->error)) == 0)
        err_clear(&out->error);
    return out;
}

struct setup *setup_open(const struct conf *c, struct wake *wake, struct err *e)
{
    struct setup *s = xcalloc(1, sizeof *s);
    s->conf = conf_copy(c);
    s->looks = async_worker_new("hpa-setup", look_kinds, LOOKS, s, wake, e);
    s->writes = s->looks ? async_worker_new("hpa-setup", write_kinds, WRITES, s, wake, e) : NULL;
    if (s->writes)
        return s;
    setup_close(s);
    return NULL;
}

void setup_close(struct setup *s)
{
    if (!s)
        return;
    setup_stop(s);
    async_worker_free(s->looks);
    async_worker_free(s->writes);
    conf_free(s->conf);
    free(s);
}

void setup_ask_found(struct setup *s, const struct setup_choice *choice)
{
    struct setup_choice *ask = xmalloc(sizeof *ask);
    *ask = *choice;
    async_worker_ask(s->looks, FOUND, ask);
}

struct setup_found *setup_take_found(struct setup *s)
{
    return async_worker_take(s->looks, FOUND);
}

static void ask_write(struct setup *s, const struct write_ask *a)
{
    struct write_ask *ask = xmalloc(sizeof *ask);
    *ask = *a;
    atomic_store(&s->stop, false);
    async_worker_ask(s->writes, DONE, ask);
}

void setup_ask_write(struct setup *s, const struct setup_choice *choice, const char *preset)
{
    struct write_ask a = {.choice = *choice};
    snprintf(a.preset, sizeof a.preset, "%s", preset);
    ask_write(s, &a);
}

void setup_ask_demo(struct setup *s)
{
    ask_write(s, &(struct write_ask){.demo = true});
}

void setup_stop(struct setup *s)
{
    atomic_store(&s->stop, true);
}

struct setup_done *setup_take_done(struct setup *s)
{
    return async_worker_take(s->writes, DONE);
}

static const struct async_worker_kind look_kinds[LOOKS] = {[FOUND] = {answer_found, free, false}};
static const struct async_worker_kind write_kinds[WRITES] = {[DONE] = {answer_done, free, false}};

/* Ten epochs are too few for averaged weights and for images that turn by any angle. */
static const char *const demo_recipe = "\n# Small enough for two cores and a few minutes.\n"
                                       "[split]\nfolds = 4\n\n"
                                       "[train]\nmodel = resnet18\nsize = 64\nepochs = 10\n"
                                       "dropout = 0.2\nsampler = shuffle\nema = 0\n\n"
                                       "[augment]\npreset = dihedral\n\n[predict]\ntta = 2\n";
