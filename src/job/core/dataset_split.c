/* Folds of a dataset. A split belongs to ids, not to the table's content: labels may be corrected
 * and samples left out without dealing again; a sample that is new has no fold, and is an error.
 * The job's thread; rows are written by the store's writer. */
#include "job/dataset_split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "data/split.h"
#include "job/current_split.h"

static const double STORE_SECONDS = 30;

int dataset_split_count(const struct conf *c)
{
    return conf_is_set(c, CONF_SPLIT_VAL) ? 2 : (int)conf_int(c, CONF_SPLIT_FOLDS);
}

int dataset_split_deal(struct dataset *d, const struct conf *c, const char *method, struct err *e)
{
    const struct index *x = d->index;
    const char *groups = conf_text(c, CONF_SPLIT_GROUPS);
    struct split_plan p = {.method = method,
                           .folds = dataset_split_count(c),
                           .seed = (uint64_t)conf_int(c, CONF_SPLIT_SEED),
                           .val = conf_real(c, CONF_SPLIT_VAL)};
    int *group = NULL;
    if (*groups) {
        p.group = group = mem_array((size_t)x->n, sizeof *group, "groups", e);
        if (!group || split_groups_load(groups, x, group, e)) {
            free(group);
            return -1;
        }
    }
    int failed = split_make_plan(&p, x->labels, x->n, x->k, d->fold, e);
    free(group);
    return failed;
}

struct put_split {
    struct split_current current;
    bool replace; /* a split that is current already */
    int *fold;
    const char **ids;
    struct arena *strings;
};

static int put_split(struct store *s, struct put_split *p, struct err *e)
{
    struct split_current now;
    int found = 0;
    if (split_rows_put(s, &p->current.split, p->ids, p->fold, e) ||
        (!p->replace && split_rows_current(s, &now, &found, e)))
        return -1;
    return found ? 0 : split_rows_set_current(s, &p->current, e);
}

static int apply_split(struct store *s, void *data, struct err *e)
{
    if (store_begin(s, e))
        return -1;
    int failed = put_split(s, data, e);
    return store_end(s, !failed, e) || failed ? -1 : 0;
}

static void release_split(void *data)
{
    struct put_split *p = data;
    arena_free(p->strings);
}

/* The writer works after the dataset may be gone, so it gets copies. */
static int submit_split(const struct dataset *d, struct writer *w,
                        const struct split_current *current, bool replace, struct err *e)
{
    size_t n = (size_t)d->index->n;
    struct put_split p = {.current = *current, .replace = replace, .strings = arena_new()};
    p.fold = arena_alloc(p.strings, n * sizeof *p.fold, e);
    p.ids = arena_alloc(p.strings, n * sizeof *p.ids, e);
    if (!p.fold || !p.ids)
        goto fail;
    memcpy(p.fold, d->fold, n * sizeof *p.fold);
    for (size_t i = 0; i < n; i++)
        if (!(p.ids[i] = arena_strdup(p.strings, d->index->ids[i], e)))
            goto fail;
    p.current.made_ms = clock_unix_ms();
    writer_submit(w, "split", apply_split, &p, sizeof p, release_split);
    return 0;
fail:
    arena_free(p.strings);
    return -1;
}

static void name_data(const struct dataset *d, struct split_row *row)
{
    row->n = d->index->n;
    snprintf(row->fingerprint, sizeof row->fingerprint, "%016llx",
             (unsigned long long)d->index->fingerprint);
}

static int take(struct dataset *d, const struct split_row *row, int held, struct err *e)
{
    d->split = *row;
    d->folds = row->folds;
    d->held = held;
    return dataset_deal(d, e);
}

static int data_changed(const struct dataset *d, const struct split_row *row, int missing,
                        int first, struct err *e)
{
    char is[CURRENT_SPLIT_TEXT], command[CURRENT_SPLIT_TEXT];
    current_split_text(row, is);
    current_split_command(row, command);
    return err_set(e, ERR_DATA,
                   "the data changed since the current split (%.200s) was made: %d of %d samples "
                   "have no fold in it, the first is %.130s; `%.300s` deals all samples again, or "
                   "restore the table, or choose another work.dir for other data",
                   is, missing, d->index->n, d->index->ids[first], command);
}

