/* The main loop: wait for a key, an answer, a snapshot, a signal or a due chore; take it in; draw
 * at most ui.fps frames a second, but at once after a key. All of it in the main thread. */
#include "tui/tui.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "draw/ansi.h"
#include "errors_link.h"
#include "first_loop.h"
#include "frame/frame.h"
#include "gradcam_link.h"
#include "input/act.h"
#include "input/mouse.h"
#include "input/yank.h"
#include "job/setup.h"
#include "keys/key_codes.h"
#include "model/keymap.h"
#include "model/layout.h"
#include "runs_link.h"
#include "term/screen.h"
#include "term/signals.h"
#include "term/stderr_capture.h"
#include "train_link.h"
#include "workbench.h"
#include "write_link.h"

enum { PRINT_WAIT_MS = 60000, SPINS_MAX = 50 };

/* Keys that are closer follow each other; a picture waits so long for the next one. */
static const double HURRY_SECONDS = 0.08;

enum end { END_NOT_YET, END_QUIT, END_SIGNAL, END_HANG_UP };

struct loop {
    struct workbench bench;
    struct canvas canvas;
    double frame_seconds, drawn_at;
    bool was_busy;
    bool dirty, at_once; /* something to draw; do not wait for the next frame's turn */
    double key_at,
        rest_at; /* of the last key; when keys that follow each other rest, INFINITY: now */
    int spins;   /* times the terminal was readable without a key */
    enum end end;
    bool lost; /* the terminal is gone */
};

static void use_colors(struct app_model *b)
{
    b->data.look.tier = screen_use_colors(b->data.look.theme, b->data.look.tier);
    b->tier = theme_tier_name(b->data.look.tier);
}

/* What was asked for about the frame that has just been drawn. */
static void hand_out(struct loop *l)
{
    struct workbench *w = &l->bench;
    char *text = NULL;
    if (w->screen_path[0]) {
        text = ansi_file(w->screen_path, &l->canvas, w->board.data.look.theme,
                         w->board.data.look.tier);
        paths_save(w->paths, w->screen_path, w->frame_mode, text);
        free(text);
    }
    if (w->yank) {
        text = yank_text(&w->board);
        if (w->yank_path[0])
            paths_save(w->paths, w->yank_path, w->frame_mode, text);
        else if (screen_copy(text))
            app_model_say(&w->board, INK_GOOD, "copied, as far as the terminal allows it");
        else
            app_model_say(&w->board, INK_WARN,
                          "this terminal has no clipboard: :yank FILE writes it");
        free(text);
        l->dirty = true;
    }
    w->screen_path[0] = w->yank_path[0] = '\0';
    w->yank = false;
}

/* Title and bell tell of the run to those who look elsewhere. */
static void tell_outside(struct loop *l)
{
    const struct app_model *b = &l->bench.board;
    char title[128];
    bool busy = app_model_busy(b);
    if (app_model_scans(b))
        snprintf(title, sizeof title, "hpa: scanning");
    else if (app_model_predicts(b))
        snprintf(title, sizeof title, "hpa: predicting");
    else if (busy)
        snprintf(title, sizeof title, "hpa: %s epoch %d/%d", b->snap.run_name, b->snap.epoch,
                 b->snap.epochs);
    else
        snprintf(title, sizeof title, "hpa%s%s", app_model_run_name(b)[0] ? ": " : "",
                 app_model_run_name(b));
    if (conf_flag(l->bench.conf, CONF_UI_TITLE))
        screen_title(title);
    if (l->was_busy && !busy && conf_flag(l->bench.conf, CONF_UI_BELL))
        screen_bell();
    l->was_busy = busy;
}

static void draw(struct loop *l, double now)
{
    int columns, rows;
    screen_size(&columns, &rows);
    if (columns != l->canvas.columns || rows != l->canvas.rows) {
        canvas_fini(&l->canvas);
        canvas_init(&l->canvas, columns, rows);
    }
    if (l->bench.redraw)
        screen_redraw();
    l->bench.redraw = false;
    screen_use_mouse(l->bench.board.mouse);
    use_colors(&l->bench.board);
    l->bench.board.data.hurried = !isinf(l->rest_at);
    frame_draw(&l->bench.board, &l->canvas);
    screen_show(&l->canvas);
    data_link_ask(l->bench.data, &l->bench.board);
    gradcam_link_ask(l->bench.heat, &l->bench.board);
    l->drawn_at = now;
    l->dirty = l->at_once = false;
    hand_out(l);
    tell_outside(l);
}

