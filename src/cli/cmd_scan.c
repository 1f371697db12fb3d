/* hpa scan: what is wrong with the images, before hours of training find out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errand.h"
#include "job/job_scan.h"
#include "print.h"

static void show_json(const struct scan_result *r)
{
    struct json *j = json_new_object(), *list = json_new_array();
    json_put_text(j, "part", r->row.part);
    json_put_int(j, "samples", r->row.samples);
    json_put_int(j, "files", r->row.files);
    json_put_int(j, "errors", r->row.errors);
    json_put_int(j, "warnings", r->row.warnings);
    json_put_int(j, "samples_with_errors", r->bad);
    for (int i = 0; i < r->n; i++) {
        const struct scan_finding_row *f = &r->findings[i];
        struct json *row = json_new_object();
        json_put_text(row, "id", f->sample);
        json_put_text(row, "channel", *f->channel ? f->channel : NULL);
        json_put_text(row, "severity", f->severity);
        json_put_text(row, "kind", f->kind);
        json_put_text(row, "detail", f->detail);
        json_put(list, NULL, row);
    }
    json_put(j, "findings", list);
    print_json(j);
}

static void show_text(const struct scan_result *r)
{
    if (r->n) {
        struct print_table *t = print_table_new("id|channel|severity|kind|detail");
        for (int i = 0; i < r->n; i++) {
            const struct scan_finding_row *f = &r->findings[i];
            print_text(t, f->sample);
            print_text(t, *f->channel ? f->channel : "-");
            print_text(t, f->severity);
            print_text(t, f->kind);
            print_text(t, f->detail);
        }
        print_table_end(t);
    }
    printf("samples %d  files %d  errors %d  warnings %d\n", r->row.samples, r->row.files,
           r->row.errors, r->row.warnings);
}

static int run(const struct call *call, struct err *e)
{
    const struct options *o = call->options;
    const char *part = options_text(o, "part");
    struct scan_request request = {.part = part ? part : "train",
                                   .csv = options_text(o, "csv"),
                                   .exclude = options_text(o, "exclude"),
                                   .mode = call->output};
    struct scan_result r;
    if (command_writes(request.csv, e) || command_writes(request.exclude, e))
        return -1;
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    int failed = job_scan(&d->job, &request, &r, e);
    errand_close(d);
    if (failed)
        return -1;
    if (call->json)
        show_json(&r);
    else
        show_text(&r);
    free(r.findings);
    if (!r.bad)
        return 0;
    return err_set(e, ERR_DATA, "%d of %d samples cannot be used%s", r.bad, r.row.samples,
                   request.exclude ? ": set data.exclude to the file that was written"
                                   : " (--exclude FILE writes their ids, for data.exclude)");
}

static const struct option options[] = {
    {"part", 0, "NAME", NULL, "train or test (train)"},
    {"csv", 0, "FILE", NULL, "write the findings to this table"},
    {"exclude", 0, "FILE", NULL, "write the ids of samples with errors, for data.exclude"},
    COMMAND_FORCE,
};

const struct command cmd_scan = {
    .name = "scan",
    .args = "",
    .summary = "Look at every image: what cannot be read, does not fit, or is there twice",
    .more = "Errors (missing, empty, jpeg, unreadable, size) make a sample unusable and end with\n"
            "code 65; warnings (16-bit, black, duplicate, near-duplicate) are worth a look.",
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "split train loss augment tune predict",
    .run = run,
};
