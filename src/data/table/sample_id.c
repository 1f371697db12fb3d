/* The one rule for names of samples, channels and what else becomes part of a path. */
#include "sample_id.h"

#include <string.h>

#include "base/text.h"
#include "data/index.h"

bool sample_id_plain(const char *text, size_t limit)
{
    size_t n = strlen(text);
    if (n == 0 || n > limit || text[0] == '.' || strstr(text, ".."))
        return false;
    for (; *text; text++)
        if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
              (*text >= '0' && *text <= '9') || strchr("._-", *text)))
            return false;
    return true;
}

int sample_id_check(const char *path, int line, const char *id, struct err *e)
{
    char shown[160];
    if (!*id)
        return err_set(e, ERR_DATA, "%s: line %d: the id is empty", path, line);
    if (sample_id_plain(id, INDEX_ID_MAX))
        return 0;
    text_safe(id, shown, sizeof shown);
    return err_set(e, ERR_DATA,
                   "%s: line %d: id \"%s\" is not allowed (1 to %d of A-Z a-z 0-9 . _ -, no "
                   "leading dot, no \"..\")",
                   path, line, shown, INDEX_ID_MAX);
}
