/* Orders are passes over the list, one for each group, so that inside a group the order of the
 * table stays. */
#include "findings_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "draw/scroll.h"

void findings_view_fini(struct findings_view *v)
{
    free(v->all);
    free(v->rows);
    *v = (struct findings_view){0};
}

bool findings_view_error(const struct scan_finding_row *f)
{
    return strcmp(f->severity, "error") == 0;
}

static int kind_of(const struct findings_view *v, const struct scan_finding_row *f)
{
    int k = 0;
    while (k < v->kinds_n && strcmp(v->kinds[k].kind, f->kind) != 0)
        k++;
    return k;
}

static void count(struct findings_view *v)
{
    v->kinds_n = 0;
    for (int i = 0; v->all && i < v->all->n; i++) {
        const struct scan_finding_row *f = &v->all->rows[i];
        int k = kind_of(v, f);
        if (k == FINDINGS_KINDS)
            continue;
        if (k == v->kinds_n) {
            v->kinds[v->kinds_n++] = (struct findings_count){.error = findings_view_error(f)};
            memcpy(v->kinds[k].kind, f->kind, sizeof f->kind);
        }
        v->kinds[k].n++;
    }
}

static bool passes(const struct findings_view *v, const struct scan_finding_row *f)
{
    return !v->filter[0] || text_contains(f->sample, v->filter) ||
           text_contains(f->channel, v->filter) || text_contains(f->severity, v->filter) ||
           text_contains(f->kind, v->filter) || text_contains(f->detail, v->filter);
}

/* Groups follow each other by their number. */
static int group_of(const struct findings_view *v, const struct scan_finding_row *f)
{
    return v->order == FINDINGS_BY_SEVERITY ? !findings_view_error(f)
           : v->order == FINDINGS_BY_KIND   ? kind_of(v, f)
                                            : 0;
}

static bool same(const struct scan_finding_row *a, const struct scan_finding_row *b)
{
    return !strcmp(a->sample, b->sample) && !strcmp(a->channel, b->channel) &&
           !strcmp(a->kind, b->kind);
}

/* The finding that was selected stays so when it is still listed. */
static void arrange(struct findings_view *v, const struct scan_finding_row *selected)
{
    v->rows_n = v->longest = 0;
    int at = 0, groups = v->order == FINDINGS_BY_KIND ? v->kinds_n + 1 : 2;
    for (int group = 0; v->rows && group < groups; group++)
        for (int i = 0; i < v->all->n; i++) {
            const struct scan_finding_row *f = &v->all->rows[i];
            if (group_of(v, f) != group || !passes(v, f))
                continue;
            if (selected && same(f, selected))
                at = v->rows_n;
            int length = (int)strlen(f->detail);
            v->longest = length > v->longest ? length : v->longest;
            v->rows[v->rows_n++] = i;
        }
    findings_view_select(v, at);
}

static void replace(struct findings_view *v, struct findings *all)
{
    struct scan_finding_row selected;
    const struct scan_finding_row *old = findings_view_at(v);
    if (old)
        selected = *old;
    free(v->all);
    free(v->rows);
    v->all = all;
    v->rows = all ? mem_array((size_t)all->n + 1, sizeof *v->rows, "findings", NULL) : NULL;
    count(v);
    arrange(v, old ? &selected : NULL);
}

void findings_view_take(struct findings_view *v, struct findings *all)
{
    replace(v, all);
}

void findings_view_stored(struct findings_view *v, struct findings *stored)
{
    bool at_work = v->all && v->all->scan.made_ms == 0;
    v->looked = true;
    if (stored && !at_work)
        findings_view_take(v, stored);
    else
        free(stored);
}

bool findings_view_drop_unfinished(struct findings_view *v)
{
    if (!v->all || v->all->scan.made_ms)
        return false;
    replace(v, NULL);
    return true;
}

void findings_view_filter(struct findings_view *v, const char *text)
{
    snprintf(v->filter, sizeof v->filter, "%s", text);
    arrange(v, findings_view_at(v));
}

const char *findings_view_order_name(enum findings_order order)
{
    static const char *const names[FINDINGS_ORDERS] = {"severity", "kind", "sample"};
    return names[order];
}

void findings_view_sort(struct findings_view *v, enum findings_order order)
{
    v->order = order;
    arrange(v, findings_view_at(v));
}

void findings_view_select(struct findings_view *v, int at)
{
    at = at < v->rows_n ? at : v->rows_n - 1;
    v->at = at > 0 ? at : 0;
    findings_view_scroll(v, v->page);
}

void findings_view_scroll(struct findings_view *v, int page)
{
    v->page = page > 0 ? page : 1;
    v->top = scroll_top(v->top, v->at, v->page, v->rows_n);
}

void findings_view_follow(struct findings_view *v, const char *sample)
{
    const struct scan_finding_row *f = findings_view_at(v);
    bool moved = strcmp(v->told, sample) != 0;
    snprintf(v->told, sizeof v->told, "%s", sample);
    if (!moved || !f || strcmp(f->sample, sample) == 0)
        return;
    for (int i = 0; i < v->rows_n; i++)
        if (strcmp(v->all->rows[v->rows[i]].sample, sample) == 0) {
            findings_view_select(v, i);
            return;
        }
}

const struct scan_finding_row *findings_view_at(const struct findings_view *v)
{
    return v->at < v->rows_n ? &v->all->rows[v->rows[v->at]] : NULL;
}
