/* Looking through every image before a training does: what cannot be read, what does not belong
 * together, what is there twice. */
#ifndef DATA_SCAN_H
#define DATA_SCAN_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/workers.h"
#include "data/index.h"

enum scan_kind {
    SCAN_MISSING,    /* errors: the sample cannot be used */
    SCAN_EMPTY,      /* a file of zero bytes */
    SCAN_JPEG,       /* JPEG bytes under the name of a PNG */
    SCAN_UNREADABLE, /* any other file that does not decode */
    SCAN_SIZE,       /* another size than the sample's first plane */
    SCAN_DEEP,       /* warnings: 16 bits, which are scaled down to 8 */
    SCAN_BLACK,      /* every pixel is zero */
    SCAN_DUPLICATE,  /* the same pixels as another sample or plane */
    SCAN_NEAR,       /* almost the same picture as another sample */
    SCAN_KINDS
};
const char *scan_kind_name(enum scan_kind kind); /* "missing" */
bool scan_kind_is_error(enum scan_kind kind);

struct scan_finding {
    int row, channel; /* channel -1: the whole sample */
    enum scan_kind kind;
    char detail[160];
};

struct scan {
    int samples, files; /* files: that were there */
    int errors, warnings, n;
    struct scan_finding *findings; /* [n] by row, then channel; owned */
};

/* Called from the calling thread, a few times a second. `so_far` is borrowed: what was found about
 * the first `done` samples each by itself; who is there twice comes at the end. */
typedef void scan_progress(void *context, int done, int total, const struct scan *so_far);

/* With all workers (NULL: here). `progress` and `cancel` may be NULL. Planes that are all zero are
 * no duplicates of each other. ERR_NOMEM, ERR_CANCELLED. */
int scan_samples(const struct index *x, struct workers *w, scan_progress *progress, void *context,
                 const atomic_bool *cancel, struct scan *out, struct err *e);
void scan_fini(struct scan *s);

#endif
