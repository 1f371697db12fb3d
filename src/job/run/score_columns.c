/* The header of a table of scores decides: a column that was taken for another class would never be
 * noticed again. */
#include "score_columns.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/text.h"
#include "data/unmatched.h"

enum { NONE = -1, NAME_MAX_SHOWN = 64 };

struct matching {
    const struct csv_file *file;
    const struct index *truth;
    struct score_columns *out;
    int columns; /* without the id */
    bool id_is_named;
};

/* A name without the blanks around it. */
static void trimmed(const char *name, char out[256])
{
    name += strspn(name, " \t");
    snprintf(out, 256, "%s", name);
    for (size_t n = strlen(out); n > 0 && strchr(" \t", out[n - 1]); n--)
        out[n - 1] = '\0';
}

static int named_id(const struct csv_file *f, const char *id_column)
{
    for (int i = 0; i < csv_file_columns(f); i++)
        if (!strcmp(csv_file_name(f, i), id_column))
            return i;
    for (int i = 0; i < csv_file_columns(f); i++)
        if (!strcasecmp(csv_file_name(f, i), "id"))
            return i;
    return NONE;
}

int score_columns_id(const struct csv_file *f, const char *id_column)
{
    int named = named_id(f, id_column);
    return named == NONE ? 0 : named;
}

static int by_name(const struct index *x, const char *name)
{
    for (int c = 0; c < x->k; c++)
        if (!strcmp(x->class_names[c], name))
            return c;
    for (int c = 0; c < x->k; c++)
        if (!strcasecmp(x->class_names[c], name))
            return c;
    return NONE;
}

static int class_of(const struct index *x, const char *cell)
{
    char name[256];
    int64_t number;
    trimmed(cell, name);
    int c = by_name(x, name);
    if (c == NONE && text_int(name, &number) && number >= 0 && number < x->k)
        return (int)number;
    return c;
}

/* Numbers where names should be: a fraction, a number of no class, or numbers of classes behind an
 * id that has a truth. */
static bool looks_like_data(const struct matching *m)
{
    int numbers = 0, others = 0;
    for (int i = 0; i < csv_file_columns(m->file); i++) {
        char cell[256];
        double v;
        trimmed(csv_file_name(m->file, i), cell);
        if (i == m->out->id || by_name(m->truth, cell) != NONE || !text_real(cell, &v))
            continue;
        if (strpbrk(cell, ".eE"))
            return true;
        numbers++;
        others += class_of(m->truth, cell) == NONE;
    }
    return numbers > 0 && numbers == m->columns &&
           (others || index_find(m->truth, csv_file_name(m->file, m->out->id)) >= 0);
}

static int check_header(const struct matching *m, struct err *e)
{
    char first[NAME_MAX_SHOWN];
    if (m->id_is_named || !looks_like_data(m))
        return 0;
    text_safe(csv_file_name(m->file, m->out->id), first, sizeof first);
    return err_set(e, ERR_DATA,
                   "%s: line 1 looks like data (%s, then numbers): a header is needed, the name of "
                   "the id column and those of the classes",
                   csv_file_path(m->file), first);
}

static int two_columns(const struct matching *m, int class, int second, struct err *e)
{
    return err_set(e, ERR_DATA, "%s: line 1: columns %d and %d are both class '%s'",
                   csv_file_path(m->file), m->out->of_class[class] + 1, second + 1,
                   m->truth->class_names[class]);
}

static int put(const struct matching *m, int class, int column, struct err *e)
{
    if (m->out->of_class[class] != NONE)
        return two_columns(m, class, column, e);
    m->out->of_class[class] = column;
    return 0;
}

static int put_named(const struct matching *m, struct unmatched *unknown, struct err *e)
{
    for (int i = 0; i < csv_file_columns(m->file); i++) {
        int class = i == m->out->id ? NONE : class_of(m->truth, csv_file_name(m->file, i));
        if (i != m->out->id && class == NONE)
            unmatched_add(unknown, csv_file_name(m->file, i), 1);
        if (class != NONE && put(m, class, i, e))
            return -1;
    }
    return 0;
}

