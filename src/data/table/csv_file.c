/* The strict reader of tables. One pass over the file: fields are cut out and unquoted in place, so
 * a cell is a pointer into the one copy of the text and nothing is allocated per row. The three
 * growing arrays (cells, lines) are the only other memory. A record's limit bounds what a broken
 * quote or a binary file can swallow before it is reported. Feeds index, splits and score tables;
 * any thread, read-only once made. */
#include "data/csv_file.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

enum { FILE_LIMIT = 1 << 30, COLUMNS_MAX = 4096, SHOWN_COLUMNS = 12 };

struct csv_file {
    char *path;
    char *text;
    char **cells; /* [1 + rows, columns], header first */
    size_t cell_count, cell_capacity;
    int *lines; /* [1 + rows] */
    size_t line_count, line_capacity;
    int columns, rows;
};

struct parser {
    struct csv_file *file;
    char *at, *end;
    int line;
    char *record; /* where the current record begins */
};

static int wrong(const struct parser *p, int line, struct err *e, const char *what)
{
    return err_set(e, ERR_DATA, "%s: line %d: %s", p->file->path, line, what);
}

static int stray_byte(const struct parser *p, char byte, struct err *e)
{
    if (byte == '"')
        return wrong(p, p->line, e, "a quote inside a field that does not begin with one");
    return wrong(p, p->line, e,
                 "a NUL byte (is this a text file? UTF-16 must be saved as UTF-8 first)");
}

static int check_utf8(const struct parser *p, const char *field, size_t n, unsigned char high,
                      struct err *e)
{
    if (high < 0x80 || text_utf8_valid(field, n))
        return 0;
    return wrong(p, p->line, e, "the text is not valid UTF-8 (save the file as UTF-8)");
}

/* Leaves p->at on the terminator: comma, CR, LF or the end. */
static int plain_field(struct parser *p, struct err *e)
{
    char *begin = p->at, *c = begin;
    unsigned char high = 0;
    for (; c < p->end; c++) {
        high |= (unsigned char)*c;
        if ((unsigned char)*c > ',')
            continue;
        if (*c == ',' || *c == '\n' || *c == '\r')
            break;
        if (*c == '"' || *c == '\0')
            return stray_byte(p, *c, e);
    }
    p->at = c;
    return check_utf8(p, begin, (size_t)(c - begin), high, e);
}

/* Unquotes towards the front; `*size` is the length without quotes. */
static int quoted_field(struct parser *p, size_t *size, struct err *e)
{
    char *begin = p->at, *to = begin;
    int opened = p->line;
    unsigned char high = 0;
    for (char *c = begin + 1; c < p->end; c++) {
        if (*c == '"' && c + 1 < p->end && c[1] == '"') {
            c++;
        } else if (*c == '"') {
            p->at = c + 1;
            *size = (size_t)(to - begin);
            return check_utf8(p, begin, *size, high, e);
        } else if (*c == '\0') {
            return stray_byte(p, *c, e);
        } else if (*c == '\n') {
            p->line++;
        }
        high |= (unsigned char)*c;
        *to++ = *c;
    }
    return wrong(p, opened, e, "a quote opens here and is never closed");
}

static int put_cell(struct csv_file *f, char *cell, struct err *e)
{
    if (mem_grow(&f->cells, &f->cell_capacity, f->cell_count + 1, sizeof *f->cells, f->path, e))
        return -1;
    f->cells[f->cell_count++] = cell;
    return 0;
}

/* Consumes the field's terminator; `*last` tells that the record ends with it. */
static int end_field(struct parser *p, char *end_of_text, bool *last, struct err *e)
{
    char terminator = p->at < p->end ? *p->at : '\n';
    *last = terminator != ',';
    if (terminator == '\r') {
        if (p->at + 1 < p->end && p->at[1] != '\n')
            return wrong(p, p->line, e, "a carriage return without a line feed (save with LF)");
        p->at++;
    } else if (terminator != ',' && terminator != '\n') {
        return wrong(p, p->line, e, "text after a closing quote");
    }
    if (p->at < p->end)
        p->at++;
    *end_of_text = '\0';
    return 0;
}

