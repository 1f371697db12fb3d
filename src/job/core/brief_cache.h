/* Pixels packed for one command, where the cache's folder cannot be written. Any thread. */
#ifndef JOB_BRIEF_CACHE_H
#define JOB_BRIEF_CACHE_H

#include "base/file.h"
#include "data/cache.h"

/* Could no file be made in this folder, or the folder not be made, because that is not permitted?
 */
bool brief_cache_needed(const char *folder);
/* A folder of its own below TMPDIR (or /tmp) for the file of a cache. ERR_CREATE. */
int brief_cache_begin(char folder[FILE_PATH_MAX], struct err *e);
/* Removes it. A cache that is open stays readable until it is closed. */
void brief_cache_end(const char *folder);

#endif
