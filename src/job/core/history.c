/* The history of a training. The field table drives printing, parsing and rounding alike. */
#include "history.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

struct field {
    const char *name;
    size_t offset;
};
enum { FIELD_COUNT = 11, INSIDE_COUNT = 3 };
static const struct field FIELDS[FIELD_COUNT], INSIDE[INSIDE_COUNT];

static double *field_of(void *row, const struct field *f)
{
    return (double *)((char *)row + f->offset);
}

static void round_fields(void *row, const struct field *fields, int n)
{
    for (int i = 0; i < n; i++)
        *field_of(row, &fields[i]) = text_round_real(*field_of(row, &fields[i]));
}

void history_fini(struct history *h)
{
    free(h->rows);
    free(h->inside);
    memset(h, 0, sizeof *h);
}

int history_add(struct history *h, const struct epoch_row *row, struct err *e)
{
    if (mem_grow(&h->rows, &h->capacity, h->n + 1, sizeof *h->rows, "history", e))
        return -1;
    struct epoch_row *kept = &h->rows[h->n++];
    *kept = *row;
    round_fields(kept, FIELDS, FIELD_COUNT);
    return 0;
}

int history_add_inside(struct history *h, const struct validation_row *row, struct err *e)
{
    if (mem_grow(&h->inside, &h->inside_capacity, h->inside_n + 1, sizeof *h->inside, "history", e))
        return -1;
    struct validation_row *kept = &h->inside[h->inside_n++];
    *kept = *row;
    round_fields(kept, INSIDE, INSIDE_COUNT);
    return 0;
}

int64_t history_inside_step(const struct history *h)
{
    return h->inside_n ? h->inside[h->inside_n - 1].step : 0;
}

static void put_fields(struct json *j, void *row, const struct field *fields, int n)
{
    for (int i = 0; i < n; i++)
        json_put_real(j, fields[i].name, *field_of(row, &fields[i]));
}

static void print_inside(const struct history *h, struct json *list)
{
    for (size_t r = 0; r < h->inside_n; r++) {
        struct json *j = json_new_object();
        json_put_int(j, "step", h->inside[r].step);
        put_fields(j, &h->inside[r], INSIDE, INSIDE_COUNT);
        json_put(list, NULL, j);
    }
}

/* Epochs, then the validations inside them, which have a "step" and no "epoch". */
char *history_print(const struct history *h)
{
    struct json *list = json_new_array();
    for (size_t r = 0; r < h->n; r++) {
        struct epoch_row row = h->rows[r];
        struct json *j = json_new_object();
        json_put_int(j, "epoch", row.epoch);
        json_put_int(j, "steps", row.steps);
        put_fields(j, &row, FIELDS, FIELD_COUNT);
        json_put(list, NULL, j);
    }
    print_inside(h, list);
    char *text = json_print(list, false);
    json_free(list);
    return text;
}

/* null: was not a number */
static void parse_fields(const struct json *j, void *row, const struct field *fields, int n)
{
    for (int i = 0; i < n; i++)
        if (!json_get_real(j, fields[i].name, field_of(row, &fields[i])))
            *field_of(row, &fields[i]) = NAN;
}

static int parse_row(const struct json *j, struct epoch_row *row)
{
    int64_t epoch;
    memset(row, 0, sizeof *row);
    if (!json_get_int(j, "epoch", &epoch) || !json_get_int(j, "steps", &row->steps))
        return -1;
    row->epoch = (int)epoch;
    parse_fields(j, row, FIELDS, FIELD_COUNT);
    return 0;
}

int history_parse(struct history *h, const char *text, const char *path, struct err *e)
{
    struct epoch_row row;
    struct validation_row inside;
    int failed = 0;
    struct json *list = json_parse(text, strlen(text), path, e);
    if (!list)
        return -1;
    for (int i = 0; i < json_count(list) && !failed; i++) {
        const struct json *j = json_at(list, i);
        if (json_get_int(j, "step", &inside.step)) {
            parse_fields(j, &inside, INSIDE, INSIDE_COUNT);
            failed = history_add_inside(h, &inside, e);
        } else if (parse_row(j, &row))
            failed =
                err_set(e, ERR_DATA, "%s: epoch %d of its history is not readable", path, i + 1);
        else
            failed = history_add(h, &row, e);
    }
    json_free(list);
    return failed;
}

static bool is_better(const struct epoch_row *a, const struct epoch_row *b)
{
    return a->macro_f1 > b->macro_f1 || (a->macro_f1 == b->macro_f1 && a->val_loss < b->val_loss);
}

bool history_newest_beats(const struct history *h, int64_t epoch)
{
    const struct epoch_row *newest = &h->rows[h->n - 1];
    for (size_t i = 0; i + 1 < h->n; i++)
        if (h->rows[i].epoch == epoch)
            return is_better(newest, &h->rows[i]);
    return true;
}

static const struct epoch_row *best_row(const struct history *h)
{
    const struct epoch_row *best = NULL;
    for (size_t i = 0; i < h->n; i++)
        if (isfinite(h->rows[i].macro_f1) && (!best || is_better(&h->rows[i], best)))
            best = &h->rows[i];
    return best;
}

int history_best(const struct history *h)
{
    const struct epoch_row *best = best_row(h);
    return best ? best->epoch : 0;
}

static void show_inside(const struct history *h, struct snapshot *s)
{
    size_t stride = 1;
    while (h->inside_n / stride > SNAPSHOT_EPOCHS)
        stride *= 2;
    s->validations_n = 0;
    for (size_t i = 0; i < h->inside_n && s->validations_n < SNAPSHOT_EPOCHS; i += stride)
        s->validations[s->validations_n++] = h->inside[i];
}

void history_show(const struct history *h, struct snapshot *s)
{
    size_t stride = 1;
    while (h->n / stride > SNAPSHOT_EPOCHS)
        stride *= 2;
    s->points_n = 0;
    for (size_t i = (h->n - 1) % stride; h->n && i < h->n && s->points_n < SNAPSHOT_EPOCHS;
         i += stride)
        s->points[s->points_n++] = h->rows[i]; /* always ends with the newest */
    s->macro_f1 = h->n ? h->rows[h->n - 1].macro_f1 : NAN;
    const struct epoch_row *best = best_row(h); /* thinned away, perhaps */
    s->best_epoch = best ? best->epoch : 0;
    s->best_f1 = best ? best->macro_f1 : NAN;
    show_inside(h, s);
}

static const struct field FIELDS[FIELD_COUNT] = {
    {"train_loss", offsetof(struct epoch_row, train_loss)},
    {"val_loss", offsetof(struct epoch_row, val_loss)},
    {"macro_f1_half", offsetof(struct epoch_row, macro_f1_half)},
    {"macro_f1", offsetof(struct epoch_row, macro_f1)},
    {"held_out_f1", offsetof(struct epoch_row, held_out_f1)},
    {"lr", offsetof(struct epoch_row, lr)},
    {"grad_norm", offsetof(struct epoch_row, grad_norm)},
    {"images_per_second", offsetof(struct epoch_row, images_per_second)},
    {"data_wait_percent", offsetof(struct epoch_row, data_wait_percent)},
    {"seconds", offsetof(struct epoch_row, seconds)},
    {"rss_mb", offsetof(struct epoch_row, rss_mb)},
};

static const struct field INSIDE[INSIDE_COUNT] = {
    {"val_loss", offsetof(struct validation_row, val_loss)},
    {"macro_f1_half", offsetof(struct validation_row, macro_f1_half)},
    {"macro_f1", offsetof(struct validation_row, macro_f1)},
};
