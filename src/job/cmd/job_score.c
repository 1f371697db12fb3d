/* Scoring: metrics of a table of probabilities at given cuts. */
#include "job/job_score.h"

#include "metric/threshold.h"
#include "run/score_file.h"

int job_score(struct job *j, const char *probs, const char *truth, const char *thresholds,
              struct report *out, char names[LABELS_MAX][64], struct err *e)
{
    double cuts[LABELS_MAX];
    struct scores *s = score_file_read(probs, truth, j->work->conf, e);
    if (!s)
        return -1;
    int failed = score_file_names(j->work->conf, s->k, names, e) ||
                 (thresholds ? score_file_read_cuts(thresholds, s->k, names, cuts, e)
                             : threshold_choose("fixed", s, cuts, e)) ||
                 f1_report(s, cuts, out, e);
    scores_free(s);
    return failed ? -1 : 0;
}
