/* The index: which samples there are, their labels and where their planes lie.
 *
 * Built from the CSV alone (labels are enough to explore) or from a sample submission; images are
 * not touched. Read-only after it is made; any thread. */
#ifndef DATA_INDEX_H
#define DATA_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/labels.h"

enum { INDEX_CHANNELS_MAX = 8, INDEX_ID_MAX = 128 };

struct index {
    int n;                 /* samples, in file order */
    int k;                 /* classes */
    int channels;          /* planes of a sample */
    const char **ids;      /* [n], each matches [A-Za-z0-9._-]{1,128}, no leading dot, no ".." */
    struct labels *labels; /* [n]; all empty when the table has no targets */
    bool has_labels;
    const char *class_names[LABELS_MAX];
    char channel_names[INDEX_CHANNELS_MAX][32];
    char folder[4096];     /* of the images */
    char pattern[256];     /* "{id}_{channel}.png" */
    uint64_t fingerprint;  /* of ids and labels, in order */
    const char *note;      /* what of the exclude list names no sample; NULL: nothing */
    struct arena *arena;   /* owns the strings */
    int *order;            /* [n] rows in ascending order of their ids */
    const char **left_out; /* [left_out_n] ids of the table that data.exclude names, ascending */
    int left_out_n;
};

/* Training samples as the configuration says (CSV, columns, separator, classes, exclude list).
 * Errors name file and line: ERR_NOINPUT, ERR_DATA, ERR_CONFIG. */
struct index *index_open_train(const struct conf *c, struct err *e);
/* The same for a table that scores are compared with: a sample without a label is a negative of
 * every class. */
struct index *index_open_truth(const struct conf *c, struct err *e);
/* Test samples: ids and order of data.sample_submission, images in data.test_dir, no labels. */
struct index *index_open_test(const struct conf *c, struct err *e);
void index_close(struct index *x);

/* Path of one plane; ERR_USAGE when too long. */
int index_plane_path(const struct index *x, int row, int channel, char out[4096], struct err *e);
/* The same inside the folder. */
int index_plane_name(const struct index *x, int row, int channel, char out[4096], struct err *e);
/* Row of an id, -1 when absent. O(log n). */
int index_find(const struct index *x, const char *id);
/* The table has this id, and data.exclude leaves it out. */
bool index_leaves_out(const struct index *x, const char *id);

#endif
