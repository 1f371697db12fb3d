/* Tables: a strict reader of comma-separated files (RFC 4180, UTF-8, a header line).
 *
 * The whole file is read; fields are unquoted in place. Every error names file and line. Accepted:
 * a byte order mark, LF or CRLF, no final newline, empty lines at the end, quoted fields with
 * commas, line breaks and doubled quotes. Refused: NUL bytes, invalid UTF-8, an unclosed or stray
 * quote, a record over CSV_FILE_RECORD_MAX bytes, a row with another number of fields than the
 * header. Read-only after it is made; any thread. */
#ifndef DATA_CSV_FILE_H
#define DATA_CSV_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { CSV_FILE_RECORD_MAX = 1 << 20 };

struct csv_file;

/* ERR_NOINPUT, ERR_IO, ERR_DATA ("train.csv: line 12: ..."), ERR_NOMEM. */
struct csv_file *csv_file_open(const char *path, struct err *e);
/* The same from `n` bytes in memory, which are copied; `path` is used in messages. */
struct csv_file *csv_file_parse(const char *text, size_t n, const char *path, struct err *e);
void csv_file_close(struct csv_file *f);

const char *csv_file_path(const struct csv_file *f);
int csv_file_rows(const struct csv_file *f); /* without the header */
int csv_file_columns(const struct csv_file *f);
const char *csv_file_name(const struct csv_file *f, int column);
/* The column of that exact name; -1 and ERR_DATA with the nearest name and all names when there is
 * none, or when there are two. */
int csv_file_column(const struct csv_file *f, const char *name, struct err *e);
/* Digits in line 1 where names should be: the first sample is where the header belongs. */
bool csv_file_looks_like_data(const struct csv_file *f);
/* A field, NUL-terminated valid UTF-8 (not safe to show: base/text.h). */
const char *csv_file_cell(const struct csv_file *f, int row, int column);
int csv_file_line(const struct csv_file *f, int row); /* where the row begins; the header is 1 */

#endif
