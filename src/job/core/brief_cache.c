/* The file is open when its name is removed, so the system gives its space back whatever becomes of
 * the process. */
#include "brief_cache.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

bool brief_cache_needed(const char *folder)
{
    char path[FILE_PATH_MAX];
    snprintf(path, sizeof path, "%s", folder);
    while (!file_exists(path)) {
        char *slash = strrchr(path, '/');
        if (!slash || slash == path)
            return file_is_read_only(slash ? "/" : ".");
        *slash = '\0';
    }
    return file_is_read_only(path);
}

int brief_cache_begin(char folder[FILE_PATH_MAX], struct err *e)
{
    const char *place = getenv("TMPDIR");
    place = place && *place ? place : "/tmp";
    if (file_join(folder, place, "hpa-pixels-XXXXXX", e))
        return -1;
    if (mkdtemp(folder))
        return 0;
    return err_set(e, ERR_CREATE,
                   "neither the cache's folder nor %s can be written (%s): "
                   "-s work.cache_dir=FOLDER puts the packed images elsewhere",
                   place, strerror(errno));
}

void brief_cache_end(const char *folder)
{
    struct err e;
    if (file_remove_tree(folder, &e))
        log_warn("%s is left behind: %s", folder, e.text);
}
