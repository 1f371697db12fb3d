/* Wishes of the model become requests; answers go into the model. Edits of cuts are saved a moment
 * after the last one, so that a held key is one save, not thirty. */
#include "workbench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/output_guard.h"
#include "errors_link.h"
#include "gradcam_link.h"
#include "input/complete.h"
#include "job/detach.h"
#include "job/job_queue.h"
#include "job/job_train.h"
#include "model_update.h"
#include "runs_link.h"
#include "threshold_link.h"
#include "train_link.h"
#include "tune_link.h"

/* Seconds. A run of another process is followed; without one, looked out for. */
static const double SAVE_AFTER = 0.4, FOLLOW_EVERY = 2, LOOK_EVERY = 4;

/* A table of scores alone is read before the screen opens, so that what is wrong with it ends the
 * program with the right exit code. */
static int take_table(struct workbench *w, const struct run_query_table *table, struct err *e)
{
    struct app_model *b = &w->board;
    struct run_query_labels *labels;
    struct run_query_run *run;
    if (run_query_table_read(table, w->conf, &labels, &run, e))
        return -1;
    output_guard_add(table->probs, "the table of --probs");
    output_guard_add(table->truth, "the table of --truth");
    snprintf(b->table, sizeof b->table, "%s", table->probs);
    model_update_labels(b, labels);
    model_update_run(b, run);
    app_model_show_tab(b, TAB_TUNE);
    return 0;
}

static int open_service(struct workbench *w, const struct run_query_table *table, struct err *e)
{
    w->refusal.wake = &w->wake;
    w->box = snapshot_box_new(&w->wake);
    w->runner = runner_new(&w->work, w->box, e);
    w->service = w->runner ? run_query_new(&w->work, &w->wake, e) : NULL;
    w->asker = w->service ? control_client_new(&w->work, &w->wake, e) : NULL;
    w->runs = w->asker ? runs_link_open(&w->work, &w->wake, e) : NULL;
    w->train = w->runs ? train_link_open(&w->work, &w->wake, e) : NULL;
    w->paths = w->train ? paths_open(&w->wake, e) : NULL;
    w->errors = w->paths ? errors_link_open(&w->work, table, &w->wake, e) : NULL;
    return w->errors ? 0 : -1;
}

/* In a work folder that cannot be written everything can be looked at, and nothing is kept. */
static int open_store(struct workbench *w, struct err *e)
{
    struct work *work = &w->work;
    if (!file_exists(work->database) || !work_open_store(work, e))
        return 0;
    if (!store_is_read_only(work->database))
        return -1;
    w->board.read_only = true;
    app_model_say(&w->board, INK_WARN, "%s is read-only: thresholds and marks are not kept",
                  work->folder);
    return 0;
}

int workbench_open(struct workbench *w, const struct conf *c, const struct run_query_table *table,
                   struct err *e)
{
    *w = (struct workbench){.conf = c, .save_at = INFINITY, .ask_at = INFINITY};
    app_model_init(&w->board);
    tune_view_configure(&w->board.tune, conf_text(c, CONF_TUNE_METHOD));
    if (work_open(&w->work, c, WORK_BEHIND_SCREEN, e))
        return -1;
    if (wake_init(&w->wake)) {
        err_set(e, ERR_FAIL, "cannot make a wake-up for the screen: too many open files?");
        work_close(&w->work);
        return -1;
    }
    if (table->probs ? take_table(w, table, e) : open_store(w, e))
        goto fail;
    if (open_service(w, table, e))
        goto fail;
    w->tune = tune_link_open(w->service, &w->wake);
    train_view_begin(&w->board.train, c);
    w->data = data_link_open(&w->work, &w->wake);
    w->heat = gradcam_link_open(&w->work, &w->wake);
    w->log_seen = log_last();
    if (!table->probs) {
        run_query_ask_labels(w->service);
        run_query_ask_run(w->service, NULL, 0, 0);
        w->board.awaits = (struct awaits){true, true, true};
    }
    return 0;
fail:
    paths_close(w->paths);
    train_link_close(w->train);
    runs_link_close(w->runs, &w->board);
    control_client_free(w->asker);
    run_query_free(w->service);
    runner_free(w->runner);
    snapshot_box_free(w->box);
    wake_fini(&w->wake);
    work_close(&w->work);
    return -1;
}

