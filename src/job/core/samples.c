/* Copies of an index, so that who looks needs no file and no lock. */
#include "job/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int copy_strings(struct samples *s, const struct index *x)
{
    for (int i = 0; i < x->n; i++)
        if (!(s->ids[i] = arena_strdup(s->arena, x->ids[i], &s->error)))
            return -1;
    for (int c = 0; c < x->k; c++)
        if (!(s->names[c] = arena_strdup(s->arena, x->class_names[c], &s->error)))
            return -1;
    return 0;
}

static int copy_rows(struct samples *s, const struct dataset *d)
{
    const struct index *x = d->index;
    size_t n = (size_t)x->n;
    s->ids = mem_array(n, sizeof *s->ids, "ids", &s->error);
    s->labels = s->ids ? mem_array(n, sizeof *s->labels, "labels", &s->error) : NULL;
    s->fold = s->labels && d->folds ? mem_array(n, sizeof *s->fold, "folds", &s->error) : NULL;
    if (!s->labels || (d->folds && !s->fold))
        return -1;
    memcpy(s->labels, x->labels, n * sizeof *s->labels);
    if (s->fold)
        memcpy(s->fold, d->fold, n * sizeof *s->fold);
    return copy_strings(s, x);
}

struct samples *samples_copy(const struct dataset *d)
{
    const struct index *x = d->index;
    struct samples *s = xcalloc(1, sizeof *s);
    *s = (struct samples){.n = x->n,
                          .k = x->k,
                          .folds = d->folds,
                          .held = d->held,
                          .channels = x->channels,
                          .arena = arena_new()};
    memcpy(s->channel_names, x->channel_names, sizeof s->channel_names);
    copy_rows(s, d);
    return s;
}

/* "red missing: what is known", several after a comma. */
static const char *joined(struct samples *s, const char *old, const struct scan_finding_row *f)
{
    char text[512];
    snprintf(text, sizeof text, "%s%s%s%s%s%s%s", old, *old ? ", " : "", f->channel,
             *f->channel ? " " : "", f->kind, *f->detail ? ": " : "", f->detail);
    const char *kept = arena_strdup(s->arena, text, NULL);
    return kept ? kept : old;
}

void samples_add_findings(struct samples *s, const struct dataset *d, const struct work *w)
{
    s->scan = findings_stored(w, d->index->fingerprint);
    s->findings = s->scan ? mem_array((size_t)s->n, sizeof *s->findings, "findings", NULL) : NULL;
    if (!s->findings)
        return;
    for (int i = 0; i < s->n; i++)
        s->findings[i] = "";
    for (int i = 0; i < s->scan->n; i++) {
        int row = index_find(d->index, s->scan->rows[i].sample);
        if (row >= 0)
            s->findings[row] = joined(s, s->findings[row], &s->scan->rows[i]);
    }
}

struct samples *samples_failed(const struct err *e)
{
    struct samples *s = xcalloc(1, sizeof *s);
    s->error = *e;
    s->whole = true;
    return s;
}

void samples_free(struct samples *s)
{
    if (!s)
        return;
    arena_free(s->arena);
    free(s->ids);
    free(s->labels);
    free(s->fold);
    free(s->scan);
    free(s->findings);
    free(s);
}
