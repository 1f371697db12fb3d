/* The data of a job. Index, folds, pixels and statistics are made when they are first needed and
 * found again afterwards: folds in the store under the data's fingerprint, pixels in the cache.
 * Runs in the job's thread; the dataset is read-only once the job computes. */
#include "job/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "brief_cache.h"

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
int dataset_deal(struct dataset *d, struct err *e)
{
    int held = d->held;
    d->train_n = d->val_n = d->all_n = 0;
    if (d->folds && held >= d->folds)
        return err_set(e, ERR_CONFIG, "split.fold: %d is not in 0..%d: the split has %d folds",
                       held, d->folds - 1, d->folds);
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

static void cache_told(void *context, int done, int total, uint64_t source_bytes)
{
    struct job *j = context;
    j->now.total = total;
    if (source_bytes == 0) /* nothing was read yet */
        j->now.done_before = done;
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

static struct cache *open_cache(struct dataset *d, struct job *j, int size, const char *path,
                                struct err *e)
{
    job_phase(j, PHASE_CACHE, d->index->n);
    return cache_open(path, d->index, size, j->work->workers, cache_told, j, &j->control->cancel,
                      e);
}

/* For this command alone. `e` is why they cannot be kept. */
static struct cache *open_briefly(struct dataset *d, struct job *j, int size, struct err *e)
{
    char folder[FILE_PATH_MAX], path[FILE_PATH_MAX];
    struct cache *c = NULL;
    struct err why = *e;
    if (!brief_cache_begin(folder, e)) {
        log_warn("the packed images are not kept, each command packs them again: %s; "
                 "-s work.cache_dir=FOLDER keeps them elsewhere",
                 why.text);
        if (!file_join(path, folder, "pixels.cache", e))
            c = open_cache(d, j, size, path, e);
        brief_cache_end(folder);
    }
    return c;
}

static struct cache *open_pixels(struct dataset *d, struct job *j, int size, struct err *e)
{
    char path[FILE_PATH_MAX], folder[FILE_PATH_MAX];
    struct cache *c = NULL;
    if (dataset_cache_path(d, j->work, size, path, e))
        return NULL;
    memcpy(folder, path, sizeof folder);
    *strrchr(folder, '/') = '\0';
    if (!file_make_folders(folder, e))
        c = open_cache(d, j, size, path, e);
    bool refused = !c && e->code != ERR_DATA && e->code != ERR_CANCELLED;
    return refused && brief_cache_needed(folder) ? open_briefly(d, j, size, e) : c;
}

int dataset_pixels(struct dataset *d, struct job *j, int size, struct err *e)
{
    d->cache = open_pixels(d, j, size, e);
    if (!d->cache)
        return -1;
    list_bad(d, d->cache);
    return dataset_deal(d, e);
}

int dataset_first_pixels(struct dataset *d, struct job *j, int size, struct err *e)
{
    d->first_cache = open_pixels(d, j, size, e);
    if (!d->first_cache)
        return -1;
    list_bad(d, d->first_cache);
    return dataset_deal(d, e);
}

bool dataset_look_pixels(struct dataset *d, const struct work *w, int size)
{
    char path[FILE_PATH_MAX];
    struct err e = {0};
    if (dataset_cache_path(d, w, size, path, NULL) || !file_exists(path))
        return false;
    d->cache = cache_look(path, d->index, size, &e);
    if (d->cache && !dataset_deal(d, &e))
        return true;
    if (e.code == ERR_NOMEM) /* a cache that is old or not whole is no news, this is */
        log_warn("the packed images cannot be looked at: %s", e.text);
    return false;
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
