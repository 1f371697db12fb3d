/* The digests that the cache keeps anyway, beside the run. */
#include "run_pixels.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "core/run_files.h"
#include "data/csv_file.h"
#include "data/csv_out.h"
#include "data/unmatched.h"

static int find_path(const struct work *w, const char *run, char path[FILE_PATH_MAX], struct err *e)
{
    return work_run_path(w, run, RUN_FILES_PIXELS, path, e);
}

static void put_digest(const struct dataset *d, int row, char out[20])
{
    snprintf(out, 20, "%016" PRIx64, cache_digest(d->cache, row));
}

int run_pixels_save(const struct work *w, const char *run, const struct dataset *d, struct err *e)
{
    char path[FILE_PATH_MAX], digest[20];
    if (find_path(w, run, path, e))
        return -1;
    struct csv_out *out = csv_out_new();
    csv_out_text(out, "Id"), csv_out_text(out, "digest"), csv_out_end_row(out);
    for (int i = 0; i < d->index->n; i++) {
        put_digest(d, i, digest);
        csv_out_text(out, d->index->ids[i]), csv_out_text(out, digest);
        csv_out_end_row(out);
    }
    int failed = csv_out_save(out, path, e);
    csv_out_free(out);
    return failed;
}

static int compare(const struct csv_file *f, const struct dataset *d, struct unmatched *changed,
                   struct err *e)
{
    int id = csv_file_column(f, "Id", e), digest = id < 0 ? -1 : csv_file_column(f, "digest", e);
    if (digest < 0)
        return -1;
    for (int i = 0; i < csv_file_rows(f); i++) {
        char now[20];
        int row = index_find(d->index, csv_file_cell(f, i, id));
        if (row < 0 || !cache_digest(d->cache, row))
            continue;
        put_digest(d, row, now);
        const char *then = csv_file_cell(f, i, digest);
        if (then[strspn(then, "0")] && strcmp(now, then) != 0) /* zeros: it could not be read */
            unmatched_add(changed, d->index->ids[row], 0);
    }
    return 0;
}

int run_pixels_tell(struct work *w, const char *run, const struct dataset *d, struct err *e)
{
    char path[FILE_PATH_MAX], names[560], text[1024];
    struct unmatched changed = {0};
    if (find_path(w, run, path, e))
        return -1;
    if (!file_exists(path))
        return 0;
    struct csv_file *f = csv_file_open(path, e);
    if (!f)
        return -1;
    int failed = compare(f, d, &changed, e);
    csv_file_close(f);
    if (failed || changed.n == 0)
        return failed;
    snprintf(text, sizeof text, "run %s: the images of %d %s are not those that it began with: %s",
             run, changed.n, changed.n == 1 ? "sample" : "samples",
             unmatched_text(&changed, names));
    work_say_once(w, text);
    return 0;
}
