/* The validation scores of a run with the truth of today. */
#include "run_scores.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "core/run_files.h"
#include "saved_run.h"
#include "score_file.h"

/* Rows of samples that are not in the table any more are dropped. */
static int follow_truth(struct run_scores *r, const char *path, struct err *e)
{
    const struct run_truth *t = &r->truth;
    struct scores *s = r->scores;
    size_t k = (size_t)s->k;
    if (s->n != t->stored)
        return err_set(e, ERR_DATA, "%s: scores of %d samples, but val.csv has %d", path, s->n,
                       t->stored);
    for (int i = 0; i < t->n; i++) {
        memmove(s->p + (size_t)i * k, s->p + (size_t)t->row[i] * k, k * sizeof *s->p);
        s->truth[i] = t->labels[i];
    }
    s->n = t->n;
    return 0;
}

static int read_scores(struct run_scores *r, struct work *w, const struct saved_run *t,
                       const char *path, struct err *e)
{
    r->scores = score_file_read_array(path, t->classes, e);
    if (!r->scores || run_truth_open(&r->truth, w, t->name, t->conf, t->classes, e) ||
        follow_truth(r, path, e))
        return -1;
    return score_file_names(t->conf, r->scores->k, r->names, e);
}

int run_scores_open(struct run_scores *r, struct work *w, const char *which,
                    enum run_scores_epoch epoch, struct err *e)
{
    bool best = epoch == RUN_SCORES_BEST;
    struct saved_run t = {0};
    char probs[FILE_PATH_MAX];
    memset(r, 0, sizeof *r);
    if (saved_run_find(w, which, r->name, e) ||
        work_run_path(w, r->name, best ? RUN_FILES_BEST_SCORES : RUN_FILES_NEWEST_SCORES, probs, e))
        return -1;
    if (!file_exists(probs))
        return err_set(e, ERR_NOINPUT, "run %s: no epoch was validated yet", r->name);
    if (saved_run_open(&t, w, r->name, best ? RUN_FILES_BEST : RUN_FILES_LAST, e))
        return -1;
    memcpy(r->uuid, t.uuid, sizeof r->uuid);
    r->epoch = (int)t.point.epoch;
    int failed = read_scores(r, w, &t, probs, e);
    saved_run_close(&t);
    if (failed)
        run_scores_close(r);
    return failed ? -1 : 0;
}

void run_scores_close(struct run_scores *r)
{
    scores_free(r->scores);
    r->scores = NULL;
    run_truth_close(&r->truth);
}
