/* Numbers as a dense screen shows them: fractions without their leading zero, counts in few cells.
 * Independent of the locale; not a number is "-". Buffers hold at least NUMBER_FORMAT_MAX bytes. */
#ifndef TUI_NUMBER_FORMAT_H
#define TUI_NUMBER_FORMAT_H

#include <stdint.h>

enum { NUMBER_FORMAT_MAX = 24 };

/* .5312, 1.0000, -.02, "-" */
char *number_format_fraction(double value, int digits, char out[NUMBER_FORMAT_MAX]);
/* +.04, -.01, +.00 */
char *number_format_change(double value, int digits, char out[NUMBER_FORMAT_MAX]);
/* Shares of 1 in four cells: .531, 1.00 and +.04, -.31, +1.0 */
char *number_format_share(double value, char out[NUMBER_FORMAT_MAX]);
char *number_format_share_change(double value, char out[NUMBER_FORMAT_MAX]);
/* 12885, 123k, 1.2M: at most five cells */
char *number_format_count(int64_t value, char out[NUMBER_FORMAT_MAX]);
/* The shortest text of a tick value: 0, .05, 2, 1e-4 */
char *number_format_tick(double value, char out[NUMBER_FORMAT_MAX]);
/* A value on an axis whose ticks are `step` apart (0: decades): never the text of the next tick.
 * All with the same digits where they are fractions, but 0 is "0". */
char *number_format_on_axis(double value, double step, char out[NUMBER_FORMAT_MAX]);
/* Three significant digits: .0832, 1.24, 12.4 */
char *number_format_loss(double value, char out[NUMBER_FORMAT_MAX]);

#endif
