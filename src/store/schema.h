/* The tables of the store, version by version. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "statement.h"

enum { SCHEMA_APPLICATION = 0x48504131 }; /* "HPA1", in the header of our databases */

/* Migration i leads from version i to i + 1. */
extern const char *const schema_migrations[];
extern const int schema_version;

/* Is the database new or ours, and not newer than `version`? Sets `*have` (0: new). ERR_DATA. */
int schema_check(struct store *s, int version, int *have, struct err *e);

/* Bring it to `version`, one transaction for each step, after a durable copy PATH.v<N>.bak. */
int schema_migrate(struct store *s, const char *const *migrations, int version, struct err *e);

#endif
