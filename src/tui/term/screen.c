/* ncurses behind five functions. The canvas shown last is kept; only cells that differ are handed
 * to ncurses, which then writes the shortest way to get there. Idle therefore writes nothing.
 *
 * ncurses keeps its own SIGWINCH handler: a new size arrives as a key. Keys are decoded by
 * key_decoder.h: ncurses takes what it does not know apart into single characters, and those would
 * be keys. Colour pairs are taken as they are needed (color_pairs.h). Text that is pasted reaches
 * the input line only, never the key map. */
#define _GNU_SOURCE
#include "screen.h"

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#undef columns /* a macro of term.h */
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/text.h"
#include "color_pairs.h"
#include "keys/key_codes.h"
#include "keys/key_decoder.h"
#include "signals.h"
#include "terminal_restore.h"

enum { RESCUE_BYTES = 400, TITLE_BYTES = 160, COPY_BYTES = 72000, KNOWN_MAX = 16 };

static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";
/* Presses, drags and the wheel, in decimal numbers. */
static const char mouse_on[] = "\033[?1000h\033[?1002h\033[?1006h";
static const char mouse_off[] = "\033[?1006l\033[?1002l\033[?1000l";

/* The title is put on the terminal's stack and taken from it. */
static const char title_push[] = "\033[22;0t", title_pop[] = "\033[23;0t";

/* The one terminal of the process. */
static struct {
    SCREEN *terminal; /* NULL: not open */
    enum theme theme;
    enum theme_tier tier;
    struct canvas shown, next; /* as last written; the same of the frame at work */
    bool shown_valid;          /* false: write everything */
    bool paste_known;
    bool mouse; /* asked for */
    struct mouse event;
    struct key_decoder decoder;
    struct key_decoder_known known[KNOWN_MAX]; /* keys of this terminal type */
    int known_n;
    struct color_pairs pairs;
    enum theme_tier most;    /* colours that the terminal has */
    char title[TITLE_BYTES]; /* ours; "": it has its own */
} own;

/* Bytes of a terminfo string, padding left out. */
static char collected[RESCUE_BYTES];
static size_t collected_n;

static int collect(int byte)
{
    if (collected_n < sizeof collected)
        collected[collected_n++] = (char)byte;
    return byte;
}

static void collect_capability(const char *name)
{
    const char *text = tigetstr(name);
    if (text && text != (const char *)-1)
        tputs(text, 1, collect);
}

