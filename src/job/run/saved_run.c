/* A trained run opened for use. The checkpoint is enough: configuration, statistics and identity
 * lie in it, so a run outlives a lost database. */
#include "saved_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/memory_plan.h"
#include "core/run_files.h"
#include "job/engine.h"
#include "run_state.h"

/* Does this errno say that there is no such file? After any other it may be there. */
static bool says_absent(int errno_value)
{
    return errno_value == ENOENT || errno_value == ENOTDIR || errno_value == ELOOP;
}

static bool may_be_there(const struct work *w, const char *name, const char *file)
{
    char path[FILE_PATH_MAX];
    return !work_run_path(w, name, file, path, NULL) && (file_exists(path) || !says_absent(errno));
}

bool saved_run_exists(const struct work *w, const char *name)
{
    return !strchr(name, '/') && strlen(name) < RUN_NAME_MAX &&
           (may_be_there(w, name, RUN_FILES_LAST) || may_be_there(w, name, RUN_FILES_PREVIOUS));
}

bool saved_run_is_damaged(const struct err *why)
{
    return why->code == ERR_DATA ||
           (why->code == ERR_NOINPUT && (!why->cause || says_absent(why->cause)));
}

int saved_run_find(const struct work *w, const char *which, char name[RUN_NAME_MAX], struct err *e)
{
    struct run_row row;
    if (!file_exists(w->database) && !saved_run_exists(w, which)) {
        err_set(e, ERR_NOINPUT, "no run '%.60s': %s has no runs yet (hpa train starts one)", which,
                w->folder);
        return run_state_explain(w, which, e);
    }
    if (saved_run_exists(w, which)) {
        snprintf(name, RUN_NAME_MAX, "%s", which);
        return 0;
    }
    struct store *s = store_open(w->database, STORE_READ, e);
    if (!s)
        return -1;
    int failed = run_find(s, which, &row, e);
    store_close(s);
    if (failed)
        return run_state_explain(w, which, e);
    snprintf(name, RUN_NAME_MAX, "%s", row.name);
    run_row_fini(&row);
    return 0;
}

/* Of its checkpoints: were they today's, a run that goes on would lose those that it had to keep.
 */
static bool is_of_checkpoints(int key)
{
    return key == CONF_RUN_KEEP || key == CONF_RUN_CHECKPOINT_MINUTES;
}

/* Keys that belong to the place where a program runs, not to a run. */
static bool is_local_key(int key)
{
    const char *name = conf_info(key)->name;
    return !is_of_checkpoints(key) &&
           (!strncmp(name, "work.", 5) || !strncmp(name, "run.", 4) || !strncmp(name, "ui.", 3));
}

/* A flag counts more than what the run has: data may have moved since, a rule may be another. */
static bool is_given(const struct conf *here, int key)
{
    return (key == CONF_DATA_TRAIN_CSV || key == CONF_DATA_TRAIN_DIR || is_of_checkpoints(key)) &&
           *conf_origin(here, key) == '-';
}

bool saved_run_decides_here(const struct conf *here, int key)
{
    return is_local_key(key) || is_given(here, key);
}

static bool is_in(const char *name, const char *sections)
{
    size_t n = strcspn(name, ".");
    for (const char *at = sections; *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == n && !strncmp(at, name, n))
            return true;
    return false;
}

/* Samples and labels that the configuration names today, other than a flag: who corrects a table
 * under another name, or leaves samples out, must hear that a run of before does not follow. */
static bool names_samples(const struct conf *here, int key)
{
    return (key == CONF_DATA_TRAIN_CSV || key == CONF_DATA_TRAIN_DIR || key == CONF_DATA_EXCLUDE) &&
           strcmp(conf_origin(here, key), "default") != 0;
}

void saved_run_tell_unused(const char *run, const struct conf *is, const struct conf *here,
                           const char *sections, enum saved_run_use use)
{
    for (int key = 0; key < CONF_KEY_COUNT; key++) {
        const char *name = conf_info(key)->name, *origin = conf_origin(here, key);
        bool here_too = saved_run_decides_here(here, key) ||
                        (use == SAVED_RUN_INFERS && key == CONF_TRAIN_BATCH);
        if ((*origin == '-' || names_samples(here, key)) && is_in(name, sections) && !here_too &&
            strcmp(conf_text(is, key), conf_text(here, key)) != 0)
            log_warn("run %s has its own %s=%s: %s=%s (%s) is not used", run, name,
                     conf_text(is, key), name, conf_text(here, key), origin);
    }
}

/* All defaults, with the folder that a run's relative paths hold in: the project's of this process;
 * where it has none, that of the work folder, if the run's table is there. */
