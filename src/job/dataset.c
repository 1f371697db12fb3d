/* The data of a job. Index, folds, pixels and statistics are made when they are first needed and
 * found again afterwards: folds in the store under the data's fingerprint, pixels in the cache.
 * Runs in the job's thread; the dataset is read-only once the job computes. */
#include "job/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "data/split.h"
#include "store/split_rows.h"

enum { GROUPS_BYTES_MAX = 256 << 20 };
enum { BAD_LISTED = 20 }; /* unreadable samples named in the log; the rest are counted */

static int open_rows(struct dataset *d, struct err *e)
{
    size_t n = (size_t)d->index->n;
    d->fold = mem_array(n, sizeof *d->fold, "folds", e);
    d->train = d->fold ? mem_array(n, sizeof *d->train, "training rows", e) : NULL;
    d->val = d->train ? mem_array(n, sizeof *d->val, "validation rows", e) : NULL;
    d->all = d->val ? mem_array(n, sizeof *d->all, "rows", e) : NULL;
    if (!d->all)
        return -1;
    d->all_n = d->index->n;
    for (int i = 0; i < d->all_n; i++)
        d->all[i] = i;
    return 0;
}

/* Where a table that is not there was named: mostly nowhere, in a folder without data. */
static int blame_key(const struct conf *c, bool test, struct err *e)
{
    enum conf_key key = test ? CONF_DATA_SAMPLE_SUBMISSION : CONF_DATA_TRAIN_CSV;
    if (!file_exists(conf_text(c, key)))
        err_prefix(e, "%s (%s)", conf_info(key)->name, conf_origin(c, key));
    return -1;
}

static int open_index(struct dataset *d, struct job *j, bool test, struct err *e)
{
    memset(d, 0, sizeof *d);
    job_phase(j, PHASE_INDEX, 0);
    d->index = test ? index_open_test(j->work->conf, e) : index_open_train(j->work->conf, e);
    if (!d->index)
        return blame_key(j->work->conf, test, e);
    d->test = test;
    work_say_once(j->work, d->index->note);
    if (open_rows(d, e)) {
        dataset_close(d);
        return -1;
    }
    return 0;
}

int dataset_open(struct dataset *d, struct job *j, struct err *e)
{
    return open_index(d, j, false, e);
}

int dataset_open_test(struct dataset *d, struct job *j, struct err *e)
{
    return open_index(d, j, true, e);
}

void dataset_close(struct dataset *d)
{
    cache_close(d->cache);
    cache_close(d->first_cache);
    index_close(d->index);
    free(d->left_out);
    free(d->fold);
    free(d->train);
    free(d->val);
    free(d->all);
    memset(d, 0, sizeof *d);
}

const char *dataset_bad_reason(const struct dataset *d, int row)
{
    if (d->cache && cache_state(d->cache, row) != CACHE_GOOD)
        return cache_reason(d->cache, row);
    if (d->first_cache && cache_state(d->first_cache, row) != CACHE_GOOD)
        return cache_reason(d->first_cache, row);
    return "";
}

static bool is_good(const struct dataset *d, int row)
{
    return !(d->left_out && d->left_out[row]) && !*dataset_bad_reason(d, row);
}

/* The parts of the configured fold, without samples that cannot be read. */
int dataset_deal(struct dataset *d, const struct conf *c, struct err *e)
{
    int held = (int)conf_int(c, CONF_SPLIT_FOLD);
    d->train_n = d->val_n = d->all_n = 0;
    if (d->folds && held >= d->folds)
        return err_set(e, ERR_CONFIG, "split.fold: %d is not in 0..%d (split.folds is %d)", held,
                       d->folds - 1, d->folds);
    for (int i = 0; i < d->index->n; i++) {
        if (!is_good(d, i))
            continue;
        d->all[d->all_n++] = i;
        if (d->folds && d->fold[i] == held)
            d->val[d->val_n++] = i;
        else if (d->folds)
            d->train[d->train_n++] = i;
    }
    if (d->folds && (!d->train_n || !d->val_n))
        return err_set(e, ERR_DATA, "fold %d leaves %d samples to train and %d to validate", held,
                       d->train_n, d->val_n);
    return 0;
}

struct put_split {
    struct split_row row;
    int *fold;
    const char **ids;
    struct arena *strings;
};

static int apply_split(struct store *s, void *data, struct err *e)
{
    struct put_split *p = data;
    return split_rows_put(s, &p->row, p->ids, p->fold, e);
}

