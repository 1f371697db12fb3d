/* Counting over the table is done once; a condition is evaluated when it is typed. Pictures are
 * laid out here, so that who asks for them and who draws them agree. */
#include "samples_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "data/query.h"
#include "data/scan.h"
#include "draw/scroll.h"
#include "job/job_errors.h"

enum { THUMB_COLUMNS = 16, THUMB_ROWS = 8, THUMB_GAP = 1, DETAILS_CELLS = 36 };

void samples_model_init(struct samples_model *b)
{
    *b = (struct samples_model){.gain = 1, .zoom = 1, .x = 0.5, .y = 0.5, .page = 8};
}

static void forget_samples(struct samples_model *b)
{
    samples_free(b->samples);
    query_columns_fini(&b->asked);
    free(b->together);
    free(b->rows);
    b->samples = NULL;
    b->together = b->rows = NULL;
    b->rows_n = b->most = 0;
}

void samples_model_fini(struct samples_model *b)
{
    forget_samples(b);
    free(b->levels);
    free(b->splits);
    findings_view_fini(&b->found);
    preview_cache_fini(&b->shots);
    *b = (struct samples_model){0};
}

bool samples_model_ready(const struct samples_model *b)
{
    return b->samples && b->samples->error.code == ERR_NONE;
}

static void count(struct samples_model *b)
{
    const struct samples *s = b->samples;
    memset(b->having, 0, sizeof b->having);
    for (int i = 0; i < s->n; i++) {
        const struct labels *set = &s->labels[i];
        int n = labels_count(set);
        b->having[n]++;
        b->most = n > b->most ? n : b->most;
        for (int one = labels_next(set, 0); one >= 0; one = labels_next(set, one + 1))
            for (int two = labels_next(set, 0); two >= 0; two = labels_next(set, two + 1))
                b->together[one * s->k + two]++;
    }
    int first = b->having[0] ? 0 : 1;
    b->labels = b->labels > b->most ? b->most : b->labels < first ? first : b->labels;
}

void samples_model_take_samples(struct samples_model *b, struct samples *s)
{
    char kept[INDEX_ID_MAX + 1] = "";
    if (samples_model_row(b) >= 0)
        snprintf(kept, sizeof kept, "%s", b->samples->ids[samples_model_row(b)]);
    forget_samples(b);
    b->samples = s;
    b->taken++;
    if (!samples_model_ready(b))
        return;
    if (s->whole)
        findings_view_stored(&b->found, s->scan);
    s->scan = NULL;
    b->together = xcalloc((size_t)s->k * (size_t)s->k, sizeof *b->together);
    b->rows = xcalloc((size_t)s->n + 1, sizeof *b->rows);
    b->other = b->other < s->k ? b->other : 0;
    count(b);
    samples_model_query(b, b->query);
    for (int i = 0; kept[0] && i < b->rows_n; i++)
        if (strcmp(s->ids[b->rows[i]], kept) == 0)
            b->at = i;
    samples_model_scroll(b, b->page);
}

void samples_model_take_levels(struct samples_model *b, struct intensity_histogram *l)
{
    free(b->levels);
    b->levels = l;
}

void samples_model_take_splits(struct samples_model *b, struct dataset_query_splits *s)
{
    free(b->splits);
    b->splits = s;
}

const char *samples_model_lacks(const struct samples_model *b)
{
    if (b->needs & QUERY_SCORES && !b->asked.predicted)
        return "no scores to predict with";
    if (b->needs & QUERY_MARKS && !b->asked.marks)
        return "nothing is marked";
    return "";
}

const char *samples_model_finding(const struct samples_model *b, int row)
{
    return b->samples->findings ? b->samples->findings[row] : "";
}

int samples_model_row(const struct samples_model *b)
{
    if (b->apart)
        return samples_model_ready(b) && b->apart_row < b->samples->n ? b->apart_row : -1;
    return samples_model_ready(b) && b->at < b->rows_n ? b->rows[b->at] : -1;
}

int samples_model_named(const struct samples_model *b, const char *id)
{
    for (int i = 0; samples_model_ready(b) && id[0] && i < b->samples->n; i++)
        if (strcmp(b->samples->ids[i], id) == 0)
            return i;
    return -1;
}

