/* The control groups of this process, of both versions, from its own up to the root that it can
 * see. Private to base. */
#ifndef BASE_CGROUP_H
#define BASE_CGROUP_H

#include <stdbool.h>
#include <stdio.h>

/* One folder of a hierarchy. `folder`: as the system names it; `root`: what goes in front of it. */
struct cgroup {
    const char *root, *folder;
    bool v2;
};
typedef void cgroup_visit(void *context, const struct cgroup *g);

/* Visit every group that limits this process by `controller` ("cpu", "memory"). `root`: "" but in
 * tests, which have a /proc and a /sys of their own there. A group that cannot be seen, as in a
 * container, is passed over. */
void cgroup_walk(const char *root, const char *controller, cgroup_visit *visit, void *context);

/* A file of the group, to read and fclose; NULL: there is none. */
FILE *cgroup_open(const struct cgroup *g, const char *file);

/* The first line of a file of the group, without its newline; false: there is none. */
bool cgroup_read(const struct cgroup *g, const char *file, char *out, int size);

#endif
