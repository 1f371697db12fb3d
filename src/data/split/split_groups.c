/* Tables of groups: Id,group. Only who shares a group matters, not its name. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/csv_file.h"
#include "data/split.h"
#include "data/unmatched.h"

struct member {
    const char *name; /* of the group */
    int sample, line;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->sample > y->sample) - (x->sample < y->sample);
}

static int tell_others(const struct csv_file *t, const struct unmatched *others, struct err *e)
{
    char names[560];
    if (others->n == 0 && csv_file_rows(t) > 0)
        return 0;
    if (csv_file_rows(t) == 0)
        return err_set(e, ERR_DATA, "%s: has a header but no rows", csv_file_path(t));
    unmatched_text(others, names);
    if (others->n == csv_file_rows(t))
        return err_set(e, ERR_DATA, "%s: none of its %d ids is among the samples: %s",
                       csv_file_path(t), others->n, names);
    log_warn("%s: %d of its %d ids %s not among the samples: %s", csv_file_path(t), others->n,
             csv_file_rows(t), others->n == 1 ? "is" : "are", names);
    return 0;
}

/* Samples of the table with their groups' names; others are left out and named. */
static int read_members(const struct csv_file *t, const struct index *x, struct member *m, int *n,
                        int *line, struct err *e)
{
    struct unmatched others = {0}, left_out = {0};
    int id = csv_file_column(t, "Id", e);
    int group = id < 0 ? -1 : csv_file_column(t, "group", e);
    if (group < 0)
        return -1;
    for (int row = 0; row < csv_file_rows(t); row++) {
        const char *name = csv_file_cell(t, row, id);
        int sample = index_find(x, name);
        if (sample < 0) {
            unmatched_add(index_leaves_out(x, name) ? &left_out : &others, name,
                          csv_file_line(t, row));
            continue;
        }
        if (line[sample])
            return err_set(e, ERR_DATA, "%s: line %d: id %s stands already in line %d",
                           csv_file_path(t), csv_file_line(t, row), x->ids[sample], line[sample]);
        line[sample] = csv_file_line(t, row);
        m[(*n)++] = (struct member){csv_file_cell(t, row, group), sample, line[sample]};
    }
    unmatched_tell_left_out(csv_file_path(t), &left_out);
    return tell_others(t, &others, e);
}

static void number_groups(struct member *m, int n, int *group)
{
    int number = -1;
    qsort(m, (size_t)n, sizeof *m, compare_members);
    for (int i = 0; i < n; i++) {
        number += i == 0 || strcmp(m[i].name, m[i - 1].name) != 0;
        group[m[i].sample] = *m[i].name ? number : SPLIT_UNGROUPED;
    }
}

/* Each of these may be dealt to any fold: a slip in a table of patients would leak otherwise. */
static void tell_alone(const struct csv_file *t, const struct index *x, const int *group)
{
    char names[560];
    struct unmatched alone = {0};
    for (int i = 0; i < x->n; i++)
        if (group[i] == SPLIT_UNGROUPED)
            unmatched_add(&alone, x->ids[i], 0);
    if (alone.n)
        log_warn("%s: %d of %d samples %s no group and %s dealt alone: %s", csv_file_path(t),
                 alone.n, x->n, alone.n == 1 ? "has" : "have", alone.n == 1 ? "is" : "are",
                 unmatched_text(&alone, names));
}

int split_groups_load(const char *path, const struct index *x, int *group, struct err *e)
{
    struct csv_file *t = csv_file_open(path, e);
    if (!t)
        return -1;
    int n = 0, *line = mem_array((size_t)x->n, sizeof *line, "groups", e);
    struct member *m = line ? mem_array((size_t)csv_file_rows(t), sizeof *m, "groups", e) : NULL;
    int failed = !m || read_members(t, x, m, &n, line, e);
    for (int i = 0; !failed && i < x->n; i++)
        group[i] = SPLIT_UNGROUPED;
    if (!failed) {
        number_groups(m, n, group);
        tell_alone(t, x, group);
    }
    free(m);
    free(line);
    csv_file_close(t);
    return failed ? -1 : 0;
}