/* A key that is held down, or the wheel: what it passes over need not be drawn in full. */
static void note_key(struct loop *l)
{
    double now = clock_seconds();
    if (now > l->key_at && now < l->key_at + HURRY_SECONDS)
        l->rest_at = now + HURRY_SECONDS;
    l->key_at = now;
}

/* On a terminal that is too small for a frame nobody sees what a key does: it may only end or stop
 * the workbench, or draw again. A question is drawn even there. */
static bool may_act(const struct loop *l, int key)
{
    static const int blind[] = {'q', 'C' & 31, 'L' & 31, 'Z' & 31};
    int columns, rows;
    screen_size(&columns, &rows); /* of now: a frame of the new size may not be drawn yet */
    if (l->bench.board.dialog.kind != DIALOG_NONE)
        return true;
    if (columns >= LAYOUT_LEAST_COLUMNS && rows >= LAYOUT_LEAST_ROWS)
        return true;
    for (size_t i = 0; i < sizeof blind / sizeof *blind; i++)
        if (key == blind[i])
            return true;
    return false;
}

/* True when there was any. */
static bool take_keys(struct loop *l)
{
    bool any = false;
    for (int key; (key = screen_key()) != INPUT_NONE; any = true) {
        l->dirty = true;
        if (key == INPUT_RESIZE || key == INPUT_OTHER || !may_act(l, key))
            continue;
        note_key(l);
        if (key == INPUT_MOUSE)
            mouse_act(&l->bench.board, l->canvas.columns, l->canvas.rows, screen_mouse());
        else
            act_key(&l->bench.board, key);
        l->at_once = true;
    }
    return any;
}

/* A dead terminal stays readable for ever without giving a key. */
static void look_at_terminal(struct loop *l, short events)
{
    bool any = take_keys(l);
    l->spins = any || !(events & POLLIN) ? 0 : l->spins + 1;
    if (events & (POLLHUP | POLLERR | POLLNVAL) || (l->spins > 0 && !screen_alive()) ||
        l->spins > SPINS_MAX)
        l->end = END_HANG_UP;
}

static int timeout_of(const struct loop *l, double now)
{
    double due = fmin(workbench_due(&l->bench), fmin(l->rest_at, now + screen_key_wait()));
    if (l->dirty)
        due = fmin(due, l->at_once ? now : l->drawn_at + l->frame_seconds);
    if (isinf(due))
        return -1;
    return due <= now ? 0 : (int)fmin(ceil((due - now) * 1e3), 60000);
}

static void wait_for_events(struct loop *l)
{
    struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0},
                           {wake_fd(&l->bench.wake), POLLIN, 0},
                           {stderr_capture_fd(), POLLIN, 0}};
    int n = signals_wait(fds, 3, timeout_of(l, clock_seconds()));
    struct signals_seen seen = signals_take();
    look_at_terminal(l, n > 0 ? fds[0].revents : 0);
    if (n > 0 && fds[1].revents)
        wake_clear(&l->bench.wake);
    if (n > 0 && fds[2].revents)
        stderr_capture_read();
    l->bench.suspend |= seen.stop;
    if (seen.continued && !seen.stop) {
        screen_continued();
        l->dirty = l->at_once = true;
    }
    if (seen.terminate)
        l->end = END_SIGNAL;
    if (seen.hang_up)
        l->end = END_HANG_UP;
}

static void suspend(struct loop *l)
{
    l->bench.suspend = false;
    stderr_capture_end();
    screen_suspend();
    stderr_capture_begin();
    l->dirty = l->at_once = true;
}

/* A frame that was asked for just before the end. */
static void draw_last(struct loop *l)
{
    write_link_finish(&l->bench);
    if (l->bench.screen_path[0] || l->bench.yank)
        draw(l, clock_seconds());
}