/* The number at the end of "c07", and where it begins; -1: there is none. */
static int number_at_end(const char *name, size_t *prefix)
{
    int64_t number;
    *prefix = strlen(name);
    while (*prefix > 0 && strchr("0123456789", name[*prefix - 1]))
        --*prefix;
    return text_int(name + *prefix, &number) && number < LABELS_MAX ? (int)number : NONE;
}

/* c00, c01, ...: each number from 0 to k - 1 once, all behind the same prefix. */
static bool put_numbered(const struct matching *m)
{
    int at[LABELS_MAX];
    const char *first = NULL;
    memset(at, 0xFF, sizeof at);
    for (int i = 0; i < csv_file_columns(m->file); i++) {
        size_t n;
        const char *name = csv_file_name(m->file, i);
        if (i == m->out->id)
            continue;
        int number = number_at_end(name, &n);
        first = first ? first : name;
        if (number < 0 || number >= m->truth->k || at[number] != NONE || strncmp(name, first, n))
            return false;
        at[number] = i;
    }
    memcpy(m->out->of_class, at, sizeof at);
    return true;
}

static void put_in_order(const struct matching *m)
{
    int class = 0;
    for (int i = 0; i < csv_file_columns(m->file); i++)
        if (i != m->out->id)
            m->out->of_class[class ++] = i;
    log_warn("%s: no column has the name or number of a class: taken in the order of data.classes",
             csv_file_path(m->file));
}

static int wrong_count(const struct matching *m, struct err *e)
{
    if (m->columns == 0 && strpbrk(csv_file_name(m->file, 0), ";\t"))
        return err_set(e, ERR_DATA, "%s: line 1: columns must be separated by commas",
                       csv_file_path(m->file));
    return err_set(e, ERR_DATA,
                   "%s: has %d class %s, data.classes names %d classes (set data.classes to a "
                   "file with one name a line)",
                   csv_file_path(m->file), m->columns, m->columns == 1 ? "column" : "columns",
                   m->truth->k);
}

static int unknown_names(const struct matching *m, const struct unmatched *unknown,
                         const struct unmatched *missing, struct err *e)
{
    char names[560], classes[560];
    unmatched_text(unknown, names);
    unmatched_text(missing, classes);
    if (unknown->n && missing->n)
        return err_set(e, ERR_DATA,
                       "%s: line 1: no class of data.classes has the name of %d %s (%s), and no "
                       "column that of %d %s (%s)",
                       csv_file_path(m->file), unknown->n, unknown->n == 1 ? "column" : "columns",
                       names, missing->n, missing->n == 1 ? "class" : "classes", classes);
    if (unknown->n)
        return err_set(e, ERR_DATA,
                       "%s: line 1: %d %s of no class of data.classes: %s (remove what is no "
                       "score)",
                       csv_file_path(m->file), unknown->n,
                       unknown->n == 1 ? "column is" : "columns are", names);
    return err_set(e, ERR_DATA, "%s: line 1: %d %s no column: %s", csv_file_path(m->file),
                   missing->n, missing->n == 1 ? "class has" : "classes have", classes);
}

static int check_named(const struct matching *m, const struct unmatched *unknown, struct err *e)
{
    struct unmatched missing = {0};
    for (int c = 0; c < m->truth->k; c++)
        if (m->out->of_class[c] == NONE)
            unmatched_add(&missing, m->truth->class_names[c], 0);
    return unknown->n || missing.n ? unknown_names(m, unknown, &missing, e) : 0;
}

int score_columns_find(const struct csv_file *f, const struct index *truth, const char *id_column,
                       struct score_columns *out, struct err *e)
{
    struct unmatched unknown = {0};
    struct matching m = {f, truth, out, csv_file_columns(f) - 1, named_id(f, id_column) != NONE};
    memset(out->of_class, 0xFF, sizeof out->of_class);
    out->id = score_columns_id(f, id_column);
    if (check_header(&m, e) || put_named(&m, &unknown, e))
        return -1;
    if (m.columns > 0 && unknown.n < m.columns)
        return check_named(&m, &unknown, e);
    if (m.columns != truth->k)
        return wrong_count(&m, e);
    if (!put_numbered(&m))
        put_in_order(&m);
    return 0;
}
