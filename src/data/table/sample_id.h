/* Ids come from strangers and become file names: which ones are allowed. Private to data/. */
#ifndef DATA_SAMPLE_ID_H
#define DATA_SAMPLE_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* 1 to `limit` of A-Z a-z 0-9 . _ -, no leading dot, no "..". */
bool sample_id_plain(const char *text, size_t limit);
/* ERR_DATA with file and line. */
int sample_id_check(const char *path, int line, const char *id, struct err *e);

#endif
