/* Time. Any thread. A test (or HPA_CLOCK, for goldens) can freeze both clocks. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

double clock_seconds(void);  /* monotonic, for intervals */
int64_t clock_unix_ms(void); /* wall time, milliseconds since 1970 UTC */

/* "2026-11-23T02:44:13Z"; `size` at least 21. */
void clock_iso(int64_t unix_ms, char *out, size_t size);

/* "12s", "3m05", "1h12", "2d03h": how long, in at most 7 cells; `size` at least 16. */
void clock_span(double seconds, char *out, size_t size);

/* Freeze at `seconds` (both clocks) until called with a negative value. */
void clock_freeze(double seconds);

#endif