bool samples_model_go(struct samples_model *b, int row)
{
    for (int i = 0; i < b->rows_n; i++)
        if (b->rows[i] == row) {
            samples_model_select(b, i);
            return true;
        }
    return false;
}

void samples_model_select_finding(struct samples_model *b, int at)
{
    findings_view_select(&b->found, at);
    const struct scan_finding_row *f = findings_view_at(&b->found);
    if (f)
        samples_model_go(b, samples_model_named(b, f->sample));
}

enum samples_model_show samples_model_showing(const struct samples_model *b)
{
    return b->apart ? SAMPLES_MODEL_ONE : b->show;
}

/* NULL where it is no condition, or asks for a fold or a kind that there is not. */
static struct query *parse_known(const char *text, const char *const *names, int k,
                                 const struct samples *s, struct err *e)
{
    const char *kinds[SCAN_KINDS + 1] = {NULL};
    for (int i = 0; i < SCAN_KINDS; i++)
        kinds[i] = scan_kind_name((enum scan_kind)i);
    struct query_known known = {.findings = kinds, .marks = job_errors_kinds};
    if (s) {
        known.folds = s->folds;
        known.n = s->n;
        known.found = s->findings;
    }
    struct query *q = query_parse(text, names, k, e);
    if (!q || query_check(q, &known, e) == 0)
        return q;
    query_free(q);
    return NULL;
}

/* The longest beginning, in words, that is a condition; nothing is one, too. */
struct query *samples_model_parse(const char *text, const char *const *names, int k,
                                  const struct samples *s, char wrong[256],
                                  char applied[PROMPT_MAX])
{
    struct err e = {0};
    snprintf(applied, PROMPT_MAX, "%s", text);
    struct query *q = parse_known(applied, names, k, s, &e);
    snprintf(wrong, 256, "%s", q ? "" : e.text);
    while (!q) {
        char *blank = strrchr(applied, ' ');
        *(blank ? blank : applied) = '\0';
        q = parse_known(applied, names, k, s, NULL);
    }
    return q;
}

void samples_model_query(struct samples_model *b, const char *text)
{
    int selected = samples_model_row(b);
    if (text != b->query)
        snprintf(b->query, sizeof b->query, "%s", text);
    b->wrong[0] = '\0';
    snprintf(b->applied, sizeof b->applied, "%s", b->query);
    if (!samples_model_ready(b))
        return;
    const struct samples *s = b->samples;
    struct query *q = samples_model_parse(b->query, s->names, s->k, s, b->wrong, b->applied);
    struct query_table table = {.n = s->n,
                                .k = s->k,
                                .ids = s->ids,
                                .labels = s->labels,
                                .fold = s->fold,
                                .held = s->held,
                                .findings = s->findings,
                                .marks = b->asked.marks,
                                .predicted = b->asked.predicted,
                                .scored = b->asked.scored};
    b->needs = query_needs(q);
    b->rows_n = query_run(q, &table, b->rows);
    query_free(q);
    b->at = 0;
    for (int i = 0; i < b->rows_n; i++)
        if (b->rows[i] == selected)
            b->at = i;
    samples_model_scroll(b, b->page);
}

void samples_model_select(struct samples_model *b, int at)
{
    at = at < b->rows_n ? at : b->rows_n - 1;
    b->at = at > 0 ? at : 0;
    samples_model_scroll(b, b->page);
}

void samples_model_scroll(struct samples_model *b, int page)
{
    b->page = page > 0 ? page : 1;
    b->top = scroll_top(b->top, b->at, b->page, b->rows_n);
}

void samples_model_pan(struct samples_model *b, int across, int down)
{
    double step = 0.25 / b->zoom, edge = 0.5 / b->zoom;
    b->x = fmin(fmax(b->x + across * step, edge), 1 - edge);
    b->y = fmin(fmax(b->y + down * step, edge), 1 - edge);
}

int samples_model_together(const struct samples_model *b, int one, int other)
{
    return b->together ? b->together[one * b->samples->k + other] : 0;
}

/* The largest square (a cell is twice as high as wide) in the middle of an area; all of it when the
 * picture is magnified. */
