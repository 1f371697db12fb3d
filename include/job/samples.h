/* The table of samples as a value: ids, labels and folds, for looking at. Made from the CSV alone;
 * read-only afterwards, any thread. */
#ifndef JOB_SAMPLES_H
#define JOB_SAMPLES_H

#include "base/err.h"
#include "base/labels.h"
#include "data/index.h"
#include "job/dataset.h"
#include "job/findings.h"

struct samples {
    struct err error; /* code ERR_NONE: the rest is valid */
    int n, k;
    const char **ids;      /* [n] */
    struct labels *labels; /* [n] */
    int *fold;             /* [n]; NULL: not dealt (yet) */
    int folds, held;       /* held: the fold that validates */
    struct findings *scan; /* the newest; NULL: none was made, or it is not known yet */
    const char **findings; /* [n] what it found, "": nothing; NULL: not scanned */
    bool whole;            /* nothing more will come */
    const char *names[LABELS_MAX];
    int channels;
    char channel_names[INDEX_CHANNELS_MAX][32];
    struct arena *arena; /* owns the strings */
};

/* A copy of what a dataset holds, with its folds when it is split. */
struct samples *samples_copy(const struct dataset *d);
/* The newest scan of this data, into the copy; none is no error. */
void samples_add_findings(struct samples *s, const struct dataset *d, const struct work *w);
/* A table that could not be read. */
struct samples *samples_failed(const struct err *e);
void samples_free(struct samples *s);

#endif
