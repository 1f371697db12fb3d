/* A table of classes, and one JSON file of all sets. Both are small beside a checkpoint and saved
 * whole each time, so that a kill leaves the old file or the new one. */
#include "run_metadata_rows.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/float32.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/run_files.h"
#include "core/run_metadata.h"
#include "data/csv_file.h"
#include "data/csv_out.h"
#include "store/threshold_rows.h"

enum { SETS_MAX = 32 << 20, NUMBER_TEXT = 40, WHOLES = 6, REALS = 6, COLUMNS = WHOLES + REALS };

struct class_line {
    int epoch;
    struct class_row row;
};

/* The whole numbers first. */
static const struct column {
    const char *name;
    size_t offset;
} columns[COLUMNS];

static int *whole_of(struct class_line *l, int column)
{
    return (int *)(void *)((char *)l + columns[column].offset);
}

static double *real_of(struct class_line *l, int column)
{
    return (double *)(void *)((char *)l + columns[column].offset);
}

static int read_line(const struct csv_file *f, const int *at, int row, struct class_line *l,
                     struct err *e)
{
    for (int i = 0; i < COLUMNS; i++) {
        const char *cell = csv_file_cell(f, row, at[i]);
        int64_t whole = 0;
        if (i >= WHOLES && !text_real(cell, real_of(l, i)))
            *real_of(l, i) = NAN;
        if (i < WHOLES && (!text_int(cell, &whole) || whole < 0 || whole > INT32_MAX))
            return err_set(e, ERR_DATA, "%s: line %d: '%s' is no whole number from 0 on",
                           csv_file_path(f), csv_file_line(f, row), columns[i].name);
        if (i < WHOLES)
            *whole_of(l, i) = (int)whole;
    }
    return 0;
}

static int read_lines(const struct csv_file *f, struct class_line **lines, int *n, struct err *e)
{
    int at[COLUMNS], rows = csv_file_rows(f);
    for (int i = 0; i < COLUMNS; i++)
        if ((at[i] = csv_file_column(f, columns[i].name, e)) < 0)
            return -1;
    *lines = mem_array((size_t)rows + 1, sizeof **lines, "figures of classes", e);
    if (!*lines)
        return -1;
    for (*n = 0; *n < rows; (*n)++)
        if (read_line(f, at, *n, &(*lines)[*n], e))
            return -1;
    return 0;
}

/* No file: no lines. */
static int load_classes(const char *path, struct class_line **lines, int *n, struct err *e)
{
    *lines = NULL;
    *n = 0;
    if (!file_exists(path))
        return 0;
    struct csv_file *f = csv_file_open(path, e);
    if (!f)
        return -1;
    int failed = read_lines(f, lines, n, e);
    csv_file_close(f);
    if (!failed)
        return 0;
    free(*lines);
    *lines = NULL;
    return -1;
}

static void put_line(struct csv_out *out, struct class_line *l)
{
    char text[NUMBER_TEXT];
    for (int i = 0; i < WHOLES; i++)
        csv_out_int(out, *whole_of(l, i));
    for (int i = WHOLES; i < COLUMNS; i++) {
        text_put_exact(*real_of(l, i), text, sizeof text);
        csv_out_text(out, text);
    }
    csv_out_end_row(out);
}

int run_metadata_rows_classes(const struct work *w, const char *run, int epoch,
                              const struct class_row *rows, int n, struct err *e)
{
    char path[FILE_PATH_MAX];
    struct class_line *lines;
    int before;
    if (work_run_path(w, run, RUN_FILES_CLASSES, path, e) || load_classes(path, &lines, &before, e))
        return -1;
    struct csv_out *out = csv_out_new();
    for (int i = 0; i < COLUMNS; i++)
        csv_out_text(out, columns[i].name);
    csv_out_end_row(out);
    for (int i = 0; i < before && lines[i].epoch < epoch; i++)
        put_line(out, &lines[i]);
    for (int i = 0; i < n; i++)
        put_line(out, &(struct class_line){epoch, rows[i]});
    int failed = csv_out_save(out, path, e);
    csv_out_free(out);
    free(lines);
    return failed;
}