/* What puts the terminal right after a crash: no attributes, cursor, keypad off, first page. */
static void arm_rescue(void)
{
    static const char *const names[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
    collected_n = 0;
    for (size_t i = 0; own.paste_known && i < sizeof paste_off - 1; i++)
        collect(paste_off[i]);
    for (size_t i = 0; own.paste_known && i < sizeof mouse_off - 1; i++)
        collect(mouse_off[i]);
    for (size_t i = 0; own.title[0] && i < sizeof title_pop - 1; i++)
        collect(title_pop[i]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        collect_capability(names[i]);
    terminal_restore_arm(STDOUT_FILENO, collected, collected_n);
}

static bool knows_paste(const char *term)
{
    static const char *const families[] = {"xterm",     "screen", "tmux",  "rxvt",
                                           "alacritty", "foot",   "kitty", "st-"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strncmp(term, families[i], strlen(families[i])) == 0)
            return true;
    return false;
}

static void write_bytes(const char *bytes)
{
    ssize_t put = write(STDOUT_FILENO, bytes, strlen(bytes));
    (void)put; /* a terminal that is gone is noticed by poll */
}

static void write_capability(const char *name)
{
    collected_n = 0;
    collect_capability(name);
    ssize_t put = write(STDOUT_FILENO, collected, collected_n);
    (void)put;
}

static void begin_modes(void)
{
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    nodelay(stdscr, TRUE);
    meta(stdscr, TRUE);
    curs_set(0);
    write_capability("smkx");
    if (own.paste_known)
        write_bytes(paste_on);
}

/* What the terminal type has for the keys, in the mode that "smkx" brings. */
static void learn_keys(void)
{
    static const struct {
        const char *name;
        int key;
    } table[] = {{"kcuu1", INPUT_UP},     {"kcud1", INPUT_DOWN},    {"kcub1", INPUT_LEFT},
                 {"kcuf1", INPUT_RIGHT},  {"khome", INPUT_HOME},    {"kend", INPUT_END},
                 {"kpp", INPUT_PAGE_UP},  {"knp", INPUT_PAGE_DOWN}, {"kcbt", INPUT_BACK_TAB},
                 {"kdch1", INPUT_DELETE}, {"kent", INPUT_ENTER},    {"kf1", INPUT_F1},
                 {"kf10", INPUT_F10}};
    own.known_n = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct key_decoder_known *known = &own.known[own.known_n];
        const char *bytes = tigetstr(table[i].name);
        if (!bytes || bytes == (const char *)-1 || bytes[0] != '\033' ||
            strlen(bytes) >= sizeof known->bytes)
            continue;
        strcpy(known->bytes, bytes);
        known->key = table[i].key;
        own.known_n++;
    }
}

/* In locales other than UTF-8. */
static int locale_character(const char *bytes, size_t n, uint32_t *code)
{
    mbstate_t state = {0};
    wchar_t wide;
    size_t used = mbrtowc(&wide, bytes, n, &state);
    if (used == (size_t)-2)
        return 0;
    *code = (uint32_t)wide;
    return used == (size_t)-1 ? -1 : 1;
}

static void begin_keys(const struct conf *c)
{
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    learn_keys();
    key_decoder_init(&own.decoder, own.known, own.known_n, utf8 ? NULL : locale_character);
    own.decoder.escape_wait = (double)conf_int(c, CONF_UI_ESCAPE_MS) / 1e3;
}

static void begin_colors(const struct conf *c)
{
    const char *no_color = getenv("NO_COLOR");
    int colors = 0;
    if (has_colors() && start_color() == OK && use_default_colors() == OK)
        colors = COLORS;
    own.most = theme_tier("auto", colors, false);
    own.theme = theme_named(conf_text(c, CONF_UI_THEME));
    own.tier = theme_tier(conf_text(c, CONF_UI_COLOR), colors, no_color && *no_color);
    color_pairs_init(&own.pairs, COLOR_PAIRS);
}

/* Only here may writing block. */
static void write_frame(void)
{
    signals_writing(STDOUT_FILENO);
    refresh();
    signals_written();
}

static void give_back(void)
{
    signals_writing(STDOUT_FILENO);
    if (own.mouse)
        write_bytes(mouse_off);
    if (own.paste_known)
        write_bytes(paste_off);
    if (own.title[0])
        write_bytes(title_pop);
    write_capability("rmkx");
    endwin();
    signals_written();
}

/* newterm() takes any type that is known, also one that can only write line after line, such as
 * "dumb". */
static int check_type(const char *term, struct err *e)
{
    int found;
    bool known = setupterm(term, STDOUT_FILENO, &found) == OK;
    const char *move = known ? tigetstr("cup") : NULL;
    bool moves = move && move != (const char *)-1;
    if (known)
        del_curterm(cur_term);
    if (moves)
        return 0;
    return err_set(e, ERR_USAGE,
                   "the terminal type \"%s\" (TERM) %s; try TERM=xterm-256color hpa where the "
                   "terminal can do more, or use a command (hpa -h lists them)",
                   term,
                   known || found == 1 ? "cannot move its cursor" : "is unknown on this machine");
}

int screen_check(struct err *e)
{
    const char *term = getenv("TERM");
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (terminal && term && *term)
        return check_type(term, e);
    if (terminal)
        return err_set(e, ERR_USAGE,
                       "TERM is not set, so the type of this terminal is not known; try "
                       "TERM=xterm-256color hpa, or use a command (hpa -h lists them)");
    return err_set(e, ERR_USAGE,
                   "the workbench needs a terminal; without one use a command: hpa train, hpa "
                   "tune, hpa predict, hpa screen board (hpa -h lists them all)");
}

int screen_open(const struct conf *c, struct err *e)
{
    setlocale(LC_CTYPE, ""); /* and no other: numbers keep their point */
    terminal_restore_remember(STDIN_FILENO);
    errno = 0;
    own.terminal = newterm(NULL, stdout, stdin);
    if (!own.terminal && errno == ENOMEM)
        return err_set(e, ERR_NOMEM, "out of memory: opening the screen");
    if (!own.terminal)
        return err_set(e, ERR_USAGE, "the terminal type \"%s\" (TERM) cannot be used",
                       getenv("TERM"));
    own.paste_known = knows_paste(getenv("TERM"));
    own.title[0] = '\0';
    own.shown_valid = own.mouse = false;
    begin_modes();
    begin_keys(c);
    begin_colors(c);
    arm_rescue();
    return 0;
}

void screen_close(bool lost)
{
    if (!own.terminal)
        return;
    if (!lost) {
        give_back();
        if (signals_diverted())
            terminal_restore_without_waiting(STDIN_FILENO);
        delscreen(own.terminal);
    }
    terminal_restore_disarm();
    canvas_fini(&own.shown);
    canvas_fini(&own.next);
    own.terminal = NULL;
}

void screen_size(int *columns, int *rows)
{
    *columns = getmaxx(stdscr);
    *rows = getmaxy(stdscr);
}

enum theme_tier screen_tier(void)
{
    return own.tier;
}

enum glyphs screen_glyphs(const struct conf *c)
{
    setlocale(LC_CTYPE, "");
    return glyphs_named(conf_text(c, CONF_UI_GLYPHS),
                        glyphs_automatic(nl_langinfo(CODESET), getenv("TERM")));
}

bool screen_wants_mouse(const struct conf *c)
{
    const char *wanted = conf_text(c, CONF_UI_MOUSE);
    if (strcmp(wanted, "auto") == 0)
        return !getenv("TMUX") && !getenv("STY");
    return strcmp(wanted, "on") == 0;
}

void screen_use_mouse(bool on)
{
    on = on && own.paste_known; /* the terminals that know the one know the other */
    if (on == own.mouse)
        return;
    own.mouse = on;
    write_bytes(on ? mouse_on : mouse_off);
}

struct mouse screen_mouse(void)
{
    return own.event;
}

bool screen_alive(void)
{
    struct termios modes;
    return tcgetattr(STDIN_FILENO, &modes) == 0;
}

/* HPA_CLOCK does not stop this one. */
static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ncurses gives the bytes as they are, and the new size of the terminal. */
int screen_key(void)
{
    int key, code = 0;
    bool read_any = false;
    while ((key = key_decoder_next(&own.decoder, &own.event)) == INPUT_NONE) {
        code = getch();
        if (code == ERR)
            break;
        if (code == KEY_RESIZE)
            return INPUT_RESIZE;
        read_any = true;
        key_decoder_byte(&own.decoder, (unsigned char)code, seconds_now());
    }
    if (key != INPUT_NONE)
        return key;
    key_decoder_silence(&own.decoder, seconds_now());
    key = key_decoder_next(&own.decoder, &own.event);
    return key == INPUT_NONE && read_any ? INPUT_OTHER : key;
}

double screen_key_wait(void)
{
    return fmax(key_decoder_due(&own.decoder) - seconds_now(), 0);
}

static struct look look_of(const struct cell *cell)
{
    if (cell->style & ATTR_COLORS)
        return (struct look){cell->fg, cell->bg, 0};
    return theme_look(own.theme, own.tier, cell->style);
}

static short pair_of(struct look look)
{
    if (own.tier == THEME_MONO)
        return 0;
    bool fresh;
    int pair = color_pairs_take(&own.pairs, look.fg, look.bg, &fresh);
    if (fresh)
        init_pair((short)pair, (short)look.fg, (short)look.bg);
    return (short)pair;
}

static attr_t attributes_of(unsigned attr)
{
    attr_t attributes = A_NORMAL;
    if (attr & ATTR_BOLD)
        attributes |= A_BOLD;
    if (attr & ATTR_UNDERLINE)
        attributes |= A_UNDERLINE;
    if (attr & ATTR_REVERSE)
        attributes |= A_REVERSE;
    return attributes;
}

static void write_cell(int x, int y, const struct cell *cell)
{
    struct look look = look_of(cell);
    wchar_t text[2] = {(wchar_t)cell->code, 0};
    cchar_t out;
    setcchar(&out, text, attributes_of(look.attr), pair_of(look), NULL);
    mvadd_wch(y, x, &out);
}

/* So that no pair is given away that a cell of this frame, written or not, is seen in. */
static void keep_pairs(const struct canvas *c)
{
    color_pairs_begin(&own.pairs);
    for (int i = 0; own.tier != THEME_MONO && i < c->columns * c->rows; i++) {
        struct look look = look_of(&c->cells[i]);
        color_pairs_keep(&own.pairs, look.fg, look.bg);
    }
}

/* True when the old canvas can be compared with. */
static bool same_size(const struct canvas *c)
{
    if (own.shown_valid && own.shown.columns == c->columns && own.shown.rows == c->rows)
        return true;
    canvas_fini(&own.shown);
    canvas_fini(&own.next);
    canvas_init(&own.shown, c->columns, c->rows);
    canvas_init(&own.next, c->columns, c->rows);
    own.shown_valid = true;
    erase();
    return false;
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    return a->code == b->code && a->style == b->style && a->fg == b->fg && a->bg == b->bg;
}

static bool lines_show(const struct look *look)
{
    return look->attr & (ATTR_UNDERLINE | ATTR_REVERSE);
}

/* What the locale has no character for, or holds to be of another width than we do, would leave
 * what stood there before, or move what follows. */
static void replace_unknown(struct cell *row, int columns)
{
    for (int x = 0; x < columns; x++) {
        uint32_t code = row[x].code;
        if (code < 0x80 || wcwidth((wchar_t)code) == text_char_width(code))
            continue;
        row[x].code = '?';
        if (x + 1 < columns && row[x + 1].code == 0)
            row[x + 1].code = '?';
    }
}

/* A blank shows nothing but its background: it takes the look of what stands before it on the same
 * one, so that no colours are sent for it. */
static void spare_blanks(struct cell *row, int columns)
{
    struct look before = look_of(&row[0]);
    for (int x = 1; x < columns; x++) {
        struct look look = look_of(&row[x]);
        bool alike = look.bg == before.bg && !lines_show(&look) && !lines_show(&before);
        if (row[x].code == ' ' && alike)
            row[x] = (struct cell){' ', row[x - 1].style, row[x - 1].fg, row[x - 1].bg};
        else
            before = look;
    }
}

void screen_show(const struct canvas *c)
{
    bool all = !same_size(c), any = all;
    size_t size = (size_t)c->columns * (size_t)c->rows * sizeof *c->cells;
    memcpy(own.next.cells, c->cells, size);
    for (int y = 0; y < c->rows; y++) {
        replace_unknown(own.next.cells + y * c->columns, c->columns);
        spare_blanks(own.next.cells + y * c->columns, c->columns);
    }
    keep_pairs(&own.next);
    for (int y = 0; y < c->rows; y++)
        for (int x = 0; x < c->columns; x++) {
            const struct cell *cell = canvas_at(&own.next, x, y),
                              *old = canvas_at(&own.shown, x, y);
            if ((!all && same_cell(cell, old)) || cell->code == 0)
                continue;
            write_cell(x, y, cell);
            any = true;
        }
    memcpy(own.shown.cells, own.next.cells, size);
    if (any)
        write_frame();
}

enum theme_tier screen_use_colors(enum theme theme, enum theme_tier tier)
{
    tier = tier < own.most ? own.most : tier;
    if (theme != own.theme || tier != own.tier)
        own.shown_valid = false;
    own.theme = theme;
    own.tier = tier;
    return tier;
}

static void put_base64(char *out, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        unsigned b = (unsigned)bytes[i] << 16;
        b |= i + 1 < n ? (unsigned)bytes[i + 1] << 8 : 0;
        b |= i + 2 < n ? bytes[i + 2] : 0;
        *out++ = digits[b >> 18];
        *out++ = digits[b >> 12 & 63];
        *out++ = '=';
        *out++ = '=';
        if (i + 1 < n)
            out[-2] = digits[b >> 6 & 63];
        if (i + 2 < n)
            out[-1] = digits[b & 63];
    }
    *out = '\0';
}