/* Folds of the current split for the samples of today. */
static int stored_folds(struct dataset *d, const struct work *w, const struct split_row *row,
                        struct err *e)
{
    int missing = 0, first = 0, n = d->index->n;
    struct store *s = store_open(w->database, STORE_READ, e);
    int failed = !s || split_rows_folds(s, row, d->index->ids, n, d->fold, e);
    store_close(s);
    if (failed)
        return -1;
    for (int i = n - 1; i >= 0; i--)
        if (d->fold[i] < 0) {
            missing++;
            first = i;
        }
    if (missing)
        return data_changed(d, row, missing, first, e);
    return 0;
}

/* A split of the same key that is stored already stays as it is, for runs that used it. */
static int deal_or_find(struct dataset *d, const struct work *w, const struct conf *c,
                        struct split_row *row, bool *stored, struct err *e)
{
    int found = 0;
    if (current_split_wanted(c, row, e))
        return -1;
    name_data(d, row);
    struct store *s = w->writer ? store_open(w->database, STORE_READ, e) : NULL;
    if (w->writer && !s)
        return -1;
    int failed = s ? split_rows_get(s, row, d->index->ids, d->fold, &found, e) : 0;
    store_close(s);
    *stored = found > 0;
    if (failed || found)
        return failed;
    return dataset_split_deal(d, c, conf_text(c, CONF_SPLIT_METHOD), e);
}

static void tell_fewer(const struct dataset *d, const struct split_row *row)
{
    char command[CURRENT_SPLIT_TEXT];
    current_split_command(row, command);
    if (row->n > d->index->n)
        log_warn("split: %d samples of the current split are not in the data any more; the others "
                 "keep their folds (`%s` deals them again)",
                 row->n - d->index->n, command);
}

static int use_current(struct dataset *d, const struct work *w, const struct split_current *current,
                       bool strict, struct err *e)
{
    if (strict && current_split_check(w->conf, current, e))
        return -1;
    if (stored_folds(d, w, &current->split, e))
        return -1;
    struct conf *c = conf_copy(w->conf);
    current_split_apply(c, current);
    int held = (int)conf_int(c, CONF_SPLIT_FOLD);
    conf_free(c);
    return take(d, &current->split, held, e);
}

/* The first split of a project. Another process may store one at the same time: the one that came
 * first is the project's. */
static int make_first(struct dataset *d, struct job *j, struct err *e)
{
    struct split_current current = {0};
    struct work *w = j->work;
    char text[CURRENT_SPLIT_TEXT];
    bool stored, found;
    if (deal_or_find(d, w, w->conf, &current.split, &stored, e) ||
        submit_split(d, w->writer, &current, false, e))
        return -1;
    current_split_text(&current.split, text);
    log_info("split: none was made yet: %d samples are split by the settings (%s); this is the "
             "project's current split now",
             current.split.n, text);
    if (!writer_flush(w->writer, STORE_SECONDS))
        log_warn("split: the store does not take it yet (locked or full)");
    else if (current_split_find(w, &current, &found, e))
        return -1;
    else if (found)
        return use_current(d, w, &current, true, e);
    return take(d, &current.split, (int)conf_int(w->conf, CONF_SPLIT_FOLD), e);
}

int dataset_split(struct dataset *d, struct job *j, struct err *e)
{
    struct split_current current;
    bool found;
    if (work_open_store(j->work, e) || current_split_find(j->work, &current, &found, e))
        return -1;
    if (!found)
        return make_first(d, j, e);
    if (use_current(d, j->work, &current, true, e))
        return -1;
    tell_fewer(d, &current.split);
    return 0;
}

int dataset_split_table(struct dataset *d, const struct conf *c, const char *path, struct err *e)
{
    struct split_row row;
    if (current_split_wanted(c, &row, NULL))
        memset(&row, 0, sizeof row);
    name_data(d, &row);
    if (split_load_csv(path, d->index, d->fold, &row.folds, e))
        return -1;
    return take(d, &row, (int)conf_int(c, CONF_SPLIT_FOLD), e);
}

static void tell_others(struct work *w, const char *run, const struct unmatched *u,
                        const char *what)
{
    char names[560], text[1024];
    if (u->n == 0)
        return;
    snprintf(text, sizeof text, "run %s: %d %s %s: %s", run, u->n, u->n == 1 ? "sample" : "samples",
             what, unmatched_text(u, names));
    work_say_once(w, text);
}