static struct rect square(const struct samples_model *b, struct rect area)
{
    if (b->zoom > 1)
        return area;
    int rows = area.h < area.w / 2 ? area.h : area.w / 2;
    int columns = 2 * rows;
    return (struct rect){area.x + (area.w - columns) / 2, area.y + (area.h - rows) / 2, columns,
                         rows};
}

static int pair_places(const struct samples_model *b, struct samples_model_place places[])
{
    int left = (b->picture.w - 1) / 2, n = 0;
    struct rect in = b->picture;
    int marked = samples_model_named(b, b->marked);
    struct rect halves[2] = {{in.x, in.y, left, in.h - 1},
                             {in.x + in.w - left, in.y, left, in.h - 1}};
    if (marked >= 0)
        places[n++] = (struct samples_model_place){marked, square(b, halves[0]), true, false};
    places[n++] =
        (struct samples_model_place){samples_model_row(b), square(b, halves[1]), true, true};
    return n;
}

int samples_model_grid_columns(const struct samples_model *b)
{
    int columns = (b->picture.w + THUMB_GAP) / (THUMB_COLUMNS + THUMB_GAP);
    return columns > 0 ? columns : 1;
}

/* The page of the grid that holds the selected sample; rows of the grid scroll one at a time. */
static int grid_places(const struct samples_model *b, struct samples_model_place places[])
{
    struct rect in = b->picture;
    int columns = samples_model_grid_columns(b), lines = in.h / (THUMB_ROWS + 1), n = 0;
    if (lines < 1 || in.w < THUMB_COLUMNS)
        return 0;
    int used = columns * (THUMB_COLUMNS + THUMB_GAP) - THUMB_GAP;
    int first = (b->at / columns - lines / 2) * columns;
    int last = (b->rows_n + columns - 1) / columns * columns - lines * columns;
    first = first < last ? first : last;
    first = first > 0 ? first : 0;
    for (int i = 0; i < lines * columns && first + i < b->rows_n && n < SAMPLES_MODEL_PLACES; i++) {
        struct rect r = {in.x + (in.w - used) / 2 + i % columns * (THUMB_COLUMNS + THUMB_GAP),
                         in.y + i / columns * (THUMB_ROWS + 1), THUMB_COLUMNS, THUMB_ROWS};
        places[n++] = (struct samples_model_place){b->rows[first + i], r, true, first + i == b->at};
    }
    return n;
}

struct rect samples_model_details(const struct samples_model *b)
{
    struct rect in = b->picture;
    if (samples_model_showing(b) != SAMPLES_MODEL_ONE || b->zoom > 1 ||
        in.w - 2 * in.h < DETAILS_CELLS)
        return (struct rect){0};
    return (struct rect){in.x + in.w - DETAILS_CELLS + 1, in.y, DETAILS_CELLS - 1, in.h};
}

int samples_model_places(const struct samples_model *b,
                         struct samples_model_place places[SAMPLES_MODEL_PLACES])
{
    if (samples_model_row(b) < 0 || b->picture.w < 4 || b->picture.h < 3)
        return 0;
    if (samples_model_showing(b) == SAMPLES_MODEL_GRID)
        return grid_places(b, places);
    if (samples_model_showing(b) == SAMPLES_MODEL_PAIR && b->picture.w >= 24)
        return pair_places(b, places);
    struct rect area = b->picture;
    if (samples_model_details(b).w)
        area.w -= DETAILS_CELLS;
    places[0] = (struct samples_model_place){samples_model_row(b), square(b, area), false, true};
    return 1;
}

struct preview_loader_view samples_model_view(const struct samples_model *b, struct rect r)
{
    bool whole = samples_model_showing(b) == SAMPLES_MODEL_GRID;
    struct composite_view v = {b->channels ? b->channels : COMPOSITE_ALL, b->gain,
                               whole ? 1 : b->zoom, whole ? 0.5 : b->x, whole ? 0.5 : b->y};
    return (struct preview_loader_view){v, r.w, r.h, preview_cache_look(&b->look),
                                        b->apart ? b->heat : 0};
}

static bool fits(const struct preview_loader_view *a, const struct preview_loader_view *b)
{
    return a->columns == b->columns && a->rows == b->rows && a->look == b->look;
}

