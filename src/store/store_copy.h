/* A store that may not be written and cannot be read as it is: a killed process left a transaction
 * that must be rolled back first, or its tables are those of an older version. Both need a file
 * that may be changed. The thread that owns the handle. Private to store/. */
#ifndef STORE_STORE_COPY_H
#define STORE_STORE_COPY_H

#include "base/err.h"
#include "store/store.h"

/* Put a database in memory with the contents of the file in the place of `s->db`; settings of the
 * connection are lost. The file and its journal are only read. ERR_LOCKED, ERR_IO; ERR_CREATE: no
 * temporary folder. */
int store_copy_into_memory(struct store *s, struct err *e);
/* The same with nothing in it: there is no file. */
int store_copy_of_nothing(struct store *s, struct err *e);

#endif
