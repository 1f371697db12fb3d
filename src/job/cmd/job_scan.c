/* The scan as a job: findings as rows, kept in the store and written as tables. */
#include "job/job_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "data/csv_out.h"
#include "data/scan.h"
#include "job/dataset.h"

enum { FLUSH_SECONDS = 30 };
static const double FOUND_EVERY = 0.5; /* seconds */

/* For those who watch a scan. */
struct telling {
    struct job *job;
    const struct index *index;
    const char *part;
    int told;  /* findings */
    double at; /* clock_seconds */
};

static void fill_row(const struct scan_finding *f, const struct index *x,
                     struct scan_finding_row *to)
{
    snprintf(to->sample, sizeof to->sample, "%s", x->ids[f->row]);
    snprintf(to->channel, sizeof to->channel, "%s",
             f->channel < 0 ? "" : x->channel_names[f->channel]);
    snprintf(to->severity, sizeof to->severity, "%s",
             scan_kind_is_error(f->kind) ? "error" : "warning");
    snprintf(to->kind, sizeof to->kind, "%s", scan_kind_name(f->kind));
    snprintf(to->detail, sizeof to->detail, "%s", f->detail);
}

static int fill(const struct scan *s, const struct index *x, const char *part,
                struct scan_result *out, struct err *e)
{
    int last = -1;
    out->row = (struct scan_row){.samples = s->samples,
                                 .files = s->files,
                                 .errors = s->errors,
                                 .warnings = s->warnings,
                                 .made_ms = clock_unix_ms()};
    snprintf(out->row.part, sizeof out->row.part, "%s", part);
    snprintf(out->row.fingerprint, sizeof out->row.fingerprint, "%016llx",
             (unsigned long long)x->fingerprint);
    out->findings = mem_array((size_t)s->n, sizeof *out->findings, "findings", e);
    if (!out->findings)
        return -1;
    for (out->n = 0; out->n < s->n; out->n++) {
        const struct scan_finding *f = &s->findings[out->n];
        fill_row(f, x, &out->findings[out->n]);
        if (scan_kind_is_error(f->kind) && f->row != last) {
            out->bad++;
            last = f->row;
        }
    }
    return 0;
}

/* Whoever shows them gets a copy. */
static void hand_over(struct job *j, const struct scan_result *r)
{
    struct findings *f = j->observer.found ? findings_new(&r->row, r->findings, r->n) : NULL;
    if (f)
        j->observer.found(j->observer.context, f);
}

static void tell_progress(void *context, int done, int total, const struct scan *so_far)
{
    struct telling *t = context;
    struct scan_result part = {0};
    (void)total;
    job_progress(t->job, done);
    bool due = so_far->n > t->told && clock_seconds() >= t->at + FOUND_EVERY;
    if (!due || !t->job->observer.found || fill(so_far, t->index, t->part, &part, NULL))
        return;
    part.row.samples = done;
    part.row.made_ms = 0;
    hand_over(t->job, &part);
    free(part.findings);
    t->told = so_far->n;
    t->at = clock_seconds();
}

struct put_scan {
    struct scan_row row;
    int n;
    struct scan_finding_row *findings;
};

static int apply_scan(struct store *s, void *data, struct err *e)
{
    struct put_scan *p = data;
    return scan_rows_put(s, &p->row, p->findings, p->n, e);
}

static void release_scan(void *data)
{
    struct put_scan *p = data;
    free(p->findings);
}

/* Where nothing can be written a scan is still worth its list. */
static int tell_not_kept(const struct work *w, const struct err *why, struct err *e)
{
    if (why->code == ERR_CREATE || store_is_read_only(w->database)) {
        log_warn("scan: the findings are not kept: %s", why->text);
        return 0;
    }
    *e = *why;
    return -1;
}

