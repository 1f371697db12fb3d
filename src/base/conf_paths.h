/* Which values are paths of a project, and the folder that they are in. Private to base/. */
#ifndef BASE_CONF_PATHS_H
#define BASE_CONF_PATHS_H

#include <stdbool.h>

#include "base/conf.h"

/* May the key hold a path? */
bool conf_paths_key(enum conf_key key);
/* Is this value of the key a relative path, and not one of its words ("hpa28", "none")? */
bool conf_paths_relative(enum conf_key key, const char *value);

/* The folder of a project whose configuration file is `file`, "" for this one, else with a final
 * '/'; free() it. `project` is data.project, `probe` a file that the folder has. */
char *conf_paths_home(const char *file, const char *project, const char *probe);

/* A relative path from this process's folder; free() it. */
char *conf_paths_absolute(const char *path);

#endif