/* `cut_short`: what was at work is so because of the end. */
static struct workbench_rest rest_of(const struct workbench *w, bool cut_short)
{
    const struct snapshot *snap = &w->board.snap;
    struct workbench_rest rest = {
        .detach = w->detach && snap->stopped, .queue = snap->from_queue, .work = w->work};
    snprintf(rest.run, sizeof rest.run, "%s", snap->run_name);
    if (snap->stopped && snap->from_queue)
        snprintf(rest.told, sizeof rest.told, "the queue is stopped; hpa queue run goes on");
    else if (snap->stopped && snap->run_name[0])
        snprintf(rest.told, sizeof rest.told, "run %s stopped; hpa train --resume %s goes on",
                 snap->run_name, snap->run_name);
    else if (cut_short && snap->aside)
        snprintf(rest.told, sizeof rest.told, "%s", snap->told);
    return rest;
}

void workbench_close(struct workbench *w, struct workbench_rest *rest)
{
    bool cut_short = w->board.quit_when_idle || runner_busy(w->runner);
    workbench_save(w);
    write_link_finish(w);
    runner_free(w->runner);
    snapshot_copy(w->box, &w->board.snap);
    data_link_close(w->data);
    gradcam_link_close(w->heat);
    tune_link_close(w->tune);
    errors_link_close(w->errors, &w->board);
    run_query_free(w->service);
    control_client_free(w->asker);
    runs_link_close(w->runs, &w->board);
    train_link_close(w->train);
    paths_close(w->paths);
    snapshot_box_free(w->box);
    *rest = rest_of(w, cut_short);
    rest->work.conf = rest->detach ? conf_copy(w->work.conf) : NULL;
    work_close_store(&w->work, &rest->lost);
    work_close(&w->work);
    wake_fini(&w->wake);
    script_close(&w->script);
    app_model_fini(&w->board);
}

void workbench_detach(struct workbench_rest *rest)
{
    struct err e;
    if (!rest->queue && !rest->run[0])
        snprintf(rest->told, sizeof rest->told, "stopped before the run began: nothing goes on");
    else if (rest->queue ? job_queue_detach(&rest->work, &e)
                         : detach_run(&rest->work, rest->run, &e))
        snprintf(rest->told, sizeof rest->told, "not detached: %s", e.text);
    else if (rest->queue)
        snprintf(rest->told, sizeof rest->told, "the queue goes on without a screen; hpa shows it");
    else
        snprintf(rest->told, sizeof rest->told, "run %s goes on without a screen; hpa shows it",
                 rest->run);
    conf_free(rest->work.conf);
    rest->work.conf = NULL;
}

void workbench_save(struct workbench *w)
{
    w->save_at = INFINITY;
    threshold_link_save(w);
}

static void wait_for_work(struct app_model *b)
{
    b->snap.phase = PHASE_INDEX; /* until the runner tells more */
    b->snap.done = b->snap.total = 0;
    b->snap.images_per_second = b->snap.data_wait_percent = b->snap.eta_seconds = NAN;
}

void workbench_train(struct workbench *w, const char *resume)
{
    struct err e;
    struct app_model *b = &w->board;
    workbench_save(w);
    const struct conf *c = resume[0] ? w->conf : b->train.conf;
    if (runner_train(w->runner, c, NULL, resume[0] ? resume : NULL, &e)) {
        app_model_say(b, INK_ERROR, "%s", e.text);
        return;
    }
    b->chosen[0] = '\0';
    wait_for_work(b);
    app_model_say(b, INK_TEXT, "%s", resume[0] ? "the run goes on" : "a new run starts");
}

static void ask_run(struct workbench *w)
{
    const struct app_model *b = &w->board;
    const char *uuid = app_model_run_uuid(b);
    run_query_ask_run(w->service, uuid[0] ? uuid : NULL, model_update_known_epoch(b),
                      b->scores_tables);
}