static int field(struct parser *p, bool *last, struct err *e)
{
    char *begin = p->at;
    size_t size = 0;
    bool quoted = begin < p->end && *begin == '"';
    if (quoted ? quoted_field(p, &size, e) : plain_field(p, e))
        return -1;
    if (p->at - p->record > CSV_FILE_RECORD_MAX)
        return err_set(e, ERR_DATA, "%s: line %d: the line is longer than %d bytes", p->file->path,
                       p->file->lines[p->file->line_count - 1], CSV_FILE_RECORD_MAX);
    char *end_of_text = quoted ? begin + size : p->at;
    if (put_cell(p->file, begin, e))
        return -1;
    return end_field(p, end_of_text, last, e);
}

/* A header that other separators divide. */
static const char *separator_hint(const struct csv_file *f)
{
    const char *first = f->cells[0];
    if (!strncmp(first, "sep=", 4))
        return "; remove the line \"sep=...\", line 1 must be the header";
    return f->columns == 1 && strpbrk(first, ";\t") ? "; columns must be separated by commas" : "";
}

static int check_count(const struct parser *p, int begun, int fields, struct err *e)
{
    const struct csv_file *f = p->file;
    if (f->line_count == 1) {
        p->file->columns = fields;
        return fields <= COLUMNS_MAX ? 0
                                     : err_set(e, ERR_DATA, "%s: %d columns, more than %d", f->path,
                                               fields, COLUMNS_MAX);
    }
    if (fields == f->columns)
        return 0;
    return err_set(e, ERR_DATA, "%s: line %d: %d field%s where the header has %d%s", f->path, begun,
                   fields, fields == 1 ? "" : "s", f->columns, separator_hint(f));
}

static int record(struct parser *p, struct err *e)
{
    struct csv_file *f = p->file;
    if (mem_grow(&f->lines, &f->line_capacity, f->line_count + 1, sizeof *f->lines, f->path, e))
        return -1;
    if (p->line == INT_MAX || f->line_count == INT_MAX)
        return err_set(e, ERR_DATA, "%s: too many lines", f->path);
    int begun = p->line, fields = 0;
    f->lines[f->line_count++] = begun;
    p->record = p->at;
    for (bool last = false; !last; fields++)
        if (field(p, &last, e))
            return -1;
    p->line++;
    return check_count(p, begun, fields, e);
}

static bool only_line_ends(const char *c, const char *end)
{
    while (c < end && (*c == '\n' || *c == '\r'))
        c++;
    return c == end;
}

/* Archives under a table's name. */
static int check_kind(const struct csv_file *f, size_t n, struct err *e)
{
    if (n >= 2 && !memcmp(f->text, "\x1F\x8B", 2))
        return err_set(e, ERR_DATA, "%s: is compressed by gzip: unpack it with gunzip", f->path);
    if (n >= 4 && !memcmp(f->text, "PK\3\4", 4))
        return err_set(e, ERR_DATA,
                       "%s: is a zip archive (.npz, .xlsx), not a table: save it as .csv, or one "
                       "array of it as .npy",
                       f->path);
    return 0;
}

static int parse(struct csv_file *f, size_t n, struct err *e)
{
    struct parser p = {.file = f, .at = f->text, .end = f->text + n, .line = 1};
    if (n == 0)
        return err_set(e, ERR_DATA, "%s: is empty (0 bytes)", f->path);
    if (check_kind(f, n, e))
        return -1;
    if (n >= 3 && !memcmp(p.at, "\xEF\xBB\xBF", 3))
        p.at += 3;
    if (only_line_ends(p.at, p.end))
        return err_set(e, ERR_DATA, "%s: has no header line", f->path);
    while (p.at < p.end) {
        if ((*p.at == '\n' || *p.at == '\r') && only_line_ends(p.at, p.end))
            break;
        if (record(&p, e))
            return -1;
    }
    f->rows = (int)f->line_count - 1;
    return 0;
}