int dataset_split_of_run(struct dataset *d, struct work *w, const struct conf *c, const char *run,
                         const char *path, struct err *e)
{
    struct split_row row;
    struct unmatched gone = {0}, fresh = {0};
    if (current_split_wanted(c, &row, NULL))
        memset(&row, 0, sizeof row);
    name_data(d, &row);
    if (split_load_known(path, d->index, d->fold, &row.folds, &gone, &fresh, e))
        return -1;
    if (fresh.n && !d->left_out)
        d->left_out = mem_array((size_t)d->index->n, sizeof *d->left_out, "samples left out", e);
    if (fresh.n && !d->left_out)
        return -1;
    for (int i = 0; i < d->index->n && fresh.n; i++)
        d->left_out[i] = d->fold[i] == SPLIT_NO_FOLD;
    tell_others(w, run, &gone, "of its split left the table and are left out");
    tell_others(w, run, &fresh, "of the table were not in its split and are left out");
    return take(d, &row, (int)conf_int(c, CONF_SPLIT_FOLD), e);
}

static int look(struct dataset *d, const struct work *w, bool strict, struct err *e)
{
    struct split_current current;
    bool found;
    if (current_split_find(w, &current, &found, e))
        return -1;
    if (found)
        return use_current(d, w, &current, strict, e);
    if (current_split_wanted(w->conf, &current.split, e) ||
        dataset_split_deal(d, w->conf, conf_text(w->conf, CONF_SPLIT_METHOD), e))
        return -1;
    name_data(d, &current.split);
    return take(d, &current.split, (int)conf_int(w->conf, CONF_SPLIT_FOLD), e);
}

int dataset_split_look(struct dataset *d, const struct work *w, struct err *e)
{
    return look(d, w, false, e);
}

int dataset_split_read(struct dataset *d, const struct work *w, struct err *e)
{
    return look(d, w, true, e);
}

/* Folds of a table are named by what they are. */
static int load_table(struct dataset *d, const struct conf *c, const char *path,
                      struct split_row *row, struct err *e)
{
    memset(row, 0, sizeof *row);
    name_data(d, row);
    if (split_load_csv(path, d->index, d->fold, &row->folds, e))
        return -1;
    if (*conf_origin(c, CONF_SPLIT_FOLDS) == '-' && conf_int(c, CONF_SPLIT_FOLDS) != row->folds)
        return err_set(e, ERR_USAGE, "%s has %d folds, not split.folds=%s (%s)", path, row->folds,
                       conf_text(c, CONF_SPLIT_FOLDS), conf_origin(c, CONF_SPLIT_FOLDS));
    unsigned digest = (unsigned)hash_bytes(d->fold, (size_t)d->index->n * sizeof *d->fold);
    snprintf(row->method, sizeof row->method, "file#%08x", digest);
    snprintf(row->source, sizeof row->source, "%s", path);
    return 0;
}

static void tell_replaced(const struct split_row *old, const struct split_row *new)
{
    char text[CURRENT_SPLIT_TEXT], command[CURRENT_SPLIT_TEXT];
    if (!strcmp(old->method, new->method) && old->folds == new->folds && old->seed == new->seed &&
        !strcmp(old->fingerprint, new->fingerprint))
        return;
    current_split_text(old, text);
    current_split_command(old, command);
    log_info("split: replaces the current split (%s; `%s` brings it back); runs keep the split "
             "that they were trained on",
             text, command);
    if (*old->groups_file && !*new->groups_file)
        log_warn("split: the new one keeps no groups together; the one before kept those of %s",
                 old->groups_file);
}

static void tell_overruled(const struct split_current *current)
{
    for (const char *at = current->overruled; *at; at += strcspn(at, "\n") + 1)
        log_info("split: this split counts more than the setting %.*s", (int)strcspn(at, "\n"), at);
}

int dataset_split_replace(struct dataset *d, struct job *j, const char *path, struct err *e)
{
    struct split_current current = {0}, old;
    struct work *w = j->work;
    bool stored, found;
    if (work_open_store(w, e) || current_split_find(w, &old, &found, e) ||
        (path ? load_table(d, w->conf, path, &current.split, e)
              : deal_or_find(d, w, w->conf, &current.split, &stored, e)))
        return -1;
    current_split_note(w->conf, &current);
    if (take(d, &current.split, current.fold, e) || submit_split(d, w->writer, &current, true, e))
        return -1;
    if (!writer_flush(w->writer, STORE_SECONDS))
        return err_set(e, ERR_LOCKED, "the store does not take the split (locked or full)");
    if (found)
        tell_replaced(&old.split, &current.split);
    tell_overruled(&current);
    return 0;
}