static void ask_labels(struct workbench *w)
{
    run_query_ask_labels(w->service);
    data_link_renew(w->data);
}

static bool take_snapshot(struct workbench *w)
{
    char uuid[sizeof w->board.snap.run_uuid];
    enum job_phase phase = w->board.snap.phase;
    struct threshold_set cuts;
    memcpy(uuid, w->board.snap.run_uuid, sizeof uuid);
    bool copied = snapshot_copy(w->box, &w->board.snap);
    if (copied && model_update_snapshot(&w->board, uuid, phase)) {
        ask_run(w);
        ask_labels(w);
    }
    if (phase == PHASE_CACHE && w->board.snap.phase != phase)
        data_link_renew_levels(w->data);
    struct scores *scores = snapshot_take_scores(w->box, &cuts);
    if (scores) {
        model_update_scores(&w->board, scores, cuts.epoch);
        model_update_cuts(&w->board, &cuts);
    }
    struct findings *findings = snapshot_take_findings(w->box);
    if (findings)
        findings_view_take(&w->board.data.found, findings);
    bool dropped =
        !app_model_scans(&w->board) && findings_view_drop_unfinished(&w->board.data.found);
    return copied || scores || findings || dropped;
}

/* A run of another process that has just appeared brings its split with it, and edits of its cuts
 * need the store. Our own runner tells by itself. */
static void look_again(struct workbench *w, bool had_run)
{
    struct err e;
    const struct app_model *b = &w->board;
    if (app_model_busy(b))
        return;
    w->ask_at = clock_seconds() + (app_model_busy_elsewhere(b) ? FOLLOW_EVERY : LOOK_EVERY);
    bool appeared = !had_run && app_model_run_uuid(b)[0];
    if (appeared || app_model_labels_stale(b))
        ask_labels(w);
    if (appeared && !runner_busy(w->runner) && open_store(w, &e))
        app_model_say(&w->board, INK_ERROR, "%s", e.text);
}

static bool take_answers(struct workbench *w)
{
    bool had_run = app_model_run_uuid(&w->board)[0] != '\0';
    struct run_query_labels *labels = run_query_take_labels(w->service);
    struct run_query_run *run = run_query_take_run(w->service);
    if (labels)
        model_update_labels(&w->board, labels);
    if (run && run->relabelled)
        ask_labels(w);
    if (run)
        model_update_run(&w->board, run);
    if (run)
        look_again(w, had_run);
    return labels || run;
}

/* What another process said to a request; the store may show its effect now. */
static bool take_told(struct workbench *w)
{
    struct control_client_answer told;
    if (!control_client_take(w->asker, &told))
        return false;
    app_model_say(&w->board, told.failed ? INK_ERROR : INK_GOOD, "%s", told.text);
    ask_run(w);
    return true;
}

static bool take_names(struct workbench *w)
{
    struct paths_names *names = paths_take_names(w->paths);
    if (!names)
        return false;
    complete_names(&w->board.prompt, complete_path_at(&w->board), names);
    free(names);
    return true;
}

/* Warnings and errors become the notice; so does what answers a wish. */
static bool take_log(struct workbench *w)
{
    static const enum ink inks[] = {INK_DIM, INK_TEXT, INK_WARN, INK_ERROR};
    struct log_line line;
    uint64_t last = log_last();
    bool any = w->log_seen < last;
    while (w->log_seen < last) {
        if (!log_read(++w->log_seen, &line))
            continue;
        if (line.level < LOG_WARN && !(w->listening && line.level == LOG_INFO))
            continue;
        app_model_say(&w->board, inks[line.level], "%s", line.text);
        w->listening = false;
    }
    return any;
}

bool workbench_news(struct workbench *w)
{
    if (threshold_link_refused(w))
        ask_run(w);
    bool any = take_answers(w);
    any |= take_snapshot(w);
    any |= data_link_news(w->data, &w->board);
    any |= runs_link_news(w->runs, &w->board);
    any |= tune_link_news(w->tune, &w->board);
    any |= errors_link_news(w->errors, &w->board);
    any |= gradcam_link_news(w->heat, &w->board);
    any |= train_link_news(w->train, &w->board);
    any |= take_log(w);
    any |= take_told(w);
    any |= take_names(w);
    w->board.read_only &= !w->work.writer; /* a training may have opened it since */
    any |= write_link_news(w);
    return any;
}