static struct conf *project_conf(const struct json *run, const struct work *w)
{
    char folder[FILE_PATH_MAX], path[FILE_PATH_MAX];
    struct conf *c = conf_new_beside(w->conf);
    const char *table = json_get_text(run, conf_info(CONF_DATA_TRAIN_CSV)->name);
    const char *slash = strrchr(w->folder, '/');
    if (conf_file(w->conf) || !slash || !table || *table == '/' || file_exists(table))
        return c;
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - w->folder) + 1, w->folder);
    if (!file_join(path, folder, table, NULL) && file_exists(path))
        conf_move(c, folder);
    return c;
}

struct conf *saved_run_conf(const char *config, const struct work *w, const char *what,
                            struct err *e)
{
    struct json *j = json_parse(config, strlen(config), what, e);
    if (!j)
        return NULL;
    struct conf *c = project_conf(j, w);
    int failed = conf_from_json(c, j, "run", e);
    json_free(j);
    for (int key = 0; key < CONF_KEY_COUNT && !failed; key++)
        if (saved_run_decides_here(w->conf, key))
            conf_take(c, w->conf, (enum conf_key)key);
    if (!failed)
        return c;
    conf_free(c);
    return NULL;
}

struct conf *saved_run_data(const char *config, const struct work *w)
{
    struct err unused;
    struct json *j = config ? json_parse(config, strlen(config), "config", &unused) : NULL;
    struct conf *c = project_conf(j, w);
    for (int key = 0; key < CONF_KEY_COUNT; key++)
        conf_take(c, w->conf, (enum conf_key)key);
    for (int key = 0; j && key < CONF_KEY_COUNT; key++) {
        const char *name = conf_info(key)->name, *value = json_get_text(j, name);
        if (value && !saved_run_decides_here(w->conf, key))
            conf_set_kept(c, name, value, "run", &unused);
    }
    json_free(j);
    return c;
}

static int read_floats(const struct json *j, const char *key, float *out, int n)
{
    const struct json *list = json_get(j, key);
    for (int i = 0; i < n; i++) {
        double v;
        if (!json_get_real(json_at(list, i), NULL, &v))
            return -1;
        out[i] = (float)v;
    }
    return 0;
}

/* Runs of before there were class weights have none. */
static int read_class_weights(const struct json *j, float *out, int n)
{
    for (int c = 0; c < n; c++)
        out[c] = 1;
    return json_get(j, "class_weights") ? read_floats(j, "class_weights", out, n) : 0;
}

static int read_extra(struct saved_run *t, const char *path, struct err *e)
{
    int64_t channels = 0, classes = 0;
    struct json *j = json_parse(t->point.extra, strlen(t->point.extra), path, e);
    if (!j)
        return -1;
    const char *uuid = json_get_text(j, "uuid"), *print = json_get_text(j, "fingerprint");
    bool good = uuid && print && json_get_int(j, "channels", &channels) &&
                json_get_int(j, "classes", &classes) && channels >= 1 && channels <= 8 &&
                classes >= 1 && classes <= LABELS_MAX &&
                !read_floats(j, "mean", t->mean, (int)channels) &&
                !read_floats(j, "std", t->std, (int)channels) &&
                !read_class_weights(j, t->class_weights, (int)classes);
    if (good) {
        t->channels = (int)channels;
        t->classes = (int)classes;
        snprintf(t->uuid, sizeof t->uuid, "%s", uuid);
        snprintf(t->fingerprint, sizeof t->fingerprint, "%s", print);
        json_get_int(j, "started_ms", &t->started_ms);
        json_get_int(j, "sequence", &t->sequence);
        engine_take(&t->engine, j);
    } else {
        err_set(e, ERR_DATA, "%s: was not written by a training of this program", path);
    }
    int failed = !good || events_take(&t->events, j, path, e);
    json_free(j);
    return failed ? -1 : 0;
}

static void put_floats(struct json *j, const char *key, const float *values, int n)
{
    struct json *list = json_new_array();
    for (int i = 0; i < n; i++)
        json_put_real(list, NULL, values[i]); /* nine digits: exact for a float */
    json_put(j, key, list);
}

char *saved_run_extra_print(const struct saved_run_extra *x)
{
    struct json *j = json_new_object();
    json_put_text(j, "uuid", x->uuid);
    json_put_text(j, "fingerprint", x->fingerprint);
    json_put_int(j, "channels", x->channels);
    json_put_int(j, "classes", x->classes);
    put_floats(j, "mean", x->mean, x->channels);
    put_floats(j, "std", x->std, x->channels);
    put_floats(j, "class_weights", x->class_weights, x->classes);
    json_put_int(j, "started_ms", x->started_ms);
    json_put_int(j, "sequence", x->sequence);
    engine_put(x->engine, j);
    events_put(x->events, j);
    char *text = json_print(j, false);
    json_free(j);
    return text;
}

struct loss saved_run_loss(const struct saved_run *t)
{
    struct loss l = train_config_loss(t->conf);
    l.class_weights = t->class_weights;
    return l;
}

