/* Standard input, output and error. Main thread only. */
#ifndef CLI_STANDARD_H
#define CLI_STANDARD_H

#include <stdbool.h>

#include "base/err.h"

/* Before any file is opened: a descriptor that the caller has closed would be given to the first
 * file that is opened, and what is printed would be written into that file. */
void standard_open(void);
/* What was printed reaches its reader, or the command has failed. */
int standard_flush(struct err *e);
/* True when nobody can ever read what is written there: the other end of a pipe is closed, or the
 * terminal is gone. */
bool standard_unread(int fd);

#endif
