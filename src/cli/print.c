/* Tables are kept as texts until the end, because a column is as wide as its widest cell. Nothing
 * from a file reaches the terminal without text_safe. */
#include "print.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { COLUMNS_MAX = 16, CELL_MAX = 256 };

struct print_table {
    int columns, cells_n;
    size_t capacity;
    bool right[COLUMNS_MAX];
    char **cells; /* row after row; the heads are the first */
};

void print_json(struct json *j)
{
    char *text = json_print(j, true);
    puts(text);
    free(text);
    json_free(j);
}

const char *print_safe(const char *text, char out[PRINT_SAFE])
{
    text_safe(text, out, PRINT_SAFE);
    return out;
}

void print_line(const char *format, ...)
{
    char raw[PRINT_SAFE], safe[4 * PRINT_SAFE];
    va_list args;
    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    text_safe(raw, safe, sizeof safe);
    puts(safe);
}

static void add(struct print_table *t, const char *text, bool right)
{
    if ((size_t)t->cells_n == t->capacity) {
        t->capacity = t->capacity ? t->capacity * 2 : 64;
        t->cells = xrealloc(t->cells, t->capacity * sizeof *t->cells);
    }
    t->right[t->cells_n % t->columns] = right;
    t->cells[t->cells_n++] = xstrdup(text);
}

struct print_table *print_table_new(const char *heads)
{
    struct print_table *t = xcalloc(1, sizeof *t);
    t->columns = 1;
    for (const char *p = heads; *p; p++)
        t->columns += *p == '|';
    for (int c = 0; c < t->columns; c++) {
        char head[CELL_MAX];
        size_t n = strcspn(heads, "|");
        snprintf(head, sizeof head, "%.*s", (int)n, heads);
        print_text(t, head);
        heads += n + (heads[n] == '|');
    }
    return t;
}

struct print_table *print_table_with(const char *const heads[], int n)
{
    struct print_table *t = xcalloc(1, sizeof *t);
    t->columns = n;
    for (int c = 0; c < n; c++)
        print_text(t, heads[c]);
    return t;
}

void print_text(struct print_table *t, const char *text)
{
    char safe[CELL_MAX];
    text_safe(text, safe, sizeof safe);
    add(t, safe, false);
}

void print_int(struct print_table *t, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    add(t, text, true);
}

void print_real(struct print_table *t, int decimals, double value)
{
    char text[64];
    snprintf(text, sizeof text, "%.*f", decimals, value);
    add(t, isnan(value) ? "-" : text, true);
}

void print_digits(struct print_table *t, double value)
{
    char text[32];
    text_put_real(value, text, sizeof text);
    add(t, isnan(value) ? "-" : text, true);
}

static void print_row(const struct print_table *t, char **cells, const int *widths)
{
    for (int c = 0; c < t->columns; c++) {
        int gap = widths[c] - text_width(cells[c]);
        bool last = c == t->columns - 1;
        if (t->right[c])
            printf("%*s%s", gap, "", cells[c]);
        else
            printf("%s%*s", cells[c], last ? 0 : gap, "");
        fputs(last ? "\n" : "  ", stdout);
    }
}

void print_table_end(struct print_table *t)
{
    int widths[COLUMNS_MAX] = {0};
    for (int i = 0; i < t->cells_n; i++) {
        int width = text_width(t->cells[i]);
        if (width > widths[i % t->columns])
            widths[i % t->columns] = width;
    }
    for (int i = 0; i + t->columns <= t->cells_n; i += t->columns)
        print_row(t, t->cells + i, widths);
    for (int i = 0; i < t->cells_n; i++)
        free(t->cells[i]);
    free(t->cells);
    free(t);
}