static void run(struct loop *l)
{
    l->dirty = true;
    while (l->end == END_NOT_YET) {
        double now = clock_seconds();
        l->dirty |= workbench_news(&l->bench);
        l->at_once |= data_link_hurry(l->bench.data);
        if (now >= l->rest_at) {
            l->rest_at = INFINITY;
            l->dirty = l->at_once = true;
        }
        l->dirty |= workbench_chores(&l->bench, now) || l->bench.redraw;
        if (l->bench.suspend)
            suspend(l);
        if (l->bench.quit) {
            draw_last(l);
            l->end = END_QUIT;
        } else if (l->dirty && (l->at_once || now >= l->drawn_at + l->frame_seconds))
            draw(l, now);
        if (l->end == END_NOT_YET)
            wait_for_events(l);
    }
}

static void without_terminal(void)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0)
        return;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        dup2(null, fd);
    if (null > STDERR_FILENO)
        close(null);
}

/* After a hang-up: the training goes on in this process, or ends as run.on_hangup says. `lost`: the
 * terminal is gone; a SIGHUP may also reach a program whose terminal is still there. */
static void go_on_headless(struct workbench *w, bool lost)
{
    const char *wanted = conf_text(w->conf, CONF_RUN_ON_HANGUP);
    log_info("%s; on_hangup=%s", lost ? "the terminal is gone" : "hang-up", wanted);
    if (!lost && runner_busy(w->runner) && strcmp(wanted, "continue") == 0)
        fprintf(stderr, "hpa: hang-up: the training continues without a screen, process %d\n",
                (int)getpid());
    workbench_save(w);
    if (strcmp(wanted, "checkpoint") == 0)
        runner_stop(w->runner, JOB_STOP_CHECKPOINT);
    else if (strcmp(wanted, "stop") == 0)
        runner_stop(w->runner, JOB_STOP_EPOCH);
    struct pollfd fd = {wake_fd(&w->wake), POLLIN, 0};
    while (runner_busy(w->runner)) {
        signals_wait(&fd, 1, 1000);
        wake_clear(&w->wake);
        struct signals_seen seen = signals_take();
        if (seen.stop)
            signals_stop();
        if (seen.terminate)
            runner_stop(w->runner, JOB_STOP_CHECKPOINT);
    }
}

static void leave(struct loop *l, struct workbench_rest *rest)
{
    l->lost = l->end == END_HANG_UP && !screen_alive();
    screen_close(l->lost);
    stderr_capture_end();
    if (l->lost || signals_diverted())
        without_terminal();
    if (l->end == END_HANG_UP)
        go_on_headless(&l->bench, l->lost);
    if (l->end == END_SIGNAL)
        runner_stop(l->bench.runner, JOB_STOP_CHECKPOINT);
    signals_on_terminate(NULL, NULL);
    workbench_close(&l->bench, rest);
    signals_unblock(); /* before a detached process inherits the mask */
    if (rest->detach)
        workbench_detach(rest);
    canvas_fini(&l->canvas);
}

/* In the handler of a signal. */
static void stop_now(void *runner)
{
    runner_interrupt(runner);
}

static void begin(struct loop *l, const struct conf *c, bool start_training)
{
    const char *path = getenv("HPA_SCRIPT");
    struct app_model *b = &l->bench.board;
    struct err e;
    signals_on_terminate(stop_now, l->bench.runner);
    l->rest_at = INFINITY;
    l->frame_seconds = 1.0 / (double)conf_int(c, CONF_UI_FPS);
    b->glyphs = screen_glyphs(c);
    b->mouse = screen_wants_mouse(c);
    b->tier = theme_tier_name(screen_tier());
    b->data.look.tier = screen_tier();
    b->data.look.theme = theme_named(conf_text(c, CONF_UI_THEME));
    if (start_training)
        workbench_train(&l->bench, "");
    if (path && *path && script_open(&l->bench.script, path, &e))
        app_model_say(b, INK_ERROR, "HPA_SCRIPT: %s", e.text);
}

/* With names and paths in it. */
static void print_told(const char *text)
{
    char safe[4096];
    text_safe(text, safe, sizeof safe);
    printf("%s\n", safe);
}

