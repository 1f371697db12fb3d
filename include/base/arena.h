/* An arena: strings and records that live and die together. One owner, one thread at a time. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *a);
void *arena_alloc(struct arena *a, size_t size, struct err *e); /* 16-byte aligned, zeroed */
char *arena_strdup(struct arena *a, const char *text, struct err *e);

#endif
