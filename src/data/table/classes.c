/* Class names. The two competition lists are tables at the foot of the file; a user's list comes
 * from a file and is held to what the screen and the tables can show: different names, short, no
 * control characters. A line left empty would shift every index behind it, so it is an error.
 * Feeds the index; any thread. */
#include "data/classes.h"

#include <string.h>

#include "base/text.h"
#include "lines.h"

static const struct list {
    const char *key;
    int k;
    const char *const *names;
} lists[2];

const char *const *classes_builtin(const char *which, int *k)
{
    for (int i = 0; i < 2; i++) {
        if (strcmp(which, lists[i].key))
            continue;
        *k = lists[i].k;
        return lists[i].names;
    }
    return NULL;
}

static int check_name(const char *path, int line, const char *name, const char *const *names, int k,
                      struct err *e)
{
    char safe[4 * CLASSES_NAME_MAX + 1];
    if (!*name)
        return err_set(e, ERR_DATA, "%s: line %d: a class name is missing", path, line);
    if (k == LABELS_MAX)
        return err_set(e, ERR_DATA, "%s: line %d: more than %d classes", path, line, LABELS_MAX);
    if (strlen(name) > CLASSES_NAME_MAX)
        return err_set(e, ERR_DATA, "%s: line %d: the name is longer than %d bytes", path, line,
                       CLASSES_NAME_MAX);
    text_safe(name, safe, sizeof safe);
    if (strcmp(name, safe))
        return err_set(e, ERR_DATA, "%s: line %d: the name has control characters: %s", path, line,
                       safe);
    for (int i = 0; i < k; i++)
        if (!strcmp(names[i], name))
            return err_set(e, ERR_DATA, "%s: line %d: class \"%s\" was on line %d already", path,
                           line, name, i + 1);
    return 0;
}

static int only_blank_left(struct lines *l)
{
    struct lines rest = *l; /* cutting lines out twice does no harm */
    for (char *line; (line = lines_next(&rest));)
        if (*line)
            return 0;
    return 1;
}

static int load_file(const char *path, struct arena *a, const char *names[LABELS_MAX], int *k,
                     struct err *e)
{
    struct lines l;
    if (lines_open(&l, path, e))
        return -1;
    int n = 0;
    for (char *name; (name = lines_next(&l));) {
        if (!*name && only_blank_left(&l))
            break;
        if (check_name(path, l.number, name, names, n, e) ||
            !(names[n] = arena_strdup(a, name, e))) {
            lines_close(&l);
            return -1;
        }
        n++;
    }
    lines_close(&l);
    *k = n;
    return n ? 0 : err_set(e, ERR_DATA, "%s: holds no class name", path);
}

int classes_load(const char *which, struct arena *a, const char *names[LABELS_MAX], int *k,
                 struct err *e)
{
    const char *const *builtin = classes_builtin(which, k);
    if (builtin) {
        memcpy(names, builtin, (size_t)*k * sizeof *names);
        return 0;
    }
    if (!load_file(which, a, names, k, e))
        return 0;
    if (e && e->code == ERR_NOINPUT) {
        err_prefix(e, "data.classes is neither hpa28, hpa19 nor a file");
        e->code = ERR_CONFIG;
    }
    return -1;
}

static const char *const hpa28[] = {
    "Nucleoplasm",
    "Nuclear membrane",
    "Nucleoli",
    "Nucleoli fibrillar center",
    "Nuclear speckles",
    "Nuclear bodies",
    "Endoplasmic reticulum",
    "Golgi apparatus",
    "Peroxisomes",
    "Endosomes",
    "Lysosomes",
    "Intermediate filaments",
    "Actin filaments",
    "Focal adhesion sites",
    "Microtubules",
    "Microtubule ends",
    "Cytokinetic bridge",
    "Mitotic spindle",
    "Microtubule organizing center",
    "Centrosome",
    "Lipid droplets",
    "Plasma membrane",
    "Cell junctions",
    "Mitochondria",
    "Aggresome",
    "Cytosol",
    "Cytoplasmic bodies",
    "Rods & rings",
};

static const char *const hpa19[] = {
    "Nucleoplasm",
    "Nuclear membrane",
    "Nucleoli",
    "Nucleoli fibrillar center",
    "Nuclear speckles",
    "Nuclear bodies",
    "Endoplasmic reticulum",
    "Golgi apparatus",
    "Intermediate filaments",
    "Actin filaments",
    "Microtubules",
    "Mitotic spindle",
    "Centrosome",
    "Plasma membrane",
    "Mitochondria",
    "Aggresome",
    "Cytosol",
    "Vesicles and punctate cytosolic patterns",
    "Negative",
};

static const struct list lists[2] = {{"hpa28", 28, hpa28}, {"hpa19", 19, hpa19}};
