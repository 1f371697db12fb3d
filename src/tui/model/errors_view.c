/* Three layers, each made anew only when what it rests on has changed: losses from scores;
 * predictions and confusion from cuts; the list from class, marks and query. A slider that moves on
 * another tab costs nothing until this one is looked at. */
#include "errors_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app_model.h"
#include "base/log.h"
#include "base/mem.h"
#include "data/query.h"
#include "draw/scroll.h"
#include "metric/f1.h"
#include "metric/mistakes.h"

void errors_view_init(struct errors_view *v)
{
    *v = (struct errors_view){.column = ERRORS_MISSED, .page = 8, .sample = -1, .told_row = -1};
}

static void forget_scores(struct errors_view *v)
{
    free(v->loss);
    free(v->truth);
    free(v->predicted);
    free(v->value);
    free(v->rows);
    v->loss = v->value = NULL;
    v->truth = v->predicted = NULL;
    v->rows = NULL;
    v->taken = 0;
    v->n = v->k = v->rows_n = v->at = v->top = v->pairs_n = v->wrong_n = 0;
}

void errors_view_fini(struct errors_view *v)
{
    forget_scores(v);
    annotations_names_free(v->names);
    marks_fini(&v->marks);
    *v = (struct errors_view){.sample = -1};
}

void errors_view_take_names(struct errors_view *v, struct annotations_names *names)
{
    annotations_names_free(v->names);
    v->names = names;
    v->named++;
}

void errors_view_take_marks(struct errors_view *v, struct annotations_marks *marks)
{
    if (marks->error.code == ERR_NONE)
        marks_take(&v->marks, marks->rows, marks->n);
    annotations_marks_free(marks);
}

bool errors_view_ready(const struct app_model *b)
{
    return b->errors.taken != 0 && b->cuts.k > 0;
}

bool errors_view_named(const struct errors_view *v)
{
    return v->names && v->names->error.code == ERR_NONE && v->names->n == v->n;
}

const char *errors_view_id(const struct errors_view *v, int row, char out[ERRORS_ID])
{
    if (errors_view_named(v))
        snprintf(out, ERRORS_ID, "%s", v->names->ids[row]);
    else
        snprintf(out, ERRORS_ID, "sample %d", row + 1);
    return out;
}

static bool make_room(struct errors_view *v, const struct scores *s)
{
    struct err e;
    size_t n = (size_t)s->n + 1;
    forget_scores(v);
    v->loss = mem_array(n, sizeof *v->loss, "errors", &e);
    v->value = mem_array(n, sizeof *v->value, "errors", &e);
    v->truth = mem_array(n, sizeof *v->truth, "errors", &e);
    v->predicted = mem_array(n, sizeof *v->predicted, "errors", &e);
    v->rows = mem_array(n, sizeof *v->rows, "errors", &e);
    if (v->loss && v->value && v->truth && v->predicted && v->rows)
        return true;
    log_error("%s", e.text);
    forget_scores(v);
    return false;
}

/* Losses and truth; true when they are other ones now. */
static bool fit_scores(struct app_model *b)
{
    struct errors_view *v = &b->errors;
    double gamma = errors_view_named(v) ? v->names->gamma : v->gamma;
    bool same = v->taken == b->scores_taken && v->n == b->scores->n;
    if (same && gamma == v->gamma)
        return false;
    if (v->n != b->scores->n || v->k != b->scores->k)
        v->sample = -1;
    if (!same && !make_room(v, b->scores))
        return false;
    v->taken = b->scores_taken;
    v->n = b->scores->n;
    v->k = b->scores->k;
    v->gamma = errors_view_named(v) ? v->names->gamma : 2;
    mistakes_losses(b->scores, v->gamma, v->loss);
    memcpy(v->truth, b->scores->truth, (size_t)v->n * sizeof *v->truth);
    return true;
}

static bool fit_cuts(struct app_model *b, bool changed)
{
    struct errors_view *v = &b->errors;
    size_t size = (size_t)v->k * sizeof *v->cuts;
    if (!changed && memcmp(v->cuts, b->cuts.now, size) == 0)
        return false;
    memcpy(v->cuts, b->cuts.now, size);
    v->predictions++;
    v->wrong_n = 0;
    for (int i = 0; i < v->n; i++) {
        v->predicted[i] =
            f1_predict_row(b->scores->p + (size_t)i * (size_t)v->k, v->cuts, v->k, -1);
        v->wrong_n += memcmp(&v->predicted[i], &v->truth[i], sizeof *v->truth) != 0;
    }
    confusion_count(b->scores, v->cuts, -1, &v->confusion);
    v->pairs_n = confusion_top(&v->confusion, v->pairs, ERRORS_PAIRS);
    return true;
}