static void import_from(struct workbench *w, const char *path)
{
    struct app_model *b = &w->board;
    if (!b->labels || b->labels->error.code != ERR_NONE)
        app_model_say(b, INK_WARN, "the class names are not known: nothing imported");
    else
        run_query_ask_import(w->service, b->labels, path);
}

/* Another run on every tab: what was edited of the one before is saved first. */
static void show_run(struct workbench *w, const char *uuid)
{
    struct app_model *b = &w->board;
    workbench_save(w);
    snprintf(b->chosen, sizeof b->chosen, "%s", strcmp(uuid, b->snap.run_uuid) ? uuid : "");
    model_update_forget(b);
    b->awaits.run = true;
    ask_run(w);
}

static void source(struct workbench *w, const char *path)
{
    struct err e;
    if (script_open(&w->script, path, &e))
        app_model_say(&w->board, INK_ERROR, "%s", e.text);
}

static void work_off_queue(struct workbench *w)
{
    struct err e;
    workbench_save(w);
    w->listening = true;
    w->board.chosen[0] = '\0';
    if (runner_queue(w->runner, &e))
        app_model_say(&w->board, INK_ERROR, "%s", e.text);
    else
        wait_for_work(&w->board);
}

/* With the thresholds that were set by hand; without any, by the rule of hpa predict. */
void workbench_predict(struct workbench *w, const char *path, enum output_mode mode)
{
    struct err e;
    struct app_model *b = &w->board;
    struct threshold_set set, *by_hand = cuts_by_hand(&b->cuts, &set);
    workbench_save(w);
    if (runner_predict(w->runner, app_model_run_name(b), by_hand, path, mode, &e)) {
        app_model_say(b, INK_ERROR, "%s", e.text);
        return;
    }
    b->snap.aside = ASIDE_PREDICTION;
    wait_for_work(b);
}

static void scan(struct workbench *w)
{
    struct err e;
    struct app_model *b = &w->board;
    if (runner_scan(w->runner, &e)) {
        app_model_say(b, INK_ERROR, "%s", e.text);
        return;
    }
    b->snap.aside = ASIDE_SCAN;
    wait_for_work(b);
}

/* True: the run shown is of another process, which was asked. */
static bool ask_elsewhere(struct workbench *w, enum control_kind kind, double value)
{
    const struct app_model *b = &w->board;
    if (app_model_busy(b) || !app_model_busy_elsewhere(b))
        return false;
    control_client_ask(w->asker, app_model_run_uuid(b), kind, value);
    app_model_say(&w->board, INK_TEXT, "process %d on %s is asked", b->run->row.pid,
                  b->run->row.host);
    return true;
}

static void stop(struct workbench *w, enum job_stop how)
{
    enum control_kind kind = how == JOB_STOP_EPOCH ? CONTROL_STOP : CONTROL_STOP_NOW;
    if (!ask_elsewhere(w, kind, NAN))
        runner_stop(w->runner, how);
}

static void pause_or_go_on(struct workbench *w)
{
    const struct app_model *b = &w->board;
    bool paused = app_model_busy_elsewhere(b) && b->run->row.status == RUN_PAUSED;
    if (!ask_elsewhere(w, paused ? CONTROL_RESUME : CONTROL_PAUSE, NAN))
        runner_pause(w->runner, b->snap.phase != PHASE_PAUSED);
}

static void checkpoint(struct workbench *w)
{
    if (ask_elsewhere(w, CONTROL_CHECKPOINT, NAN))
        return;
    runner_checkpoint(w->runner);
    w->listening = true;
}

