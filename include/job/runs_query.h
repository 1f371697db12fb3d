/* All runs of the work folder, for the screen's list and comparisons. Questions are answered on a
 * thread of its own, answers are values: free them with runs_query_list_free,
 * runs_query_study_free. */
#ifndef JOB_RUNS_QUERY_H
#define JOB_RUNS_QUERY_H

#include <stdbool.h>

#include "base/err.h"
#include "base/labels.h"
#include "base/wake.h"
#include "job/work.h"
#include "store/run_rows.h"

enum { RUNS_QUERY_RUNS = 5, RUNS_QUERY_KEY_MAX = 40, RUNS_QUERY_VALUE_MAX = 64 };

struct runs_query_run {
    struct run_row row; /* row.config is NULL here */
    bool live;          /* its process is alive */
    char model[16];
    int size, batch;    /* of the training; 0: unknown */
    int labels_changed; /* validation samples with other labels today, or gone: its figures were
                           measured on older labels */
};

struct runs_query_list {
    struct err error; /* code ERR_NONE: the rest is valid */
    int n;
    struct runs_query_run *runs; /* newest first; before them those that wait, the next one last */
};

/* One run looked at closely. */
struct runs_query_side {
    char name[RUN_NAME_MAX], uuid[40];
    int best_epoch, epochs_n;
    struct epoch_row *epochs;
    int k;                 /* classes with figures at the best epoch; 0: none */
    double f1[LABELS_MAX]; /* NaN: not measured */
    double macro_f1;
};

/* A key that differs between the runs; of one run alone: about its training, and set
 * apart from the default. */
struct runs_query_key {
    char name[RUNS_QUERY_KEY_MAX];
    char value[RUNS_QUERY_RUNS][RUNS_QUERY_VALUE_MAX]; /* of each run; "" where it has none */
    char usual[RUNS_QUERY_VALUE_MAX];                  /* the default */
};

struct runs_query_study {
    struct err error;
    int n;
    struct runs_query_side side[RUNS_QUERY_RUNS]; /* in the order asked for */
    int keys_n;
    struct runs_query_key *keys;
};

/* Rows of all runs, newest first; before them `waiting` rows of status "waiting", the next one
 * last. run_list_free them. */
int runs_query_rows(struct store *s, struct run_row **rows, int *n, int *waiting, struct err *e);

struct runs_query;

struct runs_query *runs_query_new(struct work *work, struct wake *wake, struct err *e);
void runs_query_free(struct runs_query *a);

/* Note (or tags) of a run, replacing what it had; written soon, and at the latest when the archive
 * is closed. What cannot be written is logged. */
void runs_query_note(struct runs_query *a, const char *uuid, const char *text, bool tags);

void runs_query_ask_list(struct runs_query *a);
/* `uuid` [n], at most RUNS_QUERY_RUNS; unknown ones are left out. */
void runs_query_ask_study(struct runs_query *a, char uuid[][40], int n);
/* NULL when none has arrived. */
struct runs_query_list *runs_query_take_list(struct runs_query *a);
struct runs_query_study *runs_query_take_study(struct runs_query *a);
void runs_query_list_free(struct runs_query_list *l);
void runs_query_study_free(struct runs_query_study *s);

#endif
