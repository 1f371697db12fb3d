/* Lists longer than their panes. */
#include "scroll.h"

int scroll_top(int top, int at, int page, int rows)
{
    int last = rows - page;
    if (at < top)
        top = at;
    if (at >= top + page)
        top = at - page + 1;
    top = top > last ? last : top;
    return top > 0 ? top : 0;
}
