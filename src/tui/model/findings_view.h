/* The list of what the newest scan found: which rows are shown, in which order, which is selected,
 * how many of each kind there are. A member of the Data tab's model; UI thread. */
#ifndef TUI_FINDINGS_VIEW_H
#define TUI_FINDINGS_VIEW_H

#include "job/findings.h"
#include "prompt.h"

enum findings_order { FINDINGS_BY_SEVERITY, FINDINGS_BY_KIND, FINDINGS_BY_SAMPLE, FINDINGS_ORDERS };

enum { FINDINGS_KINDS = 16 };

struct findings_view {
    struct findings *all; /* NULL: none known; owned */
    bool looked;          /* the store was asked: without `all`, no scan was made */
    int *rows;            /* [all->n] of `all`, after filter and order */
    int rows_n, at, top, page;
    int longest; /* detail of those */
    enum findings_order order;
    char filter[PROMPT_MAX];
    struct findings_count {
        char kind[24];
        bool error;
        int n;
    } kinds[FINDINGS_KINDS]; /* in the order in which they were met */
    int kinds_n;
    char told[132]; /* the sample that the rest of the tab has selected */
};

void findings_view_fini(struct findings_view *v);

/* What a scan of this process has found, so far or in all: it replaces what is shown. Takes
 * ownership. */
void findings_view_take(struct findings_view *v, struct findings *all);
/* The store was looked at; `stored` (owned from here on) is NULL when it has none. It replaces what
 * is shown unless a scan is at work. */
void findings_view_stored(struct findings_view *v, struct findings *stored);
/* No scan is at work any more: what one left unfinished is nothing. True when there was some. */
bool findings_view_drop_unfinished(struct findings_view *v);

void findings_view_filter(struct findings_view *v, const char *text);
void findings_view_sort(struct findings_view *v, enum findings_order order);
const char *findings_view_order_name(enum findings_order order); /* "severity" */
void findings_view_select(struct findings_view *v, int at);      /* kept inside */
void findings_view_scroll(struct findings_view *v, int page);
/* Another sample was selected elsewhere: its first finding, when one is listed. */
void findings_view_follow(struct findings_view *v, const char *sample);
const struct scan_finding_row *findings_view_at(const struct findings_view *v); /* NULL: none */
bool findings_view_error(const struct scan_finding_row *f);

#endif
