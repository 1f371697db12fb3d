/* Results to standard output: aligned tables, or JSON. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include <stdint.h>

#include "base/json.h"

/* Print and free. */
void print_json(struct json *j);

/* What a name, a note or a path becomes before it is printed (base/text.h); returns `out`. */
enum { PRINT_SAFE = 4096 };
const char *print_safe(const char *text, char out[PRINT_SAFE]);

/* One line to standard output, made safe as a whole. */
__attribute__((format(printf, 1, 2))) void print_line(const char *format, ...);

/* A table is filled cell by cell, row after row. Text columns lean left, others right. */
struct print_table;

/* "name|count|macro F1" */
struct print_table *print_table_new(const char *heads);
/* With heads that come from elsewhere, such as names of runs; they are made safe. */
struct print_table *print_table_with(const char *const heads[], int n);
void print_text(struct print_table *t, const char *text); /* made safe */
void print_int(struct print_table *t, int64_t value);
void print_real(struct print_table *t, int decimals, double value); /* NaN: - */
void print_digits(struct print_table *t, double value);             /* %.9g */
/* Print to standard output and free. */
void print_table_end(struct print_table *t);

#endif
