/* A text file with one item a line: lists of ids, of class names. */
#ifndef DATA_LINES_H
#define DATA_LINES_H

#include "base/err.h"

struct lines {
    char *text, *at, *end;
    int number; /* of the line last returned, from 1 */
};

/* ERR_NOINPUT, ERR_IO, ERR_DATA (NUL byte, invalid UTF-8, over 64 MiB). */
int lines_open(struct lines *l, const char *path, struct err *e);
void lines_close(struct lines *l);
/* The next line without its end and without spaces around it; NULL after the last. */
char *lines_next(struct lines *l);

#endif
