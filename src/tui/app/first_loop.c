/* Keys, answers and signals; every one is followed by a frame. */
#include "first_loop.h"

#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "first_page.h"
#include "keys/key_codes.h"
#include "model/keymap.h"
#include "term/screen.h"
#include "term/signals.h"
#include "term/stderr_capture.h"

struct first {
    struct first_page page;
    struct canvas canvas;
    struct wake wake;
    struct setup *setup;
    struct paths *paths;
    const struct conf *conf;
    enum first_end end;
    bool over;
};

static void draw(struct first *f)
{
    int columns, rows;
    screen_size(&columns, &rows);
    if (columns != f->canvas.columns || rows != f->canvas.rows) {
        canvas_fini(&f->canvas);
        canvas_init(&f->canvas, columns, rows);
    }
    first_page_draw(&f->page, &f->canvas);
    screen_show(&f->canvas);
}

static void end(struct first *f, enum first_end how)
{
    f->end = how;
    f->over = true;
}

static void carry_out(struct first *f, enum first_wish wish)
{
    struct setup_choice choice;
    first_page_choice(&f->page, &choice);
    switch (wish) {
    case FIRST_WISH_NAMES:
        paths_ask_names(f->paths, f->page.field[f->page.row].text);
        break;
    case FIRST_WISH_FOUND:
        setup_ask_found(f->setup, &choice);
        break;
    case FIRST_WISH_WRITE:
        setup_ask_write(f->setup, &choice, f->page.found ? f->page.found->preset : "");
        break;
    case FIRST_WISH_DRAW:
        setup_ask_demo(f->setup);
        break;
    case FIRST_WISH_STOP:
        setup_stop(f->setup);
        break;
    case FIRST_WISH_QUIT:
        end(f, FIRST_END_QUIT);
        break;
    case FIRST_WISH_BEGIN:
        end(f, FIRST_END_BEGIN);
        break;
    case FIRST_WISH_NOTHING:
        break;
    }
}

static void take_answers(struct first *f)
{
    struct paths_names *names = paths_take_names(f->paths);
    struct setup_found *found = setup_take_found(f->setup);
    struct setup_done *done = setup_take_done(f->setup);
    if (names) {
        first_page_names(&f->page, names);
        carry_out(f, FIRST_WISH_FOUND);
    }
    if (found)
        first_page_found(&f->page, found);
    if (done)
        carry_out(f, first_page_done(&f->page, done));
    free(names);
    free(done);
}

static bool take_keys(struct first *f)
{
    bool any = false;
    for (int key; !f->over && (key = screen_key()) != INPUT_NONE; any = true) {
        if (key == 'L' - '@')
            screen_redraw();
        else if (key == INPUT_MOUSE)
            carry_out(
                f, first_page_mouse(&f->page, f->canvas.columns, f->canvas.rows, screen_mouse()));
        else if (key != INPUT_RESIZE && key != INPUT_OTHER)
            carry_out(f, first_page_key(&f->page, key));
    }
    return any;
}

static void wait_for_events(struct first *f)
{
    struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0}, {wake_fd(&f->wake), POLLIN, 0}};
    double wait = screen_key_wait();
    int n = signals_wait(fds, 2, isinf(wait) ? -1 : (int)ceil(wait * 1e3));
    struct signals_seen seen = signals_take();
    bool any = take_keys(f);
    if (seen.stop) {
        stderr_capture_end();
        screen_suspend();
        stderr_capture_begin();
    } else if (seen.continued) {
        screen_continued();
    }
    if (n > 0 && fds[1].revents)
        wake_clear(&f->wake);
    if (seen.terminate)
        end(f, FIRST_END_SIGNAL);
    if (seen.hang_up || (n > 0 && fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) ||
        (n > 0 && fds[0].revents && !any && !screen_alive()))
        end(f, FIRST_END_HANG_UP);
}

static int open_desks(struct first *f, struct err *e)
{
    if (wake_init(&f->wake))
        return err_set(e, ERR_FAIL, "cannot make a wake-up for the screen: too many open files?");
    f->setup = setup_open(f->conf, &f->wake, e);
    f->paths = f->setup ? paths_open(&f->wake, e) : NULL;
    return f->paths ? 0 : -1;
}

enum first_end first_loop(const struct conf *c, struct conf **made, struct err *e)
{
    struct first *f = xcalloc(1, sizeof *f);
    f->conf = c;
    f->end = FIRST_END_QUIT;
    err_clear(e);
    if (open_desks(f, e) == 0) {
        first_page_init(&f->page, conf_text(c, CONF_DATA_TRAIN_CSV),
                        conf_text(c, CONF_DATA_TRAIN_DIR));
        f->page.glyphs = screen_glyphs(c);
        screen_use_mouse(screen_wants_mouse(c));
        carry_out(f, FIRST_WISH_FOUND);
        while (!f->over) {
            take_answers(f);
            draw(f);
            if (!f->over)
                wait_for_events(f);
        }
    }
    enum first_end how = f->end;
    setup_close(f->setup);
    paths_close(f->paths);
    wake_fini(&f->wake);
    first_page_fini(&f->page);
    canvas_fini(&f->canvas);
    free(f);
    if (how == FIRST_END_BEGIN && !(*made = setup_result(c, e)))
        how = FIRST_END_QUIT;
    return how;
}
