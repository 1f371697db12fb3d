/* The list of a run's events, and its form inside a checkpoint. */
#include "events.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void events_fini(struct events *v)
{
    free(v->rows);
    memset(v, 0, sizeof *v);
}

int events_add(struct events *v, const struct event_row *row, struct err *e)
{
    if (mem_grow(&v->rows, &v->capacity, v->n + 1, sizeof *v->rows, "events", e))
        return -1;
    struct event_row *kept = &v->rows[v->n++];
    *kept = *row;
    kept->value = text_round_real(row->value);
    return 0;
}

void events_put(const struct events *v, struct json *object)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < v->n; i++) {
        const struct event_row *row = &v->rows[i];
        struct json *j = json_new_object();
        json_put_int(j, "at_ms", row->at_ms);
        json_put_int(j, "step", row->step);
        json_put_text(j, "kind", row->kind);
        json_put_real(j, "value", row->value);
        json_put_text(j, "detail", row->detail);
        json_put(list, NULL, j);
    }
    json_put(object, "events", list);
}

static int read_event(const struct json *j, struct event_row *row)
{
    const char *kind = json_get_text(j, "kind"), *detail = json_get_text(j, "detail");
    memset(row, 0, sizeof *row);
    if (!kind || !detail || !json_get_int(j, "at_ms", &row->at_ms) ||
        !json_get_int(j, "step", &row->step))
        return -1;
    snprintf(row->kind, sizeof row->kind, "%s", kind);
    snprintf(row->detail, sizeof row->detail, "%s", detail);
    if (!json_get_real(j, "value", &row->value))
        row->value = NAN;
    return strcmp(kind, EVENT_LR) || row->value > 0 ? 0 : -1;
}

int events_take(struct events *v, const struct json *object, const char *path, struct err *e)
{
    struct event_row row;
    const struct json *list = json_get(object, "events");
    for (int i = 0; i < json_count(list); i++) {
        if (read_event(json_at(list, i), &row))
            return err_set(e, ERR_DATA, "%s: event %d of its run is not readable", path, i + 1);
        if (events_add(v, &row, e))
            return -1;
    }
    return 0;
}

double events_lr(const struct events *v)
{
    for (size_t i = v->n; i-- > 0;)
        if (!strcmp(v->rows[i].kind, EVENT_LR))
            return v->rows[i].value;
    return NAN;
}