/* The lines of an epoch stand together. */
static int restore_classes(const struct work *w, struct store *s, const struct run_row *run,
                           int64_t epochs, struct err *e)
{
    char path[FILE_PATH_MAX];
    struct class_line *lines;
    struct class_row rows[LABELS_MAX];
    int count, n = 0, failed = 0;
    if (work_run_path(w, run->name, RUN_FILES_CLASSES, path, e) ||
        load_classes(path, &lines, &count, e))
        return -1;
    for (int i = 0; i < count && !failed; i++) {
        if (n < LABELS_MAX)
            rows[n++] = lines[i].row;
        if (i + 1 < count && lines[i + 1].epoch == lines[i].epoch)
            continue;
        if (lines[i].epoch <= epochs)
            failed = run_put_classes(s, run->uuid, lines[i].epoch, rows, n, e);
        n = 0;
    }
    free(lines);
    return failed;
}

/* Threshold sets. Numbers are texts: those of JSON keep nine digits. */

static void put_number(struct json *j, const char *key, double value)
{
    char text[NUMBER_TEXT];
    text_put_exact(value, text, sizeof text);
    json_put_text(j, key, text);
}

static double get_number(const struct json *j, const char *key)
{
    double value;
    const char *text = json_get_text(j, key);
    return text && text_real(text, &value) ? value : NAN;
}

static struct json *edits_to_json(const struct threshold_edit *edits, int n)
{
    struct json *list = json_new_array();
    for (int i = 0; i < n; i++) {
        struct json *j = json_new_object();
        json_put_int(j, "class", edits[i].class_index);
        put_number(j, "before", edits[i].before);
        put_number(j, "after", edits[i].after);
        json_put(list, NULL, j);
    }
    return list;
}

static struct json *set_to_json(const struct threshold_set *set)
{
    struct json *j = json_new_object(), *cuts = json_new_array(), *locked = json_new_array();
    json_put_text(j, "name", set->name);
    json_put_text(j, "method", set->method);
    json_put_int(j, "epoch", set->epoch);
    put_number(j, "macro_f1", set->macro_f1);
    put_number(j, "held_out_f1", set->held_out_f1);
    put_number(j, "held_out_std", set->held_out_std);
    json_put_int(j, "saved_ms", set->saved_ms);
    for (int c = 0; c < set->k; c++) {
        put_number(cuts, NULL, set->cuts[c]);
        json_put_flag(locked, NULL, set->locked[c]);
    }
    json_put(j, "cuts", cuts);
    json_put(j, "locked", locked);
    return j;
}

/* Oldest first, as they are put again. NULL: error. */
static struct json *sets_to_json(struct store *s, const char *uuid, struct err *e)
{
    struct threshold_set *sets;
    int n, edits_n, failed = 0;
    if (threshold_set_list(s, uuid, &sets, &n, e))
        return NULL;
    struct json *list = json_new_array();
    for (int i = n; i-- > 0 && !failed;) {
        struct threshold_edit *edits;
        failed = threshold_edit_list(s, uuid, sets[i].name, &edits, &edits_n, e);
        if (failed)
            break;
        struct json *j = set_to_json(&sets[i]);
        json_put(j, "edits", edits_to_json(edits, edits_n));
        json_put(list, NULL, j);
        free(edits);
    }
    free(sets);
    if (!failed)
        return list;
    json_free(list);
    return NULL;
}

int run_metadata_rows_sets(const struct work *w, struct store *s, const char *uuid, struct err *e)
{
    struct run_row run;
    char folder[FILE_PATH_MAX];
    if (run_find(s, uuid, &run, e))
        return -1;
    run_row_fini(&run);
    if (work_run_path(w, run.name, NULL, folder, e))
        return -1;
    if (!file_exists(folder))
        return 0;
    struct json *list = sets_to_json(s, uuid, e);
    return list ? run_metadata_put(w, run.name, RUN_FILES_THRESHOLDS, list, e) : -1;
}

static void take_text(const struct json *j, const char *key, char *out, size_t size)
{
    const char *text = json_get_text(j, key);
    snprintf(out, size, "%s", text ? text : "");
}