static void change_rate(struct workbench *w, const char *text)
{
    struct control_ask rate;
    if (job_control_parse_rate(text, &rate, NULL) || ask_elsewhere(w, rate.kind, rate.value))
        return;
    runner_lr(w->runner, rate.value, rate.kind == CONTROL_LR_TIMES);
    w->listening = true;
}

static void hand_over(struct workbench *w)
{
    w->detach = w->board.quit_when_idle = true;
    runner_hand_over(w->runner);
}

/* What begins, steers or ends a job. False: the wish is about something else. */
static bool carry_out_on_job(struct workbench *w, const struct wish *wish)
{
    switch (wish->kind) {
    case WISH_TRAIN:
        workbench_train(w, wish->text);
        return true;
    case WISH_STOP_EPOCH:
        stop(w, JOB_STOP_EPOCH);
        return true;
    case WISH_DETACH:
        hand_over(w);
        return true;
    case WISH_STOP_NOW:
        w->detach = false;
        stop(w, JOB_STOP_CHECKPOINT);
        return true;
    case WISH_PAUSE:
        pause_or_go_on(w);
        return true;
    case WISH_QUEUE:
        work_off_queue(w);
        return true;
    case WISH_SCAN:
        scan(w);
        return true;
    case WISH_CHECKPOINT:
        checkpoint(w);
        return true;
    case WISH_LR:
        change_rate(w, wish->text);
        return true;
    default:
        return false;
    }
}

static void carry_out(struct workbench *w, const struct wish *wish, double now)
{
    if (carry_out_on_job(w, wish))
        return;
    switch (wish->kind) {
    case WISH_PREDICT:
    case WISH_SAVE:
    case WISH_EXPORT:
    case WISH_MARKS:
    case WISH_SCREEN:
    case WISH_YANK:
        write_link_want(w, wish);
        break;
    case WISH_QUIT:
        w->quit = true;
        break;
    case WISH_SUSPEND:
        w->suspend = true;
        break;
    case WISH_REDRAW:
        w->redraw = true;
        break;
    case WISH_IMPORT:
        import_from(w, wish->text);
        break;
    case WISH_SOURCE:
        source(w, wish->text);
        break;
    case WISH_SHOW:
        show_run(w, wish->text);
        break;
    case WISH_NOTE:
    case WISH_TAG:
        runs_link_note(w->runs, &w->board, wish->text, wish->kind == WISH_TAG);
        break;
    case WISH_NAMES:
        paths_ask_names(w->paths, wish->text);
        break;
    case WISH_WAIT:
        script_wait(&w->script, wish->text, now);
        break;
    default:
        break;
    }
}

static bool carry_out_wishes(struct workbench *w, double now)
{
    struct wish wish;
    bool any = false;
    while (app_model_next_wish(&w->board, &wish)) {
        carry_out(w, &wish, now);
        any = true;
    }
    return any;
}

bool workbench_chores(struct workbench *w, double now)
{
    bool any = script_postponed(&w->script, &w->board);
    any |= carry_out_wishes(w, now);
    for (int lines = SCRIPT_LINES_MAX; script_run(&w->script, &w->board, now, &lines); any = true) {
        carry_out_wishes(w, now);
        script_check(&w->script, &w->board);
    }
    tune_link_ask(w->tune, &w->board);
    errors_link_ask(w->errors, &w->board);
    any |= app_model_forget_notice(&w->board, now);
    if (w->board.cuts.changed && isinf(w->save_at))
        w->save_at = now + SAVE_AFTER;
    if (now >= w->save_at)
        workbench_save(w);
    if (now >= w->ask_at) {
        w->ask_at = INFINITY;
        ask_run(w);
    }
    runs_link_ask(w->runs, &w->board, now);
    train_link_ask(w->train, &w->board);
    if (w->board.quit_when_idle && !runner_busy(w->runner))
        w->quit = true;
    return any;
}

double workbench_due(const struct workbench *w)
{
    double due = fmin(fmin(w->save_at, w->ask_at), runs_link_due(w->runs, &w->board));
    if (!app_model_awaits(&w->board)) /* whose answers wake the loop themselves */
        due = fmin(due, script_due(&w->script));
    return fmin(due, app_model_notice_due(&w->board));
}