/* The store may be locked, full or read-only; what was found is shown all the same. */
static int keep(struct work *w, const struct scan_result *r, struct err *e)
{
    struct put_scan p = {.row = r->row, .n = r->n};
    struct err why = {0};
    if (work_open_store(w, &why))
        return tell_not_kept(w, &why, e);
    p.findings = mem_array((size_t)r->n, sizeof *p.findings, "findings", e);
    if (!p.findings)
        return -1;
    memcpy(p.findings, r->findings, (size_t)r->n * sizeof *p.findings);
    writer_submit(w->writer, "scan", apply_scan, &p, sizeof p, release_scan);
    if (!writer_flush(w->writer, FLUSH_SECONDS))
        log_warn("scan: the store does not take the findings (locked or full)");
    return 0;
}

static int write_table(const char *path, enum output_mode mode, const struct scan_result *r,
                       struct err *e)
{
    static const char *const heads[] = {"Id", "channel", "severity", "kind", "detail"};
    struct csv_out *o = csv_out_new();
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        csv_out_text(o, heads[i]);
    csv_out_end_row(o);
    for (int i = 0; i < r->n; i++) {
        const struct scan_finding_row *f = &r->findings[i];
        csv_out_text(o, f->sample);
        csv_out_text(o, f->channel);
        csv_out_text(o, f->severity);
        csv_out_text(o, f->kind);
        csv_out_text(o, f->detail);
        csv_out_end_row(o);
    }
    int failed = csv_out_write(o, path, mode, e);
    csv_out_free(o);
    return failed;
}

/* One id a line; findings of a sample follow each other. */
static int write_exclude(const char *path, enum output_mode mode, const struct scan_result *r,
                         struct err *e)
{
    const char *last = "";
    struct csv_out *o = csv_out_new();
    for (int i = 0; i < r->n; i++) {
        const struct scan_finding_row *f = &r->findings[i];
        if (strcmp(f->severity, "error") != 0 || !strcmp(f->sample, last))
            continue;
        last = f->sample;
        csv_out_text(o, last);
        csv_out_end_row(o);
    }
    int failed = csv_out_write(o, path, mode, e);
    csv_out_free(o);
    return failed;
}

static int scan(struct dataset *d, struct job *j, const struct scan_request *request,
                struct scan_result *out, struct err *e)
{
    struct scan s;
    struct telling t = {.job = j, .index = d->index, .part = request->part};
    job_phase(j, PHASE_SCAN, d->index->n);
    if (scan_samples(d->index, j->work->workers, tell_progress, &t, &j->control->cancel, &s, e))
        return -1;
    int failed = fill(&s, d->index, request->part, out, e);
    scan_fini(&s);
    if (!failed)
        hand_over(j, out);
    return failed || keep(j->work, out, e) ||
                   (request->csv && write_table(request->csv, request->mode, out, e)) ||
                   (request->exclude && write_exclude(request->exclude, request->mode, out, e))
               ? -1
               : 0;
}

static int check_outputs(const struct scan_request *r, struct err *e)
{
    if ((r->csv && output_check(r->csv, r->mode, e)) ||
        (r->exclude && output_check(r->exclude, r->mode, e)))
        return -1;
    if (r->csv && r->exclude && output_same(r->csv, r->exclude))
        return err_set(e, ERR_USAGE, "%s: the findings and the ids need two files", r->csv);
    return 0;
}

int job_scan(struct job *j, const struct scan_request *request, struct scan_result *out,
             struct err *e)
{
    struct dataset d;
    bool test = !strcmp(request->part, "test");
    memset(out, 0, sizeof *out);
    if (!test && strcmp(request->part, "train") != 0)
        return err_set(e, ERR_USAGE, "no part '%.40s' to scan: train or test", request->part);
    if (check_outputs(request, e) || (test ? dataset_open_test(&d, j, e) : dataset_open(&d, j, e)))
        return -1;
    work_tell_threads(j->work);
    int failed = scan(&d, j, request, out, e);
    dataset_close(&d);
    if (failed) {
        free(out->findings);
        out->findings = NULL;
    }
    return failed;
}
