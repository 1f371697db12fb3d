/* hpa synth: a data set drawn by code, for demonstrations and tests. */
#include <stdio.h>

#include "command.h"
#include "data/synth.h"
#include "interrupt.h"
#include "job/hold.h"
#include "job/work.h"
#include "print.h"
#include "progress.h"

struct telling {
    struct progress *progress;
    const char *hold; /* run.hold */
};

static bool is_interrupted(void *context)
{
    (void)context;
    return interrupt_happened();
}

static void tell(void *context, int done, int total)
{
    const struct telling *t = context;
    progress_count(t->progress, "synth", done, total);
    hold_in(t->hold, is_interrupted, NULL, "synth-%d", done);
}

static int read_plan(const struct options *o, struct synth_plan *plan, struct err *e)
{
    int64_t train = 480, test = 60, size = 128, seed = 1;
    if (options_int(o, "samples", 1, 1000000, &train, e) ||
        options_int(o, "test", 0, 1000000, &test, e) ||
        options_int(o, "size", 32, 2048, &size, e) ||
        options_int(o, "seed", 0, INT64_MAX, &seed, e))
        return -1;
    *plan = (struct synth_plan){(int)train, (int)test, (int)size, (uint64_t)seed};
    return 0;
}

static void show(const struct call *call, const char *folder, const struct synth_plan *plan)
{
    if (call->json) {
        struct json *j = json_new_object();
        json_put_text(j, "folder", folder);
        json_put_int(j, "samples", plan->train);
        json_put_int(j, "test", plan->test);
        json_put_int(j, "size", plan->size);
        json_put_int(j, "seed", (int64_t)plan->seed);
        print_json(j);
    } else if (!call->quiet) {
        fprintf(stderr, "%d training and %d test samples of %d x %d pixels\n", plan->train,
                plan->test, plan->size, plan->size);
    }
}

static int run(const struct call *call, struct err *e)
{
    struct synth_plan plan;
    if (read_plan(call->options, &plan, e))
        return -1;
    struct workers *team = workers_new((int)conf_int(call->conf, CONF_RUN_THREADS), 0, e);
    if (!team)
        return -1;
    const char *folder = call->options->args[0];
    struct telling t = {progress_new(call->quiet), conf_text(call->conf, CONF_RUN_HOLD)};
    work_tell_team(call->conf, team);
    int failed = synth_write(folder, &plan, team, tell, &t, &interrupt_control()->cancel, e);
    progress_free(t.progress);
    workers_free(team);
    if (!failed)
        show(call, folder, &plan);
    return failed;
}

static const struct option options[] = {
    {"samples", 0, "N", NULL, "training samples (480)"},
    {"test", 0, "N", NULL, "test samples (60)"},
    {"size", 0, "PX", NULL, "side of the images in pixels [32..2048] (128)"},
    {"seed", 0, "N", NULL, "the same seed gives the same bytes (1)"},
};

const struct command cmd_synth = {
    .name = "synth",
    .args = "DIR",
    .summary = "Draw a data set: cells with four stains and class-specific protein patterns",
    .more = "Writes tables, images and an hpa.conf into DIR, which must not hold a train.csv yet.",
    .args_min = 1,
    .args_max = 1,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "data split train loss augment tune predict",
    .run = run,
};
