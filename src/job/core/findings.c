/* Copies of findings for those who look: no file, no lock. */
#include "job/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

struct findings *findings_new(const struct scan_row *scan, const struct scan_finding_row *rows,
                              int n)
{
    struct findings *f = mem_array(1, sizeof *f + (size_t)n * sizeof f->rows[0], "findings", NULL);
    if (!f)
        return NULL;
    f->scan = *scan;
    f->n = n;
    if (n > 0)
        memcpy(f->rows, rows, (size_t)n * sizeof f->rows[0]);
    return f;
}

struct findings *findings_stored(const struct work *w, uint64_t fingerprint)
{
    struct scan_row scan;
    struct scan_finding_row *rows = NULL;
    char name[20];
    int n = 0;
    bool found = false;
    snprintf(name, sizeof name, "%016llx", (unsigned long long)fingerprint);
    struct store *s = file_exists(w->database) ? store_open(w->database, STORE_READ, NULL) : NULL;
    if (!s)
        return NULL;
    int failed = scan_rows_last(s, name, "train", &scan, &rows, &n, &found, NULL);
    store_close(s);
    struct findings *f = found && !failed ? findings_new(&scan, rows, n) : NULL;
    free(rows);
    return f;
}