static bool take_set(const struct json *j, struct threshold_set *set)
{
    const struct json *cuts = json_get(j, "cuts"), *locked = json_get(j, "locked");
    int64_t epoch = 0;
    memset(set, 0, sizeof *set);
    set->k = json_count(cuts);
    if (set->k > LABELS_MAX)
        return false;
    take_text(j, "name", set->name, sizeof set->name);
    take_text(j, "method", set->method, sizeof set->method);
    json_get_int(j, "epoch", &epoch);
    json_get_int(j, "saved_ms", &set->saved_ms);
    set->epoch = (int)epoch;
    set->macro_f1 = get_number(j, "macro_f1");
    set->held_out_f1 = get_number(j, "held_out_f1");
    set->held_out_std = get_number(j, "held_out_std");
    bool good = set->name[0] != '\0';
    for (int c = 0; c < set->k; c++) {
        set->cuts[c] = float32_round(get_number(json_at(cuts, c), NULL));
        json_get_flag(json_at(locked, c), NULL, &set->locked[c]);
        good = good && isfinite(set->cuts[c]);
    }
    return good;
}

static int put_edits(struct store *s, const char *uuid, const struct threshold_set *set,
                     const struct json *list, struct err *e)
{
    int failed = 0;
    for (int i = 0; i < json_count(list) && !failed; i++) {
        const struct json *j = json_at(list, i);
        int64_t class = -1;
        struct threshold_edit edit = {
            .number = i + 1, .before = get_number(j, "before"), .after = get_number(j, "after")};
        if (!json_get_int(j, "class", &class) || class < 0 || class >= set->k ||
            !isfinite(edit.before) || !isfinite(edit.after))
            return err_set(e, ERR_DATA, "edit %d of set %s is not readable", i + 1, set->name);
        edit.class_index = (int)class;
        edit.before = float32_round(edit.before);
        edit.after = float32_round(edit.after);
        failed = threshold_edit_put(s, uuid, set->name, &edit, e);
    }
    return failed;
}

static int put_sets(struct store *s, const char *uuid, const struct json *list, struct err *e)
{
    struct threshold_set set;
    int failed = 0;
    for (int i = 0; i < json_count(list) && !failed; i++) {
        const struct json *j = json_at(list, i);
        if (!take_set(j, &set))
            return err_set(e, ERR_DATA, "set %d is not readable", i + 1);
        failed = threshold_set_put(s, uuid, &set, e) ||
                 put_edits(s, uuid, &set, json_get(j, "edits"), e);
    }
    return failed ? -1 : 0;
}

static int restore_sets(const struct work *w, struct store *s, const struct run_row *run,
                        struct err *e)
{
    struct json *list = run_metadata_get(w, run->name, RUN_FILES_THRESHOLDS, SETS_MAX, e);
    if (!list)
        return e->code == ERR_NONE ? 0 : -1;
    int failed = put_sets(s, run->uuid, list, e);
    json_free(list);
    return failed ? err_prefix(e, RUN_FILES_THRESHOLDS) : 0;
}

static int forgive(const struct run_row *run, int failed, const struct err *e)
{
    if (!failed || (e->code != ERR_DATA && e->code != ERR_NOINPUT))
        return failed;
    log_warn("run %s: not all that the store had of it comes back: %s", run->name, e->text);
    return 0;
}

int run_metadata_rows_restore_classes(const struct work *w, struct store *s,
                                      const struct run_row *run, int64_t epochs, struct err *e)
{
    return forgive(run, restore_classes(w, s, run, epochs, e), e);
}

int run_metadata_rows_restore(const struct work *w, struct store *s, const struct run_row *run,
                              int64_t epochs, struct err *e)
{
    return run_metadata_rows_restore_classes(w, s, run, epochs, e) ||
                   forgive(run, restore_sets(w, s, run, e), e)
               ? -1
               : 0;
}

static const struct column columns[COLUMNS] = {
    {"epoch", offsetof(struct class_line, epoch)},
    {"class", offsetof(struct class_line, row.class_index)},
    {"support", offsetof(struct class_line, row.support)},
    {"tp", offsetof(struct class_line, row.tp)},
    {"fp", offsetof(struct class_line, row.fp)},
    {"fn", offsetof(struct class_line, row.fn)},
    {"precision", offsetof(struct class_line, row.precision)},
    {"recall", offsetof(struct class_line, row.recall)},
    {"f1", offsetof(struct class_line, row.f1)},
    {"ap", offsetof(struct class_line, row.ap)},
    {"auc", offsetof(struct class_line, row.auc)},
    {"cut", offsetof(struct class_line, row.cut)},
};
