/* Writing tables: fields are quoted when they need it, numbers do not depend on the locale, the
 * file is saved durably or not at all. One owner.
 *
 *     struct csv_out *o = csv_out_new();
 *     csv_out_text(o, "Id"), csv_out_text(o, "Predicted"), csv_out_end_row(o);
 *     failed = csv_out_save(o, "submission.csv", e);
 *     csv_out_free(o); */
#ifndef DATA_CSV_OUT_H
#define DATA_CSV_OUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/output.h"

struct csv_out;

struct csv_out *csv_out_new(void);
void csv_out_free(struct csv_out *o);

/* One field of the current row. */
void csv_out_text(struct csv_out *o, const char *text);
void csv_out_int(struct csv_out *o, int64_t value);
void csv_out_real(struct csv_out *o, double value); /* nine significant digits; NaN: empty */
void csv_out_end_row(struct csv_out *o);
/* Save all rows; an earlier lack of memory is reported here. ERR_NOMEM, ERR_CREATE, ERR_IO. */
int csv_out_save(const struct csv_out *o, const char *path, struct err *e);
/* To a place that the user named. */
int csv_out_write(const struct csv_out *o, const char *path, enum output_mode mode, struct err *e);

#endif
