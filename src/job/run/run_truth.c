/* Labels get corrected after a run was trained. Its scores stay what they are; what they are
 * compared with is the table of today, as in hpa eval, and val.csv tells what it was before. */
#include "run_truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "core/run_files.h"

/* The run wrote val.csv in the plain form, whatever columns its data set had. */
static struct index *open_stored(const struct work *w, const char *run, const struct conf *c,
                                 struct err *e)
{
    char path[FILE_PATH_MAX];
    struct conf *own = conf_copy(c);
    struct index *x = NULL;
    if (!work_run_path(w, run, RUN_FILES_TRUTH, path, e) &&
        !conf_set(own, "data.train_csv", path, "run", e) &&
        !conf_set(own, "data.id_column", "Id", "run", e) &&
        !conf_set(own, "data.target_column", "Target", "run", e) &&
        !conf_set(own, "data.separator", " ", "run", e) &&
        !conf_set(own, "data.exclude", "", "run", e))
        x = index_open_truth(own, e);
    conf_free(own);
    return x;
}

/* NULL without an error: there is no table today. */
static int open_today(const char *run, const struct conf *c, int classes, struct index **x,
                      struct err *e)
{
    *x = NULL;
    if (!file_exists(conf_text(c, CONF_DATA_TRAIN_CSV)))
        return 0;
    *x = index_open_train(c, e);
    if (!*x)
        return err_prefix(e, "run %s", run);
    if (!classes || (*x)->k == classes)
        return 0;
    return err_set(e, ERR_DATA,
                   "run %s has %d classes, data.classes names %d: set it as it was trained", run,
                   classes, (*x)->k);
}

static int make_room(struct run_truth *t, int n, struct err *e)
{
    t->arena = arena_new();
    t->row = mem_array((size_t)n, sizeof *t->row, "rows of scores", e);
    t->ids = t->row ? mem_array((size_t)n, sizeof *t->ids, "ids", e) : NULL;
    t->labels = t->ids ? mem_array((size_t)n, sizeof *t->labels, "labels", e) : NULL;
    return t->labels ? 0 : -1;
}

/* `today` may be NULL. */
static int compare(struct run_truth *t, const struct index *old, const struct index *today,
                   struct err *e)
{
    t->stored = old->n;
    t->no_table = !today;
    for (int i = 0; i < old->n; i++) {
        int at = today ? index_find(today, old->ids[i]) : i;
        if (at < 0) {
            unmatched_add(&t->gone, old->ids[i], 0);
            continue;
        }
        const struct labels *now = today ? &today->labels[at] : &old->labels[i];
        if (!labels_equal(now, &old->labels[i]))
            unmatched_add(&t->changed, old->ids[i], 0);
        t->row[t->n] = i;
        t->labels[t->n] = *now;
        t->ids[t->n] = arena_strdup(t->arena, old->ids[i], e);
        if (!t->ids[t->n++])
            return -1;
    }
    return 0;
}

bool run_truth_text(const struct run_truth *t, const struct conf *c, char *out, size_t size)
{
    char names[560];
    const char *table = conf_text(c, CONF_DATA_TRAIN_CSV);
    int used = 0;
    *out = '\0';
    if (t->no_table) {
        snprintf(out, size, "%s is not there: the labels are those of when its scores were written",
                 table);
        return true;
    }
    if (t->changed.n)
        used = snprintf(out, size,
                        "%d of its %d validation samples %s other labels in %s than when its "
                        "scores were written (%s)",
                        t->changed.n, t->stored, t->changed.n == 1 ? "has" : "have", table,
                        unmatched_text(&t->changed, names));
    if (t->gone.n && used < (int)size)
        snprintf(out + used, size - (size_t)used,
                 "%s%d of its %d validation samples %s no longer in %s and left out (%s)",
                 used ? "; " : "", t->gone.n, t->stored, t->gone.n == 1 ? "is" : "are", table,
                 unmatched_text(&t->gone, names));
    return t->changed.n || t->gone.n;
}

static void tell(const struct run_truth *t, struct work *w, const char *run, const struct conf *c)
{
    char text[1024], line[1400];
    if (!run_truth_text(t, c, text, sizeof text))
        return;
    snprintf(line, sizeof line, "run %s: %s%s", run, text,
             t->no_table ? ""
                         : "; figures are from today's labels, those recorded with the run from "
                           "the old ones");
    work_say_once(w, line);
}

int run_truth_look(struct run_truth *t, const struct work *w, const char *run, const struct conf *c,
                   const struct index *today, struct err *e)
{
    *t = (struct run_truth){0};
    struct index *old = open_stored(w, run, c, e);
    int failed = !old || make_room(t, old->n, e) || compare(t, old, today, e);
    index_close(old);
    if (failed)
        run_truth_close(t);
    return failed ? -1 : 0;
}

int run_truth_open(struct run_truth *t, struct work *w, const char *run, const struct conf *c,
                   int classes, struct err *e)
{
    struct index *today = NULL;
    *t = (struct run_truth){0};
    int failed = open_today(run, c, classes, &today, e) || run_truth_look(t, w, run, c, today, e);
    index_close(today);
    if (failed)
        return -1;
    if (t->n == 0) {
        err_set(e, ERR_DATA, "run %s: none of its %d validation samples is in %s any more", run,
                t->stored, conf_text(c, CONF_DATA_TRAIN_CSV));
        run_truth_close(t);
        return -1;
    }
    tell(t, w, run, c);
    return 0;
}

void run_truth_close(struct run_truth *t)
{
    arena_free(t->arena);
    free(t->row);
    free(t->ids);
    free(t->labels);
    *t = (struct run_truth){0};
}