static void release_split(void *data)
{
    struct put_split *p = data;
    arena_free(p->strings);
}

/* The writer works after the dataset may be gone, so it gets copies. */
static int submit_split(const struct dataset *d, struct writer *w, const struct split_row *row,
                        struct err *e)
{
    size_t n = (size_t)d->index->n;
    struct put_split p = {.row = *row, .strings = arena_new()};
    p.fold = arena_alloc(p.strings, n * sizeof *p.fold, e);
    p.ids = arena_alloc(p.strings, n * sizeof *p.ids, e);
    if (!p.fold || !p.ids)
        goto fail;
    memcpy(p.fold, d->fold, n * sizeof *p.fold);
    for (size_t i = 0; i < n; i++)
        if (!(p.ids[i] = arena_strdup(p.strings, d->index->ids[i], e)))
            goto fail;
    writer_submit(w, apply_split, &p, sizeof p, release_split);
    return 0;
fail:
    arena_free(p.strings);
    return -1;
}

static int stored_folds(struct dataset *d, const struct work *w, struct split_row *row, int *found,
                        struct err *e)
{
    struct store *s = store_open(w->database, STORE_READ, e);
    if (!s)
        return -1;
    int failed = split_rows_get(s, row, d->index->ids, d->fold, found, e);
    store_close(s);
    return failed;
}

int dataset_folds(const struct conf *c)
{
    return conf_is_set(c, CONF_SPLIT_VAL) ? 2 : (int)conf_int(c, CONF_SPLIT_FOLDS);
}

