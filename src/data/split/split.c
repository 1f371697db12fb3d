/* Splits as tables of Id,fold. Reading is strict, since a sample in no fold or in two would poison
 * every figure that follows: each id of the index exactly once, and no others. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/csv_file.h"
#include "data/csv_out.h"
#include "data/split.h"
#include "data/unmatched.h"

enum { SHOWN = 160 };

struct reading {
    const struct csv_file *table;
    const struct index *x;
    int id_column, fold_column;
    int *fold;   /* [n] */
    int *line;   /* [n] where each id stood, 0: not yet */
    bool of_run; /* what the index lacks today is listed, for whatever reason it does */
    struct unmatched strangers, left_out;
};

int split_save_csv(const char *path, enum output_mode mode, const char *const *ids, const int *fold,
                   int n, struct err *e)
{
    struct csv_out *o = csv_out_new();
    csv_out_text(o, "Id");
    csv_out_text(o, "fold");
    csv_out_end_row(o);
    for (int i = 0; i < n; i++) {
        csv_out_text(o, ids[i]);
        csv_out_int(o, fold[i]);
        csv_out_end_row(o);
    }
    int failed = csv_out_write(o, path, mode, e);
    csv_out_free(o);
    return failed;
}

static int read_row(struct reading *r, int row, struct err *e)
{
    const char *path = csv_file_path(r->table);
    const char *id = csv_file_cell(r->table, row, r->id_column);
    const char *text = csv_file_cell(r->table, row, r->fold_column);
    char shown[SHOWN];
    int line = csv_file_line(r->table, row);
    int sample = index_find(r->x, id);
    if (sample < 0) {
        bool left_out = !r->of_run && index_leaves_out(r->x, id);
        unmatched_add(left_out ? &r->left_out : &r->strangers, id, line);
        return 0;
    }
    if (r->line[sample])
        return err_set(e, ERR_DATA, "%s: line %d: id %s stands already in line %d", path, line, id,
                       r->line[sample]);
    int64_t fold;
    if (!text_int(text, &fold) || fold < 0 || fold >= SPLIT_FOLDS_MAX) {
        text_safe(text, shown, sizeof shown);
        return err_set(e, ERR_DATA, "%s: line %d: fold \"%s\" is not in 0..%d", path, line, shown,
                       SPLIT_FOLDS_MAX - 1);
    }
    r->fold[sample] = (int)fold;
    r->line[sample] = line;
    return 0;
}

static int check_known(const struct reading *r, struct err *e)
{
    char names[560];
    const struct unmatched *u = &r->strangers;
    unmatched_text(u, names);
    if (u->n == 1)
        return err_set(e, ERR_DATA, "%s: line %d: id \"%s\" is not among the samples",
                       csv_file_path(r->table), u->line, names);
    if (u->n > 1)
        return err_set(e, ERR_DATA, "%s: line %d: %d ids are not among the samples: %s",
                       csv_file_path(r->table), u->line, u->n, names);
    return 0;
}

static int check_complete(const struct reading *r, struct err *e)
{
    char names[560];
    struct unmatched missing = {0};
    for (int i = 0; i < r->x->n; i++)
        if (!r->line[i])
            unmatched_add(&missing, r->x->ids[i], 0);
    if (missing.n)
        return err_set(e, ERR_DATA, "%s: %d of %d samples have no fold; the first %s %s",
                       csv_file_path(r->table), missing.n, r->x->n, missing.n == 1 ? "is" : "are",
                       unmatched_text(&missing, names));
    return 0;
}

/* Folds are 0, 1, 2, ... with a sample in each. */
static int count_folds(const struct reading *r, int *folds, struct err *e)
{
    int sizes[SPLIT_FOLDS_MAX] = {0};
    *folds = 0;
    for (int i = 0; i < r->x->n; i++) {
        if (r->fold[i] == SPLIT_NO_FOLD)
            continue;
        sizes[r->fold[i]]++;
        *folds = r->fold[i] + 1 > *folds ? r->fold[i] + 1 : *folds;
    }
    for (int f = 0; f < *folds; f++)
        if (sizes[f] == 0)
            return err_set(e, ERR_DATA, "%s: fold %d has no sample; folds are numbered from 0",
                           csv_file_path(r->table), f);
    if (*folds < 2)
        return err_set(e, ERR_DATA, "%s: all samples are in one fold; a split has at least 2",
                       csv_file_path(r->table));
    return 0;
}

static int read_rows(struct reading *r, struct err *e)
{
    r->id_column = csv_file_column(r->table, "Id", e);
    if (r->id_column < 0)
        return -1;
    r->fold_column = csv_file_column(r->table, "fold", e);
    if (r->fold_column < 0)
        return -1;
    for (int row = 0; row < csv_file_rows(r->table); row++)
        if (read_row(r, row, e))
            return -1;
    return 0;
}

static int read_table(struct reading *r, int *folds, struct err *e)
{
    if (read_rows(r, e) || check_known(r, e) || check_complete(r, e))
        return -1;
    unmatched_tell_left_out(csv_file_path(r->table), &r->left_out);
    return count_folds(r, folds, e);
}

static int read_known(struct reading *r, int *folds, struct unmatched *fresh, struct err *e)
{
    if (read_rows(r, e))
        return -1;
    for (int i = 0; i < r->x->n; i++) {
        if (r->line[i])
            continue;
        unmatched_add(fresh, r->x->ids[i], 0);
        r->fold[i] = SPLIT_NO_FOLD;
    }
    return count_folds(r, folds, e);
}

int split_load_csv(const char *path, const struct index *x, int *fold, int *folds, struct err *e)
{
    struct csv_file *table = csv_file_open(path, e);
    struct reading r = {.table = table, .x = x, .fold = fold};
    r.line = table ? mem_array((size_t)x->n, sizeof *r.line, "lines of ids", e) : NULL;
    int failed = !r.line || read_table(&r, folds, e);
    free(r.line);
    csv_file_close(table);
    return failed ? -1 : 0;
}

int split_load_known(const char *path, const struct index *x, int *fold, int *folds,
                     struct unmatched *gone, struct unmatched *fresh, struct err *e)
{
    struct csv_file *table = csv_file_open(path, e);
    struct reading r = {.table = table, .x = x, .fold = fold, .of_run = true};
    r.line = table ? mem_array((size_t)x->n, sizeof *r.line, "lines of ids", e) : NULL;
    int failed = !r.line || read_known(&r, folds, fresh, e);
    *gone = r.strangers;
    free(r.line);
    csv_file_close(table);
    return failed ? -1 : 0;
}
