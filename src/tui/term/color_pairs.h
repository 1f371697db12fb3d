/* Colour pairs: which two colours have which number of the terminal's table.
 *
 * A terminal may have fewer pairs than a picture wants. A pair that no cell of the frame needs is
 * given to other colours; one that is in the frame never is, because the terminal would paint its
 * cells anew. Pure; one owner. */
#ifndef TUI_COLOR_PAIRS_H
#define TUI_COLOR_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

enum { COLOR_PAIRS_COLORS = 257, COLOR_PAIRS_MAX = 8192 };

struct color_pairs {
    int limit; /* numbers 1..limit are ours */
    int used;  /* 1..used have colours */
    int next;  /* where to look for one to take back */
    uint32_t frame;
    int16_t number[COLOR_PAIRS_COLORS]
                  [COLOR_PAIRS_COLORS]; /* by colour + 1 (-1: the terminal's own); 0: none */
    struct {
        int16_t fg, bg;
        uint32_t frame; /* that needed it last */
    } pair[COLOR_PAIRS_MAX + 1];
};

/* `pairs` of the terminal, number 0 included. */
void color_pairs_init(struct color_pairs *p, int pairs);
/* A new frame begins; then every cell's colours are kept before any is taken. */
void color_pairs_begin(struct color_pairs *p);
void color_pairs_keep(struct color_pairs *p, int fg, int bg);
/* The number of these colours. `fresh`: it is to be defined now. When the frame needs more than
 * there are: one with the same background, else 0. */
int color_pairs_take(struct color_pairs *p, int fg, int bg, bool *fresh);

#endif
