/* Colour pairs: which two colours have which number of the terminal's table.
 *
 * A terminal may have fewer pairs than a picture wants. A pair that no cell of the frame needs is
 * given to other colours; one that is in the frame never is, because the terminal would paint its
 * cells anew. Pure; one owner. */
#ifndef TUI_PAIRS_H
#define TUI_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

enum { PAIRS_COLORS = 257, PAIRS_MAX = 8192 };

struct pairs {
    int limit; /* numbers 1..limit are ours */
    int used;  /* 1..used have colours */
    int next;  /* where to look for one to take back */
    uint32_t frame;
    int16_t number[PAIRS_COLORS]
                  [PAIRS_COLORS]; /* by colour + 1 (-1: the terminal's own); 0: none */
    struct {
        int16_t fg, bg;
        uint32_t frame; /* that needed it last */
    } pair[PAIRS_MAX + 1];
};

/* `pairs` of the terminal, number 0 included. */
void pairs_init(struct pairs *p, int pairs);
/* A new frame begins; then every cell's colours are kept before any is taken. */
void pairs_begin(struct pairs *p);
void pairs_keep(struct pairs *p, int fg, int bg);
/* The number of these colours. `fresh`: it is to be defined now. When the frame needs more than
 * there are: one with the same background, else 0. */
int pairs_take(struct pairs *p, int fg, int bg, bool *fresh);

#endif
