/* Few marks, looked through one by one. Memory that is missing costs a mark, never the screen. */
#include "marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

void marks_fini(struct marks *m)
{
    free(m->rows);
    free(m->changes);
    free(m->orders);
    *m = (struct marks){0};
}

static bool grow(void *list, size_t *capacity, int need, size_t size)
{
    struct err e;
    if (!mem_grow(list, capacity, (size_t)need, size, "marks", &e))
        return true;
    log_error("%s", e.text);
    return false;
}

void marks_take(struct marks *m, const struct mark_row *rows, int n)
{
    m->drawn++;
    if (!grow(&m->rows, &m->rows_capacity, n + 1, sizeof *m->rows))
        return;
    if (n > 0)
        memcpy(m->rows, rows, (size_t)n * sizeof *rows);
    m->n = n;
}

static int row_of(const struct marks *m, const char *sample, const char *kind)
{
    for (int i = 0; i < m->n; i++)
        if (!strcmp(m->rows[i].sample, sample) && !strcmp(m->rows[i].kind, kind))
            return i;
    return -1;
}

const struct mark_row *marks_of(const struct marks *m, const char *sample, int i)
{
    for (int at = 0; at < m->n; at++)
        if (!strcmp(m->rows[at].sample, sample) && i-- == 0)
            return &m->rows[at];
    return NULL;
}

char marks_letter(const struct marks *m, const char *sample)
{
    const struct mark_row *first = marks_of(m, sample, 0);
    return !first ? '\0' : marks_of(m, sample, 1) ? '*' : first->kind[0];
}

static void put(struct marks *m, const struct mark_row *row)
{
    int at = row_of(m, row->sample, row->kind);
    if (at < 0 && grow(&m->rows, &m->rows_capacity, m->n + 1, sizeof *m->rows))
        at = m->n++;
    if (at >= 0)
        m->rows[at] = *row;
}

static void take_away(struct marks *m, const struct mark_row *row)
{
    int at = row_of(m, row->sample, row->kind);
    if (at >= 0)
        memmove(m->rows + at, m->rows + at + 1, (size_t)(--m->n - at) * sizeof *m->rows);
}

/* Here at once, in the store as soon as it can. */
static void carry_out(struct marks *m, bool remove, const struct mark_row *row)
{
    if (remove)
        take_away(m, row);
    else
        put(m, row);
    m->version++;
    m->drawn++;
    if (grow(&m->orders, &m->orders_capacity, m->orders_n + 1, sizeof *m->orders))
        m->orders[m->orders_n++] = (struct marks_order){remove, *row};
}

static void change(struct marks *m, int step, const struct mark_row *before,
                   const struct mark_row *after)
{
    if (!grow(&m->changes, &m->changes_capacity, m->position + 1, sizeof *m->changes))
        return;
    struct marks_change *c = &m->changes[m->position];
    *c = (struct marks_change){.step = step, .had = before, .has = after};
    c->before = before ? *before : *after;
    c->after = after ? *after : *before;
    m->changes_n = ++m->position;
    carry_out(m, !c->has, &c->after);
}

static int next_step(const struct marks *m)
{
    return m->position ? m->changes[m->position - 1].step + 1 : 0;
}

void marks_set(struct marks *m, const struct mark_row *row)
{
    struct mark_row old;
    int at = row_of(m, row->sample, row->kind);
    if (at >= 0)
        old = m->rows[at];
    change(m, next_step(m), at >= 0 ? &old : NULL, row);
}

int marks_remove(struct marks *m, const char *sample)
{
    int n = 0, step = next_step(m);
    for (const struct mark_row *row; (row = marks_of(m, sample, 0)); n++) {
        struct mark_row old = *row;
        int left = m->n;
        change(m, step, &old, NULL);
        if (m->n == left)
            break;
    }
    return n;
}

const char *marks_undo(struct marks *m)
{
    if (m->position == 0)
        return NULL;
    int step = m->changes[m->position - 1].step;
    while (m->position > 0 && m->changes[m->position - 1].step == step) {
        const struct marks_change *c = &m->changes[--m->position];
        carry_out(m, !c->had, &c->before);
    }
    return m->changes[m->position].before.sample;
}

const char *marks_redo(struct marks *m)
{
    if (m->position == m->changes_n)
        return NULL;
    int step = m->changes[m->position].step;
    while (m->position < m->changes_n && m->changes[m->position].step == step) {
        const struct marks_change *c = &m->changes[m->position++];
        carry_out(m, !c->has, &c->after);
    }
    return m->changes[m->position - 1].after.sample;
}

bool marks_next_order(struct marks *m, struct marks_order *out)
{
    if (m->orders_n == 0)
        return false;
    *out = m->orders[0];
    memmove(m->orders, m->orders + 1, (size_t)--m->orders_n * sizeof *m->orders);
    return true;
}
