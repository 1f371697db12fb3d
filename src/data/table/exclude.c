/* The exclude list. A line that fits data.pattern may be the name of an image: then it counts for
 * that image's sample, too. What names no sample is said, for a slip in such a list is not noticed
 * otherwise. */
#include "exclude.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/unmatched.h"
#include "lines.h"
#include "sample_id.h"

static int compare_entries(const void *a, const void *b)
{
    const struct exclude_entry *x = a, *y = b;
    return strcmp(x->id, y->id);
}

/* The first `n` bytes of a pattern, with `channel` for {channel}. */
static void with_channel(const char *pattern, size_t n, const char *channel, char out[512])
{
    static const char mark[] = "{channel}";
    size_t used = 0;
    for (size_t i = 0; i < n && used < 511;) {
        bool here = n - i >= sizeof mark - 1 && !strncmp(pattern + i, mark, sizeof mark - 1);
        used += (size_t)snprintf(out + used, 512 - used, "%.*s", here ? 256 : 1,
                                 here ? channel : pattern + i);
        i += here ? sizeof mark - 1 : 1;
    }
    out[used < 512 ? used : 511] = '\0';
}

/* What `name` has where the pattern has {id}. */
static bool match_pattern(const char *pattern, const char *channel, const char *name,
                          char id[INDEX_ID_MAX + 1])
{
    char front[512], back[512];
    const char *mark = strstr(pattern, "{id}"), *rest = mark + strlen("{id}");
    with_channel(pattern, (size_t)(mark - pattern), channel, front);
    with_channel(rest, strlen(rest), channel, back);
    size_t n = strlen(name), ends = strlen(front) + strlen(back);
    if (n <= ends || n - ends > INDEX_ID_MAX || strncmp(name, front, strlen(front)) != 0 ||
        strcmp(name + n - strlen(back), back) != 0)
        return false;
    snprintf(id, INDEX_ID_MAX + 1, "%.*s", (int)(n - ends), name + strlen(front));
    return true;
}

static int add(struct exclude *l, struct index *x, const char *id, int line, bool is_image,
               const char *path, struct err *e)
{
    if (mem_grow(&l->entries, &l->capacity, l->n + 1, sizeof *l->entries, path, e) ||
        !(id = arena_strdup(x->arena, id, e)))
        return -1;
    l->entries[l->n++] = (struct exclude_entry){id, line, is_image, false};
    return 0;
}

static int add_line(struct exclude *l, struct index *x, const char *text, int line,
                    const char *path, struct err *e)
{
    char id[INDEX_ID_MAX + 1];
    if (sample_id_check(path, line, text, e) || add(l, x, text, line, false, path, e))
        return -1;
    for (int c = 0; c < x->channels; c++)
        if (match_pattern(x->pattern, x->channel_names[c], text, id))
            return add(l, x, id, line, true, path, e);
    return 0;
}

int exclude_read(struct exclude *l, const char *path, struct index *x, struct err *e)
{
    struct lines lines;
    int failed = 0;
    if (lines_open(&lines, path, e))
        return err_prefix(e, "data.exclude");
    l->is_read = true;
    for (char *text; !failed && (text = lines_next(&lines));)
        if (*text && *text != '#')
            failed = add_line(l, x, text, lines.number, path, e);
    lines_close(&lines);
    if (!failed && l->n)
        qsort(l->entries, l->n, sizeof *l->entries, compare_entries);
    return failed;
}

bool exclude_has(struct exclude *l, const char *id)
{
    struct exclude_entry key = {.id = id}, *end = l->entries + l->n;
    struct exclude_entry *found =
        l->n ? bsearch(&key, l->entries, l->n, sizeof key, compare_entries) : NULL;
    if (!found)
        return false;
    while (found > l->entries && !strcmp(found[-1].id, id))
        found--;
    for (; found < end && !strcmp(found->id, id); found++)
        found->used = true;
    return true;
}

static int compare_lines(const void *a, const void *b)
{
    const struct exclude_entry *x = a, *y = b;
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line)
                              : x->is_image - y->is_image;
}

/* The line's own entry is unused; `image` (NULL: it has none) is that of its image. */
static void note_line(struct unmatched *u, const struct exclude_entry *line,
                      const struct exclude_entry *image)
{
    char text[2 * INDEX_ID_MAX + 64];
    if (image && image->used)
        snprintf(text, sizeof text, "%.60s (an image of %.60s, which is left out)", line->id,
                 image->id);
    else
        snprintf(text, sizeof text, "%s", line->id);
    unmatched_add(u, text, line->line);
}

const char *exclude_note(const struct exclude *l, const char *path, struct arena *a)
{
    int lines = 0;
    char names[560], text[1024];
    struct unmatched u = {0};
    if (l->is_read && l->n == 0) {
        snprintf(text, sizeof text, "%s: no sample is left out, because the list is empty", path);
        return arena_strdup(a, text, NULL);
    }
    struct exclude_entry *by_line = mem_array(l->n + 1, sizeof *by_line, path, NULL);
    if (!by_line)
        return NULL;
    if (l->n)
        memcpy(by_line, l->entries, l->n * sizeof *by_line);
    qsort(by_line, l->n, sizeof *by_line, compare_lines);
    for (size_t i = 0; i < l->n; i++) {
        const struct exclude_entry *own = &by_line[i], *next = own + 1;
        bool has_image = i + 1 < l->n && next->line == own->line && next->is_image;
        if (own->is_image)
            continue;
        lines++;
        if (!own->used)
            note_line(&u, own, has_image ? next : NULL);
    }
    free(by_line);
    if (u.n == 0)
        return NULL;
    snprintf(text, sizeof text, "%s: %d of %d lines %s no sample: %s", path, u.n, lines,
             u.n == 1 ? "names" : "name", unmatched_text(&u, names));
    return arena_strdup(a, text, NULL);
}

void exclude_fini(struct exclude *l)
{
    free(l->entries);
    *l = (struct exclude){0};
}
