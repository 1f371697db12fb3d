/* The input line: a command, a filter, a name or a path is typed here. Pure editing; what to do
 * with the text is the caller's. UI thread. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include <stdbool.h>

#include "keymap.h"

enum prompt_kind { PROMPT_NONE, PROMPT_COMMAND, PROMPT_FILTER, PROMPT_ARGUMENT };
enum prompt_result {
    PROMPT_GOES_ON,
    PROMPT_CHANGED,
    PROMPT_ENTERED,
    PROMPT_LEFT,
    PROMPT_TAB /* to be completed: by prompt_offer, or when names of files have come */
};

enum { PROMPT_MAX = 240, PROMPT_HISTORY = 16, PROMPT_OFFERS = 8 };

struct prompt {
    enum prompt_kind kind;
    enum action action; /* of PROMPT_ARGUMENT */
    const char *label;
    char text[PROMPT_MAX];
    int cursor;                             /* byte in text */
    char completed[PROMPT_MAX];             /* what stood there before the first Tab, "" between */
    int completion;                         /* the next to offer */
    char offers[PROMPT_OFFERS][PROMPT_MAX]; /* names that begin as was typed, until the next key */
    int offers_n;                           /* how many there are, more than are kept here */
    char history[PROMPT_HISTORY][PROMPT_MAX]; /* commands, newest first */
    int history_n, history_at;                /* -1: not looking */
};

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text);
/* What an action is still to be told, behind a label such as "save cuts as: ". */
void prompt_ask(struct prompt *p, enum action action, const char *label, const char *text);
void prompt_close(struct prompt *p);
enum prompt_result prompt_key(struct prompt *p, int key);

/* Tab walks through words that begin as was typed from byte `from` on. */
typedef const char *prompt_word(const void *context, const char *start, int i); /* NULL: no more */
void prompt_offer(struct prompt *p, int from, prompt_word *word, const void *context);
/* The text from byte `from` on becomes `text`. */
void prompt_replace(struct prompt *p, int from, const char *text);

#endif