static int run_workbench(const struct conf *c, bool start_training,
                         const struct run_query_table *table, struct err *e)
{
    struct loop *l = xcalloc(1, sizeof *l);
    struct workbench_rest rest = {0};
    bool open = workbench_open(&l->bench, c, table, e) == 0;
    bool shown = open && screen_open(c, e) == 0;
    if (shown) {
        stderr_capture_begin();
        begin(l, c, start_training);
        run(l);
    }
    if (open)
        leave(l, &rest);
    else
        signals_unblock();
    enum end end = l->end;
    if (rest.told[0] && !l->lost)
        print_told(rest.told);
    free(l);
    if (end == END_SIGNAL)
        return err_set(e, ERR_CANCELLED, "ended by a signal");
    if (rest.lost.code != ERR_NONE)
        return err_set(e, rest.lost.code, "%s", rest.lost.text);
    return shown ? 0 : -1;
}

/* True: the workbench is to follow, with *made when that is not NULL. */
static bool run_first_page(const struct conf *c, struct conf **made, struct err *e)
{
    err_clear(e);
    if (screen_open(c, e))
        return false;
    stderr_capture_begin();
    enum first_end how = first_loop(c, made, e);
    screen_close(how == FIRST_END_HANG_UP && !screen_alive());
    stderr_capture_end();
    if (how == FIRST_END_SIGNAL)
        err_set(e, ERR_CANCELLED, "ended by a signal");
    return how == FIRST_END_BEGIN;
}

int tui_run(const struct conf *c, bool start_training, const struct run_query_table *table,
            struct err *e)
{
    struct conf *made = NULL;
    if (screen_check(e))
        return -1;
    signals_block();
    if (!table->probs && setup_wanted(c) && !run_first_page(c, &made, e)) {
        signals_unblock();
        return e->code == ERR_NONE ? 0 : -1;
    }
    int failed = run_workbench(made ? made : c, start_training, table, e);
    conf_free(made);
    return failed;
}

static int choose_page(struct app_model *b, const char *tab, struct err *e)
{
    if (strcmp(tab, "help") == 0)
        b->help = true;
    else if (tabs_named(tab))
        app_model_show_tab(b, tabs_named(tab));
    else
        return err_set(e, ERR_USAGE, "there is no page \"%s\": hpa screen -h lists them", tab);
    return 0;
}

static bool answered(const struct workbench *w)
{
    const struct app_model *b = &w->board;
    return b->labels && b->run && data_link_idle(w->data) && tune_link_idle(w->tune, b) &&
           errors_link_idle(w->errors) && runs_link_idle(w->runs, b) &&
           train_link_idle(w->train, b);
}

/* Until what the frame shows is answered. */
static void draw_answered(struct workbench *w, struct canvas *c)
{
    struct pollfd fd = {wake_fd(&w->wake), POLLIN, 0};
    for (;;) {
        frame_draw(&w->board, c);
        data_link_ask(w->data, &w->board);
        tune_link_ask(w->tune, &w->board);
        errors_link_ask(w->errors, &w->board);
        runs_link_ask(w->runs, &w->board, clock_seconds());
        train_link_ask(w->train, &w->board);
        if (answered(w))
            return;
        if (poll(&fd, 1, PRINT_WAIT_MS) <= 0)
            return;
        wake_clear(&w->wake);
        workbench_news(w);
    }
}

int tui_print(const struct conf *c, const char *tab, int columns, int rows,
              const struct run_query_table *table, struct err *e)
{
    struct workbench_rest rest;
    struct canvas canvas;
    struct workbench *w = xcalloc(1, sizeof *w);
    if (workbench_open(w, c, table, e)) {
        free(w);
        return -1;
    }
    int failed = choose_page(&w->board, tab, e);
    if (!failed) {
        w->board.glyphs = screen_glyphs(c);
        w->board.tier = "mono";
        w->board.data.look.tier = THEME_MONO;
        canvas_init(&canvas, columns, rows);
        draw_answered(w, &canvas);
        char *text = canvas_dump(&canvas, 0);
        fputs(text, stdout);
        free(text);
        canvas_fini(&canvas);
    }
    workbench_close(w, &rest);
    free(w);
    return failed;
}

char *tui_key_table(void)
{
    return keymap_table();
}
