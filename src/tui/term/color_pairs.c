/* A table from two colours to a number, and one back. Numbers are taken back in turn, so that a
 * frame that needs many looks at each at most once. */
#include "color_pairs.h"

#include <string.h>

void color_pairs_init(struct color_pairs *p, int pairs)
{
    memset(p, 0, sizeof *p);
    p->limit = pairs - 1 < COLOR_PAIRS_MAX ? pairs - 1 : COLOR_PAIRS_MAX;
    p->next = 1;
}

void color_pairs_begin(struct color_pairs *p)
{
    p->frame++;
}

static int16_t *number_of(struct color_pairs *p, int fg, int bg)
{
    return &p->number[fg + 1][bg + 1];
}

void color_pairs_keep(struct color_pairs *p, int fg, int bg)
{
    p->pair[*number_of(p, fg, bg)].frame = p->frame;
}

/* One that this frame does not need, 0 when all are needed. */
static int take_back(struct color_pairs *p)
{
    for (int looks = 0; looks < p->used; looks++) {
        int at = p->next;
        p->next = at == p->used ? 1 : at + 1;
        if (p->pair[at].frame == p->frame)
            continue;
        *number_of(p, p->pair[at].fg, p->pair[at].bg) = 0;
        return at;
    }
    return 0;
}

static int similar(const struct color_pairs *p, int bg)
{
    for (int i = 1; i <= p->used; i++)
        if (p->pair[i].bg == bg)
            return i;
    return 0;
}

int color_pairs_take(struct color_pairs *p, int fg, int bg, bool *fresh)
{
    int16_t *number = number_of(p, fg, bg);
    *fresh = *number == 0;
    if (*number)
        return *number;
    int at = p->used < p->limit ? ++p->used : take_back(p);
    *fresh = at > 0;
    if (at == 0)
        return similar(p, bg);
    *number = (int16_t)at;
    p->pair[at].fg = (int16_t)fg;
    p->pair[at].bg = (int16_t)bg;
    p->pair[at].frame = p->frame;
    return at;
}
