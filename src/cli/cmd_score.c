/* hpa score: metrics of a table of probabilities, no data set needed. */
#include <stdlib.h>

#include "base/mem.h"
#include "errand.h"
#include "job/job_score.h"
#include "print.h"
#include "report_out.h"

struct scored {
    struct report report;
    char names[LABELS_MAX][64];
};

static int run(const struct call *call, struct err *e)
{
    const struct options *o = call->options;
    const char *probs = options_text(o, "probs"), *truth = options_text(o, "truth");
    if (!probs || !truth)
        return err_set(e, ERR_USAGE, "name two files: --probs FILE --truth FILE");
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    struct scored *s = xcalloc(1, sizeof *s);
    int failed =
        job_score(&d->job, probs, truth, options_text(o, "thresholds"), &s->report, s->names, e);
    errand_close(d);
    if (!failed && call->json) {
        struct json *j = json_new_object();
        report_out_json(j, &s->report, s->names);
        print_json(j);
    } else if (!failed) {
        report_out_table(&s->report, s->names);
    }
    free(s);
    return failed;
}

static const struct option options[] = {
    {"probs", 0, "FILE", NULL, "probabilities: .csv (id, one column a class) or .npy"},
    {"truth", 0, "FILE", NULL, "table of ids and labels"},
    {"thresholds", 0, "FILE", NULL, "cuts as JSON, class name to cut (.5 for all)"},
};

const struct command cmd_score = {
    .name = "score",
    .args = "",
    .summary = "Metrics of a table of probabilities against the truth",
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "split train loss augment tune predict",
    .run = run,
};