/* Takes `text` over, which has one byte more than `n`. */
static struct csv_file *make(char *text, size_t n, const char *path, struct err *e)
{
    struct csv_file *f = xcalloc(1, sizeof *f);
    f->path = xstrdup(path);
    f->text = text;
    if (!parse(f, n, e))
        return f;
    csv_file_close(f);
    return NULL;
}

struct csv_file *csv_file_open(const char *path, struct err *e)
{
    char *text;
    size_t n;
    if (file_read(path, FILE_LIMIT, &text, &n, e))
        return NULL;
    return make(text, n, path, e);
}

struct csv_file *csv_file_parse(const char *text, size_t n, const char *path, struct err *e)
{
    char *copy = mem_array(n + 1, 1, path, e);
    if (!copy)
        return NULL;
    if (n)
        memcpy(copy, text, n);
    return make(copy, n, path, e);
}

void csv_file_close(struct csv_file *f)
{
    if (!f)
        return;
    free(f->cells);
    free(f->lines);
    free(f->text);
    free(f->path);
    free(f);
}

const char *csv_file_path(const struct csv_file *f)
{
    return f->path;
}

int csv_file_rows(const struct csv_file *f)
{
    return f->rows;
}

int csv_file_columns(const struct csv_file *f)
{
    return f->columns;
}

const char *csv_file_name(const struct csv_file *f, int column)
{
    return f->cells[column];
}

static void list_columns(const struct csv_file *f, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < f->columns && i < SHOWN_COLUMNS && used < size; i++) {
        char name[48];
        text_safe(f->cells[i], name, sizeof name);
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", name);
    }
    if (f->columns > SHOWN_COLUMNS && used < size)
        snprintf(out + used, size - used, " and %d more", f->columns - SHOWN_COLUMNS);
}

bool csv_file_looks_like_data(const struct csv_file *f)
{
    for (int i = 1; i < f->columns; i++)
        if (*f->cells[i] && !f->cells[i][strspn(f->cells[i], "0123456789 .|;,eE+-")])
            return true;
    return false;
}

static int no_such_column(const struct csv_file *f, const char *name, struct err *e)
{
    char wanted[64], near[64] = "", all[640], hint[128] = "";
    text_safe(name, wanted, sizeof wanted);
    list_columns(f, all, sizeof all);
    const char *nearest = text_nearest(name, (const char *const *)f->cells, f->columns);
    if (*separator_hint(f)) {
        snprintf(hint, sizeof hint, "%s", separator_hint(f));
    } else if (csv_file_looks_like_data(f)) {
        snprintf(hint, sizeof hint, "; line 1 looks like data: a header is needed");
    } else if (nearest) {
        text_safe(nearest, near, sizeof near);
        snprintf(hint, sizeof hint, "; did you mean \"%s\"?", near);
    }
    return err_set(e, ERR_DATA, "%s: line 1: no column \"%s\"%s (columns: %s)", f->path, wanted,
                   hint, all);
}

int csv_file_column(const struct csv_file *f, const char *name, struct err *e)
{
    int found = -1;
    for (int i = 0; i < f->columns; i++) {
        if (strcmp(f->cells[i], name))
            continue;
        if (found >= 0)
            return err_set(e, ERR_DATA, "%s: line 1: two columns are named \"%s\"", f->path, name);
        found = i;
    }
    return found >= 0 ? found : no_such_column(f, name, e);
}

const char *csv_file_cell(const struct csv_file *f, int row, int column)
{
    return f->cells[((size_t)row + 1) * (size_t)f->columns + (size_t)column];
}

int csv_file_line(const struct csv_file *f, int row)
{
    return f->lines[(size_t)row + 1];
}
