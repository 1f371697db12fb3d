/* The list of what a run leaves out. A resumed run trains on exactly what it began with: neither a
 * sample that was repaired meanwhile nor one that broke may change the batches unnoticed. */
#include "excluded.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/csv_file.h"
#include "data/csv_out.h"

int excluded_find(const struct dataset *d, struct excluded_row **rows, int *n, struct err *e)
{
    *n = 0;
    for (int i = 0; i < d->index->n; i++)
        *n += *dataset_bad_reason(d, i) != '\0';
    *rows = mem_array((size_t)*n + 1, sizeof **rows, "samples left out", e);
    if (!*rows)
        return -1;
    for (int i = 0, at = 0; i < d->index->n; i++) {
        const char *reason = dataset_bad_reason(d, i);
        if (!*reason)
            continue;
        struct excluded_row *r = &(*rows)[at++];
        snprintf(r->sample, sizeof r->sample, "%s", d->index->ids[i]);
        snprintf(r->reason, sizeof r->reason, "%s", reason);
    }
    return 0;
}

int excluded_save(const char *path, const struct excluded_row *rows, int n, struct err *e)
{
    struct csv_out *out = csv_out_new();
    csv_out_text(out, "Id"), csv_out_text(out, "reason"), csv_out_end_row(out);
    for (int i = 0; i < n; i++) {
        csv_out_text(out, rows[i].sample), csv_out_text(out, rows[i].reason);
        csv_out_end_row(out);
    }
    int failed = csv_out_save(out, path, e);
    csv_out_free(out);
    return failed;
}

static int read_rows(const struct csv_file *f, const struct index *x, struct excluded_row *rows,
                     struct err *e)
{
    int id = csv_file_column(f, "Id", e), reason = id < 0 ? -1 : csv_file_column(f, "reason", e);
    if (reason < 0)
        return -1;
    for (int i = 0; i < csv_file_rows(f); i++) {
        if (x && index_find(x, csv_file_cell(f, i, id)) < 0)
            return err_set(e, ERR_DATA, "%s: line %d: no sample has this id", csv_file_path(f),
                           csv_file_line(f, i));
        snprintf(rows[i].sample, sizeof rows[i].sample, "%s", csv_file_cell(f, i, id));
        snprintf(rows[i].reason, sizeof rows[i].reason, "%s", csv_file_cell(f, i, reason));
    }
    return 0;
}

int excluded_load(const char *path, const struct index *x, struct excluded_row **rows, int *n,
                  struct err *e)
{
    struct csv_file *f = csv_file_open(path, e);
    *rows = NULL;
    *n = 0;
    if (!f)
        return -1;
    int failed = -1, count = csv_file_rows(f);
    struct excluded_row *list = mem_array((size_t)count + 1, sizeof *list, "samples left out", e);
    if (list && !read_rows(f, x, list, e)) {
        *rows = list;
        *n = count;
        failed = 0;
    } else {
        free(list);
    }
    csv_file_close(f);
    return failed;
}

static int check_readable(const struct dataset *d, struct err *e)
{
    int bad = 0, first = 0;
    for (int i = d->index->n - 1; i >= 0; i--) {
        if (d->left_out[i] || !*dataset_bad_reason(d, i))
            continue;
        bad++;
        first = i;
    }
    if (!bad)
        return 0;
    return err_set(e, ERR_DATA,
                   "%d %s cannot be read any more, but the run was trained on %s: restore the "
                   "images to go on with it. The first is %s: %s",
                   bad, bad == 1 ? "sample" : "samples", bad == 1 ? "it" : "them",
                   d->index->ids[first], dataset_bad_reason(d, first));
}

int excluded_apply(struct dataset *d, const struct excluded_row *rows, int n, struct err *e)
{
    if (!d->left_out)
        d->left_out = mem_array((size_t)d->index->n, sizeof *d->left_out, "samples left out", e);
    if (!d->left_out)
        return -1;
    for (int i = 0; i < n; i++)
        d->left_out[index_find(d->index, rows[i].sample)] = true;
    return check_readable(d, e) || dataset_deal(d, e) ? -1 : 0;
}
