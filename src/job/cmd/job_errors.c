/* Looking at what a run gets wrong. Its scores, truth and ids are in its folder, so neither images
 * nor the data set are needed. */
#include "job/job_errors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/float32.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/run_files.h"
#include "core/train_config.h"
#include "data/csv_out.h"
#include "metric/mistakes.h"
#include "run/run_cuts.h"
#include "run/run_split.h"
#include "run/saved_run.h"
#include "run/store_ops.h"

enum { FLUSH_SECONDS = 30 };

struct reading {
    struct run_scores run;
    double cuts[LABELS_MAX], gamma;
    double *loss; /* [n] */
    int *rows;    /* [n] worst first */
    int n;
};

static const char *id_of(const struct reading *r, int row)
{
    return r->run.truth.ids[row];
}

static int open_gamma(struct reading *r, const struct work *w, struct err *e)
{
    struct saved_run t = {0};
    if (saved_run_open(&t, w, r->run.name, RUN_FILES_BEST, e))
        return -1;
    r->gamma = conf_real(t.conf, CONF_LOSS_GAMMA);
    saved_run_close(&t);
    return 0;
}

static void close_reading(struct reading *r)
{
    run_scores_close(&r->run);
    free(r->loss);
    free(r->rows);
}

static int open_reading(struct reading *r, struct work *w, const char *run, struct err *e)
{
    *r = (struct reading){0};
    if (run_scores_open(&r->run, w, run, RUN_SCORES_BEST, e))
        return -1;
    size_t n = (size_t)r->run.scores->n;
    if (!open_gamma(r, w, e) && (r->loss = mem_array(n, sizeof *r->loss, "losses", e)) &&
        (r->rows = mem_array(n, sizeof *r->rows, "losses", e)))
        return 0;
    close_reading(r);
    return -1;
}

/* Rows of all samples by loss; of a class its missed and wrongly taken ones, by loss too. */
static int rank_rows(struct reading *r, int class, struct err *e)
{
    const struct scores *s = r->run.scores;
    mistakes_losses(s, r->gamma, r->loss);
    if (mistakes_rank(r->loss, s->n, r->rows, e))
        return -1;
    for (int i = 0; i < s->n; i++) {
        int row = r->rows[i];
        bool wrong = class < 0;
        if (!wrong)
            wrong = float32_reaches(s->p[(size_t)row * (size_t)s->k + (size_t) class],
                                    r->cuts[class]) != labels_has(&s->truth[row], class);
        if (wrong)
            r->rows[r->n++] = row;
    }
    return 0;
}

static void add_marks(struct errors *x, const struct mark_row *marks, int n)
{
    for (int i = 0; i < x->n; i++) {
        struct errors_sample *to = &x->samples[i];
        for (int m = 0; m < n; m++) {
            size_t at = strlen(to->marks);
            if (!strcmp(marks[m].sample, to->id))
                snprintf(to->marks + at, sizeof to->marks - at, "%s%s", at ? " " : "",
                         marks[m].kind);
        }
    }
}

static void fill_sample(const struct reading *r, int row, int class, struct errors_sample *to)
{
    const struct scores *s = r->run.scores;
    const float *p = s->p + (size_t)row * (size_t)s->k;
    snprintf(to->id, sizeof to->id, "%s", id_of(r, row));
    to->loss = r->loss[row];
    to->truth = s->truth[row];
    to->predicted = f1_predict_row(p, r->cuts, s->k, -1);
    to->score = class < 0 ? 0 : p[class];
}

static int fill(const struct reading *r, int class, struct errors *x, struct err *e)
{
    const struct scores *s = r->run.scores;
    snprintf(x->run, sizeof x->run, "%s", r->run.name);
    memcpy(x->names, r->run.names, sizeof x->names);
    x->epoch = r->run.epoch;
    x->k = s->k;
    for (int i = 0; i < s->n; i++)
        x->mean_loss += r->loss[i] / s->n;
    confusion_count(s, r->cuts, -1, &x->confusion);
    x->samples = mem_array((size_t)r->n, sizeof *x->samples, "samples", e);
    if (!x->samples || f1_report(s, r->cuts, &x->report, e))
        return -1;
    for (x->n = 0; x->n < r->n; x->n++)
        fill_sample(r, r->rows[x->n], class, &x->samples[x->n]);
    return 0;
}

