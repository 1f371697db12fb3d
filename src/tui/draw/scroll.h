/* Where a list that is longer than its pane begins. A pure function; any thread. */
#ifndef TUI_SCROLL_H
#define TUI_SCROLL_H

/* The first row shown of `rows`, `page` (at least 1) of which fit: `top` where row `at` is seen
 * from there, else the nearest from which it is. No page is left half empty while rows stand above
 * it. */
int scroll_top(int top, int at, int page, int rows);

#endif
