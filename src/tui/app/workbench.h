/* The screen's link to the work: runner, services and store on one side, the model on the other.
 * UI thread; nothing here waits for a job. */
#ifndef TUI_WORKBENCH_H
#define TUI_WORKBENCH_H

#include <stdint.h>

#include "base/output.h"
#include "data_link.h"
#include "job/control_client.h"
#include "job/paths.h"
#include "job/run_query_table.h"
#include "job/runner.h"
#include "job/threshold_change.h"
#include "job/work.h"
#include "model/app_model.h"
#include "script.h"
#include "tune_link.h"
#include "write_link.h"

struct workbench {
    const struct conf *conf;
    struct work work;
    struct wake wake;
    struct snapshot_box *box;
    struct runner *runner;
    struct run_query *service;
    struct threshold_refusal refusal;
    struct control_client *asker; /* for runs of other processes */
    struct data_link *data;
    struct runs_link *runs;
    struct paths *paths;
    struct tune_link *tune;
    struct errors_link *errors;
    struct gradcam_link *heat;
    struct train_link *train;
    struct app_model board;
    struct script script;
    double save_at, ask_at; /* clock_seconds, infinity: not due */
    uint64_t log_seen;
    bool listening;             /* the next line of the log answers a wish */
    bool quit, suspend, redraw; /* for the loop */
    char screen_path[PROMPT_MAX], yank_path[PROMPT_MAX]; /* for the loop; "" none */
    enum output_mode frame_mode;                         /* of both */
    struct write_link writes;
    bool yank;
    bool detach; /* go on without a screen after the end */
};

/* `table`: scores to be shown instead of the work folder, if it names any. */
int workbench_open(struct workbench *w, const struct conf *c, const struct run_query_table *table,
                   struct err *e);

/* What is left when it is closed: a line for the user, and what a detached process needs. */
struct workbench_rest {
    char told[256];     /* "" when there is nothing to say */
    bool detach, queue; /* queue: more than the run, what waits behind it */
    struct work work;   /* closed: only its paths are valid, and `conf` if it is to be detached */
    char run[RUN_NAME_MAX];
    struct err lost; /* rows that did not get into the store; ERR_NONE: none */
};
/* Lets a training checkpoint and stop, and saves what waits. */
void workbench_close(struct workbench *w, struct workbench_rest *rest);
/* Starts the process that goes on; only after the writer has written its last row. Once: it takes
 * the configuration. */
void workbench_detach(struct workbench_rest *rest);

void workbench_train(struct workbench *w, const char *resume);
/* Of the run that is shown, with its sliders' thresholds, into the file `path`. */
void workbench_predict(struct workbench *w, const char *path, enum output_mode mode);
/* Take what has arrived; true when the screen is to be drawn anew. */
bool workbench_news(struct workbench *w);
/* Carry out wishes, the script, saves and questions that are due. */
bool workbench_chores(struct workbench *w, double now);
double workbench_due(const struct workbench *w); /* when chores are to be called again */
void workbench_save(struct workbench *w);        /* edits and set into the store, now */

#endif
