/* Tables of scores and truth on disk. Ids tie the two files together; every message names the file
 * and the line, because these files come from other programs. */
#include "score_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/float32.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/classes.h"
#include "data/csv_file.h"
#include "data/csv_out.h"
#include "data/index.h"
#include "data/npy_file.h"
#include "data/unmatched.h"
#include "score_columns.h"

static bool is_npy(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && !strcmp(path + n - 4, ".npy");
}

/* Truth through the index: ids checked, labels in range, duplicates refused. */
static struct index *read_truth(const char *path, const struct conf *c, struct err *e)
{
    struct conf *own = conf_copy(c);
    struct index *x = NULL;
    if (!conf_set(own, "data.train_csv", path, "flag", e))
        x = index_open_truth(own, e);
    if (x && x->note)
        log_warn("%s", x->note);
    conf_free(own);
    if (x && !x->has_labels) {
        err_set(e, ERR_DATA, "%s: has no labels", path);
        index_close(x);
        return NULL;
    }
    return x;
}

/* Blanks around a number are no doubt about it. */
static bool parse_cell(const char *cell, double *v)
{
    char text[64];
    cell += strspn(cell, " \t");
    size_t n = strlen(cell);
    while (n > 0 && (cell[n - 1] == ' ' || cell[n - 1] == '\t'))
        n--;
    if (n >= sizeof text)
        return false;
    memcpy(text, cell, n);
    text[n] = '\0';
    return text_real(text, v) && *v >= 0 && *v <= 1;
}

static int parse_row(const struct csv_file *f, int row, const int *column, int k, float *p,
                     struct err *e)
{
    for (int c = 0; c < k; c++) {
        double v;
        const char *cell = csv_file_cell(f, row, column[c]);
        if (!parse_cell(cell, &v)) {
            char shown[40];
            text_safe(cell, shown, sizeof shown);
            return err_set(e, ERR_DATA, "%s: line %d: column %d: '%s' is not a probability (0..1)",
                           csv_file_path(f), csv_file_line(f, row), column[c] + 1, shown);
        }
        p[c] = (float)v;
    }
    return 0;
}

static int tell_left_out(const struct csv_file *f, const struct unmatched *u, struct err *e)
{
    char names[560];
    return err_set(e, ERR_DATA,
                   "%s: line %d: %d %s left out by data.exclude: %s (-s data.exclude= keeps them)",
                   csv_file_path(f), u->line, u->n, u->n == 1 ? "id is" : "ids are",
                   unmatched_text(u, names));
}

/* All ids that have no truth, in one message. */
static int check_truth(const struct csv_file *f, int id_column, const struct index *x,
                       struct err *e)
{
    char names[560];
    struct unmatched strays = {0}, left_out = {0};
    for (int row = 0; row < csv_file_rows(f); row++) {
        const char *id = csv_file_cell(f, row, id_column);
        if (index_find(x, id) < 0)
            unmatched_add(index_leaves_out(x, id) ? &left_out : &strays, id, csv_file_line(f, row));
    }
    if (left_out.n)
        return tell_left_out(f, &left_out, e);
    if (strays.n == 0)
        return 0;
    unmatched_text(&strays, names);
    if (strays.n == 1)
        return err_set(e, ERR_DATA, "%s: line %d: id %s has no truth", csv_file_path(f),
                       strays.line, names);
    return err_set(e, ERR_DATA, "%s: line %d: %d ids have no truth: %s", csv_file_path(f),
                   strays.line, strays.n, names);
}

/* Of a row whose id has a truth. */
static int find_row(const struct csv_file *f, int row, int id_column, const struct index *x,
                    const bool *seen, struct err *e)
{
    int at = index_find(x, csv_file_cell(f, row, id_column));
    if (!seen[at])
        return at;
    return err_set(e, ERR_DATA, "%s: line %d: id %s stands here a second time", csv_file_path(f),
                   csv_file_line(f, row), x->ids[at]);
}

static void tell_without_scores(const char *path, const struct index *x, const bool *seen)
{
    char names[560];
    struct unmatched rest = {0};
    for (int i = 0; i < x->n; i++)
        if (!seen[i])
            unmatched_add(&rest, x->ids[i], 0);
    if (rest.n)
        log_warn("%s: %d of %d samples with truth have no scores: %s", path, rest.n, x->n,
                 unmatched_text(&rest, names));
}

