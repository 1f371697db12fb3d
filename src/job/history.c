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
enum { FIELD_COUNT = 11 };
static const struct field FIELDS[FIELD_COUNT];

static double *field_of(struct epoch_row *row, int i)
{
    return (double *)((char *)row + FIELDS[i].offset);
}

void history_fini(struct history *h)
{
    free(h->rows);
    memset(h, 0, sizeof *h);
}

int history_add(struct history *h, const struct epoch_row *row, struct err *e)
{
    if (mem_grow(&h->rows, &h->capacity, h->n + 1, sizeof *h->rows, "history", e))
        return -1;
    struct epoch_row *kept = &h->rows[h->n++];
    *kept = *row;
    for (int i = 0; i < FIELD_COUNT; i++)
        *field_of(kept, i) = text_round_real(*field_of(kept, i));
    return 0;
}

char *history_print(const struct history *h)
{
    struct json *list = json_new_array();
    for (size_t r = 0; r < h->n; r++) {
        struct epoch_row row = h->rows[r];
        struct json *j = json_new_object();
        json_put_int(j, "epoch", row.epoch);
        json_put_int(j, "steps", row.steps);
        for (int i = 0; i < FIELD_COUNT; i++)
            json_put_real(j, FIELDS[i].name, *field_of(&row, i));
        json_put(list, NULL, j);
    }
    char *text = json_print(list, false);
    json_free(list);
    return text;
}

static int parse_row(const struct json *j, struct epoch_row *row)
{
    int64_t epoch;
    memset(row, 0, sizeof *row);
    if (!json_get_int(j, "epoch", &epoch) || !json_get_int(j, "steps", &row->steps))
        return -1;
    row->epoch = (int)epoch;
    for (int i = 0; i < FIELD_COUNT; i++)
        if (!json_get_real(j, FIELDS[i].name, field_of(row, i)))
            *field_of(row, i) = NAN; /* null: was not a number */
    return 0;
}

int history_parse(struct history *h, const char *text, const char *path, struct err *e)
{
    struct epoch_row row;
    int failed = 0;
    struct json *list = json_parse(text, strlen(text), path, e);
    if (!list)
        return -1;
    for (int i = 0; i < json_count(list) && !failed; i++) {
        if (parse_row(json_at(list, i), &row))
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
