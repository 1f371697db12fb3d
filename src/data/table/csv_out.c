/* The writer of tables: rows gather in one growing buffer, which a durable save puts down whole. A
 * lack of memory sticks and is reported by the save, so that the callers' loops stay free of
 * checks. Feeds submissions, folds and score tables; one owner. */
#include "data/csv_out.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

struct csv_out {
    char *bytes;
    size_t n, capacity;
    bool inside_row; /* a comma stands before the next field */
    bool failed;
};

struct csv_out *csv_out_new(void)
{
    return xcalloc(1, sizeof(struct csv_out));
}

void csv_out_free(struct csv_out *o)
{
    if (!o)
        return;
    free(o->bytes);
    free(o);
}

static void put(struct csv_out *o, const char *bytes, size_t n)
{
    if (o->failed || mem_grow(&o->bytes, &o->capacity, o->n + n, 1, "table", NULL)) {
        o->failed = true;
        return;
    }
    memcpy(o->bytes + o->n, bytes, n);
    o->n += n;
}

static void begin_field(struct csv_out *o)
{
    if (o->inside_row)
        put(o, ",", 1);
    o->inside_row = true;
}

void csv_out_text(struct csv_out *o, const char *text)
{
    begin_field(o);
    if (!strpbrk(text, ",\"\r\n")) {
        put(o, text, strlen(text));
        return;
    }
    put(o, "\"", 1);
    for (const char *c = text; *c; c++)
        put(o, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    put(o, "\"", 1);
}

void csv_out_int(struct csv_out *o, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    csv_out_text(o, text);
}

void csv_out_real(struct csv_out *o, double value)
{
    char text[32] = "";
    if (!isnan(value))
        text_put_real(value, text, sizeof text);
    csv_out_text(o, text);
}

void csv_out_end_row(struct csv_out *o)
{
    put(o, "\n", 1);
    o->inside_row = false;
}

int csv_out_save(const struct csv_out *o, const char *path, struct err *e)
{
    return csv_out_write(o, path, OUTPUT_PRIVATE, e);
}

int csv_out_write(const struct csv_out *o, const char *path, enum output_mode mode, struct err *e)
{
    if (o->failed)
        return err_set(e, ERR_NOMEM, "%s: the table does not fit into memory", path);
    return output_save(path, mode, o->bytes, o->n, e);
}