/* Rows of the table in its order, each with the truth of its id. */
static int fill_from_csv(const struct csv_file *f, const struct score_columns *columns,
                         const struct index *x, struct scores *s, struct err *e)
{
    bool *seen = mem_array((size_t)x->n, sizeof *seen, "ids", e);
    int failed = seen ? check_truth(f, columns->id, x, e) : -1;
    for (int row = 0; row < s->n && !failed; row++) {
        int at = find_row(f, row, columns->id, x, seen, e);
        if (at < 0) {
            failed = -1;
            break;
        }
        seen[at] = true;
        s->truth[row] = x->labels[at];
        failed = parse_row(f, row, columns->of_class, s->k, s->p + (size_t)row * (size_t)s->k, e);
    }
    if (!failed)
        tell_without_scores(csv_file_path(f), x, seen);
    free(seen);
    return failed;
}

static int check_rows(const char *path, int rows, struct err *e)
{
    return rows ? 0 : err_set(e, ERR_DATA, "%s: has a header but no rows", path);
}

static int check_classes(const char *path, int columns, int k, struct err *e)
{
    if (columns == k)
        return 0;
    return err_set(e, ERR_DATA,
                   "%s: has %d class %s, data.classes names %d classes (set data.classes to a "
                   "file with one name a line)",
                   path, columns, columns == 1 ? "column" : "columns", k);
}

static struct scores *read_csv(const char *path, const struct index *x, const char *id_column,
                               struct err *e)
{
    struct scores *s = NULL;
    struct score_columns columns;
    struct csv_file *f = csv_file_open(path, e);
    if (!f)
        return NULL;
    if (!score_columns_find(f, x, id_column, &columns, e) && !check_rows(path, csv_file_rows(f), e))
        s = scores_new(csv_file_rows(f), x->k, e);
    if (s && fill_from_csv(f, &columns, x, s, e)) {
        scores_free(s);
        s = NULL;
    }
    csv_file_close(f);
    return s;
}

static struct scores *read_npy(const char *path, const struct index *x, struct err *e)
{
    float *p;
    int rows, columns;
    struct scores *s = NULL;
    if (npy_file_read(path, &p, &rows, &columns, e))
        return NULL;
    if (check_rows(path, rows, e))
        s = NULL;
    else if (rows != x->n)
        err_set(e, ERR_DATA, "%s: has %d rows, the truth has %d samples%s", path, rows, x->n,
                rows == x->n + x->left_out_n
                    ? " without those that data.exclude leaves out (-s data.exclude= keeps them)"
                    : "");
    else if (!check_classes(path, columns, x->k, e))
        s = scores_new(rows, columns, e);
    if (s) {
        memcpy(s->p, p, (size_t)rows * (size_t)columns * sizeof *p);
        memcpy(s->truth, x->labels, (size_t)rows * sizeof *s->truth);
    }
    free(p);
    return s;
}

struct scores *score_file_read_array(const char *path, int k, struct err *e)
{
    float *p;
    int rows, columns;
    struct scores *s = NULL;
    if (npy_file_read(path, &p, &rows, &columns, e))
        return NULL;
    if (!check_rows(path, rows, e) && !check_classes(path, columns, k, e))
        s = scores_new(rows, k, e);
    if (s)
        memcpy(s->p, p, (size_t)rows * (size_t)columns * sizeof *p);
    free(p);
    if (s && scores_check(s, e)) {
        err_prefix(e, "%s", path);
        scores_free(s);
        s = NULL;
    }
    return s;
}

struct scores *score_file_read(const char *probs, const char *truth, const struct conf *c,
                               struct err *e)
{
    struct index *x = read_truth(truth, c, e);
    if (!x)
        return NULL;
    struct scores *s = is_npy(probs) ? read_npy(probs, x, e)
                                     : read_csv(probs, x, conf_text(c, CONF_DATA_ID_COLUMN), e);
    index_close(x);
    if (s && scores_check(s, e)) {
        err_prefix(e, "%s", probs);
        scores_free(s);
        return NULL;
    }
    return s;
}

static const char **copy_ids(const struct csv_file *f, int id_column, const struct index *x, int n,
                             struct arena *a, struct err *e)
{
    const char **ids = mem_array((size_t)n + 1, sizeof *ids, "ids", e);
    for (int i = 0; ids && i < n; i++) {
        ids[i] = arena_strdup(a, f ? csv_file_cell(f, i, id_column) : x->ids[i], e);
        if (!ids[i]) {
            free(ids);
            return NULL;
        }
    }
    return ids;
}

const char **score_file_ids(const char *probs, const char *truth, const struct conf *c,
                            struct arena *a, int *n, struct err *e)
{
    const char **ids = NULL;
    struct index *x = is_npy(probs) ? read_truth(truth, c, e) : NULL;
    struct csv_file *f = is_npy(probs) ? NULL : csv_file_open(probs, e);
    *n = x ? x->n : f ? csv_file_rows(f) : 0;
    if (x || f)
        ids = copy_ids(f, f ? score_columns_id(f, conf_text(c, CONF_DATA_ID_COLUMN)) : 0, x, *n, a,
                       e);
    index_close(x);
    csv_file_close(f);
    return ids;
}

