/* The index: a table of ids becomes rows, label sets and the rule where each plane lies. Ids come
 * from strangers and become file names, so only [A-Za-z0-9._-] passes. Everything is checked here,
 * once, with file and line; later floors trust it. Built by one thread from CSV, class names and
 * the exclude list; read-only afterwards. Invariant: `order` sorts the ids, all different. */
#include "data/index.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/classes.h"
#include "data/csv_file.h"
#include "exclude.h"
#include "label_cell.h"
#include "sample_id.h"

enum { SHOWN = 160 };

struct entry {
    const char *id;
    int place; /* row */
};

struct builder {
    struct index *x;
    const struct csv_file *table;
    int id_column, target_column; /* target -1: no labels */
    bool empty_labels;            /* a sample may have none */
    struct label_rule rule;
    int *table_row; /* [n] where each row of the index stood in the table */
    struct exclude left_out;
};

static const char *shown(const char *text, char out[SHOWN])
{
    text_safe(text, out, SHOWN);
    return out;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int by_id = strcmp(x->id, y->id);
    return by_id ? by_id : (x->place > y->place) - (x->place < y->place);
}

/* Rows. */

static int add_labels(struct builder *b, int row, struct err *e)
{
    const char *cell = csv_file_cell(b->table, row, b->target_column);
    if (b->empty_labels && cell[strspn(cell, " ")] == '\0')
        return 0;
    return label_cell_parse(&b->rule, cell, &b->x->labels[b->x->n], e);
}

