/* The validation scores of a run, beside their truth in val.csv, read as any other table. */
#include "run_scores.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "score_file.h"
#include "trained.h"

/* The run wrote its truth in the plain form, whatever columns its data set had. */
static struct scores *read_scores(const char *probs, const char *truth, const struct conf *c,
                                  struct err *e)
{
    struct conf *own = conf_copy(c);
    struct scores *s = NULL;
    if (!conf_set(own, "data.id_column", "Id", "run", e) &&
        !conf_set(own, "data.target_column", "Target", "run", e) &&
        !conf_set(own, "data.separator", " ", "run", e) &&
        !conf_set(own, "data.exclude", "", "run", e))
        s = score_file_read(probs, truth, own, e);
    conf_free(own);
    return s;
}

int run_scores_open(struct run_scores *r, const struct work *w, const char *which,
                    enum run_scores_epoch epoch, struct err *e)
{
    bool best = epoch == RUN_SCORES_BEST;
    struct trained t = {0};
    char probs[FILE_PATH_MAX], truth[FILE_PATH_MAX];
    memset(r, 0, sizeof *r);
    if (trained_find(w, which, r->name, e) ||
        work_run_path(w, r->name, best ? "best_scores.npy" : "val_scores.npy", probs, e) ||
        work_run_path(w, r->name, "val.csv", truth, e))
        return -1;
    if (!file_exists(probs))
        return err_set(e, ERR_NOINPUT, "run %s: no epoch was validated yet", r->name);
    if (trained_open(&t, w, r->name, best ? TRAINED_BEST : TRAINED_LAST, e))
        return -1;
    memcpy(r->uuid, t.uuid, sizeof r->uuid);
    r->epoch = (int)t.point.epoch;
    r->scores = read_scores(probs, truth, t.conf, e);
    int failed = !r->scores || score_file_names(t.conf, r->scores->k, r->names, e);
    trained_close(&t);
    if (failed)
        run_scores_close(r);
    return failed ? -1 : 0;
}

void run_scores_close(struct run_scores *r)
{
    scores_free(r->scores);
    r->scores = NULL;
}