int score_file_names(const struct conf *c, int k, char names[LABELS_MAX][64], struct err *e)
{
    int known;
    const char *loaded[LABELS_MAX];
    struct arena *a = arena_new();
    int failed = classes_load(conf_text(c, CONF_DATA_CLASSES), a, loaded, &known, e);
    for (int i = 0; i < k && !failed; i++) {
        if (i < known)
            snprintf(names[i], 64, "%s", loaded[i]);
        else
            snprintf(names[i], 64, "class %d", i);
    }
    arena_free(a);
    return failed;
}

static int write_csv(const char *path, enum output_mode mode, const char *const *ids,
                     const float *p, int n, int k, struct err *e)
{
    struct csv_out *out = csv_out_new();
    csv_out_text(out, "Id");
    for (int c = 0; c < k; c++)
        csv_out_int(out, c);
    csv_out_end_row(out);
    for (int i = 0; i < n; i++) {
        csv_out_text(out, ids[i]);
        for (int c = 0; c < k; c++)
            csv_out_real(out, p[(size_t)i * (size_t)k + (size_t)c]);
        csv_out_end_row(out);
    }
    int failed = csv_out_write(out, path, mode, e);
    csv_out_free(out);
    return failed;
}

int score_file_write(const char *path, enum output_mode mode, const char *const *ids,
                     const float *p, int n, int k, struct err *e)
{
    return is_npy(path) ? npy_file_write(path, mode, p, n, k, e)
                        : write_csv(path, mode, ids, p, n, k, e);
}

int score_file_write_cuts(const char *path, enum output_mode mode, const struct score_cuts *cuts,
                          char names[LABELS_MAX][64], struct err *e)
{
    struct json *j = json_new_object(), *list = json_new_object();
    json_put_text(j, "method", cuts->method);
    json_put_text(j, "run", cuts->run);
    json_put_real(j, "in_sample_macro_f1", cuts->in_sample);
    json_put_real(j, "held_out_macro_f1", cuts->held_out);
    json_put_real(j, "held_out_std", cuts->held_out_std);
    for (int c = 0; c < cuts->k; c++)
        json_put_real(list, names[c], float32_to_write(cuts->cuts[c]));
    json_put(j, "thresholds", list);
    char *text = json_print(j, true);
    int failed = output_save(path, mode, text, strlen(text), e);
    free(text);
    json_free(j);
    return failed;
}

static int class_of(const char *name, int k, char names[LABELS_MAX][64])
{
    for (int c = 0; c < k; c++)
        if (!strcmp(name, names[c]))
            return c;
    return -1;
}

static int fill_cuts(const struct json *list, const char *path, int k, char names[LABELS_MAX][64],
                     double *cuts, struct err *e)
{
    for (int c = 0; c < k; c++)
        if (!json_get_real(list, names[c], &cuts[c]) || cuts[c] < 0 || cuts[c] > 1)
            return err_set(e, ERR_DATA, "%s: thresholds: no cut between 0 and 1 for class '%s'",
                           path, names[c]);
    float32_round_all(cuts, k);
    for (int i = 0; i < json_count(list); i++)
        if (class_of(json_key_at(list, i), k, names) < 0) {
            char shown[100];
            text_safe(json_key_at(list, i), shown, sizeof shown);
            return err_set(e, ERR_DATA, "%s: thresholds: '%s' is no class of data.classes", path,
                           shown);
        }
    return 0;
}

int score_file_read_cuts(const char *path, int k, char names[LABELS_MAX][64], double *cuts,
                         struct err *e)
{
    char *text;
    size_t n;
    if (file_read(path, 1 << 20, &text, &n, e))
        return -1;
    struct json *j = json_parse(text, n, path, e);
    free(text);
    if (!j)
        return -1;
    const struct json *list = json_get(j, "thresholds");
    int failed = list ? fill_cuts(list, path, k, names, cuts, e)
                      : err_set(e, ERR_DATA,
                                "%s: has no \"thresholds\" (write one with hpa tune "
                                "--out)",
                                path);
    json_free(j);
    return failed;
}

void score_file_print_labels(const struct labels *set, char separator, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (int c = labels_next(set, 0); c >= 0 && at < size; c = labels_next(set, c + 1))
        at += (size_t)snprintf(out + at, size - at, "%.*s%d", at > 0, &separator, c);
}