int dataset_make_split(struct dataset *d, const struct conf *c, const char *method, struct err *e)
{
    const struct index *x = d->index;
    const char *groups = conf_text(c, CONF_SPLIT_GROUPS);
    struct split_plan p = {.method = method,
                           .folds = dataset_folds(c),
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

/* Folds as stored, else made; *made says which. */
static int find_folds(struct dataset *d, const struct work *w, struct split_row *row, bool *made,
                      struct err *e)
{
    int found = 0;
    if (file_exists(w->database) && stored_folds(d, w, row, &found, e))
        return -1;
    *made = !found;
    return found ? 0 : dataset_make_split(d, w->conf, conf_text(w->conf, CONF_SPLIT_METHOD), e);
}

static int keep_folds(struct dataset *d, struct work *w, struct split_row *row, struct err *e)
{
    bool made;
    if (work_open_store(w, e) || find_folds(d, w, row, &made, e))
        return -1;
    if (!made)
        return 0;
    log_info("split: %d samples into %d folds, method %s, seed %lld", row->n, row->folds,
             row->method, (long long)row->seed);
    return submit_split(d, w->writer, row, e);
}

/* What a split was made by, in the store: the method, and a digest of what else decided. */
static int name_method(const struct conf *c, char *out, size_t size, struct err *e)
{
    const char *method = conf_text(c, CONF_SPLIT_METHOD), *val = conf_text(c, CONF_SPLIT_VAL);
    const char *groups = conf_text(c, CONF_SPLIT_GROUPS);
    snprintf(out, size, "%s", method);
    if (!*val && !*groups)
        return 0;
    char *table = NULL;
    size_t n = 0;
    if (*groups && file_read(groups, GROUPS_BYTES_MAX, &table, &n, e))
        return -1;
    struct hash *h = hash_new();
    hash_add(h, val, strlen(val) + 1);
    hash_add(h, table, n);
    snprintf(out, size, "%s#%08x", method, (unsigned)hash_end(h));
    free(table);
    return 0;
}

static int name_split(const struct dataset *d, const struct conf *c, struct split_row *row,
                      struct err *e)
{
    memset(row, 0, sizeof *row);
    row->folds = dataset_folds(c);
    row->seed = conf_int(c, CONF_SPLIT_SEED);
    row->n = d->index->n;
    snprintf(row->fingerprint, sizeof row->fingerprint, "%016llx",
             (unsigned long long)d->index->fingerprint);
    return name_method(c, row->method, sizeof row->method, e);
}

int dataset_split(struct dataset *d, struct job *j, const char *folds_csv, struct err *e)
{
    struct split_row row;
    if (name_split(d, j->work->conf, &row, e) && !folds_csv)
        return -1;
    if (folds_csv ? split_load_csv(folds_csv, d->index, d->fold, &row.folds, e)
                  : keep_folds(d, j->work, &row, e))
        return -1;
    d->folds = row.folds;
    d->split = row;
    return dataset_deal(d, j->work->conf, e);
}

int dataset_look_split(struct dataset *d, const struct work *w, struct err *e)
{
    struct split_row row;
    bool made;
    if (name_split(d, w->conf, &row, e) || find_folds(d, w, &row, &made, e))
        return -1;
    d->folds = row.folds;
    return dataset_deal(d, w->conf, e);
}

int dataset_keep_split(struct dataset *d, struct job *j, struct err *e)
{
    struct split_row row;
    if (name_split(d, j->work->conf, &row, e))
        return -1;
    row.folds = d->folds;
    if (row.folds != dataset_folds(j->work->conf))
        log_warn("split: the table has %d folds; set split.folds=%d to train on it", row.folds,
                 row.folds);
    return work_open_store(j->work, e) || submit_split(d, j->work->writer, &row, e) ? -1 : 0;
}

static void cache_told(void *context, int done, int total, uint64_t source_bytes)
{
    struct job *j = context;
    (void)source_bytes;
    j->now.total = total;
    job_progress(j, done);
}

/* Bad in `c`, and not told of already. */
static bool is_news(const struct dataset *d, const struct cache *c, int row)
{
    return cache_state(c, row) != CACHE_GOOD &&
           (c == d->cache || cache_state(d->cache, row) == CACHE_GOOD);
}

static void list_bad(const struct dataset *d, const struct cache *c)
{
    int bad = 0, listed = 0;
    for (int i = 0; i < d->index->n; i++)
        bad += is_news(d, c, i);
    if (!bad)
        return;
    log_warn("%d of %d samples cannot be read and are left out:", bad, d->index->n);
    for (int i = 0; i < d->index->n && listed < BAD_LISTED; i++) {
        if (!is_news(d, c, i))
            continue;
        log_warn("  %s: %s", d->index->ids[i], cache_reason(c, i));
        listed++;
    }
    if (bad > listed)
        log_warn("  and %d more", bad - listed);
}

/* Not named after the labels: correcting one must not cost a new cache. */
int dataset_cache_path(const struct dataset *d, const struct work *w, int size,
                       char out[FILE_PATH_MAX], struct err *e)
{
    char name[64];
    snprintf(name, sizeof name, "%s-%d.cache", d->test ? "test" : "train", size);
    return work_cache_path(w, name, out, e);
}

static struct cache *open_pixels(struct dataset *d, struct job *j, int size, struct err *e)
{
    char path[FILE_PATH_MAX], folder[FILE_PATH_MAX];
    if (dataset_cache_path(d, j->work, size, path, e))
        return NULL;
    memcpy(folder, path, sizeof folder);
    *strrchr(folder, '/') = '\0';
    if (file_make_folders(folder, e))
        return NULL;
    job_phase(j, PHASE_CACHE, d->index->n);
    return cache_open(path, d->index, size, j->work->workers, cache_told, j, &j->control->cancel,
                      e);
}

int dataset_pixels(struct dataset *d, struct job *j, int size, struct err *e)
{
    d->cache = open_pixels(d, j, size, e);
    if (!d->cache)
        return -1;
    list_bad(d, d->cache);
    return dataset_deal(d, j->work->conf, e);
}

int dataset_first_pixels(struct dataset *d, struct job *j, int size, struct err *e)
{
    d->first_cache = open_pixels(d, j, size, e);
    if (!d->first_cache)
        return -1;
    list_bad(d, d->first_cache);
    return dataset_deal(d, j->work->conf, e);
}

bool dataset_look_pixels(struct dataset *d, const struct work *w, int size)
{
    char path[FILE_PATH_MAX];
    if (dataset_cache_path(d, w, size, path, NULL) || !file_exists(path))
        return false;
    d->cache = cache_look(path, d->index, size, NULL);
    return d->cache && !dataset_deal(d, w->conf, NULL);
}

int dataset_part(const struct dataset *d, const char *part, const int **rows, int *n, struct err *e)
{
    const struct {
        const char *name;
        const int *rows;
        int n;
    } parts[] = {{"test", d->all, d->all_n},
                 {"train", d->train, d->train_n},
                 {"val", d->val, d->val_n},
                 {"all", d->all, d->all_n}};
    for (size_t i = d->test ? 0 : 1, end = d->test ? 1 : 4; i < end; i++) {
        if (strcmp(part, parts[i].name))
            continue;
        *rows = parts[i].rows;
        *n = parts[i].n;
        return 0;
    }
    return err_set(e, ERR_USAGE, "no part '%.40s': %s", part,
                   d->test ? "the test set is one" : "train, val or all");
}
