/* Labels of one sample. Spaces around a label never matter; any other doubt is an error, because a
 * label read wrongly is never noticed again. Pure functions for the index. */
#include "label_cell.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { TOKEN_MAX = 32 };

static int parse_label(const struct label_rule *rule, const char *text, size_t n,
                       struct labels *out, struct err *e)
{
    char token[TOKEN_MAX], safe[4 * TOKEN_MAX];
    snprintf(token, sizeof token, "%.*s", n < TOKEN_MAX ? (int)n : TOKEN_MAX - 1, text);
    if (n == 0)
        return err_set(e, ERR_DATA, "a label is empty (two separators in a row?)");
    text_safe(token, safe, sizeof safe);
    int64_t label = 0;
    if (n >= TOKEN_MAX || !text_int(token, &label))
        return err_set(e, ERR_DATA, "label \"%s\" is not a whole number", safe);
    if (label < 0 || label >= rule->k)
        return err_set(e, ERR_DATA, "label %lld is not in 0..%d", (long long)label, rule->k - 1);
    if (labels_has(out, (int)label))
        return err_set(e, ERR_DATA, "label %lld is repeated", (long long)label);
    labels_add(out, (int)label);
    return 0;
}

int label_cell_parse(const struct label_rule *rule, const char *cell, struct labels *out,
                     struct err *e)
{
    *out = (struct labels){{0}};
    cell += strspn(cell, " ");
    if (!*cell)
        return err_set(e, ERR_DATA, "the sample has no label (the target is empty)");
    const char stops[] = {rule->separator, '\0'};
    for (;;) {
        size_t n = strcspn(cell, stops), token = n;
        while (token && cell[token - 1] == ' ')
            token--;
        if (parse_label(rule, cell, token, out, e))
            return -1;
        cell += n;
        if (!*cell)
            return 0;
        cell++;
        cell += strspn(cell, " ");
        if (!*cell && rule->separator == ' ')
            return 0;
    }
}