bool screen_copy(const char *text)
{
    size_t n = strlen(text);
    if (!own.paste_known || n > COPY_BYTES)
        return false;
    bool tmux = getenv("TMUX") != NULL;
    char *coded = xmalloc(n / 3 * 4 + 8);
    put_base64(coded, (const unsigned char *)text, n);
    char *whole = xasprintf("%s\033]52;c;%s\007%s", tmux ? "\033Ptmux;\033" : "", coded,
                            tmux ? "\033\\" : "");
    signals_writing(STDOUT_FILENO);
    write_bytes(whole);
    signals_written();
    free(whole);
    free(coded);
    return true;
}

void screen_title(const char *text)
{
    char safe[TITLE_BYTES], whole[TITLE_BYTES + 16];
    text_safe(text, safe, sizeof safe);
    if (!own.paste_known || strcmp(safe, own.title) == 0)
        return;
    bool first = !own.title[0];
    snprintf(own.title, sizeof own.title, "%s", safe);
    snprintf(whole, sizeof whole, "%s\033]2;%s\007", first ? title_push : "", safe);
    signals_writing(STDOUT_FILENO);
    write_bytes(whole);
    signals_written();
    if (first)
        arm_rescue();
}

void screen_bell(void)
{
    write_bytes("\007");
}

void screen_redraw(void)
{
    own.shown_valid = false;
    clearok(curscr, TRUE);
}

/* As after screen_open: the modes that give_back() left, and all cells. */
static void take_back(void)
{
    signals_writing(STDOUT_FILENO);
    write_capability("smkx");
    if (own.paste_known)
        write_bytes(paste_on);
    if (own.mouse)
        write_bytes(mouse_on);
    signals_written();
    own.title[0] = '\0'; /* set again by the next frame */
    screen_redraw();
}

void screen_suspend(void)
{
    give_back();
    signals_stop();
    take_back();
}

void screen_continued(void)
{
    give_back();
    take_back();
}
