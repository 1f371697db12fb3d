/* Lists: the file is read whole, lines are cut out in place. A byte order mark, CRLF and a missing
 * final newline are accepted. Feeds the class names and the exclude list; one owner. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

enum { FILE_LIMIT = 64 << 20 };

int lines_open(struct lines *l, const char *path, struct err *e)
{
    size_t n;
    *l = (struct lines){0};
    if (file_read(path, FILE_LIMIT, &l->text, &n, e))
        return -1;
    if (strlen(l->text) != n || !text_utf8_valid(l->text, n)) {
        lines_close(l);
        return err_set(e, ERR_DATA, "%s: is not a text file in UTF-8", path);
    }
    l->at = l->text;
    l->end = l->text + n;
    if (n >= 3 && !memcmp(l->at, "\xEF\xBB\xBF", 3))
        l->at += 3;
    return 0;
}

void lines_close(struct lines *l)
{
    free(l->text);
    *l = (struct lines){0};
}

char *lines_next(struct lines *l)
{
    if (l->at >= l->end)
        return NULL;
    char *begin = l->at;
    char *newline = memchr(begin, '\n', (size_t)(l->end - begin));
    char *stop = newline ? newline : l->end;
    l->at = newline ? newline + 1 : l->end;
    while (begin < stop && strchr(" \t\r", *begin))
        begin++;
    while (stop > begin && strchr(" \t\r", stop[-1]))
        stop--;
    *stop = '\0';
    l->number++;
    return begin;
}