static bool is_missed(const struct errors_view *v, int row, int class)
{
    return labels_has(&v->truth[row], class) && !labels_has(&v->predicted[row], class);
}

static bool is_added(const struct errors_view *v, int row, int class)
{
    return !labels_has(&v->truth[row], class) && labels_has(&v->predicted[row], class);
}

static bool is_shown(const struct errors_view *v, int row, int class)
{
    switch (v->show) {
    case ERRORS_MISSED:
        return is_missed(v, row, class);
    case ERRORS_ADDED:
        return is_added(v, row, class);
    case ERRORS_RIGHT:
        return labels_has(&v->truth[row], class) && labels_has(&v->predicted[row], class);
    case ERRORS_PAIR:
        return is_missed(v, row, v->missed) && is_added(v, row, v->added);
    case ERRORS_MARKED:
        return errors_view_named(v) && marks_of(&v->marks, v->names->ids[row], 0);
    case ERRORS_ALL:
    case ERRORS_SHOWS:
        break;
    }
    return true;
}

/* Of the classes of a row that are wrong in this way the one farthest from its cut, -1: none is. */
static int farthest(const struct app_model *b, int row,
                    bool (*is_wrong)(const struct errors_view *, int, int), double *far)
{
    const struct errors_view *v = &b->errors;
    const float *p = b->scores->p + (size_t)row * (size_t)v->k;
    int worst = -1;
    *far = 0;
    for (int c = 0; c < v->k; c++) {
        double by = fabs(p[c] - v->cuts[c]);
        if (is_wrong(v, row, c) && (worst < 0 || by > *far)) {
            worst = c;
            *far = by;
        }
    }
    return worst;
}

/* How far a wrong class is on the wrong side of its cut; of many the farthest, 0 without any. */
static double beyond(const struct app_model *b, int row, int class)
{
    const struct errors_view *v = &b->errors;
    const float *p = b->scores->p + (size_t)row * (size_t)v->k;
    bool one = v->show == ERRORS_MISSED || v->show == ERRORS_ADDED || v->show == ERRORS_RIGHT;
    double missed, added;
    if (one)
        return fabs(p[class] - v->cuts[class]);
    farthest(b, row, is_missed, &missed);
    farthest(b, row, is_added, &added);
    return fmax(missed, added);
}

/* Names are those that the screen shows; unknown ids are matched by nothing. */
static struct query *parse(struct app_model *b)
{
    char names[LABELS_MAX][48];
    const char *list[LABELS_MAX];
    char applied[PROMPT_MAX]; /* the foot says what is wrong instead */
    struct errors_view *v = &b->errors;
    for (int c = 0; c < v->k; c++)
        list[c] = app_model_class_name(b, c, names[c]);
    const struct samples *s = samples_model_ready(&b->data) ? b->data.samples : NULL;
    return samples_model_parse(v->query, list, v->k, s, v->wrong, applied);
}

/* Rows that meet the query, into v->rows. */
static void run_query(struct app_model *b)
{
    struct errors_view *v = &b->errors;
    v->rows_n = v->n;
    v->wrong[0] = '\0';
    v->needs = 0;
    for (int i = 0; i < v->n; i++)
        v->rows[i] = i;
    if (!v->query[0] || !errors_view_named(v))
        return;
    struct query *q = parse(b);
    struct query_columns c;
    v->needs = query_needs(q);
    query_columns_of_scores(b, v->needs, &c);
    struct query_table table = {.n = v->n,
                                .k = v->k,
                                .ids = v->names->ids,
                                .labels = v->truth,
                                .fold = c.fold,
                                .held = b->data.samples ? b->data.samples->held : 0,
                                .findings = c.findings,
                                .marks = c.marks,
                                .predicted = v->predicted};
    v->rows_n = query_run(q, &table, v->rows);
    query_free(q);
    query_columns_fini(&c);
}

/* Only the rows that are shown, by falling value. */
static void rank(struct app_model *b)
{
    struct err e;
    struct errors_view *v = &b->errors;
    int kept = 0;
    for (int i = 0; i < v->rows_n; i++)
        if (is_shown(v, v->rows[i], b->selected))
            v->rows[kept++] = v->rows[i];
    double *of = mem_array((size_t)kept + 1, sizeof *of, "errors", &e);
    int *order = mem_array((size_t)kept + 1, sizeof *order, "errors", &e);
    v->rows_n = of && order ? kept : 0;
    for (int i = 0; i < v->rows_n; i++) {
        int row = v->rows[i];
        of[i] = v->value[row] =
            v->order == ERRORS_BY_LOSS ? v->loss[row] : beyond(b, row, b->selected);
    }
    if (v->rows_n && !mistakes_rank(of, kept, order, &e)) {
        for (int i = 0; i < kept; i++)
            order[i] = v->rows[order[i]];
        memcpy(v->rows, order, (size_t)kept * sizeof *order);
    }
    free(of);
    free(order);
}