static int add_left_out(struct index *x, const char *id, struct err *e)
{
    const char *own = arena_strdup(x->arena, id, e);
    if (!own)
        return -1;
    x->left_out[x->left_out_n++] = own;
    return 0;
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_row(struct builder *b, int row, struct err *e)
{
    struct index *x = b->x;
    const char *id = csv_file_cell(b->table, row, b->id_column);
    if (exclude_has(&b->left_out, id))
        return add_left_out(x, id, e);
    const char *path = csv_file_path(b->table);
    int line = csv_file_line(b->table, row);
    if (sample_id_check(path, line, id, e))
        return -1;
    if (b->target_column >= 0 && add_labels(b, row, e))
        return err_prefix(e, "%s: line %d", path, line);
    x->ids[x->n] = arena_strdup(x->arena, id, e);
    if (!x->ids[x->n])
        return -1;
    b->table_row[x->n++] = row;
    return 0;
}

static int add_rows(struct builder *b, struct err *e)
{
    struct index *x = b->x;
    const char *path = csv_file_path(b->table);
    int rows = csv_file_rows(b->table);
    if (rows == 0)
        return err_set(e, ERR_DATA, "%s: has a header but no rows", path);
    size_t n = (size_t)rows;
    if (!(x->ids = mem_array(n, sizeof *x->ids, path, e)) ||
        !(x->labels = mem_array(n, sizeof *x->labels, path, e)) ||
        !(b->table_row = mem_array(n, sizeof *b->table_row, path, e)) ||
        !(x->left_out = mem_array(n, sizeof *x->left_out, path, e)))
        return -1;
    for (int row = 0; row < rows; row++)
        if (add_row(b, row, e))
            return -1;
    qsort(x->left_out, (size_t)x->left_out_n, sizeof *x->left_out, compare_ids);
    return x->n ? 0 : err_set(e, ERR_DATA, "%s: data.exclude leaves no sample", path);
}

static int duplicate(const struct builder *b, int first, int second, struct err *e)
{
    const struct index *x = b->x;
    const char *labels = !x->has_labels ? ""
                         : labels_equal(&x->labels[first], &x->labels[second])
                             ? ", with the same labels"
                             : ", with other labels";
    return err_set(e, ERR_DATA,
                   "%s: line %d: id \"%s\" was on line %d already%s; remove one of them",
                   csv_file_path(b->table), csv_file_line(b->table, b->table_row[second]),
                   x->ids[second], csv_file_line(b->table, b->table_row[first]), labels);
}

/* Fills x->order; of several duplicates the one first in the file is reported. */
static int sort_ids(struct builder *b, struct err *e)
{
    struct index *x = b->x;
    struct entry *sorted = mem_array((size_t)x->n, sizeof *sorted, "ids", e);
    x->order = mem_array((size_t)x->n, sizeof *x->order, "ids", e);
    if (!sorted || !x->order) {
        free(sorted);
        return -1;
    }
    for (int i = 0; i < x->n; i++)
        sorted[i] = (struct entry){x->ids[i], i};
    qsort(sorted, (size_t)x->n, sizeof *sorted, compare_entries);
    int first = -1, second = x->n;
    for (int i = 0; i < x->n; i++) {
        x->order[i] = sorted[i].place;
        if (i && sorted[i].place < second && !strcmp(sorted[i].id, sorted[i - 1].id)) {
            first = sorted[i - 1].place;
            second = sorted[i].place;
        }
    }
    free(sorted);
    return first < 0 ? 0 : duplicate(b, first, second, e);
}

static uint64_t fingerprint(const struct index *x)
{
    struct hash *h = hash_new();
    for (int i = 0; i < x->n; i++) {
        hash_add(h, x->ids[i], strlen(x->ids[i]) + 1);
        hash_add(h, &x->labels[i], sizeof x->labels[i]);
    }
    return hash_end(h);
}

/* Where the images are. */

static int add_channel(struct index *x, const char *name, size_t n, struct err *e)
{
    char *slot = x->channel_names[x->channels];
    if (x->channels == INDEX_CHANNELS_MAX)
        return err_set(e, ERR_CONFIG, "data.channels: more than %d channels", INDEX_CHANNELS_MAX);
    if (n >= sizeof x->channel_names[0])
        return err_set(e, ERR_CONFIG, "data.channels: a name is longer than %zu bytes",
                       sizeof x->channel_names[0] - 1);
    memcpy(slot, name, n);
    slot[n] = '\0';
    char safe[SHOWN];
    if (!sample_id_plain(slot, n))
        return err_set(e, ERR_CONFIG, "data.channels: \"%s\" is no name of a channel",
                       shown(slot, safe));
    for (int i = 0; i < x->channels; i++)
        if (!strcmp(x->channel_names[i], slot))
            return err_set(e, ERR_CONFIG, "data.channels: \"%s\" stands there twice", slot);
    x->channels++;
    return 0;
}

static int read_channels(struct index *x, const char *list, struct err *e)
{
    for (const char *at = list;; at++) {
        at += strspn(at, " \t");
        size_t n = strcspn(at, ","), name = n;
        while (name && isspace((unsigned char)at[name - 1]))
            name--;
        if (add_channel(x, at, name, e))
            return -1;
        at += n;
        if (!*at)
            return 0;
    }
}

/* That {id} and {channel} stand in it, the configuration has checked. */
static int check_pattern(const char *p, struct err *e)
{
    if (p[0] != '/' && !strstr(p, ".."))
        return 0;
    return err_set(e, ERR_CONFIG, "data.pattern: \"%s\" leaves the image folder", p);
}

static int locate_images(struct index *x, const struct conf *c, enum conf_key folder, struct err *e)
{
    if (read_channels(x, conf_text(c, CONF_DATA_CHANNELS), e))
        return -1;
    const char *pattern = conf_text(c, CONF_DATA_PATTERN), *path = conf_text(c, folder);
    if (snprintf(x->pattern, sizeof x->pattern, "%s", pattern) >= (int)sizeof x->pattern)
        return err_set(e, ERR_CONFIG, "data.pattern: longer than %zu bytes", sizeof x->pattern - 1);
    if (snprintf(x->folder, sizeof x->folder, "%s", path) >= (int)sizeof x->folder)
        return err_set(e, ERR_CONFIG, "%s: longer than %zu bytes", conf_info(folder)->name,
                       sizeof x->folder - 1);
    return check_pattern(x->pattern, e);
}

/* Both kinds of index. */

static int find_column(const struct csv_file *table, const struct conf *c, enum conf_key key,
                       struct err *e)
{
    int column = csv_file_column(table, conf_text(c, key), e);
    if (column < 0)
        err_prefix(e, "%s", conf_info(key)->name);
    return column;
}

static int build(struct builder *b, const struct conf *c, bool train, struct err *e)
{
    struct index *x = b->x;
    if (locate_images(x, c, train ? CONF_DATA_TRAIN_DIR : CONF_DATA_TEST_DIR, e) ||
        classes_load(conf_text(c, CONF_DATA_CLASSES), x->arena, x->class_names, &x->k, e))
        return -1;
    b->id_column = find_column(b->table, c, CONF_DATA_ID_COLUMN, e);
    if (b->id_column < 0)
        return -1;
    if (train) {
        b->target_column = find_column(b->table, c, CONF_DATA_TARGET_COLUMN, e);
        if (b->target_column < 0)
            return -1;
        b->rule = (struct label_rule){*conf_text(c, CONF_DATA_SEPARATOR), x->k};
        x->has_labels = true;
        if (conf_is_set(c, CONF_DATA_EXCLUDE) &&
            exclude_read(&b->left_out, conf_text(c, CONF_DATA_EXCLUDE), x, e))
            return -1;
    }
    if (add_rows(b, e) || sort_ids(b, e))
        return -1;
    x->fingerprint = fingerprint(x);
    x->note = exclude_note(&b->left_out, conf_text(c, CONF_DATA_EXCLUDE), x->arena);
    return 0;
}

static struct index *open_table(const struct conf *c, enum conf_key path, bool train,
                                bool empty_labels, struct err *e)
{
    struct csv_file *table = csv_file_open(conf_text(c, path), e);
    if (!table)
        return NULL;
    struct index *x = xcalloc(1, sizeof *x);
    x->arena = arena_new();
    struct builder b = {.x = x, .table = table, .target_column = -1, .empty_labels = empty_labels};
    int failed = build(&b, c, train, e);
    free(b.table_row);
    exclude_fini(&b.left_out);
    csv_file_close(table);
    if (!failed)
        return x;
    index_close(x);
    return NULL;
}

struct index *index_open_train(const struct conf *c, struct err *e)
{
    return open_table(c, CONF_DATA_TRAIN_CSV, true, false, e);
}

struct index *index_open_truth(const struct conf *c, struct err *e)
{
    return open_table(c, CONF_DATA_TRAIN_CSV, true, true, e);
}

struct index *index_open_test(const struct conf *c, struct err *e)
{
    return open_table(c, CONF_DATA_SAMPLE_SUBMISSION, false, false, e);
}

void index_close(struct index *x)
{
    if (!x)
        return;
    free(x->ids);
    free(x->labels);
    free(x->order);
    free(x->left_out);
    arena_free(x->arena);
    free(x);
}

/* Appends to `out`; false when it does not fit. */
static bool append(char out[4096], size_t *used, const char *text, size_t n)
{
    if (*used + n >= 4096)
        return false;
    memcpy(out + *used, text, n);
    *used += n;
    out[*used] = '\0';
    return true;
}

static bool fill_pattern(const struct index *x, int row, int channel, char out[4096], size_t *used)
{
    static const char id_mark[] = "{id}", channel_mark[] = "{channel}";
    for (const char *p = x->pattern; *p;) {
        const char *text = p;
        size_t n = 1, step = 1;
        if (!strncmp(p, id_mark, sizeof id_mark - 1)) {
            text = x->ids[row];
            n = strlen(text);
            step = sizeof id_mark - 1;
        } else if (!strncmp(p, channel_mark, sizeof channel_mark - 1)) {
            text = x->channel_names[channel];
            n = strlen(text);
            step = sizeof channel_mark - 1;
        }
        if (!append(out, used, text, n))
            return false;
        p += step;
    }
    return true;
}

int index_plane_path(const struct index *x, int row, int channel, char out[4096], struct err *e)
{
    size_t used = 0, folder = strlen(x->folder);
    bool slash = folder && x->folder[folder - 1] != '/';
    if (append(out, &used, x->folder, folder) && (!slash || append(out, &used, "/", 1)) &&
        fill_pattern(x, row, channel, out, &used))
        return 0;
    return err_set(e, ERR_USAGE, "%.60s...: the path of sample %s is too long", x->folder,
                   x->ids[row]);
}

int index_plane_name(const struct index *x, int row, int channel, char out[4096], struct err *e)
{
    size_t used = 0;
    if (fill_pattern(x, row, channel, out, &used))
        return 0;
    return err_set(e, ERR_USAGE, "the name of an image of sample %s is too long", x->ids[row]);
}

int index_find(const struct index *x, const char *id)
{
    int low = 0, high = x->n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int side = strcmp(id, x->ids[x->order[middle]]);
        if (side == 0)
            return x->order[middle];
        if (side < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

bool index_leaves_out(const struct index *x, const char *id)
{
    return x->left_out_n > 0 &&
           bsearch(&id, x->left_out, (size_t)x->left_out_n, sizeof *x->left_out, compare_ids);
}