int job_errors(struct job *j, const struct errors_request *request, struct errors *out,
               struct err *e)
{
    struct reading r;
    struct mark_row *marks = NULL;
    int marks_n = 0, class = request->class_index;
    memset(out, 0, sizeof *out);
    if (open_reading(&r, j->work, request->run, e))
        return -1;
    run_split_tell(j->work, r.run.name);
    saved_run_tell_unused_data(j->work, r.run.name);
    int failed = class >= r.run.scores->k
                     ? err_set(e, ERR_USAGE, "class %d is not in 0..%d", class, r.run.scores->k - 1)
                     : 0;
    failed = failed || run_cuts_find(j->work, &r.run, request->set, r.cuts, out->set, e) ||
             rank_rows(&r, class, e) || fill(&r, class, out, e) ||
             job_errors_marks(j, &marks, &marks_n, e);
    add_marks(out, marks, failed ? 0 : marks_n);
    free(marks);
    close_reading(&r);
    if (failed)
        job_errors_fini(out);
    return failed ? -1 : 0;
}

void job_errors_fini(struct errors *x)
{
    free(x->samples);
    x->samples = NULL;
    x->n = 0;
}

static int check_kind(const char *kind, struct err *e)
{
    char list[128] = "";
    for (int i = 0; job_errors_kinds[i]; i++) {
        if (!strcmp(kind, job_errors_kinds[i]))
            return 0;
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "",
                 job_errors_kinds[i]);
    }
    return err_set(e, ERR_USAGE, "no kind of mark '%.40s': use one of %s", kind, list);
}

static int flush(struct job *j, struct err *e)
{
    if (writer_flush(j->work->writer, FLUSH_SECONDS))
        return 0;
    return err_set(e, ERR_LOCKED, "the store does not take the mark (locked or full)");
}

int job_errors_mark(struct job *j, const char *run, const char *id, const char *kind,
                    const char *note, struct err *e)
{
    struct reading r;
    struct mark_row row = {.made_ms = clock_unix_ms()};
    if (check_kind(kind, e) || open_reading(&r, j->work, run, e))
        return -1;
    int at = 0;
    while (at < r.run.scores->n && strcmp(id_of(&r, at), id) != 0)
        at++;
    bool known = at < r.run.scores->n;
    snprintf(row.run, sizeof row.run, "%s", r.run.name);
    close_reading(&r);
    if (!known)
        return err_set(e, ERR_NOINPUT, "run %s has no validation sample '%.130s'", row.run, id);
    snprintf(row.sample, sizeof row.sample, "%s", id);
    snprintf(row.kind, sizeof row.kind, "%s", kind);
    text_safe(note ? note : "", row.note, sizeof row.note);
    if (work_open_store(j->work, e))
        return -1;
    store_ops_mark(j->work->writer, &row);
    return flush(j, e);
}

int job_errors_unmark(struct job *j, const char *id, const char *kind, struct err *e)
{
    struct mark_row *marks;
    int n, found = 0;
    if ((kind && check_kind(kind, e)) || job_errors_marks(j, &marks, &n, e))
        return -1;
    for (int i = 0; i < n; i++)
        found += !strcmp(marks[i].sample, id) && (!kind || !strcmp(marks[i].kind, kind));
    free(marks);
    if (!found)
        return err_set(e, ERR_NOINPUT, "'%.130s' has no such mark", id);
    if (work_open_store(j->work, e))
        return -1;
    store_ops_unmark(j->work->writer, id, kind ? kind : "");
    return flush(j, e);
}

int job_errors_marks(struct job *j, struct mark_row **rows, int *n, struct err *e)
{
    *rows = NULL;
    *n = 0;
    if (!file_exists(j->work->database))
        return 0;
    struct store *s = store_open(j->work->database, STORE_READ, e);
    if (!s)
        return -1;
    int failed = mark_rows_list(s, rows, n, e);
    store_close(s);
    return failed;
}

int job_errors_export(const char *path, enum output_mode mode, const struct mark_row *rows, int n,
                      struct err *e)
{
    static const char *const heads[] = {"Id", "kind", "note", "run", "made"};
    struct csv_out *o = csv_out_new();
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        csv_out_text(o, heads[i]);
    csv_out_end_row(o);
    for (int i = 0; i < n; i++) {
        char made[32];
        clock_iso(rows[i].made_ms, made, sizeof made);
        csv_out_text(o, rows[i].sample);
        csv_out_text(o, rows[i].kind);
        csv_out_text(o, rows[i].note);
        csv_out_text(o, rows[i].run);
        csv_out_text(o, made);
        csv_out_end_row(o);
    }
    int failed = csv_out_write(o, path, mode, e);
    csv_out_free(o);
    return failed;
}

const char *const job_errors_kinds[] = {"wrong-label", "bad-image", "ambiguous", "duplicate",
                                        "interesting", "note",      NULL};