/* The selected sample stays selected when it is still listed. One that was the worst until the run
 * told its gamma was selected by nobody. */
static void arrange(struct app_model *b)
{
    struct errors_view *v = &b->errors;
    bool begins = v->at == 0 && v->seen.names != v->named;
    run_query(b);
    rank(b);
    int at = 0;
    for (int i = 0; i < v->rows_n && !begins; i++)
        if (v->rows[i] == v->sample)
            at = i;
    errors_view_select(v, at);
    v->stale = false;
    v->seen = (struct errors_seen){b->selected, v->marks.drawn, b->data.taken, v->named};
}

static bool list_is_old(const struct app_model *b)
{
    const struct errors_view *v = &b->errors;
    bool of_class = v->show == ERRORS_MISSED || v->show == ERRORS_ADDED || v->show == ERRORS_RIGHT;
    bool of_marks = v->show == ERRORS_MARKED || v->needs & QUERY_MARKS;
    bool of_table = v->needs & QUERY_TABLE;
    return v->stale || v->seen.names != v->named || (of_class && v->seen.class != b->selected) ||
           (of_marks && v->seen.marks != v->marks.drawn) ||
           (of_table && v->seen.table != b->data.taken);
}

static const char *listed_there(const struct samples_model *d)
{
    return samples_model_ready(d) && d->at < d->rows_n ? d->samples->ids[d->rows[d->at]] : "";
}

/* Somebody has selected another sample on the Data tab since: if it is listed here, too, it is the
 * one now. */
static void follow(struct app_model *b)
{
    struct errors_view *v = &b->errors;
    const char *id = listed_there(&b->data);
    bool moved = strcmp(id, v->left) != 0 && (b->data.at > 0 || v->left[0]);
    if (!errors_view_named(v) || b->data.apart || !moved)
        return;
    for (int i = 0; i < v->rows_n; i++)
        if (strcmp(v->names->ids[v->rows[i]], id) == 0)
            errors_view_select(v, i);
}

static int table_row(const struct app_model *b, int at)
{
    const struct errors_view *v = &b->errors;
    bool there = at >= 0 && at < v->rows_n && errors_view_named(v);
    return there ? samples_model_named(&b->data, v->names->ids[v->rows[at]]) : -1;
}

/* The picture is that of the selected sample; where the Data tab lists it, it is selected there. */
static void tell(struct app_model *b)
{
    char id[ERRORS_ID] = "";
    struct errors_view *v = &b->errors;
    struct samples_model *d = &b->data;
    if (v->rows_n > 0 && errors_view_named(v))
        errors_view_id(v, v->rows[v->at], id);
    if (strcmp(id, v->told) || v->told_in != d->samples) {
        v->told_row = table_row(b, v->at);
        d->ahead[0] = table_row(b, v->at + 1);
        d->ahead[1] = table_row(b, v->at - 1);
        samples_model_go(d, v->told_row);
    }
    d->apart = true;
    d->apart_row = v->told_row;
    v->told_in = d->samples;
    snprintf(v->told, sizeof v->told, "%s", id);
    snprintf(v->left, sizeof v->left, "%s", listed_there(d));
}

/* The lists of classes begin with the rarest, of which the worst sample mostly shows nothing: no
 * mistake, and no map. Whoever has not chosen a class begins with what is most wrong about the
 * sample in sight: with a class that it was wrongly given, if it was, because something in the
 * picture speaks for that one; what was missed may have left no trace.
 */
static void begin(struct app_model *b)
{
    double far;
    struct errors_view *v = &b->errors;
    if (v->begun || !v->names || v->rows_n == 0)
        return;
    v->begun = true;
    int row = v->rows[v->at], class = farthest(b, row, is_added, &far);
    if (class < 0)
        class = farthest(b, row, is_missed, &far);
    if (class < 0 || b->selected != b->first || v->show != ERRORS_ALL)
        return;
    b->selected = class;
    app_model_scroll(b, b->page);
}

