/* Editing one line of UTF-8, with completion and a short history. Control characters never
 * get into the text. */
#include "prompt.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "keys/key_codes.h"

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text)
{
    p->kind = kind;
    p->action = ACTION_NONE;
    p->label = kind == PROMPT_FILTER ? "/" : ":";
    snprintf(p->text, sizeof p->text, "%s", text);
    p->cursor = (int)strlen(p->text);
    p->completed[0] = '\0';
    p->offers_n = 0;
    p->history_at = -1;
}

void prompt_close(struct prompt *p)
{
    p->kind = PROMPT_NONE;
}

void prompt_ask(struct prompt *p, enum action action, const char *label, const char *text)
{
    prompt_open(p, PROMPT_ARGUMENT, text);
    p->action = action;
    p->label = label;
}

static int before(const struct prompt *p, int at)
{
    do
        at--;
    while (at > 0 && (p->text[at] & 0xc0) == 0x80);
    return at < 0 ? 0 : at;
}

static int after(const struct prompt *p, int at)
{
    const char *next = p->text + at;
    text_next(&next);
    return (int)(next - p->text);
}

static void erase(struct prompt *p, int from, int to)
{
    memmove(p->text + from, p->text + to, strlen(p->text + to) + 1);
    p->cursor = from;
}

static bool insert(struct prompt *p, int key)
{
    char bytes[8];
    if (key < ' ' || (key >= 0x7f && key < 0xa0) || key >= INPUT_UP)
        return false;
    int n = text_encode((uint32_t)key, bytes);
    size_t length = strlen(p->text);
    if (length + (size_t)n >= sizeof p->text)
        return false;
    memmove(p->text + p->cursor + n, p->text + p->cursor, length - (size_t)p->cursor + 1);
    memcpy(p->text + p->cursor, bytes, (size_t)n);
    p->cursor += n;
    return true;
}

static void replace(struct prompt *p, const char *text)
{
    snprintf(p->text, sizeof p->text, "%s", text);
    p->cursor = (int)strlen(p->text);
}

void prompt_replace(struct prompt *p, int from, const char *text)
{
    char whole[PROMPT_MAX];
    snprintf(whole, sizeof whole, "%.*s%s", from, p->text, text);
    replace(p, whole);
}

void prompt_offer(struct prompt *p, int from, prompt_word *word, const void *context)
{
    if (!p->completed[0]) {
        snprintf(p->completed, sizeof p->completed, "%s", p->text);
        p->completion = 0;
    }
    const char *start = p->completed + from, *next = word(context, start, p->completion);
    if (!next) {
        p->completion = 0;
        next = word(context, start, 0);
    }
    if (!next)
        return;
    p->completion++;
    prompt_replace(p, from, next);
}

static void look_back(struct prompt *p, int direction)
{
    int at = p->history_at + direction;
    if (p->kind != PROMPT_COMMAND || at < -1 || at >= p->history_n)
        return;
    p->history_at = at;
    replace(p, at < 0 ? "" : p->history[at]);
}

static void remember(struct prompt *p)
{
    if (p->kind != PROMPT_COMMAND || !p->text[0])
        return;
    memmove(p->history[1], p->history[0], sizeof p->history - sizeof p->history[0]);
    snprintf(p->history[0], sizeof p->history[0], "%s", p->text);
    if (p->history_n < PROMPT_HISTORY)
        p->history_n++;
}

static int word_start(const struct prompt *p)
{
    int at = p->cursor;
    while (at > 0 && p->text[at - 1] == ' ')
        at--;
    while (at > 0 && p->text[at - 1] != ' ')
        at--;
    return at;
}

static bool edit(struct prompt *p, int key)
{
    switch (key) {
    case INPUT_BACKSPACE:
        if (p->cursor > 0)
            erase(p, before(p, p->cursor), p->cursor);
        return true;
    case INPUT_DELETE:
        if (p->text[p->cursor])
            erase(p, p->cursor, after(p, p->cursor));
        return true;
    case 'W' & 31:
        erase(p, word_start(p), p->cursor);
        return true;
    case 'U' & 31:
        erase(p, 0, p->cursor);
        return true;
    default:
        return insert(p, key);
    }
}

static void walk(struct prompt *p, int key)
{
    if (key == INPUT_LEFT || key == ('B' & 31))
        p->cursor = before(p, p->cursor);
    else if ((key == INPUT_RIGHT || key == ('F' & 31)) && p->text[p->cursor])
        p->cursor = after(p, p->cursor);
    else if (key == INPUT_HOME || key == ('A' & 31))
        p->cursor = 0;
    else if (key == INPUT_END || key == ('E' & 31))
        p->cursor = (int)strlen(p->text);
    else if (key == INPUT_UP || key == INPUT_DOWN)
        look_back(p, key == INPUT_UP ? 1 : -1);
}

enum prompt_result prompt_key(struct prompt *p, int key)
{
    if (key == INPUT_ESC || key == ('C' & 31) || key == ('G' & 31))
        return PROMPT_LEFT;
    if (key == INPUT_BACKSPACE && !p->text[0])
        return PROMPT_LEFT;
    if (key == INPUT_ENTER) {
        remember(p);
        return PROMPT_ENTERED;
    }
    p->offers_n = 0;
    if (key == '\t')
        return PROMPT_TAB;
    p->completed[0] = '\0';
    if (edit(p, key))
        return PROMPT_CHANGED;
    walk(p, key);
    return PROMPT_GOES_ON;
}