const struct shot *samples_model_shot(const struct samples_model *b,
                                      const struct samples_model_place *place)
{
    struct preview_loader_view v = samples_model_view(b, place->r);
    const char *id = b->samples->ids[place->row];
    const struct shot *s = NULL;
    if (b->hurried && place->selected && fits(&b->seen_view, &v))
        s = preview_cache_find(&b->shots, b->seen, &b->seen_view);
    if (!s)
        s = preview_cache_find(&b->shots, id, &v);
    return s ? s : preview_cache_near(&b->shots, id, &v);
}

void samples_model_saw(struct samples_model *b)
{
    struct samples_model_place places[SAMPLES_MODEL_PLACES];
    int n = b->hurried ? 0 : samples_model_places(b, places);
    for (int i = 0; i < n; i++)
        if (places[i].selected && samples_model_showing(b) != SAMPLES_MODEL_GRID) {
            snprintf(b->seen, sizeof b->seen, "%s", b->samples->ids[places[i].row]);
            b->seen_view = samples_model_view(b, places[i].r);
        }
}

static int want(const struct samples_model *b, const struct preview_loader_view *v, int row, int n,
                const char *ids[])
{
    const char *id = b->samples->ids[row];
    if (n < PREVIEW_LOADER_MAX && !preview_cache_find(&b->shots, id, v))
        ids[n++] = id;
    return n;
}

/* What is in sight, the selected one first; then the neighbours that a key away would be, over
 * which no map lies. */
int samples_model_wanted(const struct samples_model *b, struct preview_loader_view *view,
                         const char *ids[PREVIEW_LOADER_MAX])
{
    struct samples_model_place places[SAMPLES_MODEL_PLACES];
    int n = 0, seen = b->hurried ? 0 : samples_model_places(b, places);
    if (seen == 0)
        return 0;
    *view = samples_model_view(b, places[0].r);
    for (int pass = 1; pass >= 0; pass--)
        for (int i = 0; i < seen; i++)
            if (places[i].selected == pass)
                n = want(b, view, places[i].row, n, ids);
    if (view->heat && n > 0)
        return n;
    view->heat = 0;
    for (int i = 0; i < 2 && b->apart; i++)
        if (b->ahead[i] >= 0 && b->ahead[i] < b->samples->n)
            n = want(b, view, b->ahead[i], n, ids);
    for (int by = 1; by >= -1 && !b->apart && b->show != SAMPLES_MODEL_GRID; by -= 2)
        if (b->at + by >= 0 && b->at + by < b->rows_n)
            n = want(b, view, b->rows[b->at + by], n, ids);
    return n;
}

void samples_model_stains(const struct samples_model *b, char out[32])
{
    int n = 0, last = 0;
    for (int c = 0; samples_model_ready(b) && c < b->samples->channels; c++)
        if (b->channels >> c & 1)
            out[n++] = b->samples->channel_names[last = c][0];
    out[n] = '\0';
    if (n <= 1)
        snprintf(out, 32, "%s", n ? b->samples->channel_names[last] : "all");
}

void samples_model_next_stain(struct samples_model *b, int by)
{
    if (!samples_model_ready(b))
        return;
    int n = b->samples->channels, at = 0; /* 0: all; c + 1: one */
    for (int c = 0; c < n; c++)
        if (b->channels == 1u << c)
            at = c + 1;
    at = (at + by + n + 1) % (n + 1);
    b->channels = at ? 1u << (at - 1) : 0;
}

/* The stain that a word or one letter of it names, -1: none. */
static int stain_named(const struct samples *s, const char *text, size_t n)
{
    for (int c = 0; c < s->channels; c++)
        if (strncasecmp(s->channel_names[c], text, n) == 0 &&
            (n == 1 || s->channel_names[c][n] == '\0'))
            return c;
    return -1;
}

bool samples_model_set_stains(struct samples_model *b, const char *text)
{
    unsigned channels = 0;
    if (!samples_model_ready(b))
        return false;
    int whole = stain_named(b->samples, text, strlen(text));
    if (strcasecmp(text, "all") == 0 || whole >= 0) {
        b->channels = whole >= 0 ? 1u << whole : 0;
        return true;
    }
    for (; *text; text++) {
        int c = stain_named(b->samples, text, 1);
        if (c < 0 && *text != ' ')
            return false;
        if (c >= 0)
            channels |= 1u << c;
    }
    b->channels = channels;
    return true;
}