void errors_view_predict(struct app_model *b)
{
    struct errors_view *v = &b->errors;
    bool scored = b->scores && b->cuts.k == b->scores->k && b->cuts.n == b->scores->n;
    if (!scored && v->taken)
        v->predictions++;
    if (!scored)
        forget_scores(v);
    bool changed = scored && fit_scores(b);
    if (v->taken)
        v->stale |= fit_cuts(b, changed);
}

void errors_view_fit(struct app_model *b)
{
    struct errors_view *v = &b->errors;
    errors_view_predict(b);
    if (v->taken == 0) {
        b->data.apart = true;
        b->data.apart_row = -1;
        return;
    }
    if (list_is_old(b))
        arrange(b);
    follow(b);
    begin(b);
    tell(b);
}

void errors_view_show(struct errors_view *v, enum errors_show show)
{
    v->show = show;
    v->stale = true;
}

void errors_view_query(struct errors_view *v, const char *text)
{
    snprintf(v->query, sizeof v->query, "%s", text);
    v->stale = true;
}

void errors_view_select(struct errors_view *v, int at)
{
    at = at < v->rows_n ? at : v->rows_n - 1;
    v->at = at > 0 ? at : 0;
    int sample = v->rows_n ? v->rows[v->at] : v->sample;
    if (sample != v->sample)
        v->class_top = 0;
    v->sample = sample;
    errors_view_scroll(v, v->page);
}

void errors_view_scroll(struct errors_view *v, int page)
{
    v->page = page > 0 ? page : 1;
    v->top = scroll_top(v->top, v->at, v->page, v->rows_n);
}

void errors_view_what(const struct app_model *b, char *out, size_t size)
{
    char name[48], other[48];
    const struct errors_view *v = &b->errors;
    static const char *const words[ERRORS_SHOWS] = {"all",     "missed", "wrongly",
                                                    "rightly", "marked", "missed"};
    app_model_class_name(b, v->show == ERRORS_PAIR ? v->missed : b->selected, name);
    app_model_class_name(b, v->added, other);
    if (v->show == ERRORS_ALL || v->show == ERRORS_MARKED)
        snprintf(out, size, "%s", words[v->show]);
    else if (v->show == ERRORS_PAIR)
        snprintf(out, size, "%s instead of %s", other, name);
    else
        snprintf(out, size, "%s %s", words[v->show], name);
}

int errors_view_classes(const struct app_model *b, int *classes)
{
    const struct errors_view *v = &b->errors;
    double key[LABELS_MAX];
    int row = v->rows[v->at];
    const float *p = b->scores->p + (size_t)row * (size_t)v->k;
    for (int c = 0; c < v->k; c++) {
        bool named = labels_has(&v->truth[row], c) || labels_has(&v->predicted[row], c);
        double value = (named ? 2 : 0) + p[c];
        int at = c;
        for (; at > 0 && key[at - 1] < value; at--) {
            key[at] = key[at - 1];
            classes[at] = classes[at - 1];
        }
        key[at] = value;
        classes[at] = c;
    }
    return v->k;
}

int errors_view_pair(const struct app_model *b)
{
    const struct errors_view *v = &b->errors;
    for (int i = 0; i < v->pairs_n; i++)
        if (v->pairs[i].missed == b->selected && v->pairs[i].added == b->data.other)
            return i;
    return -1;
}

void errors_view_choose(struct app_model *b, int pair)
{
    const struct errors_view *v = &b->errors;
    if (pair < 0 || pair >= v->pairs_n)
        return;
    b->selected = v->pairs[pair].missed;
    b->data.other = v->pairs[pair].added;
    app_model_scroll(b, b->page);
}

void errors_view_move_class(struct app_model *b, int by)
{
    struct errors_view *v = &b->errors;
    int classes[LABELS_MAX], n = errors_view_classes(b, classes), at = 0;
    int rows = v->class_rows > 0 ? v->class_rows : 1;
    while (at + 1 < n && classes[at] != b->selected)
        at++;
    bool seen = at >= v->class_top && at < v->class_top + rows;
    at = seen ? at + by : by == 1 || by == -1 ? v->class_top : by;
    at = at < 0 ? 0 : at >= n ? n - 1 : at;
    b->selected = classes[at];
    if (at < v->class_top)
        v->class_top = at;
    if (at >= v->class_top + rows)
        v->class_top = at - rows + 1;
    app_model_scroll(b, b->page);
}

int errors_view_count(const struct app_model *b, enum errors_show column, int class)
{
    const struct threshold_counts *n = &b->cuts.at[class];
    return column == ERRORS_MISSED ? n->fn : column == ERRORS_ADDED ? n->fp : n->tp;
}
