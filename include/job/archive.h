/* All runs of the work folder, for the screen's list and comparisons. Questions are answered on a
 * thread of its own, answers are values: free them with archive_list_free, archive_study_free. */
#ifndef JOB_ARCHIVE_H
#define JOB_ARCHIVE_H

#include <stdbool.h>

#include "base/chan.h"
#include "base/err.h"
#include "base/labels.h"
#include "job/work.h"
#include "store/run_rows.h"

enum { ARCHIVE_RUNS = 5, ARCHIVE_KEY_MAX = 40, ARCHIVE_VALUE_MAX = 64 };

struct archive_run {
    struct run_row row; /* row.config is NULL here */
    bool live;          /* its process is alive */
    char model[16];
    int size, batch;    /* of the training; 0: unknown */
    int labels_changed; /* validation samples with other labels today, or gone: its figures were
                           measured on older labels */
};

struct archive_list {
    struct err error; /* code ERR_NONE: the rest is valid */
    int n;
    struct archive_run *runs; /* newest first; before them those that wait, the next one last */
};

/* One run looked at closely. */
struct archive_side {
    char name[RUN_NAME_MAX], uuid[40];
    int best_epoch, epochs_n;
    struct epoch_row *epochs;
    int k;                 /* classes with figures at the best epoch; 0: none */
    double f1[LABELS_MAX]; /* NaN: not measured */
    double macro_f1;
};

/* A key that differs between the runs; of one run alone: about its training, and set
 * apart from the default. */
struct archive_key {
    char name[ARCHIVE_KEY_MAX];
    char value[ARCHIVE_RUNS][ARCHIVE_VALUE_MAX]; /* of each run; "" where it has none */
    char usual[ARCHIVE_VALUE_MAX];               /* the default */
};

struct archive_study {
    struct err error;
    int n;
    struct archive_side side[ARCHIVE_RUNS]; /* in the order asked for */
    int keys_n;
    struct archive_key *keys;
};

/* Rows of all runs, newest first; before them `waiting` rows of status "waiting", the next one
 * last. run_list_free them. */
int archive_rows(struct store *s, struct run_row **rows, int *n, int *waiting, struct err *e);

struct archive;

struct archive *archive_new(struct work *work, struct wake *wake, struct err *e);
void archive_free(struct archive *a);

/* Note (or tags) of a run, replacing what it had; written soon, and at the latest when the archive
 * is closed. What cannot be written is logged. */
void archive_note(struct archive *a, const char *uuid, const char *text, bool tags);

void archive_ask_list(struct archive *a);
/* `uuid` [n], at most ARCHIVE_RUNS; unknown ones are left out. */
void archive_ask_study(struct archive *a, char uuid[][40], int n);
/* NULL when none has arrived. */
struct archive_list *archive_take_list(struct archive *a);
struct archive_study *archive_take_study(struct archive *a);
void archive_list_free(struct archive_list *l);
void archive_study_free(struct archive_study *s);

#endif