int saved_run_open(struct saved_run *t, const struct work *w, const char *name, const char *file,
                   struct err *e)
{
    char path[FILE_PATH_MAX];
    memset(t, 0, sizeof *t);
    snprintf(t->name, sizeof t->name, "%s", name);
    if (work_run_path(w, name, file, path, e))
        return -1;
    bool there = file_exists(path);
    if (!there && !says_absent(errno))
        return err_set_errno(e, ERR_IO, errno, "%s", path);
    if (!there) {
        err_set(e, ERR_NOINPUT,
                "run %s: has no %s (no epoch has ended yet, or run.keep did not keep it)", name,
                file);
        return !work_run_path(w, name, ".", path, NULL) && !file_exists(path)
                   ? run_state_explain(w, name, e)
                   : -1;
    }
    if (checkpoint_peek(path, &t->point, e) || read_extra(t, path, e) ||
        !(t->conf = saved_run_conf(t->point.config, w, path, e))) {
        saved_run_close(t);
        return -1;
    }
    bool given = *conf_origin(w->conf, CONF_TRAIN_BATCH) == '-';
    t->batch = (int)conf_int(given ? w->conf : t->conf, CONF_TRAIN_BATCH);
    return 0;
}

void saved_run_tell_unused_data(const struct work *w, const char *run)
{
    struct saved_run t = {0};
    if (saved_run_open(&t, w, run, RUN_FILES_BEST, NULL))
        return;
    saved_run_tell_unused(run, t.conf, w->conf, "data", SAVED_RUN_INFERS);
    saved_run_close(&t);
}

static struct net_plan plan_of(const struct saved_run *t, const struct work *w, int batch)
{
    struct net_plan plan = train_config_net(t->conf, w->kern, t->channels, t->classes, false);
    plan.like_batch = plan.batch; /* so that scores do not depend on the memory that is there */
    plan.batch = batch;
    return plan;
}

int saved_run_check_memory(const struct saved_run *t, const struct work *w, int batch,
                           struct err *e)
{
    struct memory_plan f;
    struct net_plan plan = plan_of(t, w, batch);
    char who[RUN_NAME_MAX + 16], lower[64];
    snprintf(who, sizeof who, "run %s", t->name);
    snprintf(lower, sizeof lower, "lower train.batch (-s train.batch=%d)", batch / 2);
    return memory_plan_inference(&f, &plan, w->workers, e) ||
                   memory_plan_check(&f, who, batch > 1 ? lower : NULL, w, e)
               ? -1
               : 0;
}

static int load(struct saved_run *t, const struct work *w, const char *file, bool raw, int batch,
                struct err *e)
{
    char path[FILE_PATH_MAX];
    struct net_plan plan = plan_of(t, w, batch);
    if (work_run_path(w, t->name, file, path, e))
        return -1;
    t->net = net_new(&plan, w->workers, e);
    if (!t->net)
        return -1;
    bool averaged = t->point.averaged && !raw;
    checkpoint_fini(&t->point);
    return averaged ? checkpoint_load_averaged(path, &t->point, net_params(t->net), e)
                    : checkpoint_load(path, &t->point, net_params(t->net), NULL, e);
}

int saved_run_load(struct saved_run *t, const struct work *w, const char *file, bool raw,
                   struct err *e)
{
    return load(t, w, file, raw, t->batch, e);
}

int saved_run_load_one(struct saved_run *t, const struct work *w, const char *file, struct err *e)
{
    return load(t, w, file, false, 1, e);
}

int saved_run_fits(const struct saved_run *t, const struct index *x, struct err *e)
{
    if (t->classes == x->k && t->channels == x->channels)
        return 0;
    return err_set(
        e, ERR_DATA,
        "run %s has %d classes and %d channels, the data %d and %d: set data.classes and "
        "data.channels as it was trained",
        t->name, t->classes, t->channels, x->k, x->channels);
}

void saved_run_close(struct saved_run *t)
{
    net_free(t->net);
    conf_free(t->conf);
    checkpoint_fini(&t->point);
    events_fini(&t->events);
    memset(t, 0, sizeof *t);
}

void saved_run_epoch_file(int64_t epoch, char file[SAVED_RUN_FILE_MAX])
{
    snprintf(file, SAVED_RUN_FILE_MAX, "epoch-%lld.safetensors", (long long)epoch);
}

int saved_run_file(const char *checkpoint, char file[SAVED_RUN_FILE_MAX], struct err *e)
{
    static const char *const names[][2] = {
        {"best", RUN_FILES_BEST}, {"last", RUN_FILES_LAST}, {"previous", RUN_FILES_PREVIOUS}};
    int64_t epoch;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(checkpoint ? checkpoint : "best", names[i][0]))
            continue;
        snprintf(file, SAVED_RUN_FILE_MAX, "%s", names[i][1]);
        return 0;
    }
    if (!text_int(checkpoint, &epoch) || epoch < 1)
        return err_set(e, ERR_USAGE,
                       "no checkpoint '%.40s': best, last, previous or the number of an epoch that "
                       "run.keep keeps",
                       checkpoint);
    saved_run_epoch_file(epoch, file);
    return 0;
}
